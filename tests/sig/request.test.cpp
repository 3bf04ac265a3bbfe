#include "apps/sig/request.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "libsig/review/contracts.hpp"
#include "libsig/schema/registry.hpp"

using namespace libsig;
using namespace libsig::sig;

namespace {

asked_review make(std::string diff, const review_settings& settings) {
  return make_request({"r1", std::move(diff), wall_time{}}, settings);
}

/// Whether the contract takes the request as it would be written.
result<valid_draft> checked(const review::request& asked) {
  schema::registry contracts;
  BOOST_TEST_REQUIRE(review::add_contracts(contracts).has_value());
  std::string data;
  asked.append_json(data);
  draft candidate;
  candidate.id = "1";
  candidate.source = "/synapse/reviews";
  candidate.type = std::string{review::request_type};
  candidate.data = event_data::json(std::move(data));
  return contracts.validate(std::move(candidate));
}

std::string event_of(std::string_view data) {
  return R"({"specversion":"1.0","id":"e1","source":"/x","type":)"
         R"("review.request","data":)"
         + std::string{data} + "}";
}

std::string refusal(std::string_view event) {
  const auto read = read_request(event, "e.json");
  BOOST_TEST_REQUIRE(!read.has_value());
  BOOST_TEST((read.error().code() != errc::internal));
  return read.error().message();
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(request)

BOOST_AUTO_TEST_CASE(settings_become_the_request) {
  review_settings settings;
  settings.labels = std::vector<std::string>{"security"};
  settings.intent = "bugfix";
  settings.risk_factor = 0.5;
  settings.author = "a \"b\"\n";
  settings.repo = "r";
  settings.only = std::vector<std::string>{"security_specialist"};
  settings.timeout = std::chrono::seconds{5};
  settings.filter_mode = review::filter_mode::file;
  const auto made = make("", settings);
  BOOST_TEST(made.asked->review_id == "r1");
  BOOST_TEST(made.asked->labels.front() == "security");
  BOOST_TEST(made.asked->intent == "bugfix");
  BOOST_TEST(made.asked->risk_factor == 0.5);
  BOOST_TEST(made.asked->metadata
             == R"({"author":"a \"b\"\n","repo":"r",)"
                R"("timestamp":"1970-01-01T00:00:00.000Z"})");
  BOOST_TEST(made.asked->options.only.size() == 1u);
  BOOST_TEST((made.asked->options.timeout == std::chrono::seconds{5}));
  BOOST_TEST((made.asked->options.mode == review::filter_mode::file));
  BOOST_TEST(checked(*made.asked).has_value());
}

BOOST_AUTO_TEST_CASE(the_least_request_keeps_the_contract) {
  const auto made = make("", {});
  const auto valid = checked(*made.asked);
  BOOST_TEST(valid.has_value(),
             (valid ? std::string{} : valid.error().message()));
  BOOST_TEST(made.event_source.empty());
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_are_marked) {
  const std::string head = "--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+caf";
  BOOST_TEST(!make(head + "\xc3\xa9\n", {}).asked->diff_is_bytes);
  const auto made = make(head + "\xe9\n", {});
  BOOST_TEST(made.asked->diff_is_bytes);
  BOOST_TEST(*made.asked->diff == head + "\xe9\n");
  const auto valid = checked(*made.asked);
  BOOST_TEST(valid.has_value(),
             (valid ? std::string{} : valid.error().message()));
}

BOOST_AUTO_TEST_CASE(the_prefix_of_sources_can_be_chosen) {
  review_settings settings;
  settings.source_prefix = "/acme";
  BOOST_TEST(make("", settings).event_source == "/acme/reviews");
}

BOOST_AUTO_TEST_CASE(an_event_is_read_with_its_id_and_source) {
  const auto read = read_request(
    event_of(R"({"review_id":"r","diff":"","labels":["x"]})"), "e.json");
  BOOST_TEST_REQUIRE(read.has_value(),
                     (read ? std::string{} : read.error().message()));
  BOOST_TEST(read->event_id == "e1");
  BOOST_TEST(read->event_source == "/x");
  BOOST_TEST(read->asked->review_id == "r");
  BOOST_TEST(read->asked->labels.front() == "x");
}

BOOST_AUTO_TEST_CASE(broken_events_say_where) {
  BOOST_TEST(contains(refusal("{"), "e.json"));
  BOOST_TEST(contains(refusal(""), "e.json"));
  BOOST_TEST(contains(refusal("[]"), "e.json"));
  BOOST_TEST(contains(refusal("nul"), "e.json"));
  BOOST_TEST(contains(refusal(std::string(100'000, '[')), "e.json"));
  BOOST_TEST(contains(refusal("{\"a\":\"\xff\"}"), "e.json"));
}

BOOST_AUTO_TEST_CASE(events_of_another_type_are_no_requests) {
  const auto line = refusal(
    R"({"specversion":"1.0","id":"1","source":"/x","type":"review.result"})");
  BOOST_TEST(contains(line, "/type"));
  BOOST_TEST(contains(line, "review.request"));
}

BOOST_AUTO_TEST_CASE(requests_that_break_the_contract_name_the_pointer) {
  BOOST_TEST(
    contains(refusal(event_of(R"({"review_id":"r","diff":"","labels":[1]})")),
             "/labels/0"));
  BOOST_TEST(contains(
    refusal(event_of(R"({"review_id":"r","diff":"","files_changed":-1})")),
    "/files_changed"));
  BOOST_TEST(contains(refusal(event_of(R"({"diff":""})")), "review_id"));
  BOOST_TEST(contains(
    refusal(event_of(
      R"({"review_id":"r","diff":"","metadata":{"options":{"filter_mode":"x"}}})")),
    "filter_mode"));
}

BOOST_AUTO_TEST_CASE(flags_override_the_options_of_an_event) {
  auto read = read_request(
    event_of(
      R"({"review_id":"r","diff":"","metadata":{"options":{"only":["a"],)"
      R"("include":["x"]}}})"),
    "e.json");
  BOOST_TEST_REQUIRE(read.has_value());
  const auto before = read->asked;
  override_options(*read, {});
  BOOST_TEST((read->asked == before));
  review_settings settings;
  settings.only = std::vector<std::string>{"b"};
  override_options(*read, settings);
  BOOST_TEST(read->asked->options.only.front() == "b");
  BOOST_TEST(read->asked->options.include.front() == "x");
  BOOST_TEST(before->options.only.front() == "a");
}

BOOST_AUTO_TEST_CASE(unknown_specialists_are_refused_with_advice) {
  const std::vector<std::string> all{"performance_specialist",
                                     "security_specialist"};
  review::request_options options;
  BOOST_TEST(sig::check_specialists(options, all).has_value());
  options.only = {"security"};
  const auto only = sig::check_specialists(options, all);
  BOOST_TEST_REQUIRE(!only.has_value());
  BOOST_TEST(only.error().place() == "--only");
  BOOST_TEST(contains(only.error().message(), "security_specialist"));
  options.only = {};
  options.skip = {"nobody"};
  BOOST_TEST(sig::check_specialists(options, all).error().place() == "--skip");
}

BOOST_AUTO_TEST_CASE(somebody_must_be_left_to_ask) {
  const std::vector<std::string> all{"a", "b"};
  review::request_options options;
  options.skip = {"a"};
  BOOST_TEST(sig::check_specialists(options, all).has_value());
  options.skip = {"a", "b"};
  BOOST_TEST(!sig::check_specialists(options, all).has_value());
  options.skip = {"a"};
  options.only = {"a"};
  BOOST_TEST(!sig::check_specialists(options, all).has_value());
}

BOOST_AUTO_TEST_CASE(errors_of_the_contract_are_placed_at_the_option) {
  const auto place = [](std::string pointer) {
    return place_at_option(
             error{errc::schema_violation, "x"}.at(std::move(pointer)))
      .place();
  };
  BOOST_TEST(place("/data/review_id") == "--review-id");
  BOOST_TEST(place("/labels/3") == "--label");
  BOOST_TEST(place("/data/metadata/options/include/0") == "--include");
  BOOST_TEST(place("/labelsome") == "/labelsome");
  BOOST_TEST(place("/diff") == "/diff");
}

BOOST_AUTO_TEST_SUITE_END()
