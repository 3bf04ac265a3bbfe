#include "apps/sig/commands/explain.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

#include "apps/sig/table.hpp"

using namespace libsig::sig;

namespace {

constexpr std::string_view account = R"({
  "review_id":"r-1","state":"complete",
  "request":{"id":"e-1","source":"/synapse/reviews","sequence":"1",
    "recordedtime":"2026-01-01T00:00:00.000Z",
    "data":{"review_id":"r-1","diff":"...","labels":["security","x"],
            "intent":"bugfix","metadata":{"author":"Ann"}}},
  "results":[
    {"sequence":"2","recordedtime":"2026-01-01T00:00:01.000Z",
     "data":{"agent":"security_specialist","confidence":0.9,"findings":[{}],
             "should_escalate":true,"metadata":{"runtime_ms":12}}},
    {"sequence":"3","recordedtime":"2026-01-01T00:00:02.000Z",
     "data":{"agent":"security_specialist","confidence":0.8,"findings":[],
             "should_escalate":false,"metadata":{}}},
    {"sequence":"9","recordedtime":"2026-01-01T00:01:00.000Z",
     "data":{"agent":"performance_specialist","confidence":0.5,"findings":[],
             "should_escalate":false,"metadata":{"checks_failed":["hot"]}}}],
  "summary":{"sequence":"5","recordedtime":"2026-01-01T00:00:30.000Z",
    "data":{"status":"failed","severity":"high","escalations":["now"],
      "recommendations":["use a parameter"],
      "findings":[{"severity":"high","file":"a\u001b.py","line":3,
                   "type":"sql_injection","summary":"bad"}],
      "metadata":{"decision_path":"deep_review","rationale":"label security",
        "duration_ms":30000,
        "coverage":{"files":{"changed":2,"full":1,
            "partial":[{"file":"b","reason":"encoding"}],"skipped":[]},
          "lines":{"added":1,"removed":2},"held_back":4,
          "specialists":{"performance_specialist":"timed_out"},
          "checks_failed":{}}}}},
  "ignored_results":{"late":3,"foreign":0},
  "assignments":[{"agent":"security_specialist","attempt":1,"node":"n",
    "assigned":"2026-01-01T00:00:00.100Z","answered":"2026-01-01T00:00:01.000Z",
    "outcome":"done"}]})";

terminal screen_of(unsigned width) {
  terminal screen;
  screen.output_is_terminal = true;
  screen.width = width;
  return screen;
}

bool says(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(explain_command)

BOOST_AUTO_TEST_CASE(the_account_is_told_whole) {
  const auto text = explain_review(account, screen_of(100));
  for (const auto part :
       {"review r-1: complete", "security, x", "bugfix", "Ann",
        "1 finding, confidence 0.9, 12 ms, escalates", "deep_review",
        "label security", "30000 ms", "escalation      now", "use a parameter",
        ".py:3", "1 of 2 looked at in full", "b: encoding",
        "1 added, 2 removed", "performance_specialist: timed_out", "4 findings",
        "failed checks: hot"}) {
    BOOST_TEST_CONTEXT(part) { BOOST_TEST(says(text, part)); }
  }
}

// Later results of a specialist, and those behind the summary, do not count.
BOOST_AUTO_TEST_CASE(late_results_are_told_apart) {
  const auto text = explain_review(account, screen_of(200));
  BOOST_TEST(says(text, "00:00:02.000Z; again, not counted"));
  BOOST_TEST(says(text, "00:01:00.000Z; late, behind the summary"));
  BOOST_TEST(!says(text, "00:00:01.000Z;"));
  BOOST_TEST(!says(text, "foreign"));
}

BOOST_AUTO_TEST_CASE(nothing_of_it_moves_a_terminal_or_breaks_its_lines) {
  const auto text = explain_review(account, screen_of(80));
  BOOST_TEST(text.find('\x1b') == text.npos);
  std::string_view rest{text};
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find('\n'));
    BOOST_TEST_CONTEXT(line) { BOOST_TEST(columns_of(line) <= 80u); }
    rest.remove_prefix(line.size() + 1);
  }
}

BOOST_AUTO_TEST_CASE(an_open_review_has_no_summary_yet) {
  const auto text = explain_review(
    R"({"review_id":"r","state":"open","request":{},"results":[],)"
    R"("summary":null,"assignments":[]})",
    screen_of(80));
  BOOST_TEST(says(text, "review r: open"));
  BOOST_TEST(says(text, "the review is open"));
}

BOOST_AUTO_TEST_CASE(data_that_the_node_left_out_is_told_of) {
  const auto text =
    explain_review(R"({"review_id":"r","state":"complete",)"
                   R"("request":{"id":"e-1","dataomitted":300000},)"
                   R"("results":[{"id":"e-2","dataomitted":400000}],)"
                   R"("summary":{"data":{"status":"complete"}}})",
                   screen_of(80));
  BOOST_TEST(says(text, "e-1"));
  BOOST_TEST(says(text, "300000 bytes, not shown"));
  BOOST_TEST(says(text, "400000 bytes, not shown"));
}

BOOST_AUTO_TEST_CASE(an_account_of_another_shape_is_shown_as_far_as_it_goes) {
  for (const auto* const odd : {"[]", "{}", "1", R"({"results":[1,[],{}]})",
                                R"({"summary":{"data":[]},"request":"x"})"}) {
    BOOST_TEST(explain_review(odd, screen_of(80)).starts_with("review "));
  }
}

BOOST_AUTO_TEST_SUITE_END()
