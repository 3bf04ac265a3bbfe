#include "apps/sigd/review_text.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <string>

#include <nlohmann/json.hpp>

#include "apps/sigd/event_text.hpp"
#include "tests/sigd/running_node.hpp"

using namespace libsig;
using testing::running_node;

namespace {

/// Posts a request whose diff adds so many bytes; the account of the review.
[[nodiscard]] nlohmann::json account_of(const running_node& node,
                                        std::size_t bytes) {
  const nlohmann::json data{
    {"review_id", "r"},
    {"diff", "--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-a = 1\n+"
               + std::string(bytes, 'b') + "\n"}};
  const auto event =
    testing::event_text("e", "review.request", data.dump(), "/synapse/reviews");
  const auto got =
    node.ask("POST", "/v1/reviews?wait=30s",
             "Content-Type: application/cloudevents+json\r\n", event);
  BOOST_REQUIRE_EQUAL(got.status, 200u);
  return nlohmann::json::parse(node.ask("GET", "/v1/reviews/r").body);
}

} // namespace

BOOST_AUTO_TEST_SUITE(review_text)

BOOST_AUTO_TEST_CASE(the_data_of_a_large_request_is_left_out) {
  const running_node node;
  const auto account = account_of(node, sigd::listed_data_bytes_max);
  const auto& request = account.at("request");
  BOOST_TEST(request.at("type") == "review.request");
  BOOST_TEST(!request.contains("data"));
  BOOST_TEST(request.at("dataomitted") >= sigd::listed_data_bytes_max);
  BOOST_TEST(account.at("results").size() == 2u);
  BOOST_TEST(account.at("results").at(0).contains("data"));
  BOOST_TEST(account.at("summary").at("data").at("review_id") == "r");
}

BOOST_AUTO_TEST_CASE(the_data_of_another_is_there) {
  const running_node node;
  const auto account = account_of(node, sigd::listed_data_bytes_max / 2);
  BOOST_TEST(account.at("request").at("data").contains("diff"));
  BOOST_TEST(!account.at("request").contains("dataomitted"));
}

BOOST_AUTO_TEST_SUITE_END()
