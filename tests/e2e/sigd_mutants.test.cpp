// The rounds of kills find what they look for: each of these nodes breaks one
// promise.

#include <algorithm>
#include <string>

#include <boost/test/unit_test.hpp>
#include <sqlite3.h>

#include "tests/e2e/power_cut.hpp"

using namespace libsig::testing;

namespace {

/// Does something to a store that no node has open.
void change_store(const std::string& data, const char* sql) {
  sqlite3* store = nullptr;
  BOOST_REQUIRE(sqlite3_open_v2((data + "/signals.db").c_str(), &store,
                                SQLITE_OPEN_READWRITE, nullptr)
                == SQLITE_OK);
  // A node that was killed while it began has no tables yet.
  (void)sqlite3_exec(store, sql, nullptr, nullptr, nullptr);
  sqlite3_close(store);
}

void check_found(const kill_plan& plan, std::string_view expected) {
  const auto made = kill_rounds{plan}.run();
  const auto found =
    std::ranges::any_of(made.violations, [&](const std::string& one) {
      return one.find(expected) != one.npos;
    });
  BOOST_TEST(found, "nothing says '" << expected << "' after " << made.rounds
                                     << " rounds and " << made.acknowledged
                                     << " acknowledged; "
                                     << made.violations.size() << " others");
  if (!found && !made.violations.empty()) {
    BOOST_TEST_MESSAGE(made.violations.front());
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(sigd_mutants)

BOOST_AUTO_TEST_CASE(a_disk_that_does_not_flush_is_found) {
  auto plan = power_cuts(40);
  plan.environment = [honest = plan.environment](const std::string& data,
                                                 int round) {
    auto made = honest(data, round);
    made.emplace_back("DISK_SKIP_SYNC=1");
    return made;
  };
  check_found(plan, "acknowledged and missing");
}

BOOST_AUTO_TEST_CASE(a_node_that_does_not_wait_for_the_disk_is_found) {
  auto plan = power_cuts(40);
  plan.arguments = {"--durability", "relaxed"};
  check_found(plan, "acknowledged and missing");
}

BOOST_AUTO_TEST_CASE(a_node_that_forgets_its_keys_is_found) {
  kill_plan plan;
  plan.rounds = 40;
  plan.between = [](const std::string& data) {
    change_store(data, "DELETE FROM keys");
  };
  check_found(plan, "gets another receipt");
}

BOOST_AUTO_TEST_CASE(a_node_that_does_a_review_again_is_found) {
  kill_plan plan;
  plan.rounds = 40;
  // What is owed stays owed, and nothing shows that it was done.
  plan.between = [](const std::string& data) {
    change_store(data,
                 "CREATE TRIGGER IF NOT EXISTS owed BEFORE DELETE ON rows "
                 "BEGIN SELECT RAISE(IGNORE); END;"
                 "DELETE FROM claims");
  };
  check_found(plan, " summaries");
}

BOOST_AUTO_TEST_SUITE_END()
