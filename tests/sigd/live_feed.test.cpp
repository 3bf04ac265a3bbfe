#include "apps/sigd/live_feed.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <string>

#include "tests/sigd/running_node.hpp"

using namespace libsig;
using testing::event_text;
using testing::running_node;

namespace {

/// Begins to follow; what comes first has been read.
[[nodiscard]] test::client follow(const running_node& node,
                                  const std::string& target,
                                  const std::string& fields = {}) {
  auto made = node.connect();
  BOOST_REQUIRE(made.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n"
                          + fields + "\r\n"));
  BOOST_TEST(made.read_until("\r\n\r\n").find("text/event-stream")
             != std::string::npos);
  static_cast<void>(made.read_until("retry: 1000\n\n"));
  return made;
}

/// The id of the next event, comments passed over.
[[nodiscard]] std::string next_id(test::client& from) {
  static_cast<void>(from.read_until("id: "));
  auto id = from.read_until("\n");
  id.pop_back();
  static_cast<void>(from.read_until("\n\n"));
  return id;
}

} // namespace

BOOST_AUTO_TEST_SUITE(live_feed)

BOOST_AUTO_TEST_CASE(a_stream_begins_now_and_shows_what_comes) {
  running_node node;
  BOOST_TEST(node.publish(event_text("1", "a")).status == 202u);
  auto stream = follow(node, "/v1/stream");
  BOOST_TEST(node.publish(event_text("2", "a")).status == 202u);
  BOOST_TEST(next_id(stream) == "2");
}

BOOST_AUTO_TEST_CASE(
  a_stream_from_the_oldest_joins_the_live_ones_without_a_gap) {
  running_node node;
  // Far more than a stream holds at once.
  constexpr std::size_t before = 3'000;
  constexpr std::size_t all = 3'040;
  std::size_t published = 0;
  const auto publish = [&](std::size_t up_to) {
    std::string batch;
    while (published < up_to) {
      batch += batch.empty() ? '[' : ',';
      batch += event_text(std::to_string(++published), "a");
    }
    const auto got = node.ask(
      "POST", "/v1/signals",
      "Content-Type: application/cloudevents-batch+json\r\n", batch + ']');
    BOOST_REQUIRE(got.status == 202u);
  };
  publish(before);
  auto stream = follow(node, "/v1/stream?after=0");
  publish(all);
  for (std::size_t number = 1; number <= all; ++number) {
    BOOST_REQUIRE_EQUAL(next_id(stream), std::to_string(number));
  }
}

BOOST_AUTO_TEST_CASE(what_was_seen_last_beats_the_query) {
  running_node node;
  for (const auto* id : {"1", "2", "3"}) {
    BOOST_TEST(node.publish(event_text(id, "a")).status == 202u);
  }
  auto stream = follow(node, "/v1/stream?after=0", "Last-Event-ID: 2\r\n");
  BOOST_TEST(next_id(stream) == "3");
  BOOST_TEST(node.ask("GET", "/v1/stream", "Last-Event-ID: x\r\n").status
             == 400u);
}

BOOST_AUTO_TEST_CASE(a_pattern_chooses_and_internal_signals_need_to_be_named) {
  running_node node;
  const auto request = event_text(
    "r", "review.request",
    R"({"review_id":"one","diff":"--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n+b\n"})",
    "/synapse/reviews");
  BOOST_TEST(node.publish(request).status == 202u);
  auto summaries = follow(node, "/v1/stream?pattern=review.summary&after=0");
  const auto summary = next_id(summaries);
  auto all = follow(node, "/v1/stream?pattern=**&after=0");
  auto named = follow(node, "/v1/stream?pattern=internal.**&after=0");
  BOOST_TEST(next_id(all) == "1");
  BOOST_TEST(next_id(named) == "2");
  BOOST_TEST(next_id(named) == "3");
  std::string last;
  while (last != summary) {
    last = next_id(all);
    BOOST_TEST((last != "2" && last != "3"));
  }
  BOOST_TEST(node.ask("GET", "/v1/stream?pattern=a..b").status == 400u);
  BOOST_TEST(node.ask("GET", "/v1/stream?pattern=a&topic=b").status == 400u);
}

BOOST_AUTO_TEST_SUITE_END()
