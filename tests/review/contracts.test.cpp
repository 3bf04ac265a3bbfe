#include "libsig/review/contracts.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include <limits>
#include <string>
#include <utility>

#include "libsig/codec/json_text.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/review/pipeline.hpp"
#include "libsig/review/signals.hpp"

namespace review = libsig::review;
using libsig::errc;
using libsig::event_data;
using strings = std::vector<std::string>;

namespace {

const std::string small_diff = "--- a/a.c\n+++ b/a.c\n@@ -1 +1 @@\n-a\n+b\n";

std::string quoted(std::string_view text) {
  std::string out;
  libsig::codec::append_json_string(out, text);
  return out;
}

/// The whole way that a signal takes: source and type, then its contract.
struct contracts_setting {
  libsig::schema::registry registry;

  contracts_setting() {
    BOOST_REQUIRE(review::add_contracts(registry).has_value());
    BOOST_REQUIRE(
      registry.add("assignment", review::assignment_contract()).has_value());
  }

  libsig::result<libsig::valid_draft> validate(std::string_view type,
                                               event_data data) const {
    libsig::draft made;
    made.id = "1";
    made.source = "/x";
    made.type = type;
    made.data = std::move(data);
    return registry.validate(std::move(made));
  }

  libsig::result<libsig::valid_draft> read(std::string_view type,
                                           std::string text) const {
    return validate(type, event_data::json(std::move(text)));
  }

  template <class T>
  std::shared_ptr<const T> decode(std::string_view type,
                                  std::string text) const {
    const auto made = read(type, std::move(text));
    if (!made) {
      BOOST_FAIL(made.error().message());
    }
    auto decoded = made->get().data.as<T>();
    BOOST_REQUIRE(decoded != nullptr);
    return decoded;
  }

  /// `place: detail` of the refusal; empty when there is none.
  std::string refusal(std::string_view type, std::string text) const {
    const auto made = read(type, std::move(text));
    if (made) {
      return {};
    }
    BOOST_TEST((made.error().code() == errc::schema_violation));
    return made.error().place() + ": " + made.error().detail();
  }

  /// A request with more members.
  static std::string request_with(const std::string& members) {
    return R"({"review_id":"r1","diff":)" + quoted(small_diff)
           + (members.empty() ? "" : "," + members) + "}";
  }

  std::string request_refusal(const std::string& members) const {
    return refusal(review::request_type, request_with(members));
  }

  std::shared_ptr<const review::request>
  request_of(const std::string& members) const {
    return decode<review::request>(review::request_type, request_with(members));
  }

  static std::string result_with(const std::string& members) {
    return R"({"review_id":"r1","agent":"a")"
           + (members.empty() ? "" : "," + members) + "}";
  }

  std::string result_refusal(const std::string& members) const {
    return refusal(review::result_type, result_with(members));
  }

  std::string finding_refusal(const std::string& members) const {
    return result_refusal(
      R"("findings":[{"type":"t","severity":"low","file":"f","summary":"s")"
      + (members.empty() ? "" : "," + members) + "}]");
  }
};

std::string repeated(const std::string& item, std::size_t count) {
  std::string list = "[";
  for (std::size_t index = 0; index < count; ++index) {
    list += (index > 0 ? "," : "") + item;
  }
  return list + "]";
}

/// A request whose bytes have two at the end of a line that begin a character
/// of UTF-8, and its text what is given.
std::string with_two_bytes(const std::string& shown) {
  return R"({"review_id":"r","diff":"--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n+)"
         + shown
         + R"(\n","metadata":{"a":1,"diff_base64":")"
           "LS0tIGEvYQorKysgYi9hCkBAIC0xICsxIEBACi1hCivwnwo=\"}}";
}

std::string json_of(const libsig::payload& what) {
  std::string out;
  what.append_json(out);
  return out;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(contracts, contracts_setting)

// -- review.request: members --------------------------------------------------

BOOST_AUTO_TEST_CASE(a_request_needs_a_review_id_and_a_diff_alone) {
  const auto made = request_of("");
  BOOST_TEST(made->review_id == "r1");
  BOOST_TEST(*made->diff == small_diff);
  BOOST_TEST(!made->diff_is_bytes);
  BOOST_TEST(!made->files_changed);
  BOOST_TEST(made->labels.empty());
  BOOST_TEST(made->intent == "feature");
  BOOST_TEST(made->risk_factor == 0.0);
  BOOST_TEST(made->metadata == "{}");
  BOOST_TEST((made->options == review::request_options{}));
  BOOST_TEST((made->options.mode == review::filter_mode::added));
}

BOOST_AUTO_TEST_CASE(a_request_without_a_required_member_is_refused) {
  BOOST_TEST(refusal(review::request_type, R"({"diff":""})")
             == "/data/review_id: is required, found nothing");
  BOOST_TEST(refusal(review::request_type, R"({"review_id":"r"})")
             == "/data/diff: is required, found nothing");
}

BOOST_AUTO_TEST_CASE(data_that_are_no_object_are_refused) {
  BOOST_TEST(refusal(review::request_type, "[]")
             == "/data: must be an object, found array");
  for (const auto& data : {event_data{}, event_data::binary("x")}) {
    const auto made = validate(review::request_type, data);
    BOOST_REQUIRE(!made);
    BOOST_TEST(made.error().place() == "/data");
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_member_is_refused_by_its_pointer) {
  BOOST_TEST(request_refusal(R"("files":[])")
             == "/data/files: is no known member, found array");
  BOOST_TEST(request_refusal(R"("a/b":1)")
             == "/data/a~1b: is no known member, found number");
}

BOOST_AUTO_TEST_CASE(a_member_that_is_null_is_not_absent) {
  for (const char* name :
       {"files_changed", "labels", "intent", "risk_factor", "metadata"}) {
    const auto text = request_refusal(quoted(name) + ":null");
    BOOST_TEST(text.starts_with(std::string{"/data/"} + name + ": "));
    BOOST_TEST(text.ends_with("found null"));
  }
}

BOOST_AUTO_TEST_CASE(the_rules_of_review_ids_hold) {
  const auto with_id = [this](const std::string& id) {
    return refusal(review::request_type,
                   R"({"diff":"","review_id":)" + quoted(id) + "}");
  };
  BOOST_TEST(with_id("a/b").empty());
  BOOST_TEST(with_id(std::string(256, 'x')).empty());
  BOOST_TEST(with_id(std::string(257, 'x')).starts_with("/data/review_id: "));
  for (const char* id : {"", " ", ".", "..", "*", "a\\b", "a\nb"}) {
    BOOST_TEST(with_id(id).starts_with("/data/review_id: "));
  }
}

BOOST_AUTO_TEST_CASE(files_changed_is_a_whole_number_from_zero) {
  BOOST_TEST(*request_of(R"("files_changed":0)")->files_changed == 0u);
  BOOST_TEST(*request_of(R"("files_changed":3.0)")->files_changed == 3u);
  BOOST_TEST(request_refusal(R"("files_changed":-1)")
             == "/data/files_changed: must be >= 0, found number");
  BOOST_TEST(request_refusal(R"("files_changed":1.5)")
             == "/data/files_changed: must be an integer, found number");
  BOOST_TEST(request_refusal(R"("files_changed":"1")")
             == "/data/files_changed: must be an integer, found string");
}

BOOST_AUTO_TEST_CASE(risk_lies_between_zero_and_one_and_may_be_whole) {
  BOOST_TEST(request_of(R"("risk_factor":1)")->risk_factor == 1.0);
  BOOST_TEST(request_of(R"("risk_factor":0)")->risk_factor == 0.0);
  BOOST_TEST(request_of(R"("risk_factor":0.5)")->risk_factor == 0.5);
  BOOST_TEST(request_refusal(R"("risk_factor":1.01)")
             == "/data/risk_factor: must be <= 1, found number");
  BOOST_TEST(request_refusal(R"("risk_factor":-0.01)")
             == "/data/risk_factor: must be >= 0, found number");
}

BOOST_AUTO_TEST_CASE(labels_are_at_most_a_hundred) {
  BOOST_TEST(request_of(R"("labels":)" + repeated(R"("x")", 100))->labels.size()
             == 100u);
  BOOST_TEST(request_refusal(R"("labels":)" + repeated(R"("x")", 101))
             == "/data/labels: must have at most 100 elements, found array");
}

BOOST_AUTO_TEST_CASE(labels_and_intent_have_at_most_256_bytes) {
  const auto longest = quoted(std::string(256, 'x'));
  const auto longer = quoted(std::string(257, 'x'));
  BOOST_TEST(request_refusal(R"("labels":[)" + longest + "]").empty());
  BOOST_TEST(request_refusal(R"("labels":["",)" + longer + "]")
             == "/data/labels/1: must have at most 256 bytes, found string");
  BOOST_TEST(request_refusal(R"("labels":[1])")
             == "/data/labels/0: must be a string, found number");
  BOOST_TEST(request_refusal(R"("intent":)" + longest).empty());
  BOOST_TEST(request_refusal(R"("intent":)" + longer)
             == "/data/intent: must have at most 256 bytes, found string");
}

// -- review.request: metadata -------------------------------------------------

BOOST_AUTO_TEST_CASE(metadata_is_open_and_kept) {
  const auto made =
    request_of(R"("metadata":{ "z": [1, 2], "author": "me", "a": null })");
  BOOST_TEST(made->metadata == R"({"a":null,"author":"me","z":[1,2]})");
}

BOOST_AUTO_TEST_CASE(metadata_that_document_002_names_are_texts) {
  for (const char* name : {"author", "branch", "repo", "timestamp"}) {
    BOOST_TEST(
      request_refusal(R"("metadata":{")" + std::string{name} + R"(":1})")
      == "/data/metadata/" + std::string{name}
           + ": must be a string, found number");
  }
}

BOOST_AUTO_TEST_CASE(options_are_decoded) {
  const auto made =
    request_of(R"("metadata":{"options":{"include":["*.c"],"exclude":["x"],)"
               R"("only":["o"],"skip":["s"],"filter_mode":"nofilter",)"
               R"("timeout_ms":250},"hot_functions":["f","g"]})");
  const auto& options = made->options;
  BOOST_TEST(options.include == strings{"*.c"},
             boost::test_tools::per_element());
  BOOST_TEST(options.exclude == strings{"x"}, boost::test_tools::per_element());
  BOOST_TEST(options.only == strings{"o"}, boost::test_tools::per_element());
  BOOST_TEST(options.skip == strings{"s"}, boost::test_tools::per_element());
  BOOST_TEST((options.mode == review::filter_mode::nofilter));
  BOOST_TEST(options.timeout->count() == 250);
  BOOST_TEST(made->hot_functions == (strings{"f", "g"}),
             boost::test_tools::per_element());
  BOOST_TEST(made->metadata == "{}");
}

BOOST_AUTO_TEST_CASE(options_are_a_closed_set) {
  BOOST_TEST(request_refusal(R"("metadata":{"options":{"timeout":1}})")
             == "/data/metadata/options/timeout: is no known member, found "
                "number");
  BOOST_TEST(request_refusal(R"("metadata":{"options":[]})")
             == "/data/metadata/options: must be an object, found array");
  BOOST_TEST(
    request_refusal(R"("metadata":{"options":{"filter_mode":"all"}})")
      .starts_with("/data/metadata/options/filter_mode: must be one of"));
  BOOST_TEST(
    request_refusal(R"("metadata":{"options":{"include":[1]}})")
    == "/data/metadata/options/include/0: must be a string, found number");
}

BOOST_AUTO_TEST_CASE(a_deadline_lies_between_a_millisecond_and_a_day) {
  const auto with_timeout = [this](const std::string& number) {
    return request_refusal(R"("metadata":{"options":{"timeout_ms":)" + number
                           + "}}");
  };
  BOOST_TEST(with_timeout("1").empty());
  BOOST_TEST(with_timeout("86400000").empty());
  BOOST_TEST(!with_timeout("0").empty());
  BOOST_TEST(!with_timeout("86400001").empty());
  BOOST_TEST(!with_timeout("null").empty());
}

BOOST_AUTO_TEST_CASE(globs_are_bounded_in_number_and_length) {
  const auto with_globs = [this](const std::string& list) {
    return request_refusal(R"("metadata":{"options":{"exclude":)" + list
                           + "}}");
  };
  BOOST_TEST(with_globs(repeated(R"("x")", 100)).empty());
  BOOST_TEST(!with_globs(repeated(R"("x")", 101)).empty());
  BOOST_TEST(with_globs("[" + quoted(std::string(256, 'x')) + "]").empty());
  BOOST_TEST(!with_globs("[" + quoted(std::string(257, 'x')) + "]").empty());
  BOOST_TEST(!with_globs(R"([""])").empty());
}

BOOST_AUTO_TEST_CASE(hot_functions_are_a_list_of_texts) {
  BOOST_TEST(request_refusal(R"("metadata":{"hot_functions":"f"})")
             == "/data/metadata/hot_functions: must be an array, found string");
  BOOST_TEST(
    request_refusal(R"("metadata":{"hot_functions":[{}]})")
    == "/data/metadata/hot_functions/0: must be a string, found object");
}

// -- review.request: the diff -------------------------------------------------

BOOST_AUTO_TEST_CASE(the_diff_is_parsed_and_scoped_at_the_gate) {
  const auto made = request_of(R"("metadata":{"options":{"exclude":["a.c"]}})");
  BOOST_REQUIRE(made->scope != nullptr);
  BOOST_TEST(made->scope->covered.files_changed == 1u);
  BOOST_TEST(made->scope->files.empty());
}

BOOST_AUTO_TEST_CASE(a_broken_diff_is_refused_at_the_gate_with_its_line) {
  const auto made =
    read(review::request_type, R"({"review_id":"r","diff":"junk\n"})");
  BOOST_REQUIRE(!made);
  BOOST_TEST((made.error().code() == errc::invalid_diff));
  BOOST_TEST(made.error().place().starts_with("line "));
}

BOOST_AUTO_TEST_CASE(a_blank_diff_is_a_review_of_nothing) {
  const auto made = decode<review::request>(
    review::request_type, R"({"review_id":"r","diff":" \n"})");
  BOOST_TEST(made->scope->files.empty());
}

BOOST_AUTO_TEST_CASE(the_bytes_beside_a_diff_decide) {
  // One byte that is no UTF-8, shown as U+FFFD.
  const auto made = decode<review::request>(
    review::request_type,
    "{\"review_id\":\"r\",\"diff\":\"--- a/a\\n+++ b/a\\n@@ -1 +1 @@\\n-a\\n"
    "+\xEF\xBF\xBD\\n\",\"metadata\":{\"diff_base64\":"
    "\"LS0tIGEvYQorKysgYi9hCkBAIC0xICsxIEBACi1hCiv/Cg==\"}}");
  BOOST_TEST(made->diff_is_bytes);
  BOOST_TEST(*made->diff == "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n+\xFF\n");
  BOOST_TEST(made->diff_shown == nullptr);
  BOOST_TEST(made->metadata == "{}");
  BOOST_REQUIRE(made->scope->covered.files_partial.size() == 1u);
  BOOST_TEST(made->scope->covered.files_partial[0].reason == "encoding");
}

BOOST_AUTO_TEST_CASE(bytes_may_be_shown_as_any_decoder_shows_them) {
  // One U+FFFD for each of two bytes that begin a character, or one for both.
  for (const char* shown : {"\xEF\xBF\xBD\xEF\xBF\xBD", "\xEF\xBF\xBD"}) {
    BOOST_TEST(refusal(review::request_type, with_two_bytes(shown)) == "");
  }
  BOOST_TEST(refusal(review::request_type, with_two_bytes("?")) != "");
}

BOOST_AUTO_TEST_CASE(a_diff_that_shows_other_bytes_is_refused) {
  const auto with_diff = [this](const std::string& shown) {
    return refusal(review::request_type,
                   R"({"review_id":"r","diff":")" + shown
                     + R"(","metadata":{"diff_base64":"Cgo="}})");
  };
  BOOST_TEST(with_diff("\\n\\n").empty());
  for (const char* shown :
       {"", "\\n", "\\n\\n\\n", "\\n ", "\\n\xEF\xBF\xBD"}) {
    BOOST_TEST(with_diff(shown)
               == "/data/metadata/diff_base64: must be the bytes that diff "
                  "shows, found string");
  }
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_base64_are_refused) {
  for (const char* text : {R"("*")", R"("Cg")", R"("Cg==\n")", "1", "null"}) {
    BOOST_TEST(
      request_refusal(R"("metadata":{"diff_base64":)" + std::string{text} + "}")
        .starts_with("/data/metadata/diff_base64: must be "));
  }
}

// -- review.request: one document ---------------------------------------------

BOOST_AUTO_TEST_CASE(the_claim_is_the_review_id) {
  BOOST_TEST(read(review::request_type, request_with(""))->claim()
             == "review:r1");
}

BOOST_AUTO_TEST_CASE(a_request_is_written_as_it_was_stated) {
  for (const char* members :
       {"", R"("labels":[])", R"("intent":"feature","risk_factor":0)",
        R"("risk_factor":0.25,"files_changed":2,"labels":["a",""])",
        R"("metadata":{})", R"("metadata":{"hot_functions":[]})",
        R"("metadata":{"options":{}})",
        R"("metadata":{"zz":1,"options":{"filter_mode":"added","skip":[]}})",
        R"("metadata":{"options":{"timeout_ms":5},"a":{"b":[1.5,"\u0007"]}})",
        R"("metadata":{"options":{"include":[],"exclude":[],"only":["x"]}})"}) {
    const auto stated = request_with(members);
    const auto written = libsig::codec::canonical_json(
      json_of(*decode<review::request>(review::request_type, stated)));
    BOOST_REQUIRE(written.has_value());
    BOOST_TEST(*written == libsig::codec::canonical_json(stated).value());
  }
}

BOOST_AUTO_TEST_CASE(bytes_are_written_as_they_were_stated) {
  for (const char* shown : {"\xEF\xBF\xBD\xEF\xBF\xBD", "\xEF\xBF\xBD"}) {
    const auto stated = with_two_bytes(shown);
    const auto made = decode<review::request>(review::request_type, stated);
    BOOST_TEST(libsig::codec::canonical_json(json_of(*made)).value()
               == libsig::codec::canonical_json(stated).value());
  }
}

BOOST_AUTO_TEST_CASE(the_text_of_a_request_stays_beside_what_is_decoded) {
  const auto text = request_with(R"("risk_factor":1e-1)");
  const auto made = read(review::request_type, text);
  BOOST_TEST(*made->get().data.bytes() == text);
}

// -- review.request: decoded --------------------------------------------------

namespace {

std::shared_ptr<review::request> decoded_request() {
  auto made = std::make_shared<review::request>();
  made->review_id = "r1";
  made->diff = std::make_shared<const std::string>(small_diff);
  return made;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_decoded_request_gets_its_scope) {
  const auto made =
    validate(review::request_type, event_data::decoded(decoded_request()));
  BOOST_REQUIRE(made.has_value());
  BOOST_TEST(made->claim() == "review:r1");
  BOOST_TEST(made->get().data.as<review::request>()->scope != nullptr);
  BOOST_TEST(made->get().data.bytes() == nullptr);
}

BOOST_AUTO_TEST_CASE(a_complete_decoded_request_is_not_copied) {
  auto asked = decoded_request();
  asked->scope = review::make_scope(*asked).value();
  const auto made = validate(review::request_type, event_data::decoded(asked));
  BOOST_REQUIRE(made.has_value());
  BOOST_TEST(made->get().data.decoded() == asked.get());
}

BOOST_AUTO_TEST_CASE(a_decoded_diff_that_is_not_utf_8_is_written_as_bytes) {
  auto asked = decoded_request();
  asked->diff = std::make_shared<const std::string>(
    "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n+\xFF\n");
  const auto made = validate(review::request_type, event_data::decoded(asked));
  BOOST_REQUIRE(made.has_value());
  const auto text = made->get().data.json_text();
  BOOST_TEST(text.find("diff_base64") != std::string::npos);
  BOOST_TEST(refusal(review::request_type, text).empty());
}

BOOST_AUTO_TEST_CASE(the_metadata_of_a_decoded_request_is_put_in_order) {
  auto asked = decoded_request();
  asked->metadata = R"({ "b": 1, "a": 2 })";
  const auto made = validate(review::request_type, event_data::decoded(asked));
  BOOST_REQUIRE(made.has_value());
  BOOST_TEST(made->get().data.as<review::request>()->metadata
             == R"({"a":2,"b":1})");
}

BOOST_AUTO_TEST_CASE(a_decoded_request_keeps_the_rules_too) {
  const auto place_of = [this](auto change) {
    auto asked = decoded_request();
    change(*asked);
    const auto made =
      validate(review::request_type, event_data::decoded(asked));
    return made ? std::string{} : made.error().place();
  };
  using review::request;
  BOOST_TEST(place_of([](request&) {}) == "");
  BOOST_TEST(place_of([](request& it) { it.review_id = ".."; })
             == "/data/review_id");
  BOOST_TEST(place_of([](request& it) { it.diff = nullptr; }) == "/data/diff");
  BOOST_TEST(place_of([](request& it) { it.risk_factor = 1.5; })
             == "/data/risk_factor");
  BOOST_TEST(place_of([](request& it) {
               it.risk_factor = std::numeric_limits<double>::quiet_NaN();
             })
             == "/data/risk_factor");
  BOOST_TEST(place_of([](request& it) { it.labels.resize(100); }) == "");
  BOOST_TEST(place_of([](request& it) { it.labels.resize(101); })
             == "/data/labels");
  BOOST_TEST(place_of([](request& it) { it.labels = {std::string(257, 'x')}; })
             == "/data/labels");
  BOOST_TEST(place_of([](request& it) { it.intent = std::string(257, 'x'); })
             == "/data/intent");
  BOOST_TEST(place_of([](request& it) { it.options.include.resize(101); })
             == "/data/metadata/options/include");
  BOOST_TEST(place_of([](request& it) {
               it.options.timeout = std::chrono::milliseconds{0};
             })
             == "/data/metadata/options/timeout_ms");
  BOOST_TEST(place_of([](request& it) { it.metadata = "[]"; })
             == "/data/metadata");
}

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
