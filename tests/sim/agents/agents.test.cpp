#include "tests/sim/agents/agent_world.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <ostream>
#include <sstream>
#include <string>

#include "tests/sim/agents/agent_mutant.hpp"

using namespace libsig::sim;

namespace libsig::sim {

std::ostream& operator<<(std::ostream& out, const agent_mutant_row& row) {
  return out << row.name;
}

} // namespace libsig::sim

namespace {

/// Within so many seeds every mutant is found.
constexpr std::uint64_t seeds_for_mutants = 60;

constexpr std::uint64_t seeds = 1'500;

[[nodiscard]] std::string text_of(std::uint64_t seed,
                                  const agent_evidence& seen) {
  std::string text = "seed " + std::to_string(seed);
  for (const auto& one : seen.complaints) {
    text += '\n' + std::string{one.rule} + "\n  " + one.saw;
  }
  return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(sim_agents)

BOOST_DATA_TEST_CASE(a_rule_is_broken_by_its_mutant, agent_mutants, row) {
  bool broken = false;
  for (std::uint64_t seed = 1; seed <= seeds_for_mutants && !broken; ++seed) {
    const auto seen = run_agents(seed, row.which);
    broken = std::ranges::any_of(seen.complaints, [&](const auto& one) {
      return one.rule.starts_with(row.rule);
    });
  }
  BOOST_TEST(broken, row.rule << " does not see " << row.name);
}

BOOST_AUTO_TEST_CASE(every_rule_holds_for_every_seed) {
  agent_evidence sum;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto seen = run_agents(seed, agent_mutant::none);
    BOOST_REQUIRE_MESSAGE(seen.complaints.empty(), text_of(seed, seen));
    sum.taken += seen.taken;
    sum.handled += seen.handled;
    sum.buried += seen.buried;
    sum.crashes += seen.crashes;
  }
  // A world in which nothing happens keeps every rule.
  BOOST_TEST(sum.taken > 20 * seeds);
  BOOST_TEST(sum.handled > 10 * seeds);
  BOOST_TEST(sum.buried > seeds / 10);
  BOOST_TEST(sum.crashes > seeds / 2);
}

BOOST_AUTO_TEST_CASE(a_seed_means_one_world) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto first = run_agents(seed, agent_mutant::none);
    const auto second = run_agents(seed, agent_mutant::none);
    BOOST_TEST(first.transcript == second.transcript);
  }
}

BOOST_AUTO_TEST_CASE(seeds_that_once_failed_pass) {
  std::ifstream kept{LIBSIG_SOURCE_DIR "/tests/sim/agents/regressions.txt"};
  BOOST_REQUIRE(kept.is_open());
  for (std::string line; std::getline(kept, line);) {
    std::uint64_t seed = 0;
    if (std::istringstream{line} >> seed) {
      const auto seen = run_agents(seed, agent_mutant::none);
      BOOST_TEST(seen.complaints.empty(), text_of(seed, seen));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
