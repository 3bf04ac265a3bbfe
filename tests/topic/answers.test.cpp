#include "libsig/topic/answers.hpp"

#include "tests/support/topic_log.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace libsig;
using namespace std::chrono_literals;
using topic::wait_mode;
using topic::wait_reply;
using topic::wait_request;
using outcome = topic::wait_reply::outcome;

namespace {

[[nodiscard]] std::string shown(const wait_request& asked,
                                const wait_reply& got, bool clear = false) {
  std::string out;
  topic::append_wait_reply(asked, got, clear, out);
  return out;
}

[[nodiscard]] wait_request asked(wait_mode mode,
                                 std::vector<std::string> topics) {
  wait_request made;
  made.mode = mode;
  made.topics = std::move(topics);
  made.timeout = 250ms;
  return made;
}

[[nodiscard]] topic::message message(const std::string& topic,
                                     const std::string& id,
                                     const std::string& json) {
  test::topic_log log;
  return {topic, log.append(topic, id, json), "cursor of " + id};
}

} // namespace

BOOST_AUTO_TEST_SUITE(answers_of_topics)

// M10
BOOST_AUTO_TEST_CASE(a_send_is_answered_with_its_message) {
  std::string out;
  topic::append_send_reply("signal:a", "id", 42, out);
  BOOST_TEST(
    out
    == R"({"ok":true,"topic":"signal:a","message_id":"id","sequence":"42"})");
}

// M24, M25
BOOST_AUTO_TEST_CASE(a_hit_has_the_message) {
  for (const auto mode : {wait_mode::one, wait_mode::any}) {
    wait_reply got;
    got.is = outcome::hit;
    got.messages.push_back(message("a", "1", R"({"n":1})"));
    BOOST_TEST(
      shown(asked(mode, {"a"}), got)
      == R"({"ok":true,"topic":"a","message":{"event":"signal","payload":)"
         R"({"n":1}},"message_id":"1","cursor":"cursor of 1"})");
  }
}

// M13
BOOST_AUTO_TEST_CASE(secrets_are_hidden_unless_in_clear) {
  wait_reply got;
  got.is = outcome::hit;
  got.messages.push_back(message("token", "1", R"({"token":"t"})"));
  const auto what = asked(wait_mode::one, {"token"});
  BOOST_TEST(shown(what, got).find(R"("payload":{"token":"[REDACTED]"})")
             != std::string::npos);
  BOOST_TEST(shown(what, got).find(R"("topic":"token")") != std::string::npos);
  BOOST_TEST(shown(what, got, true).find(R"("payload":{"token":"t"})")
             != std::string::npos);
}

// M24 R: the requested timeout, and how long it took.
BOOST_AUTO_TEST_CASE(a_timeout_of_one_has_its_cursors) {
  wait_reply got;
  got.elapsed = 251ms;
  got.cursors["a"] = "here";
  const auto what = asked(wait_mode::one, {"a"});
  BOOST_TEST(shown(what, got)
             == R"({"ok":false,"topic":"a","last_id":"","cursor":"here",)"
                R"("timeout_ms":250,"elapsed_ms":251})");
  got.last_ids["a"] = "1";
  BOOST_TEST(shown(what, got).find(R"("last_id":"1")") != std::string::npos);
}

// M25
BOOST_AUTO_TEST_CASE(a_timeout_of_any_has_all_topics) {
  wait_reply got;
  got.elapsed = 251ms;
  got.cursors = {{"a", "x"}, {"b", "y"}};
  BOOST_TEST(shown(asked(wait_mode::any, {"b", "a"}), got)
             == R"({"ok":false,"topics":["b","a"],"cursors":{"a":"x","b":"y"},)"
                R"("timeout_ms":250,"elapsed_ms":251})");
}

// M26 R: always missing and timeout_ms.
BOOST_AUTO_TEST_CASE(all_has_a_message_for_each_topic) {
  wait_reply got;
  got.is = outcome::hit;
  got.elapsed = 3ms;
  got.messages.push_back(message("b", "1", "{}"));
  BOOST_TEST(
    shown(asked(wait_mode::all, {"b"}), got)
    == R"({"ok":true,"messages":{"b":{"ok":true,"topic":"b","message":)"
       R"({"event":"signal","payload":{}},"message_id":"1",)"
       R"("cursor":"cursor of 1"}},"missing":[],"timeout_ms":250,)"
       R"("elapsed_ms":3})");
}

// M26
BOOST_AUTO_TEST_CASE(a_timeout_of_all_has_what_there_is) {
  wait_reply got;
  got.elapsed = 251ms;
  got.missing = {"a"};
  got.cursors = {{"a", "x"}};
  BOOST_TEST(shown(asked(wait_mode::all, {"a"}), got)
             == R"({"ok":false,"messages":{},"missing":["a"],"timeout_ms":250,)"
                R"("elapsed_ms":251,"cursors":{"a":"x"}})");
}

// M18 R
BOOST_AUTO_TEST_CASE(an_expired_cursor_names_the_earliest) {
  wait_reply got;
  got.is = outcome::expired;
  got.topic = "a";
  got.earliest_id = "1";
  got.earliest_cursor = "x";
  for (const auto mode : {wait_mode::one, wait_mode::any, wait_mode::all}) {
    BOOST_TEST(shown(asked(mode, {"a"}), got)
               == R"({"ok":false,"error":"cursor_expired","topic":"a",)"
                  R"("earliest_id":"1","earliest_cursor":"x"})");
  }
}

BOOST_AUTO_TEST_CASE(a_cursor_is_its_last_id) {
  topic::cursor_reply got;
  got.last_id = "a\"";
  std::string out;
  topic::append_cursor_reply(got, out);
  BOOST_TEST(out == R"({"last_id":"a\""})");
}

// M28, M29
BOOST_AUTO_TEST_CASE(a_send_and_a_receipt_state_the_same_size) {
  const auto what = message("a", "1", R"({ "n": 1 })");
  const auto sent = topic::sent_event(*what.what);
  BOOST_TEST((sent.kind == topic::visibility_kind::sent));
  BOOST_TEST(sent.topic == "a");
  BOOST_TEST(sent.message_id == "1");
  BOOST_TEST(sent.payload_bytes == 7u);
  wait_reply got;
  got.is = outcome::hit;
  got.messages.push_back(what);
  const auto received =
    topic::received_events(asked(wait_mode::one, {"a"}), got);
  BOOST_REQUIRE(received.size() == 1u);
  BOOST_TEST((received[0].kind == topic::visibility_kind::received));
  BOOST_TEST(received[0].payload_bytes == 7u);
}

// M28 and README: none on timeout, unless partial results are consumed.
BOOST_AUTO_TEST_CASE(only_what_is_consumed_is_received) {
  wait_reply got;
  auto what = asked(wait_mode::all, {"a", "b"});
  BOOST_TEST(topic::received_events(what, got).empty());
  got.messages.push_back(message("a", "1", "{}"));
  BOOST_TEST(topic::received_events(what, got).empty());
  what.consume_partial = true;
  BOOST_TEST(topic::received_events(what, got).size() == 1u);
  got.is = outcome::hit;
  what.consume_partial = false;
  got.messages.push_back(message("b", "2", "{}"));
  BOOST_TEST(topic::received_events(what, got).size() == 2u);
  got.is = outcome::expired;
  BOOST_TEST(topic::received_events(what, got).empty());
}

BOOST_AUTO_TEST_SUITE_END()
