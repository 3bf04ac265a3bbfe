#include "apps/sigd/visibility_api.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "tests/sigd/topic_calls.hpp"

using namespace libsig;
using namespace libsig::testing;
using json = nlohmann::json;

namespace {

/// One event of a stream.
struct seen {
  std::string id;
  std::string name;
  json data;
};

[[nodiscard]] ::test::client follow(const running_node& node,
                                    const std::string& target,
                                    const std::string& fields = {}) {
  auto made = node.connect();
  BOOST_REQUIRE(made.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n"
                          + fields + "\r\n"));
  BOOST_TEST(made.read_until("\r\n\r\n").find("text/event-stream")
             != std::string::npos);
  BOOST_TEST(made.read_until("\n\n").find("retry: 1000") != std::string::npos);
  return made;
}

/// The next event, comments passed over.
[[nodiscard]] seen next(::test::client& from) {
  seen made;
  auto text = from.read_until("data: ");
  const auto line = [&](std::string_view name) {
    const auto at = text.find(name);
    return at == std::string::npos
             ? std::string{}
             : text.substr(at + name.size(),
                           text.find('\n', at) - at - name.size());
  };
  made.id = line("id: ");
  made.name = line("event: ");
  made.data = json::parse(from.read_until("\n\n"), nullptr, false);
  return made;
}

void send_in(const running_node& node, std::string_view topic,
             std::string_view conversation,
             std::string_view payload = R"({"n":1})") {
  BOOST_TEST(send_body(node, topic,
                       R"({"payload":)" + std::string{payload}
                         + R"(,"conversation_id":")" + std::string{conversation}
                         + "\"}")
               .status
             == 202u);
}

} // namespace

BOOST_AUTO_TEST_SUITE(visibility_api)

// M28, M29, M31
BOOST_AUTO_TEST_CASE(sends_and_receipts_are_seen_in_their_conversation) {
  const running_node node;
  auto from = follow(node, "/stream/c");
  send_in(node, "a", " c ");
  const auto sent = next(from);
  BOOST_TEST(sent.name == "signal_send");
  BOOST_TEST(!sent.id.empty());
  BOOST_TEST(sent.data.at("event") == "signal_send");
  BOOST_TEST(sent.data.at("topic") == "a");
  BOOST_TEST(sent.data.at("payload_len") == 7);
  BOOST_TEST(sent.data.size() == 4u);
  BOOST_TEST(wait(node, R"({"topics":["a"],"conversation_id":"c"})").status
             == 200u);
  const auto received = next(from);
  BOOST_TEST(received.name == "signal_recv");
  BOOST_TEST(received.data.at("message_id") == sent.data.at("message_id"));
  BOOST_TEST(received.data.at("payload_len") == 7);
  // None on a timeout, none without a conversation, none of others.
  BOOST_TEST(wait(node, R"({"topics":["x"],"conversation_id":"c",
                            "timeout_ms":0})")
               .status
             == 200u);
  send_in(node, "a", "");
  send_in(node, "a", "other");
  send_in(node, "last", "c");
  BOOST_TEST(next(from).data.at("topic") == "last");
}

// M28: one for each message, when the wait is complete.
BOOST_AUTO_TEST_CASE(a_wait_for_all_is_seen_when_it_is_complete) {
  const running_node node;
  const std::string all{R"({"mode":"all","topics":["a","b"],"timeout_ms":0,
                            "conversation_id":"c"})"};
  send(node, "a");
  BOOST_TEST(json::parse(wait(node, all).body).at("ok") == false);
  send(node, "b");
  BOOST_TEST(json::parse(wait(node, all).body).at("ok") == true);
  auto from = follow(node, "/stream/c");
  BOOST_TEST(next(from).data.at("topic") == "a");
  BOOST_TEST(next(from).data.at("topic") == "b");
}

// M30
BOOST_AUTO_TEST_CASE(a_repeat_of_a_send_is_not_seen_again) {
  const running_node node;
  const std::string key{"Idempotency-Key: k\r\n"};
  for (int at = 0; at < 2; ++at) {
    BOOST_TEST(send_body(node, "a", R"({"conversation_id":"c"})", key).status
               == 202u);
  }
  send_in(node, "last", "c");
  auto from = follow(node, "/stream/c");
  BOOST_TEST(next(from).data.at("topic") == "a");
  BOOST_TEST(next(from).data.at("topic") == "last");
}

// M31: the query beats the header; nothing begins with the oldest.
BOOST_AUTO_TEST_CASE(a_stream_goes_on_behind_an_id) {
  running_node node;
  for (const auto* topic : {"a", "b", "c"}) {
    send_in(node, topic, "t");
  }
  auto whole = follow(node, "/stream/t");
  const auto first = next(whole);
  const auto second = next(whole);
  BOOST_TEST(first.data.at("topic") == "a");
  const auto topic_behind = [&](const std::string& query,
                                const std::string& header) {
    auto from =
      follow(node, "/stream/t" + query,
             header.empty() ? "" : "Last-Event-ID: " + header + "\r\n");
    return next(from).data.at("topic").get<std::string>();
  };
  BOOST_TEST(topic_behind("?last_id=" + first.id, "") == "b");
  BOOST_TEST(topic_behind("", second.id) == "c");
  BOOST_TEST(topic_behind("?last_id=" + first.id, second.id) == "b");
  BOOST_TEST(topic_behind("?last_id=", second.id) == "c");
  BOOST_TEST(topic_behind("?last_id=", "") == "a");
  // Also after a restart.
  node.stop();
  node.start();
  BOOST_TEST(topic_behind("?last_id=" + first.id, "") == "b");
}

// M31: no silence behind what is not known.
BOOST_AUTO_TEST_CASE(an_unknown_id_gives_a_gap_and_then_the_oldest) {
  const running_node node;
  send_in(node, "a", "t");
  for (const auto* unknown : {"999999", "x%20y", "18446744073709551615"}) {
    auto from = follow(node, "/stream/t?last_id=" + std::string{unknown});
    const auto gap = next(from);
    BOOST_TEST(gap.name == "gap");
    BOOST_TEST(gap.id == "");
    BOOST_TEST(gap.data.at("event") == "gap");
    const auto after = gap.data.at("after").get<std::string>();
    BOOST_TEST((after == unknown || after == "x y"));
    const auto oldest = next(from);
    BOOST_TEST(oldest.data.at("topic") == "a");
    BOOST_TEST(gap.data.at("earliest") == oldest.id);
  }
  // Of a conversation that has nothing.
  auto from = follow(node, "/stream/empty?last_id=5");
  const auto gap = next(from);
  BOOST_TEST(gap.name == "gap");
  BOOST_TEST(gap.data.at("earliest") == "");
  send_in(node, "b", "empty");
  BOOST_TEST(next(from).data.at("topic") == "b");
}

BOOST_AUTO_TEST_CASE(a_stream_ends_behind_so_many_events) {
  const running_node node;
  for (int at = 0; at < 3; ++at) {
    send_in(node, "a" + std::to_string(at), "t");
  }
  auto from = follow(node, "/stream/t?max_events=2");
  BOOST_TEST(next(from).data.at("topic") == "a0");
  BOOST_TEST(next(from).data.at("topic") == "a1");
  BOOST_TEST(from.ended());
}

// More events than a page has.
BOOST_AUTO_TEST_CASE(long_conversations_come_whole_and_in_order) {
  const running_node node;
  constexpr int events = 250;
  for (int at = 0; at < events; ++at) {
    send_in(node, "t" + std::to_string(at), "c");
  }
  auto from = follow(node, "/stream/c");
  for (int at = 0; at < events; ++at) {
    BOOST_TEST_REQUIRE(next(from).data.at("topic") == "t" + std::to_string(at));
  }
  send_in(node, "live", "c");
  BOOST_TEST(next(from).data.at("topic") == "live");
}

// M32
BOOST_AUTO_TEST_CASE(events_over_the_cap_are_cut) {
  sigd::node_settings how;
  how.visibility.sse_bytes_max = 60;
  running_node node{how};
  send_in(node, std::string(100, 'x'), "c");
  auto from = follow(node, "/stream/c");
  const auto cut = next(from).data;
  BOOST_TEST(cut.at("event") == "signal_send");
  BOOST_TEST(cut.at("truncated") == true);
  BOOST_TEST(cut.at("cap_bytes") == 60);
  how.visibility.sse_bytes_max = 30;
  node.reload(how);
  auto later = follow(node, "/stream/c");
  BOOST_TEST(next(later).data.dump() == R"({"event":"truncated"})");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_refused) {
  const running_node node;
  for (const auto* wrong :
       {"/stream/%20", "/stream/c?max_events=0", "/stream/c?max_events=-1",
        "/stream/c?max_events=x", "/stream/c?after=1"}) {
    BOOST_TEST(node.ask("GET", wrong).status == 400u, wrong);
  }
  BOOST_TEST(node.ask("GET", "/stream/" + std::string(257, 'x')).status
             == 400u);
}

BOOST_AUTO_TEST_CASE(callers_see_events_of_topics_that_they_may_read) {
  access::scope_set both;
  both.add(access::scope::subscribe);
  both.add(access::scope::publish);
  access::scope_set publish;
  publish.add(access::scope::publish);
  sigd::node_settings how;
  how.tokens = {token_for("all", both), token_for("narrow", both, "a.*"),
                token_for("pub", publish)};
  running_node node{how};
  const auto send_as_all = [&](std::string_view topic) {
    BOOST_TEST(
      send_body(node, topic, R"({"conversation_id":"c"})", with_token("all"))
        .status
      == 202u);
  };
  for (int at = 0; at < 150; ++at) {
    send_as_all("b." + std::to_string(at));
  }
  send_as_all("a.1");
  BOOST_TEST(node.ask("GET", "/stream/c", with_token("pub")).status == 403u);
  auto narrow = follow(node, "/stream/c?max_events=2", with_token("narrow"));
  BOOST_TEST(next(narrow).data.at("topic") == "a.1");
  send_as_all("b.2");
  send_as_all("a.2");
  BOOST_TEST(next(narrow).data.at("topic") == "a.2");
  BOOST_TEST(narrow.ended());
  // A stream whose token goes is cut.
  auto goes = follow(node, "/stream/c", with_token("narrow"));
  BOOST_TEST(next(goes).data.at("topic") == "a.1");
  how.tokens.erase(how.tokens.begin() + 1);
  node.reload(how);
  BOOST_TEST(goes.read_all().find("event: cut") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
