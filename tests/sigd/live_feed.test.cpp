#include "apps/sigd/live_feed.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "apps/sigd/query.hpp"
#include "libsig/access/token.hpp"
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
  explicit hand_fed(std::size_t kept = 100,
                    sigd::live_feed::caller_check still = {})
    : book{journal::make_memory_journal(
      {.records_max = kept, .keys_max = 100})},
      feed{*book.log, std::move(still)} {
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

  [[nodiscard]] test::client join(const std::string& fields) {
    test::client made{over.port()};
    BOOST_REQUIRE(
      made.send("GET / HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n"));
    return made;
  }

  [[nodiscard]] test::client follow(const std::string& fields = {}) {
    auto made = join(fields);
    static_cast<void>(made.read_until("retry: 1000\n\n"));
    return made;
  }

  testing::notebook book;
  sigd::live_feed feed;
  std::unique_ptr<actor::reactor> reactor = feed.hearer().make(0);
  test::harness over;
};

[[nodiscard]] access::token_entry entry(std::string_view token) {
  access::token_entry made;
  made.hash = access::hash_token(token);
  made.rights.scopes.add(access::scope::publish);
  made.rights.scopes.add(access::scope::subscribe);
  return made;
}

/// The field line of a token.
[[nodiscard]] std::string shows(std::string_view token) {
  return "Authorization: Bearer " + std::string{token} + "\r\n";
}

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

BOOST_AUTO_TEST_CASE(what_was_missed_is_shown_before_anything_else_comes) {
  hand_fed world;
  auto stream = world.follow();
  world.log(1, 3);
  world.hear(1);
  BOOST_TEST(next_id(stream) == "1");
  BOOST_TEST(world.reactor->on_missed({}).emissions.empty());
  BOOST_TEST(next_id(stream) == "2");
  BOOST_TEST(next_id(stream) == "3");
  // The mailbox still brings what was read.
  world.hear(2);
  world.hear(3);
  world.log(4, 4);
  world.hear(4);
  BOOST_TEST(next_id(stream) == "4");
}

BOOST_AUTO_TEST_CASE(what_is_heard_again_is_not_shown_again) {
  hand_fed world;
  auto stream = world.follow();
  world.log(1, 3);
  world.hear(1);
  world.hear(2);
  world.hear(1);
  world.hear(3);
  for (const auto* id : {"1", "2", "3"}) {
    BOOST_TEST(next_id(stream) == id);
  }
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

// As after a backup was put back: silence would hide that.
BOOST_AUTO_TEST_CASE(a_position_ahead_of_the_log_is_refused_with_its_end) {
  running_node node;
  BOOST_TEST(node.publish(event_text("1", "a")).status == 202u);
  const auto ahead = node.ask("GET", "/v1/stream?after=2");
  BOOST_TEST(ahead.status == 400u);
  BOOST_TEST(ahead.body.find("the position 2 is ahead of the log, which ends "
                             "at 1")
               != std::string::npos,
             ahead.body);
  auto at_end = follow(node, "/v1/stream?after=1");
  BOOST_TEST(node.publish(event_text("2", "a")).status == 202u);
  BOOST_TEST(next_id(at_end) == "2");
}

// Who comes back by itself, as browsers do, would not after a refusal.
BOOST_AUTO_TEST_CASE(who_comes_back_ahead_of_the_log_is_told_and_goes_on) {
  running_node node;
  for (const auto* id : {"1", "2"}) {
    BOOST_TEST(node.publish(event_text(id, "a")).status == 202u);
  }
  for (const auto* target : {"/v1/stream", "/v1/stream?after=7"}) {
    auto stream = follow(node, target, "Last-Event-ID: 9\r\n");
    // Its id is where a lost stream goes on.
    BOOST_TEST(
      stream.read_until("\n\n")
      == "id: 2\nevent: gap\ndata: {\"after\":\"9\",\"earliest\":\"1\","
         "\"last\":\"2\"}\n\n");
  }
  auto stream = follow(node, "/v1/stream", "Last-Event-ID: 3\r\n");
  static_cast<void>(stream.read_until("\n\n"));
  BOOST_TEST(node.publish(event_text("3", "a")).status == 202u);
  BOOST_TEST(next_id(stream) == "3");
  auto at_end = follow(node, "/v1/stream", "Last-Event-ID: 3\r\n");
  BOOST_TEST(node.publish(event_text("4", "a")).status == 202u);
  BOOST_TEST(at_end.read_until("id: ").find("gap") == std::string::npos);
}

// A topic is a type, whatever stands in it.
BOOST_AUTO_TEST_CASE(a_topic_is_compared_literally) {
  running_node node;
  for (const auto* type : {"t.a", "t.*", "t..a"}) {
    BOOST_TEST(node.publish(event_text(type, type)).status == 202u);
  }
  auto star = follow(node, "/v1/stream?topic=t.*&after=0");
  BOOST_TEST(next_id(star) == "2");
  auto empty = follow(node, "/v1/stream?topic=t..a&after=0");
  BOOST_TEST(next_id(empty) == "3");
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

// A token that leaked is of no use once it is taken out.
BOOST_AUTO_TEST_CASE(streams_end_with_the_rights_of_their_token) {
  sigd::node_settings how;
  how.tokens = {entry("sig_gone"), entry("sig_less"), entry("sig_same")};
  running_node node{how};
  auto gone = follow(node, "/v1/stream", shows("sig_gone"));
  auto less = follow(node, "/v1/stream", shows("sig_less"));
  auto same = follow(node, "/v1/stream", shows("sig_same"));
  const auto fields = shows("sig_same");
  BOOST_TEST(node.publish(event_text("1", "a"), fields).status == 202u);
  for (auto* const one : {&gone, &less, &same}) {
    BOOST_TEST(next_id(*one) == "1");
  }
  auto narrowed = entry("sig_less");
  narrowed.rights.types.push_back(*pattern::parse("b"));
  how.tokens = {entry("sig_same"), narrowed, entry("sig_new")};
  node.reload(how);
  for (auto* const one : {&gone, &less}) {
    BOOST_TEST(one->read_until("}\n\n").ends_with(
      "event: cut\ndata: {\"resume\":\"1\"}\n\n"));
    BOOST_TEST(one->ended());
  }
  BOOST_TEST(node.publish(event_text("2", "a"), fields).status == 202u);
  BOOST_TEST(node.publish(event_text("3", "b"), fields).status == 202u);
  BOOST_TEST(next_id(same) == "2");
  auto again =
    follow(node, "/v1/stream", shows("sig_less") + "Last-Event-ID: 1\r\n");
  BOOST_TEST(next_id(again) == "3");
}

BOOST_AUTO_TEST_CASE(streams_of_loopback_end_when_its_grants_change) {
  sigd::node_settings how;
  how.loopback_grants.add(access::grant::unredacted);
  running_node node{how};
  auto stream = follow(node, "/v1/stream");
  node.reload(how);
  BOOST_TEST(node.publish(event_text("1", "a")).status == 202u);
  BOOST_TEST(next_id(stream) == "1");
  how.loopback_grants = {};
  node.reload(how);
  BOOST_TEST(stream.read_until("}\n\n").ends_with(
    "event: cut\ndata: {\"resume\":\"1\"}\n\n"));
  BOOST_TEST(stream.ended());
}

// What was handed in by the old rights and joins behind the change.
BOOST_AUTO_TEST_CASE(who_joins_too_late_for_the_change_is_cut_at_once) {
  hand_fed world{100, [](const access::caller&) { return false; }};
  world.log(1, 3);
  auto stream = world.join("After: 2\r\n");
  BOOST_TEST(stream.read_until("}\n\n").ends_with(
    "\r\nevent: cut\ndata: {\"resume\":\"2\"}\n\n"));
}

BOOST_AUTO_TEST_SUITE_END()
