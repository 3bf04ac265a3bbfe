#include "tests/sim/agents/agent_world.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <ostream>

#include "tests/sim/agents/agent_mutant.hpp"
#include "tests/sim/rule_seeds.hpp"

using namespace libsig::sim;

namespace libsig::sim {

std::ostream& operator<<(std::ostream& out, const agent_mutant_row& row) {
  return out << row.name;
}

} // namespace libsig::sim

namespace {

constexpr std::uint64_t seeds = 1'500;

[[nodiscard]] auto without_mutant(std::uint64_t seed) {
  return run_agents(seed, agent_mutant::none);
}

} // namespace

BOOST_AUTO_TEST_SUITE(sim_agents)

BOOST_DATA_TEST_CASE(a_rule_is_broken_by_its_mutant, agent_mutants, row) {
  BOOST_TEST(
    breaks(row.rule, [&](auto seed) { return run_agents(seed, row.which); }),
    row.rule << " does not see " << row.name);
}

BOOST_AUTO_TEST_CASE(every_rule_holds_for_every_seed) {
  agent_evidence sum;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto seen = without_mutant(seed);
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

BOOST_AUTO_TEST_CASE(a_seed_means_one_world) { check_replays(without_mutant); }

BOOST_AUTO_TEST_CASE(seeds_that_once_failed_pass) {
  check_regressions(LIBSIG_SOURCE_DIR "/tests/sim/agents/regressions.txt",
                    without_mutant);
}

BOOST_AUTO_TEST_SUITE_END()
