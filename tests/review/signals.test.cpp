#include "libsig/review/signals.hpp"

#include <boost/test/unit_test.hpp>

#include <nlohmann/json.hpp>

#include "libsig/codec/json_text.hpp"
#include "tests/review/builders.hpp"

namespace review = libsig::review;
using libsig::payload;
using review::testing::make_finding;

namespace {

std::string json_of(const payload& what) {
  std::string out;
  what.append_json(out);
  return out;
}

review::request make_request(std::string diff) {
  review::request made;
  made.review_id = "r1";
  made.diff = std::make_shared<const std::string>(std::move(diff));
  return made;
}

/// Whether the text is JSON whose members stand in the order of their names.
bool is_sorted_and_compact(const std::string& text) {
  return nlohmann::json::parse(text).dump() == text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(signals)

// -- names --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(sources_and_subjects_are_those_of_the_contract) {
  const auto prefix = review::source_prefix_default;
  BOOST_TEST(review::reviews_source(prefix) == "/synapse/reviews");
  BOOST_TEST(review::agent_source(prefix, review::coordinator_name)
             == "/synapse/agents/coordinator");
  BOOST_TEST(review::review_subject("a/b") == "jido://review/a/b");
  BOOST_TEST(review::assignment_type(review::security_specialist_name)
             == "internal.review.assignment.security_specialist");
}

BOOST_AUTO_TEST_CASE(the_source_prefix_is_configurable) {
  BOOST_TEST(review::reviews_source("/ours") == "/ours/reviews");
}

BOOST_AUTO_TEST_CASE(a_name_in_a_source_is_percent_encoded) {
  BOOST_TEST(review::agent_source("", "a b%c\xC3\xA9~x-1_.")
             == "/agents/a%20b%25c%C3%A9~x-1_.");
}

BOOST_AUTO_TEST_CASE(states_of_specialists_have_names) {
  using enum review::specialist_state;
  BOOST_TEST(to_string(done) == "done");
  BOOST_TEST(to_string(failed) == "failed");
  BOOST_TEST(to_string(timed_out) == "timed_out");
  BOOST_TEST(to_string(skipped) == "skipped");
}

// -- review.request -----------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_request_writes_only_what_was_stated) {
  BOOST_TEST(json_of(make_request("x")) == R"({"diff":"x","review_id":"r1"})");
}

BOOST_AUTO_TEST_CASE(a_request_writes_stated_defaults) {
  auto asked = make_request("x");
  asked.files_changed = 0;
  asked.stated = {
    .labels = true, .intent = true, .risk_factor = true, .metadata = true};
  BOOST_TEST(json_of(asked)
             == R"({"diff":"x","files_changed":0,"intent":"feature",)"
                R"("labels":[],"metadata":{},"review_id":"r1",)"
                R"("risk_factor":0.0})");
}

BOOST_AUTO_TEST_CASE(a_request_writes_what_is_not_the_default) {
  auto asked = make_request("x");
  asked.labels = {"a", "\"b\""};
  asked.intent = "hotfix";
  asked.risk_factor = 0.25;
  BOOST_TEST(json_of(asked)
             == R"({"diff":"x","intent":"hotfix","labels":["a","\"b\""],)"
                R"("review_id":"r1","risk_factor":0.25})");
}

BOOST_AUTO_TEST_CASE(decoded_metadata_is_merged_back_in_order) {
  auto asked = make_request("a\xFF");
  asked.diff_is_bytes = true;
  asked.metadata = R"({"author":"a,}\"","diff":1,"diff_base64x":{"x":[1,2]},)"
                   R"("hot":[{"y":"]"}],"options_":null,"z":"\\"})";
  asked.hot_functions = {"f"};
  asked.options.include = {"*.c"};
  asked.options.exclude = {"x"};
  asked.options.only = {"o"};
  asked.options.skip = {"s"};
  asked.options.mode = review::filter_mode::file;
  asked.options.timeout = std::chrono::milliseconds{5};
  const auto text = json_of(asked);
  BOOST_TEST(
    text
    == "{\"diff\":\"a\xEF\xBF\xBD\","
       R"("metadata":{"author":"a,}\"","diff":1,"diff_base64":"Yf8=",)"
       R"("diff_base64x":{"x":[1,2]},"hot":[{"y":"]"}],)"
       R"("hot_functions":["f"],"options":{"exclude":["x"],)"
       R"("filter_mode":"file","include":["*.c"],"only":["o"],"skip":["s"],)"
       R"("timeout_ms":5},"options_":null,"z":"\\"},"review_id":"r1"})");
  BOOST_TEST(is_sorted_and_compact(text));
}

BOOST_AUTO_TEST_CASE(stated_empty_options_are_written) {
  auto asked = make_request("");
  asked.stated.options = true;
  asked.stated.hot_functions = true;
  asked.stated.skip = true;
  asked.stated.filter_mode = true;
  BOOST_TEST(json_of(asked)
             == R"({"diff":"","metadata":{"hot_functions":[],"options":)"
                R"({"filter_mode":"added","skip":[]}},"review_id":"r1"})");
}

BOOST_AUTO_TEST_CASE(a_diff_that_was_shown_otherwise_is_written_as_it_came) {
  auto asked = make_request("\xFF\xFF");
  asked.diff_is_bytes = true;
  asked.diff_shown = std::make_shared<const std::string>("\xEF\xBF\xBD");
  BOOST_TEST(json_of(asked)
             == "{\"diff\":\"\xEF\xBF\xBD\",\"metadata\":"
                R"({"diff_base64":"//8="},"review_id":"r1"})");
}

BOOST_AUTO_TEST_CASE(names_of_metadata_are_ordered_by_bytes_despite_escapes) {
  auto asked = make_request("");
  asked.metadata = R"({"diff_base\n":1,"diff_base\\":2,"o":3})";
  asked.diff_is_bytes = true;
  asked.stated.hot_functions = true;
  const auto text = json_of(asked);
  BOOST_TEST(text.find(R"("diff_base\n":1,"diff_base64":"","diff_base\\":2,)")
             != std::string::npos);
}

// -- assignment ---------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_assignment_does_not_repeat_the_diff) {
  review::assignment work;
  work.review_id = "r1";
  work.agent = "a";
  work.attempt = 2;
  work.path = review::decision_path::deep_review;
  work.asked = std::make_shared<const review::request>(make_request("secret"));
  BOOST_TEST(json_of(work)
             == R"({"agent":"a","attempt":2,)"
                R"("path":"deep_review","review_id":"r1"})");
}

// -- review.result ------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_result_writes_required_members_and_lists_alone) {
  review::review_result made;
  made.review_id = "r1";
  made.agent = "a";
  made.confidence = 1.0;
  BOOST_TEST(json_of(made)
             == R"({"agent":"a","confidence":1.0,"findings":[],"metadata":)"
                R"({"actions_run":[],"checks_failed":[]},"review_id":"r1",)"
                R"("should_escalate":false})");
}

BOOST_AUTO_TEST_CASE(a_result_writes_every_member_sorted) {
  review::review_result made;
  made.review_id = "r1";
  made.agent = "a";
  made.confidence = 0.5;
  made.should_escalate = true;
  made.runtime_ms = 7;
  made.path = review::decision_path::fast_path;
  made.actions_run = {"x"};
  made.checks_failed = {"x"};
  made.files_partial = {{"f\xFF", "encoding"}};
  made.metadata = R"({"a":1,"b":2,"model":"m","z":[]})";
  auto what = make_finding("t", review::severity::low, "f\xFF", "s", 3);
  what.recommendation = "r";
  what.end_line = 4;
  what.rule = "t/x";
  what.confidence = 0.75;
  what.fingerprint = "p";
  what.suggestion = "u";
  made.findings = {what};
  const auto text = json_of(made);
  BOOST_TEST(is_sorted_and_compact(text));
  BOOST_TEST(
    text
    == R"({"agent":"a","confidence":0.5,"findings":[{"confidence":0.75,)"
       "\"end_line\":4,\"file\":\"f\xEF\xBF\xBD\","
       R"("fingerprint":"p","line":3,"recommendation":"r","rule":"t/x",)"
       R"("severity":"low","suggestion":"u","summary":"s","type":"t"}],)"
       R"("metadata":{"a":1,"actions_run":["x"],"b":2,)"
       "\"checks_failed\":[\"x\"],\"files_partial\":[{\"file\":"
       "\"f\xEF\xBF\xBD\",\"reason\":\"encoding\"}],"
       R"("model":"m","path":"fast_path","runtime_ms":7,"z":[]},)"
       R"("review_id":"r1","should_escalate":true})");
}

// -- review.summary -----------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_summary_writes_every_member_sorted) {
  review::summary made;
  made.review_id = "r1";
  made.status = review::review_status::failed;
  made.severity = review::severity::high;
  made.findings = {make_finding("t", review::severity::high, "f", "s")};
  made.findings.front().agent = "a";
  made.recommendations = {"do"};
  made.escalations = {"No response from b"};
  made.path = review::decision_path::deep_review;
  made.rationale = "why";
  made.specialists_resolved = {"a"};
  made.duration_ms = 12;
  made.coverage.files_changed = 3;
  made.coverage.files_full = 1;
  made.coverage.files_partial = {{"p", "encoding"}};
  made.coverage.files_skipped = {{"q", "binary"}};
  made.coverage.lines_added = 5;
  made.coverage.lines_removed = 6;
  made.coverage.specialists = {{"a", review::specialist_state::done},
                               {"b\"", review::specialist_state::timed_out}};
  made.coverage.checks_failed = {{"a", {"x", "y"}}};
  made.coverage.held_back = 4;
  const auto text = json_of(made);
  BOOST_TEST(is_sorted_and_compact(text));
  BOOST_TEST(
    text
    == R"({"escalations":["No response from b"],"findings":[{"agent":"a",)"
       R"("file":"f","severity":"high","summary":"s","type":"t"}],)"
       R"("metadata":{"coverage":{"checks_failed":{"a":["x","y"]},"files":)"
       R"({"changed":3,"full":1,"partial":[{"file":"p","reason":"encoding"}],)"
       R"("skipped":[{"file":"q","reason":"binary"}]},"held_back":4,)"
       R"("lines":{"added":5,"removed":6},"specialists":{"a":"done",)"
       R"("b\"":"timed_out"}},"decision_path":"deep_review",)"
       R"("duration_ms":12,"rationale":"why","specialists_resolved":["a"]},)"
       R"("recommendations":["do"],"review_id":"r1","severity":"high",)"
       R"("status":"failed"})");
}

BOOST_AUTO_TEST_CASE(files_beyond_the_lists_are_counted_in_the_json) {
  review::summary made;
  made.coverage.files_partial_unnamed = 2;
  made.coverage.files_skipped_unnamed = 3;
  const auto text = json_of(made);
  BOOST_TEST(is_sorted_and_compact(text));
  BOOST_TEST(text.find(R"("partial":[],"partial_unnamed":2,)"
                       R"("skipped":[],"skipped_unnamed":3})")
             != std::string::npos);
}

// -- review.history -----------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_history_writes_its_entries_in_order) {
  review::history made;
  made.review_id = "r1";
  made.agent = "a";
  made.entries = {{"r0", review::severity::low, 2},
                  {"r1", review::severity::none, 0}};
  BOOST_TEST(json_of(made)
             == R"({"agent":"a","history":[{"findings":2,"review_id":"r0",)"
                R"("severity":"low"},{"findings":0,"review_id":"r1",)"
                R"("severity":"none"}],"review_id":"r1"})");
}

BOOST_AUTO_TEST_SUITE_END()
