#include "tests/sim/run.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/sim/checkers/checker.hpp"
#include "tests/sim/mutant.hpp"

using namespace libsig::sim;

namespace libsig::sim {

std::ostream& operator<<(std::ostream& out, const mutant_row& row) {
  return out << row.name;
}

} // namespace libsig::sim

namespace {

/// Within so many seeds every mutant is found.
constexpr std::uint64_t seeds_for_mutants = 40;

[[nodiscard]] std::string text_of(const std::vector<failure>& failures) {
  std::string text;
  for (const auto& one : failures) {
    text += "seed " + std::to_string(one.seed) + ", " + one.checker + ": "
            + one.saw + '\n';
  }
  return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(sim)

BOOST_DATA_TEST_CASE(a_checker_reports_its_mutant, mutants, row) {
  bool reported = false;
  for (std::uint64_t seed = 1; seed <= seeds_for_mutants && !reported; ++seed) {
    const auto seen = run_seed(seed, row.which);
    reported = std::ranges::any_of(seen.failures, [&](const auto& one) {
      return one.checker == row.checker;
    });
  }
  BOOST_TEST(reported, row.checker << " does not see " << row.name);
}

BOOST_AUTO_TEST_CASE(the_seeds_of_the_mutants_pass_without_them) {
  for (std::uint64_t seed = 1; seed <= seeds_for_mutants; ++seed) {
    const auto seen = run_seed(seed, mutant::none);
    BOOST_TEST(seen.failures.empty(), text_of(seen.failures));
  }
}

BOOST_AUTO_TEST_CASE(every_checker_has_a_mutant) {
  for (const auto& one : all_checkers()) {
    BOOST_TEST(
      std::ranges::any_of(
        mutants, [&](const auto& row) { return row.checker == one->name(); }),
      one->name() << " has none");
  }
}

BOOST_AUTO_TEST_CASE(seeds_that_once_failed_pass) {
  std::ifstream kept{LIBSIG_SOURCE_DIR "/tests/sim/regressions.txt"};
  BOOST_REQUIRE(kept.is_open());
  for (std::string line; std::getline(kept, line);) {
    std::uint64_t seed = 0;
    if (std::istringstream{line} >> seed) {
      const auto seen = run_seed(seed, mutant::none);
      BOOST_TEST(seen.failures.empty(), text_of(seen.failures));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
