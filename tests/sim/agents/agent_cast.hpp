#pragma once

#include <cstddef>

#include "libsig/actor/spec.hpp"
#include "libsig/journal/journal.hpp"
#include "libsig/subscription/burials.hpp"
#include "libsig/subscription/observer.hpp"
#include "tests/sim/agents/agent_mutant.hpp"
#include "tests/sim/cast.hpp"

namespace libsig::sim {

/// What the actor of subscriptions is given in a simulation.
struct agent_surroundings {
  surroundings& all;
  const journal::journal& log;
  agent_mutant which = agent_mutant::none;
  subscription::undertaker bury = {};
  /// What the actor said last of how much there is.
  subscription::levels told = {};
};

/// The real actor of subscriptions over the journal, which breaks as the dice
/// say, and has the defect of the mutant.
[[nodiscard]] actor::spec agents_in(agent_surroundings& in,
                                    std::size_t crashes_per_mille);

} // namespace libsig::sim
