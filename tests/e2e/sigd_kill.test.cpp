// A node that is killed at any moment has what it acknowledged, and gives every
// review that it admitted exactly one summary (C2 rows 1, 12 and 21).

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "tests/e2e/kill_rounds.hpp"

using namespace libsig::testing;

namespace {

void check_kept(const kill_outcome& made) {
  BOOST_TEST_MESSAGE(made.rounds << " rounds, " << made.acknowledged
                                 << " acknowledged, " << made.ended_early
                                 << " ended before they were ready");
  for (const auto& each : made.violations) {
    BOOST_ERROR(each);
  }
}

/// A call on a file of the store at which the node ends.
[[nodiscard]] std::vector<std::string> named_points() {
  struct place {
    const char* call;
    const char* file;
    std::vector<unsigned> numbers;
  };
  // The log and its flushes, what a checkpoint writes, the note of the holder.
  const std::vector<place> places{
    {"write", "-wal", {1, 2, 22, 41, 100, 211, 350, 600, 601, 1'000}},
    {"sync", "-wal", {1, 3, 5, 8, 15, 16, 31}},
    {"write", ".db", {1, 2, 3, 9, 40}},
    {"sync", ".db", {1, 2, 3}},
    {"truncate", ".db", {1}},
    {"write", "-journal", {1, 2}},
    {"unlink", "-journal", {1}},
    {"sync", "", {1, 3}},
    {"truncate", ".lock", {1}},
    {"write", ".lock", {1}},
  };
  std::vector<std::string> made;
  for (const auto& each : places) {
    for (const auto* const action : {"kill-before", "tear", "kill-after"}) {
      for (const auto number : each.numbers) {
        made.push_back(std::string{action} + ':' + each.call + ':' + each.file
                       + ':' + std::to_string(number));
      }
    }
  }
  return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(sigd_kill)

BOOST_AUTO_TEST_CASE(what_was_acknowledged_survives_a_kill_at_any_moment) {
  kill_plan plan;
  plan.rounds = rounds_or(320);
  plan.seed = seed_or(plan.seed);
  const auto made = kill_rounds{plan}.run();
  check_kept(made);
  BOOST_TEST(made.rounds >= plan.rounds);
  BOOST_TEST(made.acknowledged > 10u * static_cast<std::size_t>(made.rounds));
}

BOOST_AUTO_TEST_CASE(what_was_acknowledged_survives_a_kill_at_named_points) {
  const auto points = named_points();
  kill_plan plan;
  plan.rounds = static_cast<int>(points.size());
  plan.rounds_of_store = 4;
  plan.ends_itself = true;
  // So that the log is long enough for a checkpoint soon.
  plan.padding = 30'000;
  plan.environment = [&](const std::string& data, int round) {
    return std::vector<std::string>{
      "LD_PRELOAD=" DISK_FAULTS, "ASAN_OPTIONS=verify_asan_link_order=0",
      "DISK_FOLDER=" + data,
      "DISK_FAULT=" + points[static_cast<std::size_t>(round) % points.size()]};
  };
  const auto made = kill_rounds{plan}.run();
  check_kept(made);
  BOOST_TEST(made.rounds >= plan.rounds);
  // Some points lie before the ready line, others behind it.
  BOOST_TEST(made.ended_early > made.rounds / 10);
  BOOST_TEST(made.ended_early < made.rounds * 3 / 4);
}

BOOST_AUTO_TEST_SUITE_END()
