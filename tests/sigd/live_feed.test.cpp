#include "apps/sigd/live_feed.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "apps/sigd/query.hpp"
#include "tests/http/harness.hpp"
#include "tests/journal/notebook.hpp"
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

/// A feed whose actor the test itself moves, behind a server.
class hand_fed {
public:
  explicit hand_fed(std::size_t kept = 100)
    : book{
      journal::make_memory_journal({.records_max = kept, .keys_max = 100})} {
    over.what.handling = [this](const http::request& received,
                                http::responder answer) {
      const auto after =
        sigd::read_number(received.fields.find("After").value_or(""));
      feed.join(
        {access::caller::on_loopback({}, std::nullopt), std::nullopt, after},
        std::move(answer));
    };
    over.start();
  }

  /// Writes so many signals to the log.
  void log(int from, int to) const { book.put_many(from, to); }

  /// Hands one of them to the actor.
  void hear(std::uint64_t sequence) {
    BOOST_TEST(
      reactor->on_signal(*book.log->find(sequence), {}).emissions.empty());
  }

  [[nodiscard]] test::client follow(const std::string& fields = {}) {
    test::client made{over.port()};
    BOOST_REQUIRE(
      made.send("GET / HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n"));
    static_cast<void>(made.read_until("retry: 1000\n\n"));
    return made;
  }

  testing::notebook book;
  sigd::live_feed feed{*book.log};
  std::unique_ptr<actor::reactor> reactor = feed.hearer().make(0);
  test::harness over;
};

} // namespace

BOOST_AUTO_TEST_SUITE(live_feed)

// C2 row 17: what a full mailbox could not take is read from the log.
BOOST_AUTO_TEST_CASE(what_the_actor_did_not_hear_is_not_left_out) {
  hand_fed world;
  auto stream = world.follow();
  world.log(1, 5);
  world.hear(1);
  BOOST_TEST(next_id(stream) == "1");
  world.hear(4);
  for (const auto* id : {"2", "3", "4"}) {
    BOOST_TEST(next_id(stream) == id);
  }
  world.hear(5);
  BOOST_TEST(next_id(stream) == "5");
}

BOOST_AUTO_TEST_CASE(a_position_that_is_not_kept_any_more_is_told_as_a_gap) {
  hand_fed world{3};
  world.log(1, 6);
  world.hear(6);
  auto behind = world.follow("After: 2\r\n");
  BOOST_TEST(behind.read_until("\n\n")
             == "event: gap\ndata: {\"after\":\"2\",\"earliest\":\"4\"}\n\n");
  BOOST_TEST(next_id(behind) == "4");
  auto just = world.follow("After: 3\r\n");
  BOOST_TEST(just.read_until("id: 4\n").find("gap") == std::string::npos);
  auto oldest = world.follow("After: 0\r\n");
  BOOST_TEST(oldest.read_until("id: 4\n").find("gap") == std::string::npos);
}

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
