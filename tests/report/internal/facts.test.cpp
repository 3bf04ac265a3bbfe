#include "libsig/report/internal/facts.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>
#include <string>
#include <vector>

using namespace libsig;
using review::specialist_state;

namespace {

[[nodiscard]] review::summary answered_by(specialist_state first,
                                          specialist_state second) {
  review::summary made;
  made.coverage.specialists = {{"a", first}, {"b", second}};
  return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(facts)

BOOST_AUTO_TEST_CASE(durations_are_said_in_the_unit_that_fits) {
  using report::duration_text;
  BOOST_TEST(duration_text(0) == "0 ms");
  BOOST_TEST(duration_text(999) == "999 ms");
  BOOST_TEST(duration_text(1'000) == "1.0 s");
  BOOST_TEST(duration_text(1'299) == "1.2 s");
  BOOST_TEST(duration_text(59'999) == "59.9 s");
  BOOST_TEST(duration_text(60'000) == "1 min 0 s");
  BOOST_TEST(duration_text(125'900) == "2 min 5 s");
}

BOOST_AUTO_TEST_CASE(a_confidence_is_a_share_whatever_the_number) {
  using report::confidence_text;
  using number = std::numeric_limits<double>;
  BOOST_TEST(confidence_text(0.895) == "90% sure");
  BOOST_TEST(confidence_text(1.5) == "100% sure");
  BOOST_TEST(confidence_text(-1) == "0% sure");
  BOOST_TEST(confidence_text(number::quiet_NaN()) == "0% sure");
  BOOST_TEST(confidence_text(number::infinity()) == "0% sure");
}

BOOST_AUTO_TEST_CASE(who_failed_or_was_late_is_missing_and_who_skipped_is_not) {
  const auto shortfalls = [](specialist_state state) {
    return report::judge(answered_by(specialist_state::done, state)).shortfalls;
  };
  BOOST_TEST(shortfalls(specialist_state::done).empty());
  BOOST_TEST(shortfalls(specialist_state::skipped).empty());
  for (const auto state :
       {specialist_state::failed, specialist_state::timed_out}) {
    const auto missing = shortfalls(state);
    BOOST_TEST_REQUIRE(missing.size() == 1u);
    BOOST_TEST(missing.front().ends_with(" b"));
  }
}

BOOST_AUTO_TEST_CASE(a_specialist_is_missing_once_and_no_escalation_besides) {
  auto late = answered_by(specialist_state::done, specialist_state::timed_out);
  const auto sentence = report::judge(late).shortfalls.front();
  late.escalations = {"a asks for a person", sentence};
  BOOST_TEST(report::judge(late).shortfalls.size() == 1u);
  const auto others = report::escalations_of(late);
  BOOST_TEST_REQUIRE(others.size() == 1u);
  BOOST_TEST(others.front() == "a asks for a person");
}

BOOST_AUTO_TEST_CASE(a_failed_review_says_why_even_when_nobody_did) {
  review::summary nothing_said;
  BOOST_TEST(report::headline(report::judge(nothing_said)) == "review");
  nothing_said.status = review::review_status::failed;
  const auto failed = report::judge(nothing_said);
  BOOST_TEST(failed.shortfalls.size() == 1u);
  BOOST_TEST(report::headline(failed) == "review failed");

  review::summary check_failed;
  check_failed.coverage.checks_failed = {{"a", {"sql-injection"}}};
  const auto incomplete = report::judge(check_failed);
  BOOST_TEST_REQUIRE(incomplete.shortfalls.size() == 1u);
  BOOST_TEST(incomplete.shortfalls.front().find("sql-injection")
             != std::string::npos);
  BOOST_TEST(report::headline(incomplete) == "review incomplete");
}

BOOST_AUTO_TEST_CASE(specialists_stand_by_state_in_one_order) {
  review::coverage coverage;
  coverage.specialists = {{"a", specialist_state::skipped},
                          {"b", specialist_state::failed},
                          {"c", specialist_state::done},
                          {"d", specialist_state::timed_out},
                          {"e", specialist_state::done}};
  std::string said;
  for (const auto& group : report::group_specialists(coverage)) {
    said += report::state_words(group.state);
    for (const auto name : group.names) {
      said += ' ';
      said += name;
    }
    said += '\n';
  }
  BOOST_TEST(said == "done c e\ntimed out d\nfailed b\nskipped a\n");
}

BOOST_AUTO_TEST_CASE(files_that_no_list_names_are_counted) {
  review::coverage coverage;
  coverage.files_changed = 9;
  coverage.files_full = 4;
  coverage.files_partial.resize(1);
  coverage.files_skipped.resize(2);
  BOOST_TEST(report::files_unnamed(coverage) == 2u);
  // Counts that do not fit together come from a foreign summary.
  coverage.files_full = 7;
  BOOST_TEST(report::files_unnamed(coverage) == 0u);
  coverage.files_full = 10;
  BOOST_TEST(report::files_unnamed(coverage) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
