#include "tests/sim/topics/topic_world.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <ostream>
#include <sstream>
#include <string>

#include "tests/sim/topics/topic_mutant.hpp"

using namespace libsig::sim;

namespace libsig::sim {

std::ostream& operator<<(std::ostream& out, const topic_mutant_row& row) {
  return out << row.name;
}

} // namespace libsig::sim

namespace {

/// Within so many seeds every mutant is found.
constexpr std::uint64_t seeds_for_mutants = 60;

constexpr std::uint64_t seeds = 1'500;

[[nodiscard]] std::string text_of(std::uint64_t seed,
                                  const topic_evidence& seen) {
  std::string text = "seed " + std::to_string(seed);
  for (const auto& one : seen.complaints) {
    text += '\n' + std::string{one.rule} + "\n  " + one.saw;
  }
  return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(sim_topics)

BOOST_DATA_TEST_CASE(a_rule_is_broken_by_its_mutant, topic_mutants, row) {
  bool broken = false;
  for (std::uint64_t seed = 1; seed <= seeds_for_mutants && !broken; ++seed) {
    const auto seen = run_topics(seed, row.which);
    broken = std::ranges::any_of(seen.complaints, [&](const auto& one) {
      return one.rule.starts_with(row.rule);
    });
  }
  BOOST_TEST(broken, row.rule << " does not see " << row.name);
}

BOOST_AUTO_TEST_CASE(every_rule_holds_for_every_seed) {
  std::size_t taken = 0;
  std::size_t timeouts = 0;
  std::uint64_t crashes = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto seen = run_topics(seed, topic_mutant::none);
    BOOST_REQUIRE_MESSAGE(seen.complaints.empty(), text_of(seed, seen));
    taken += seen.taken;
    timeouts += seen.timeouts;
    crashes += seen.crashes;
  }
  // A world in which nothing happens keeps every rule.
  BOOST_TEST(taken > 10 * seeds);
  BOOST_TEST(timeouts > seeds);
  BOOST_TEST(crashes > seeds / 2);
}

BOOST_AUTO_TEST_CASE(a_seed_means_one_world) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto first = run_topics(seed, topic_mutant::none);
    const auto second = run_topics(seed, topic_mutant::none);
    BOOST_TEST(first.transcript == second.transcript);
  }
}

BOOST_AUTO_TEST_CASE(seeds_that_once_failed_pass) {
  std::ifstream kept{LIBSIG_SOURCE_DIR "/tests/sim/topics/regressions.txt"};
  BOOST_REQUIRE(kept.is_open());
  for (std::string line; std::getline(kept, line);) {
    std::uint64_t seed = 0;
    if (std::istringstream{line} >> seed) {
      const auto seen = run_topics(seed, topic_mutant::none);
      BOOST_TEST(seen.complaints.empty(), text_of(seed, seen));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
