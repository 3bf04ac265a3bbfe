#include "libsig/review/contracts.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include "tests/review/contracts_setting.hpp"

namespace review = libsig::review;
using libsig::errc;
using libsig::event_data;
using namespace review::testing;
using strings = std::vector<std::string>;

BOOST_FIXTURE_TEST_SUITE(contracts, contracts_setting)

// -- assignment ---------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_assignment_is_read_without_its_request) {
  review::assignment work;
  work.review_id = "r1";
  work.agent = "a";
  work.attempt = 2;
  work.path = review::decision_path::deep_review;
  const auto made = decode<review::assignment>("assignment", json_of(work));
  BOOST_TEST(made->review_id == "r1");
  BOOST_TEST(made->agent == "a");
  BOOST_TEST(made->attempt == 2u);
  BOOST_TEST((made->path == review::decision_path::deep_review));
  BOOST_TEST(made->asked == nullptr);
}

BOOST_AUTO_TEST_CASE(an_assignment_that_is_decoded_is_handed_on) {
  auto work = std::make_shared<review::assignment>();
  work->review_id = "r1";
  work->agent = "a";
  BOOST_TEST(
    validate("assignment", event_data::decoded(work))->get().data.decoded()
    == work.get());
  auto wrong = std::make_shared<review::assignment>(*work);
  wrong->agent = "a/b";
  BOOST_TEST(!validate("assignment", event_data::decoded(wrong)));
}

BOOST_AUTO_TEST_CASE(the_first_attempt_is_one) {
  const auto with_attempt = [this](const std::string& number) {
    return refusal("assignment",
                   R"({"agent":"a","path":"fast_path","review_id":"r",)"
                   R"("attempt":)"
                     + number + "}");
  };
  BOOST_TEST(with_attempt("1").empty());
  BOOST_TEST(!with_attempt("0").empty());
}

// -- review.result ------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_result_needs_a_review_id_and_an_agent_alone) {
  const auto made =
    decode<review::review_result>(review::result_type, result_with(""));
  BOOST_TEST(made->confidence == 0.0);
  BOOST_TEST(made->findings.empty());
  BOOST_TEST(!made->should_escalate);
  BOOST_TEST(made->metadata == "{}");
  BOOST_TEST(refusal(review::result_type, R"({"review_id":"r"})")
             == "/data/agent: is required, found nothing");
  BOOST_TEST(refusal(review::result_type, R"({"agent":"a"})")
             == "/data/review_id: is required, found nothing");
}

BOOST_AUTO_TEST_CASE(a_result_comes_back_as_it_was_written) {
  review::review_result sent;
  sent.review_id = "r1";
  sent.agent = "a";
  sent.confidence = 0.75;
  sent.should_escalate = true;
  sent.runtime_ms = 5;
  sent.path = review::decision_path::deep_review;
  sent.actions_run = {"x", "y"};
  sent.checks_failed = {"y"};
  sent.files_partial = {{"f", "encoding"}};
  sent.metadata = R"({"model":"m"})";
  auto& what = sent.findings.emplace_back();
  what.type = "t";
  what.severity = review::severity::medium;
  what.file = "f";
  what.summary = "s";
  what.recommendation = "r";
  what.line = 3;
  what.end_line = 4;
  what.rule = "t/x";
  what.confidence = 0.5;
  what.fingerprint = "p";
  what.suggestion = "u";
  const auto made =
    decode<review::review_result>(review::result_type, json_of(sent));
  BOOST_TEST((made->findings == sent.findings));
  BOOST_TEST(json_of(*made) == json_of(sent));
}

BOOST_AUTO_TEST_CASE(members_of_a_result_are_checked) {
  BOOST_TEST(result_refusal(R"("confidence":1)").empty());
  BOOST_TEST(result_refusal(R"("confidence":1.5)")
             == "/data/confidence: must be <= 1, found number");
  BOOST_TEST(result_refusal(R"("should_escalate":1)")
             == "/data/should_escalate: must be a boolean, found number");
  BOOST_TEST(result_refusal(R"("severity":"low")")
             == "/data/severity: is no known member, found string");
  BOOST_TEST(result_refusal(R"("findings":{})")
             == "/data/findings: must be an array, found object");
  BOOST_TEST(refusal(review::result_type, R"({"review_id":"r","agent":""})")
               .starts_with("/data/agent: "));
}

BOOST_AUTO_TEST_CASE(known_metadata_of_a_result_must_be_valid) {
  BOOST_TEST(result_refusal(R"("metadata":{"anything":null})").empty());
  BOOST_TEST(result_refusal(R"("metadata":{"path":"routed"})")
               .starts_with("/data/metadata/path: must be one of"));
  BOOST_TEST(result_refusal(R"("metadata":{"runtime_ms":-1})")
             == "/data/metadata/runtime_ms: must be >= 0, found number");
  BOOST_TEST(result_refusal(R"("metadata":{"actions_run":[1]})")
             == "/data/metadata/actions_run/0: must be a string, found number");
  BOOST_TEST(
    result_refusal(R"("metadata":{"files_partial":[{"file":"f"}]})")
    == "/data/metadata/files_partial/0/reason: is required, found nothing");
  BOOST_TEST(result_refusal(R"("metadata":[])")
             == "/data/metadata: must be an object, found array");
}

BOOST_AUTO_TEST_CASE(a_finding_has_a_closed_set_of_members) {
  BOOST_TEST(finding_refusal("").empty());
  BOOST_TEST(finding_refusal(R"("note":"x")")
             == "/data/findings/0/note: is no known member, found string");
  BOOST_TEST(finding_refusal(R"("agent":"x")")
             == "/data/findings/0/agent: is no known member, found string");
}

BOOST_AUTO_TEST_CASE(a_finding_needs_type_severity_file_and_summary) {
  for (const char* name : {"type", "severity", "file", "summary"}) {
    std::string what = R"({"type":"t","severity":"low","file":"f",)"
                       R"("summary":"s"})";
    const auto at = what.find(quoted(name) + ":");
    what.replace(at + 1, 1, "_");
    BOOST_TEST(result_refusal(R"("findings":[)" + what + "]")
               == "/data/findings/0/" + std::string{name}
                    + ": is required, found nothing");
  }
}

BOOST_AUTO_TEST_CASE(severities_are_the_four_of_the_contract) {
  const auto with_severity = [this](const std::string& text) {
    return result_refusal(
      R"("findings":[{"type":"t","file":"f","summary":"s","severity":)"
      + quoted(text) + "}]");
  };
  for (const char* text : {"none", "low", "medium", "high"}) {
    BOOST_TEST(with_severity(text).empty());
  }
  for (const char* text : {"critical", "High", ""}) {
    BOOST_TEST(with_severity(text).starts_with(
      "/data/findings/0/severity: must be one of"));
  }
}

BOOST_AUTO_TEST_CASE(lines_count_from_one_and_end_after_they_begin) {
  BOOST_TEST(finding_refusal(R"("line":1,"end_line":1)").empty());
  BOOST_TEST(finding_refusal(R"("line":0)")
             == "/data/findings/0/line: must be >= 1, found number");
  BOOST_TEST(finding_refusal(R"("line":4294967295)").empty());
  BOOST_TEST(!finding_refusal(R"("line":4294967296)").empty());
  BOOST_TEST(
    finding_refusal(R"("line":2,"end_line":1)")
    == "/data/findings/0/end_line: must not come before line, found number");
}

BOOST_AUTO_TEST_CASE(a_recommendation_alone_may_be_null) {
  BOOST_TEST(finding_refusal(R"("recommendation":null)").empty());
  BOOST_TEST(finding_refusal(R"("rule":null)")
             == "/data/findings/0/rule: must be a string, found null");
  BOOST_TEST(
    finding_refusal(R"("recommendation":1)")
    == "/data/findings/0/recommendation: must be a string, found number");
}

BOOST_AUTO_TEST_CASE(a_decoded_result_keeps_the_rules_too) {
  const auto place_of = [this](auto change) {
    auto sent = std::make_shared<review::review_result>();
    sent->review_id = "r1";
    sent->agent = "a";
    change(*sent);
    const auto made = validate(review::result_type, event_data::decoded(sent));
    return made ? std::string{} : made.error().place();
  };
  using review::review_result;
  BOOST_TEST(place_of([](review_result&) {}) == "");
  BOOST_TEST(place_of([](review_result& it) { it.agent = ""; })
             == "/data/agent");
  BOOST_TEST(place_of([](review_result& it) { it.review_id = ""; })
             == "/data/review_id");
  BOOST_TEST(place_of([](review_result& it) { it.confidence = 1.01; })
             == "/data/confidence");
  BOOST_TEST(place_of([](review_result& it) { it.findings.resize(1); })
             == "/data/findings/0");
  BOOST_TEST(place_of([](review_result& it) { it.metadata = R"({"a":1})"; })
             == "");
  BOOST_TEST(place_of([](review_result& it) { it.metadata = R"({"a": 1})"; })
             == "/data/metadata");
}

BOOST_AUTO_TEST_CASE(data_decoded_as_another_type_are_read_as_text) {
  auto sent = std::make_shared<review::history>();
  sent->review_id = "r1";
  sent->agent = "a";
  const auto made = validate(review::result_type, event_data::decoded(sent));
  BOOST_REQUIRE(!made);
  BOOST_TEST(made.error().place() == "/data/history");
}

// -- review.summary, review.history -------------------------------------------

BOOST_AUTO_TEST_CASE(a_summary_comes_back_as_it_was_written) {
  review::summary sent;
  sent.review_id = "r1";
  sent.status = review::review_status::failed;
  sent.severity = review::severity::high;
  auto& what = sent.findings.emplace_back();
  what.type = "t";
  what.severity = review::severity::high;
  what.file = "f";
  what.summary = "s";
  what.agent = "a";
  sent.recommendations = {"do"};
  sent.escalations = {"No response from b"};
  sent.path = review::decision_path::deep_review;
  sent.rationale = "why";
  sent.specialists_resolved = {"a"};
  sent.duration_ms = 12;
  auto& covered = sent.coverage;
  covered.files_changed = 8;
  covered.files_full = 1;
  covered.files_partial = {{"p", "encoding"}};
  covered.files_skipped = {{"q", "binary"}};
  covered.files_partial_unnamed = 2;
  covered.files_skipped_unnamed = 3;
  covered.lines_added = 5;
  covered.lines_removed = 6;
  covered.specialists = {{"a", review::specialist_state::done},
                         {"b", review::specialist_state::timed_out}};
  covered.checks_failed = {{"a", {"x", "y"}}};
  covered.held_back = 4;
  const auto made =
    decode<review::summary>(review::summary_type, json_of(sent));
  BOOST_TEST((made->coverage == sent.coverage));
  BOOST_TEST(json_of(*made) == json_of(sent));
}

BOOST_AUTO_TEST_CASE(a_summary_needs_its_review_id_alone) {
  const auto made =
    decode<review::summary>(review::summary_type, R"({"review_id":"r"})");
  BOOST_TEST((made->status == review::review_status::complete));
  BOOST_TEST((made->severity == review::severity::none));
  BOOST_TEST(refusal(review::summary_type, "{}")
             == "/data/review_id: is required, found nothing");
}

BOOST_AUTO_TEST_CASE(members_of_a_summary_are_checked) {
  const auto with = [this](const std::string& member) {
    return refusal(review::summary_type, R"({"review_id":"r",)" + member + "}");
  };
  BOOST_TEST(with(R"("metadata":{"x":1})").empty());
  BOOST_TEST(
    with(R"("status":"timeout")").starts_with("/data/status: must be one of"));
  BOOST_TEST(with(R"("severity":"critical")")
               .starts_with("/data/severity: must be one of"));
  BOOST_TEST(with(R"("agent":"x")")
             == "/data/agent: is no known member, found string");
  BOOST_TEST(with(R"("metadata":{"decision_path":"routed"})")
               .starts_with("/data/metadata/decision_path: must be one of"));
  BOOST_TEST(
    with(R"("metadata":{"coverage":{"specialists":{"a":"gone"}}})")
      .starts_with("/data/metadata/coverage/specialists/a: must be one of"));
  BOOST_TEST(with(R"("metadata":{"coverage":{"files":{"full":-1}}})")
             == "/data/metadata/coverage/files/full: must be >= 0, found "
                "number");
}

BOOST_AUTO_TEST_CASE(a_history_comes_back_as_it_was_written) {
  review::history sent;
  sent.review_id = "r1";
  sent.agent = "a";
  sent.entries = {{"r0", review::severity::low, 2}};
  const auto made =
    decode<review::history>(review::history_type, json_of(sent));
  BOOST_TEST(json_of(*made) == json_of(sent));
  BOOST_TEST(refusal(review::history_type,
                     R"({"review_id":"r","agent":"a","history":[{}]})")
             == "/data/history/0/review_id: is required, found nothing");
}

BOOST_AUTO_TEST_CASE(contracts_are_registered_once) {
  const auto again = review::add_contracts(registry);
  BOOST_REQUIRE(!again);
  BOOST_TEST((again.error().code() == errc::already_exists));
}

BOOST_AUTO_TEST_SUITE_END()
