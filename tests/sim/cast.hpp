#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "libsig/actor/spec.hpp"
#include "tests/sim/mutant.hpp"
#include "tests/sim/random.hpp"
#include "tests/sim/recorder.hpp"

/// The actors of a simulated world, beside the real coordinator.
namespace libsig::sim {

/// What all actors of a world share.
struct surroundings {
  dice& chance;
  recorder& seen;
  mutant which = mutant::none;
  /// Differs between two runs of one seed; only a mutant looks at it.
  std::size_t run = 0;
  /// How many signals relays may still emit; loops end by hops or by this.
  std::size_t relayed_left = 0;
  /// How often `shaken` reactors may still throw.
  std::size_t shakes_left = 0;
};

/// The types of free traffic.
[[nodiscard]] const std::vector<std::string>& traffic_types();

/// A pattern that may match some of them.
[[nodiscard]] std::string draw_pattern(dice& by);

/// An actor that listens to some patterns and says nothing.
[[nodiscard]] actor::spec subscriber_spec(std::string name, surroundings& in);

/// An actor that says again, as another type, what it hears; it may hear itself
/// and throws at times.
[[nodiscard]] actor::spec relay_spec(std::string name, surroundings& in);

/// A specialist that does as the dice say with every assignment: answers, late
/// or twice or for somebody else or not at all, or breaks.
[[nodiscard]] actor::spec specialist_spec(std::string name, surroundings& in);

/// An actor whose reactors throw so often, before or after their work, and
/// which the recorder watches. With a mutant that concerns it, it has that
/// defect.
[[nodiscard]] actor::spec shaken(actor::spec of, std::size_t crashes_per_mille,
                                 surroundings& in);

} // namespace libsig::sim
