#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>

#include "libsig/actor/spec.hpp"
#include "libsig/journal/journal.hpp"
#include "tests/sim/cast.hpp"
#include "tests/sim/random.hpp"
#include "tests/sim/topics/topic_mutant.hpp"

namespace libsig::sim {

/// How the world was when the actor decided on an answer.
struct decision {
  /// The last sequence of the log.
  std::uint64_t log_end = 0;
  /// How often the actor had broken.
  std::uint64_t crashes = 0;
};

/// What the actor of topics is given in a simulation.
struct topic_surroundings {
  surroundings& all;
  const journal::journal& log;
  const evidence& seen;
  topic_mutant which = topic_mutant::none;
  /// By request.
  std::unordered_map<std::uint64_t, decision> decided = {};
};

/// The real actor of topics over the real view of the journal, which breaks as
/// the dice say, and has the defect of the mutant.
[[nodiscard]] actor::spec topics_in(topic_surroundings& in,
                                    std::size_t crashes_per_mille);

} // namespace libsig::sim
