#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

#include "libsig/core/limits.hpp"
#include "libsig/review/pipeline.hpp"
#include "tests/review/builders.hpp"

namespace review = libsig::review;
using review::finding;
using review::review_status;
using review::severity;
using review::specialist_outcome;
using review::specialist_state;
using review::testing::make_file;
using review::testing::make_finding;
using review::testing::owning_scope;
using strings = std::vector<std::string>;

namespace {

specialist_outcome answer(std::string name, std::vector<finding> findings,
                          bool escalates = false) {
  auto made = std::make_shared<review::review_result>();
  made->agent = name;
  made->findings = std::move(findings);
  made->should_escalate = escalates;
  return {std::move(name), specialist_state::done, std::move(made)};
}

specialist_outcome no_answer(std::string name, specialist_state state) {
  return {std::move(name), state, nullptr};
}

struct setting {
  owning_scope scope{make_file("a.c"), make_file("b.c")};
  review::request asked;
  review::review_outcome outcome;

  setting() {
    outcome.review_id = "r1";
    outcome.decision = {review::decision_path::deep_review, "why"};
    outcome.duration_ms = 7;
  }

  review::summary run(std::vector<specialist_outcome> specialists) {
    outcome.specialists = std::move(specialists);
    return *review::aggregate(outcome, asked, scope.get());
  }
};

strings summaries(const review::summary& of) {
  strings made;
  for (const auto& each : of.findings) {
    made.push_back(each.summary);
  }
  return made;
}

finding in_a(severity how_bad, std::string summary, std::uint32_t line = 10) {
  return make_finding("t", how_bad, "a.c", std::move(summary), line);
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(aggregate, setting)

// -- findings -----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(nothing_found_is_complete_and_clean) {
  const auto made = run({answer("b", {}), answer("a", {})});
  BOOST_TEST(made.review_id == "r1");
  BOOST_TEST((made.status == review_status::complete));
  BOOST_TEST((made.severity == severity::none));
  BOOST_TEST(made.findings.empty());
  BOOST_TEST(made.recommendations.empty());
  BOOST_TEST(made.escalations.empty());
  BOOST_TEST((made.path == review::decision_path::deep_review));
  BOOST_TEST(made.rationale == "why");
  BOOST_TEST(made.duration_ms == 7u);
  BOOST_TEST(made.specialists_resolved == (strings{"b", "a"}),
             boost::test_tools::per_element());
  BOOST_TEST(made.coverage.files_full == 2u);
  BOOST_TEST(made.coverage.held_back == 0u);
}

BOOST_AUTO_TEST_CASE(findings_carry_the_agent_that_found_them) {
  const auto made = run({answer("one", {in_a(severity::low, "x")}),
                         answer("two", {in_a(severity::high, "y")})});
  BOOST_REQUIRE(made.findings.size() == 2u);
  BOOST_TEST(made.findings[0].agent == "two");
  BOOST_TEST(made.findings[1].agent == "one");
  BOOST_TEST((made.severity == severity::high));
}

BOOST_AUTO_TEST_CASE(order_is_severity_file_line_type_then_arrival) {
  auto other_type = in_a(severity::low, "type u");
  other_type.type = "u";
  const auto made = run(
    {answer("one", {other_type, in_a(severity::low, "second"),
                    in_a(severity::low, "later line", 11),
                    make_finding("t", severity::low, "b.c", "other file", 10),
                    make_finding("t", severity::low, "a.c", "no line")}),
     answer("two",
            {in_a(severity::low, "third"), in_a(severity::medium, "worse"),
             make_finding("t", severity::high, "b.c", "worst", 11)})});
  BOOST_TEST(summaries(made)
               == (strings{"worst", "worse", "no line", "second", "third",
                           "type u", "later line", "other file"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(files_are_ordered_by_bytes) {
  owning_scope files{make_file("\xC3\xA9"), make_file("z"), make_file("Z")};
  outcome.specialists = {
    answer("a", {make_finding("t", severity::low, "\xC3\xA9", "3", 10),
                 make_finding("t", severity::low, "z", "2", 10),
                 make_finding("t", severity::low, "Z", "1", 10)})};
  BOOST_TEST(summaries(*review::aggregate(outcome, asked, files.get()))
               == (strings{"1", "2", "3"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_same_type_file_line_and_summary_is_shown_once) {
  auto richer = in_a(severity::high, "x");
  richer.rule = "another";
  const auto made =
    run({answer("one", {in_a(severity::low, "x")}), answer("two", {richer})});
  BOOST_REQUIRE(made.findings.size() == 1u);
  BOOST_TEST(made.findings[0].agent == "one");
  BOOST_TEST((made.findings[0].severity == severity::low));
  BOOST_TEST(made.coverage.held_back == 0u);
}

BOOST_AUTO_TEST_CASE(findings_that_differ_in_one_part_of_the_key_stay) {
  auto type = in_a(severity::low, "x");
  type.type = "u";
  auto file = in_a(severity::low, "x");
  file.file = "b.c";
  auto no_line = in_a(severity::low, "x");
  no_line.line.reset();
  const auto made = run(
    {answer("one", {in_a(severity::low, "x"), type, file, no_line,
                    in_a(severity::low, "x", 11), in_a(severity::low, "y")})});
  BOOST_TEST(made.findings.size() == 6u);
}

BOOST_AUTO_TEST_CASE(the_filter_comes_before_severity_and_advice) {
  auto far = in_a(severity::high, "far", 500);
  far.recommendation = "leave";
  auto near = in_a(severity::low, "near");
  near.recommendation = "stay";
  const auto made = run({answer("one", {far, near})});
  BOOST_TEST(summaries(made) == strings{"near"},
             boost::test_tools::per_element());
  BOOST_TEST((made.severity == severity::low));
  BOOST_TEST(made.recommendations == strings{"stay"},
             boost::test_tools::per_element());
  BOOST_TEST(made.coverage.held_back == 1u);
}

BOOST_AUTO_TEST_CASE(each_mode_of_the_filter_shows_more) {
  const std::vector<finding> findings{
    in_a(severity::low, "added"), in_a(severity::low, "context", 9),
    in_a(severity::low, "file", 500),
    make_finding("t", severity::low, "else.c", "anywhere", 10)};
  std::size_t shown = 1;
  using enum review::filter_mode;
  for (const auto mode : {added, diff_context, file, nofilter}) {
    asked.options.mode = mode;
    const auto made = run({answer("one", findings)});
    BOOST_TEST(made.findings.size() == shown);
    BOOST_TEST(made.coverage.held_back == 4 - shown);
    ++shown;
  }
}

BOOST_AUTO_TEST_CASE(held_back_counts_a_repeated_finding_once) {
  const auto far = in_a(severity::high, "far", 500);
  BOOST_TEST(
    run({answer("one", {far, far}), answer("two", {far})}).coverage.held_back
    == 1u);
}

BOOST_AUTO_TEST_CASE(recommendations_are_distinct_in_the_order_of_findings) {
  auto low = in_a(severity::low, "l");
  low.recommendation = "low advice";
  auto high = in_a(severity::high, "h");
  high.recommendation = "high advice";
  auto again = in_a(severity::medium, "m");
  again.recommendation = "low advice";
  const auto made =
    run({answer("one", {low, high, again, in_a(severity::low, "none")})});
  BOOST_TEST(made.recommendations == (strings{"high advice", "low advice"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(as_many_findings_as_the_limit_are_all_shown) {
  std::vector<finding> findings;
  for (std::size_t index = 0; index < libsig::limits::findings_max; ++index) {
    findings.push_back(in_a(severity::low, std::to_string(index)));
  }
  const auto made = run({answer("one", findings)});
  BOOST_TEST(made.findings.size() == 5'000u);
  BOOST_TEST(made.coverage.held_back == 0u);
}

BOOST_AUTO_TEST_CASE(one_finding_beyond_the_limit_is_counted_not_shown) {
  std::vector<finding> findings;
  for (std::size_t index = 0; index < libsig::limits::findings_max; ++index) {
    findings.push_back(in_a(severity::low, std::to_string(index)));
  }
  findings.push_back(in_a(severity::high, "the worst"));
  const auto made = run({answer("one", findings)});
  BOOST_TEST(made.findings.size() == 5'000u);
  BOOST_TEST(made.findings.front().summary == "the worst");
  BOOST_TEST(made.coverage.held_back == 1u);
}

BOOST_AUTO_TEST_CASE(a_hundred_thousand_findings_are_put_in_order) {
  std::vector<finding> findings;
  for (int index = 0; index < 100'000; ++index) {
    const auto line = static_cast<std::uint32_t>(index % 40);
    findings.push_back(in_a(index % 7 == 0 ? severity::high : severity::low,
                            std::to_string(index / 2), line));
  }
  asked.options.mode = review::filter_mode::nofilter;
  const auto made = run({answer("one", std::move(findings))});
  BOOST_TEST(made.findings.size() + made.coverage.held_back == 100'000u);
  BOOST_TEST(std::is_sorted(made.findings.begin(), made.findings.end(),
                            [](const finding& one, const finding& other) {
                              return one.severity > other.severity;
                            }));
}

// -- escalations --------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_escalation_becomes_a_sentence_naming_the_agent) {
  const auto made = run({answer("two", {in_a(severity::high, "x")}, true),
                         answer("one", {in_a(severity::high, "y")}, true),
                         answer("calm", {in_a(severity::high, "z")}, false)});
  BOOST_TEST(made.escalations
               == (strings{"one asks for a person to look at this change.",
                           "two asks for a person to look at this change."}),
             boost::test_tools::per_element());
  BOOST_TEST((made.status == review_status::complete));
}

BOOST_AUTO_TEST_CASE(an_agent_whose_findings_are_all_held_back_is_silent) {
  const auto far = in_a(severity::high, "far", 500);
  BOOST_TEST(run({answer("one", {far}, true)}).escalations.empty());
  BOOST_TEST(run({answer("one", {far, in_a(severity::low, "near")}, true)})
               .escalations.size()
             == 1u);
}

BOOST_AUTO_TEST_CASE(an_agent_may_escalate_without_a_finding) {
  BOOST_TEST(run({answer("one", {}, true)}).escalations.size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_agent_whose_finding_another_had_first_escalates) {
  const auto made = run({answer("one", {in_a(severity::high, "x")}, false),
                         answer("two", {in_a(severity::high, "x")}, true)});
  BOOST_REQUIRE(made.escalations.size() == 1u);
  BOOST_TEST(made.escalations[0].starts_with("two "));
}

// -- missing specialists ------------------------------------------------------

BOOST_AUTO_TEST_CASE(missing_specialists_fail_the_review_in_name_order) {
  const auto made = run({answer("m", {in_a(severity::medium, "kept")}),
                         no_answer("z", specialist_state::timed_out),
                         no_answer("b", specialist_state::failed)});
  BOOST_TEST((made.status == review_status::failed));
  BOOST_TEST(made.escalations
               == (strings{"No response from b", "No response from z"}),
             boost::test_tools::per_element());
  BOOST_TEST(summaries(made) == strings{"kept"},
             boost::test_tools::per_element());
  BOOST_TEST((made.severity == severity::medium));
  BOOST_TEST(made.specialists_resolved == strings{"m"},
             boost::test_tools::per_element());
  BOOST_TEST(made.coverage.files_full == 2u);
}

BOOST_AUTO_TEST_CASE(a_skipped_specialist_is_not_missing) {
  const auto made =
    run({answer("a", {}), no_answer("b", specialist_state::skipped)});
  BOOST_TEST((made.status == review_status::complete));
  BOOST_TEST(made.escalations.empty());
  BOOST_TEST(
    (made.coverage.specialists.back().second == specialist_state::skipped));
}

BOOST_AUTO_TEST_CASE(one_that_is_done_without_a_result_is_missing) {
  const auto made = run({no_answer("a", specialist_state::done)});
  BOOST_TEST((made.status == review_status::failed));
  BOOST_TEST(
    (made.coverage.specialists.front().second == specialist_state::failed));
}

// -- coverage -----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(files_are_skipped_when_nobody_looked) {
  scope.get().covered.files_changed = 3;
  scope.get().covered.files_skipped = {{"aa", "binary"}};
  const auto made = run({no_answer("a", specialist_state::timed_out)});
  const std::vector<review::file_note> expected{
    {"a.c", "no specialist looked"},
    {"aa", "binary"},
    {"b.c", "no specialist looked"}};
  BOOST_TEST((made.coverage.files_skipped == expected));
  BOOST_TEST(made.coverage.files_full == 0u);
  BOOST_TEST(made.coverage.files_changed == 3u);
}

BOOST_AUTO_TEST_CASE(coverage_names_specialists_and_failed_checks_in_order) {
  auto broken = std::make_shared<review::review_result>();
  broken->checks_failed = {"y", "x"};
  const auto made =
    run({specialist_outcome{"b", specialist_state::done, broken},
         answer("a", {}), no_answer("c", specialist_state::timed_out)});
  const auto& covered = made.coverage;
  BOOST_REQUIRE(covered.specialists.size() == 3u);
  BOOST_TEST(covered.specialists[0].first == "a");
  BOOST_TEST((covered.specialists[0].second == specialist_state::done));
  BOOST_TEST(covered.specialists[1].first == "b");
  BOOST_TEST((covered.specialists[2].second == specialist_state::timed_out));
  BOOST_REQUIRE(covered.checks_failed.size() == 1u);
  BOOST_TEST(covered.checks_failed[0].first == "b");
  BOOST_TEST(covered.checks_failed[0].second == (strings{"y", "x"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_failed_check_leaves_the_review_complete) {
  auto broken = std::make_shared<review::review_result>();
  broken->checks_failed = {"x"};
  BOOST_TEST(
    (run({specialist_outcome{"b", specialist_state::done, broken}}).status
     == review_status::complete));
}

BOOST_AUTO_TEST_CASE(what_a_specialist_saw_in_part_is_partial) {
  auto half = std::make_shared<review::review_result>();
  half->files_partial = {
    {"b.c", "too hard"}, {"b.c", "again"}, {"unknown.c", "x"}};
  const auto made =
    run({specialist_outcome{"s", specialist_state::done, half},
         specialist_outcome{"t", specialist_state::done, half}});
  const std::vector<review::file_note> expected{{"b.c", "too hard"}};
  BOOST_TEST((made.coverage.files_partial == expected));
  BOOST_TEST(made.coverage.files_full == 1u);
  BOOST_TEST(made.coverage.files_changed == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
