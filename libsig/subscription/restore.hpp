#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "libsig/actor/reactor.hpp"
#include "libsig/actor/step.hpp"
#include "libsig/subscription/burials.hpp"
#include "libsig/subscription/observer.hpp"
#include "libsig/subscription/post.hpp"
#include "libsig/subscription/progress.hpp"
#include "libsig/subscription/registry.hpp"

namespace libsig::subscription {

/// What is filled with what was kept; `watcher` may be null.
struct restored {
  registry& agents;
  progress& how_far;
  burials& graves;
  post& desks;
  observer* watcher = nullptr;
};

/// Reads rows of all tables (rows.hpp), in any order. The watcher is told of
/// those that are none of ours or belong to nobody. Returns how far the log was
/// matched, when that is known.
[[nodiscard]] std::optional<std::uint64_t>
restore(std::span<const actor::write> rows, const actor::context& now,
        const restored& into);

} // namespace libsig::subscription
