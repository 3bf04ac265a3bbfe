#pragma once

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "tests/sim/callers_world.hpp"

/// What the tests of worlds whose clients call an actor have in common; `run`
/// plays a seed.
namespace libsig::sim {

/// Within so many seeds every mutant is found, by each compiler: what a seed
/// means depends on the order in which arguments are evaluated.
inline constexpr std::uint64_t seeds_for_mutants = 1'000;

[[nodiscard]] inline std::string text_of(std::uint64_t seed,
                                         const callers_evidence& seen) {
  std::string text = "seed " + std::to_string(seed);
  for (const auto& one : seen.complaints) {
    text += '\n' + std::string{one.rule} + "\n  " + one.saw;
  }
  return text;
}

/// Whether some seed breaks the rule.
template <class Run>
[[nodiscard]] bool breaks(std::string_view rule, Run run) {
  for (std::uint64_t seed = 1; seed <= seeds_for_mutants; ++seed) {
    const auto seen = run(seed);
    if (std::ranges::any_of(seen.complaints, [&](const complaint& one) {
          return one.rule.starts_with(rule);
        })) {
      return true;
    }
  }
  return false;
}

/// A seed means one world.
template <class Run>
void check_replays(Run run) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    BOOST_TEST(run(seed).transcript == run(seed).transcript);
  }
}

/// Seeds of a file, one at the beginning of a line, break no rule.
template <class Run>
void check_regressions(const std::string& file, Run run) {
  std::ifstream kept{file};
  BOOST_REQUIRE(kept.is_open());
  for (std::string line; std::getline(kept, line);) {
    std::uint64_t seed = 0;
    if (std::istringstream{line} >> seed) {
      const auto seen = run(seed);
      BOOST_TEST(seen.complaints.empty(), text_of(seed, seen));
    }
  }
}

} // namespace libsig::sim
