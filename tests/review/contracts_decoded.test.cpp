#include "libsig/review/contracts.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>
#include <string>
#include <vector>

#include "libsig/review/pipeline.hpp"
#include "tests/review/contracts_setting.hpp"

namespace review = libsig::review;
using libsig::errc;
using libsig::event_data;
using namespace review::testing;
using strings = std::vector<std::string>;

namespace {

std::shared_ptr<review::request> decoded_request() {
  auto made = std::make_shared<review::request>();
  made->review_id = "r1";
  made->diff = std::make_shared<const std::string>(small_diff);
  return made;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(contracts_decoded, contracts_setting)

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

BOOST_AUTO_TEST_SUITE_END()
