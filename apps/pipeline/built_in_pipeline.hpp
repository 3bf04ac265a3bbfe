#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "actors/coordinator.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/time.hpp"
#include "libsig/runtime/runtime.hpp"
#include "libsig/schema/registry.hpp"

/// The review pipeline that the programs bring: its contracts, its coordinator
/// and its two specialists.
namespace libsig::pipeline {

/// The names of the specialists, sorted.
[[nodiscard]] std::vector<std::string> specialist_names();

/// How many threads a runtime needs with the pipeline: one for each processor,
/// and one for each specialist besides, so that checks that take long do not
/// hold up the coordinator's deadlines.
[[nodiscard]] std::size_t threads();

/// The contracts of all types that a review is made of.
[[nodiscard]] result<std::shared_ptr<const schema::registry>> make_contracts();

/// Spawns the pipeline: the specialists first, since the coordinator hands out
/// at once what the log owes. `time` must outlive the runtime; the coordinator
/// gets the specialists beside what it is told.
[[nodiscard]] result<void> spawn(runtime& on, const clock& time,
                                 actors::coordinator_options coordination);

/// The same with so many shards and all else as it is by default.
[[nodiscard]] result<void> spawn(runtime& on, const clock& time,
                                 std::size_t coordinator_shards);

} // namespace libsig::pipeline
