#include "tests/sim/topics/topic_world.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <ostream>

#include "tests/sim/rule_seeds.hpp"
#include "tests/sim/topics/topic_mutant.hpp"

using namespace libsig::sim;

namespace libsig::sim {

std::ostream& operator<<(std::ostream& out, const topic_mutant_row& row) {
  return out << row.name;
}

} // namespace libsig::sim

namespace {

constexpr std::uint64_t seeds = 1'500;

[[nodiscard]] auto without_mutant(std::uint64_t seed) {
  return run_topics(seed, topic_mutant::none);
}

} // namespace

BOOST_AUTO_TEST_SUITE(sim_topics)

BOOST_DATA_TEST_CASE(a_rule_is_broken_by_its_mutant, topic_mutants, row) {
  BOOST_TEST(
    breaks(row.rule, [&](auto seed) { return run_topics(seed, row.which); }),
    row.rule << " does not see " << row.name);
}

BOOST_AUTO_TEST_CASE(every_rule_holds_for_every_seed) {
  std::size_t taken = 0;
  std::size_t timeouts = 0;
  std::uint64_t crashes = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto seen = without_mutant(seed);
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

BOOST_AUTO_TEST_CASE(a_seed_means_one_world) { check_replays(without_mutant); }

BOOST_AUTO_TEST_CASE(seeds_that_once_failed_pass) {
  check_regressions(LIBSIG_SOURCE_DIR "/tests/sim/topics/regressions.txt",
                    without_mutant);
}

BOOST_AUTO_TEST_SUITE_END()
