#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/sim/mutant.hpp"

namespace libsig::sim {

/// A rule that a seed breaks.
struct failure {
  std::uint64_t seed = 0;
  std::string checker;
  std::string rule;
  std::string saw;
};

struct outcome {
  std::vector<failure> failures;
  std::size_t signals = 0;
  std::size_t deliveries = 0;
  std::size_t crashes = 0;
  /// What happened, a line each, then the log.
  std::string transcript;
};

/// Plays a seed twice and lets every checker look at it. A run that throws is a
/// failure too.
[[nodiscard]] outcome run_seed(std::uint64_t seed, mutant which);

} // namespace libsig::sim
