#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "libsig/actor/spec.hpp"
#include "libsig/core/time.hpp"
#include "libsig/review/check.hpp"
#include "libsig/review/pipeline.hpp"
#include "libsig/review/signals.hpp"

namespace libsig::actors {

/// What makes one specialist.
struct specialist_options {
  std::string name;
  std::string source_prefix{review::source_prefix_default};
  /// Its checks; shared by its shards, so they are stateless.
  std::shared_ptr<const std::vector<std::unique_ptr<const review::check>>>
    checks;
  review::escalation_rule escalates = review::escalation_rule::on_high;
  /// Assignments are spread over so many shards by review.
  std::size_t shards = 1;
  /// For `runtime_ms`; outlives the actor.
  const clock* time = nullptr;
  /// Whether each result is followed by a `review.history` with what the shard
  /// remembers of its last reviews: a trace for debugging.
  bool emits_history = false;
};

/// An actor that takes assignments of its name, runs its checks and answers
/// each with one `review.result`.
///
/// It remembers what it has seen (`review::learning`): each shard its own
/// results and, of the assignments over which it crashed, a scar. The rows
/// stand in the table `specialist.<name>`, their keys begin with the shard's
/// number and `/`; a restart finds them.
[[nodiscard]] actor::spec specialist_spec(specialist_options how);

/// `security_specialist` with its three checks; escalates on high.
[[nodiscard]] specialist_options security_specialist(const clock& time);

/// `performance_specialist` with its three checks; escalates on medium and
/// high.
[[nodiscard]] specialist_options performance_specialist(const clock& time);

} // namespace libsig::actors
