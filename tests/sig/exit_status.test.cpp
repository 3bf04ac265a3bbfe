#include "apps/sig/exit_status.hpp"

#include <array>

#include <boost/test/unit_test.hpp>

using namespace libsig;
using sig::exit_status;
using sig::fail_level;

namespace {

review::summary summary_with(std::initializer_list<review::severity> found) {
  review::summary made;
  made.coverage.specialists = {
    {"performance_specialist", review::specialist_state::done},
    {"security_specialist", review::specialist_state::done}};
  for (const auto severity : found) {
    review::finding one;
    one.severity = severity;
    made.findings.push_back(one);
  }
  return made;
}

exit_status of(std::initializer_list<review::severity> found,
               fail_level level) {
  return sig::status_of(summary_with(found), level);
}

} // namespace

BOOST_AUTO_TEST_SUITE(exit_statuses)

BOOST_AUTO_TEST_CASE(findings_at_or_above_the_level_are_one_below_it_zero) {
  using review::severity;
  constexpr std::array severities{severity::none, severity::low,
                                  severity::medium, severity::high};
  // Rows: the worst finding; columns: fail level none, any, low, medium, high.
  constexpr int expected[4][5]{
    {0, 1, 0, 0, 0}, {0, 1, 1, 0, 0}, {0, 1, 1, 1, 0}, {0, 1, 1, 1, 1}};
  constexpr std::array levels{fail_level::none, fail_level::any,
                              fail_level::low, fail_level::medium,
                              fail_level::high};
  for (std::size_t row = 0; row < severities.size(); ++row) {
    for (std::size_t column = 0; column < levels.size(); ++column) {
      BOOST_TEST_CONTEXT("row " << row << " column " << column) {
        BOOST_TEST(static_cast<int>(of({severities[row]}, levels[column]))
                   == expected[row][column]);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(nothing_found_is_clean_at_every_level) {
  for (const auto level : {fail_level::none, fail_level::any, fail_level::low,
                           fail_level::medium, fail_level::high}) {
    BOOST_TEST((of({}, level) == exit_status::clean));
  }
}

BOOST_AUTO_TEST_CASE(one_bad_finding_among_good_ones_counts) {
  using review::severity;
  BOOST_TEST(
    (of({severity::low, severity::high, severity::low}, fail_level::high)
     == exit_status::findings));
}

BOOST_AUTO_TEST_CASE(an_incomplete_review_beats_findings_at_every_level) {
  auto failed = summary_with({review::severity::high});
  failed.status = review::review_status::failed;
  auto missing = summary_with({review::severity::high});
  missing.coverage.specialists[0].second = review::specialist_state::timed_out;
  auto crashed = summary_with({});
  crashed.coverage.specialists[1].second = review::specialist_state::failed;
  auto blind = summary_with({});
  blind.coverage.checks_failed = {{"security_specialist", {"xss"}}};
  for (const auto& one : {failed, missing, crashed, blind}) {
    for (const auto level : {fail_level::none, fail_level::any, fail_level::low,
                             fail_level::high}) {
      BOOST_TEST((sig::status_of(one, level) == exit_status::incomplete));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_skipped_specialist_is_not_missing) {
  auto made = summary_with({});
  made.coverage.specialists[0].second = review::specialist_state::skipped;
  BOOST_TEST((sig::status_of(made, fail_level::any) == exit_status::clean));
}

BOOST_AUTO_TEST_CASE(errors_tell_whose_fault_they_are) {
  const auto status = [](errc code) { return sig::status_of(error{code}); };
  for (const auto code :
       {errc::invalid_diff, errc::schema_violation, errc::too_large,
        errc::duplicate_conflict, errc::invalid_json}) {
    BOOST_TEST((status(code) == exit_status::usage));
  }
  BOOST_TEST((status(errc::deadline_exceeded) == exit_status::incomplete));
  for (const auto code : {errc::internal, errc::io, errc::overloaded,
                          errc::stopped, errc::actor_crashed}) {
    BOOST_TEST((status(code) == exit_status::infrastructure));
  }
}

BOOST_AUTO_TEST_SUITE_END()
