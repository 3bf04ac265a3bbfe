#pragma once

#include <memory>

#include "libsig/review/check.hpp"

namespace libsig::review::checks {

/// The check `hot_path_modified`: changed lines in, or calling, the functions
/// that `metadata.hot_functions` of the request names.
///
/// Rule `hot-path/modified`: one finding for a file and function. Names are
/// whole identifiers, alone or qualified (`a.b.c`, `A::b`, `A#b`, `mod.fun/2`);
/// at most 1,000 are looked for.
[[nodiscard]] std::unique_ptr<const check> make_hot_path_modified_check();

} // namespace libsig::review::checks
