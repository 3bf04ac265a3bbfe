#include "libsig/report/report.hpp"

#include <array>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include "tests/report/samples.hpp"
#include "tests/report/visible.hpp"

namespace libsig::report {

namespace {

constexpr std::array formats{format::pretty, format::json,     format::sarif,
                             format::rdjson, format::markdown, format::github};

options with_colour() {
  options how;
  how.colour = true;
  how.tool_version = "1.2.3";
  return how;
}

/// Bytes that do harm more often than random ones would.
std::string hostile_text() {
  static const std::vector<std::string> parts{
    "\x1b[31m", "\x1b]0;x\x07", "\n",           "\r",     "\t",  "\x7f",
    "\xc2\x9b", "\x9b",         "\xe2\x80\xae", "`",      "```", "-->",
    "<b>",      "::error::",    "%0A",          "[a](b)", "\\",  "|",
    "\xf0\x9f", "\xe2\x80\x8b", "wide 幅",      "a",      " ",   "@x"};
  const auto pieces =
    *rc::gen::container<std::vector<std::string>>(rc::gen::oneOf(
      rc::gen::elementOf(parts), rc::gen::arbitrary<std::string>()));
  std::string out;
  for (const auto& piece : pieces) {
    out += piece;
  }
  return out;
}

review::finding hostile_finding() {
  review::finding out;
  out.type = hostile_text();
  out.severity =
    *rc::gen::element(review::severity::none, review::severity::low,
                      review::severity::medium, review::severity::high);
  out.file = "a/b";
  out.line = *rc::gen::inRange(1u, 4u);
  out.end_line = *rc::gen::inRange(0u, 9u);
  out.summary = hostile_text();
  out.recommendation = hostile_text();
  out.rule = hostile_text();
  out.suggestion = hostile_text();
  out.fingerprint = hostile_text();
  out.agent = hostile_text();
  return out;
}

samples::sample hostile_sample() {
  auto line = hostile_text();
  std::erase(line, '\n');
  auto changes = samples::parse("--- a/a/b\n+++ b/a/b\n@@ -1,1 +1,3 @@\n x\n+"
                                + line + "\n+y\n");
  auto summary = samples::make_summary(1);
  summary.review_id = hostile_text();
  summary.rationale = hostile_text();
  summary.status = *rc::gen::element(review::review_status::complete,
                                     review::review_status::failed);
  summary.escalations = {hostile_text(), "No response from " + hostile_text()};
  summary.coverage.files_partial = {{hostile_text(), hostile_text()}};
  summary.coverage.files_skipped = {{hostile_text(), hostile_text()}};
  summary.coverage.specialists.emplace_back(hostile_text(),
                                            review::specialist_state::done);
  summary.coverage.checks_failed = {{hostile_text(), {hostile_text()}}};
  const auto count = *rc::gen::inRange(0, 4);
  for (int index = 0; index < count; ++index) {
    samples::add(summary, hostile_finding());
  }
  if (!summary.findings.empty()) {
    summary.findings.front().file = hostile_text();
  }
  return {std::move(summary), std::move(changes)};
}

} // namespace

BOOST_AUTO_TEST_SUITE(report)

BOOST_AUTO_TEST_CASE(formats_are_known_by_the_names_they_have) {
  for (const auto which : formats) {
    BOOST_TEST((parse_format(to_string(which)) == which));
  }
  BOOST_TEST(!parse_format("Pretty"));
  BOOST_TEST(!parse_format(""));
}

BOOST_AUTO_TEST_CASE(the_event_is_written_as_one_line) {
  const auto made = samples::clean();
  BOOST_TEST(make_report(format::json, made.as_subject(), {})
             == "{\"specversion\":\"1.0\",\"id\":\"1\"}\n");
}

BOOST_AUTO_TEST_CASE(invisible_characters_of_the_event_are_escaped) {
  subject of;
  of.event = "{\"a\":\"\x7f \xc2\x9b \xe2\x80\xae \xf3\xa0\x80\xa0 é 幅\"}";
  BOOST_TEST(make_report(format::json, of, {})
             == "{\"a\":\"\\u007f \\u009b \\u202e \\udb40\\udc20 é 幅\"}\n");
}

BOOST_AUTO_TEST_CASE(nothing_hidden_reaches_a_reader) {
  const auto holds = rc::check("only line feeds and own colours", [] {
    const auto made = hostile_sample();
    for (const auto which : formats) {
      const auto text =
        without_colours(make_report(which, made.as_subject(), with_colour()));
      RC_ASSERT(first_hidden(text) == std::string::npos);
      RC_ASSERT(text.ends_with('\n'));
    }
  });
  BOOST_TEST(holds);
}

BOOST_AUTO_TEST_CASE(colour_adds_sequences_and_nothing_else) {
  for (const auto& [name, made] : samples::all()) {
    auto plain = with_colour();
    plain.colour = false;
    const auto of = made.as_subject();
    BOOST_TEST(without_colours(make_report(format::pretty, of, with_colour()))
               == make_report(format::pretty, of, plain));
  }
}

BOOST_AUTO_TEST_CASE(reports_stand_without_the_diff) {
  for (const auto& [name, made] : samples::all()) {
    auto of = made.as_subject();
    of.changes = nullptr;
    for (const auto which : formats) {
      BOOST_TEST(make_report(which, of, with_colour()).ends_with('\n'));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace libsig::report
