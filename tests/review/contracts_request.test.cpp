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

BOOST_FIXTURE_TEST_SUITE(contracts_request, contracts_setting)

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

BOOST_AUTO_TEST_CASE(a_request_owes_a_summary_from_the_moment_it_is_admitted) {
  libsig::draft asked;
  asked.type = review::request_type;
  asked.source = "/synapse/reviews";
  asked.data = event_data::json(request_with(""));
  const auto admitted = registry.admit(std::move(asked), {}, {});
  BOOST_TEST_REQUIRE(admitted.has_value());
  BOOST_TEST_REQUIRE(admitted->opens.has_value());
  BOOST_TEST(admitted->opens->table == review::open_reviews_table);
  BOOST_TEST(admitted->opens->name == "r1");
}

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

BOOST_AUTO_TEST_SUITE_END()
