#pragma once

#include <memory>

#include "libsig/review/check.hpp"

namespace libsig::review::checks {

/// The check `memory_hotspot`: added lines that hold in memory what has no
/// bound.
///
/// Rules: `memory/all-rows`, `memory/whole-file`, `memory/whole-body`,
/// `memory/whole-stream`, `memory/late-filter`, `memory/concat-in-loop`.
[[nodiscard]] std::unique_ptr<const check> make_memory_hotspot_check();

} // namespace libsig::review::checks
