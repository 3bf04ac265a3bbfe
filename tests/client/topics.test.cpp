#include "libsig/client/client.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include "tests/client/world.hpp"

using namespace libsig;
using namespace libsig::test;
using libsig::client::wait_options;
using libsig::client::wait_result;

namespace {

constexpr std::chrono::milliseconds now{0};

/// A wait that only looks.
[[nodiscard]] wait_options look() {
  wait_options how;
  how.timeout = now;
  return how;
}

/// Returns once all that was asked before has come to the actor.
void let_in(const client::client& by) {
  static_cast<void>(by.cursor("some topic"));
}

[[nodiscard]] bool says(const wait_result& what, std::string_view text) {
  return what.json().find(text) != std::string::npos;
}

[[nodiscard]] std::string payload_of(const result<wait_result>& got) {
  if (!got) {
    return got.error().message();
  }
  return got->ok() ? got->message().payload : "none";
}

} // namespace

BOOST_AUTO_TEST_SUITE(topics)

BOOST_AUTO_TEST_CASE(a_send_says_what_was_sent) { // M10
  world in;
  const auto ann = in.make("ann");
  const auto sent = must(ann.send_signal(" t:1 ", R"({"n":1})"));
  BOOST_TEST(sent.topic == "t:1"); // M1: trimmed
  BOOST_TEST(sent.sequence == 1u);
  BOOST_TEST(client::to_json(sent)
             == R"({"ok":true,"topic":"t:1","message_id":")" + sent.message_id
                  + R"(","sequence":"1"})");
}

BOOST_AUTO_TEST_CASE(the_source_of_a_send_is_the_agent_or_the_system) { // D3
  world in;
  must(in.make("ann b").send_signal("t"));
  must(in.make().send_signal("t"));
  const auto all = must(in.make().recent());
  BOOST_REQUIRE(all.size() == 2u);
  BOOST_TEST(all[0].source == "/agents/ann%20b");
  BOOST_TEST(all[1].source == "/system");
}

BOOST_AUTO_TEST_CASE(a_wait_without_a_cursor_takes_the_newest) { // M17
  world in;
  const auto ann = in.make("ann");
  must(ann.send_signal("t", R"({"n":1})"));
  const auto second = must(ann.send_signal("t", R"({"n":2})"));
  const auto got = must(ann.wait_for_signal("t", look()));
  BOOST_REQUIRE(got.ok());
  BOOST_TEST(got.message().payload == R"({"n":2})");
  BOOST_TEST(got.message().message_id == second.message_id);
  // M24
  BOOST_TEST(got.json()
             == R"({"ok":true,"topic":"t","message":{"event":"signal",)"
                R"("payload":{"n":2}},"message_id":")"
                  + second.message_id + R"(","cursor":")" + got.message().cursor
                  + R"("})");
}

BOOST_AUTO_TEST_CASE(a_named_client_goes_on_where_it_was) { // M16, M17
  world in;
  const auto ann = in.make("ann");
  must(ann.send_signal("t", R"({"n":1})"));
  BOOST_TEST(payload_of(ann.wait_for_signal("t", look())) == R"({"n":1})");
  BOOST_TEST(payload_of(ann.wait_for_signal("t", look())) == "none");
  must(ann.send_signal("t", R"({"n":2})"));
  must(ann.send_signal("t", R"({"n":3})"));
  BOOST_TEST(payload_of(ann.wait_for_signal("t", look())) == R"({"n":2})");
  BOOST_TEST(payload_of(ann.wait_for_signal("t", look())) == R"({"n":3})");
}

BOOST_AUTO_TEST_CASE(a_nameless_client_keeps_no_cursor) {
  world in;
  const auto nobody = in.make();
  must(nobody.send_signal("t", R"({"n":1})"));
  BOOST_TEST(payload_of(nobody.wait_for_signal("t", look())) == R"({"n":1})");
  BOOST_TEST(payload_of(nobody.wait_for_signal("t", look())) == R"({"n":1})");
}

BOOST_AUTO_TEST_CASE(conversations_have_cursors_of_their_own) { // M20
  world in;
  const auto ann = in.make("ann");
  must(ann.send_signal("t", R"({"n":1})"));
  auto one = look();
  one.conversation = "one";
  auto two = look();
  two.conversation = "two";
  BOOST_TEST(payload_of(ann.wait_for_signal("t", one)) == R"({"n":1})");
  BOOST_TEST(payload_of(ann.wait_for_signal("t", two)) == R"({"n":1})");
  BOOST_TEST(payload_of(ann.wait_for_signal("t", one)) == "none");
}

BOOST_AUTO_TEST_CASE(an_explicit_position_beats_the_stored_one) { // M14
  world in;
  const auto ann = in.make("ann");
  const auto first = must(ann.send_signal("t", R"({"n":1})"));
  must(ann.send_signal("t", R"({"n":2})"));
  must(ann.send_signal("t", R"({"n":3})"));
  BOOST_TEST(payload_of(ann.wait_for_signal("t", look())) == R"({"n":3})");
  auto how = look();
  how.last_ids[" t "] = first.message_id; // M15: by the trimmed topic
  BOOST_TEST(payload_of(ann.wait_for_signal("t", how)) == R"({"n":2})");
}

BOOST_AUTO_TEST_CASE(an_unknown_position_says_where_to_go_on) { // M18
  world in;
  const auto ann = in.make("ann");
  const auto first = must(ann.send_signal("t", R"({"n":1})"));
  auto how = look();
  how.last_ids["t"] = "nobody knows";
  const auto got = must(ann.wait_for_signal("t", how));
  BOOST_TEST((got.is() == wait_result::outcome::expired));
  BOOST_TEST(!got.ok());
  BOOST_TEST(got.expired_topic() == "t");
  BOOST_TEST(got.earliest_id() == first.message_id);
  auto again = look();
  again.last_ids["t"] = got.earliest_cursor();
  BOOST_TEST(payload_of(ann.wait_for_signal("t", again)) == R"({"n":1})");
}

BOOST_AUTO_TEST_CASE(a_parked_wait_wakes_up) {
  world in;
  const auto ann = in.make("ann");
  channel<std::string> heard;
  const auto parked =
    must(ann.wait_for_signal("t", {}, [&](const result<wait_result>& got) {
      heard.put(payload_of(got));
    }));
  must(in.make("bob").send_signal("t", R"({"from":"bob"})"));
  BOOST_TEST(heard.take() == R"({"from":"bob"})");
}

BOOST_AUTO_TEST_CASE(a_wait_ends_at_its_deadline_and_says_so) { // M24
  world in;
  const auto ann = in.make("ann");
  channel<wait_result> ended;
  wait_options how;
  how.timeout = 5s;
  const auto parked = must(ann.wait_for_signal(
    "t", how, [&](const result<wait_result>& got) { ended.put(must(got)); }));
  let_in(ann);
  in.time().advance(5s);
  const auto got = ended.take();
  BOOST_TEST(!got.ok());
  BOOST_TEST(says(got, R"({"ok":false,"topic":"t",)"));
  BOOST_TEST(says(got, R"("timeout_ms":5000,)"));
  BOOST_TEST(says(got, R"("last_id":"",)"));
  BOOST_TEST(says(got, R"("elapsed_ms":5000)"));
  BOOST_TEST(got.elapsed().count() == 5000);
}

BOOST_AUTO_TEST_CASE(timeouts_are_clamped_but_for_negative_ones) { // U7, M22
  world in;
  const auto ann = in.make("ann");
  channel<wait_result> ended;
  wait_options how;
  how.timeout = limits::wait_timeout_max + 1ms;
  const auto parked = must(ann.wait_for_signal(
    "t", how, [&](const result<wait_result>& got) { ended.put(must(got)); }));
  let_in(ann);
  in.time().advance(limits::wait_timeout_max);
  BOOST_TEST(says(ended.take(), R"("timeout_ms":600000)"));
  how.timeout = -1ms;
  BOOST_TEST(code_of(ann.wait_for_signal("t", how)) == "invalid_argument");
}

BOOST_AUTO_TEST_CASE(the_first_listed_topic_wins) { // M25
  world in;
  const auto ann = in.make("ann");
  must(ann.send_signal("b", R"({"n":1})"));
  must(ann.send_signal("a", R"({"n":2})"));
  const auto got = must(ann.wait_for_any({"a", "b"}, look()));
  BOOST_REQUIRE(got.ok());
  BOOST_TEST(got.message().topic == "a");
  // The other cursor did not move.
  BOOST_TEST(payload_of(ann.wait_for_any({"a", "b"}, look())) == R"({"n":1})");
  const auto none = must(ann.wait_for_any({" a ", "b", "a"}, look()));
  BOOST_TEST(says(none, R"({"ok":false,"topics":["a","b"],)"));
  BOOST_TEST(says(none, R"("timeout_ms":0,)"));
}

BOOST_AUTO_TEST_CASE(the_oldest_message_wins_when_asked_for) {
  world in;
  const auto ann = in.make("ann");
  must(ann.send_signal("b", R"({"n":1})"));
  must(ann.send_signal("a", R"({"n":2})"));
  auto how = look();
  how.oldest_first = true;
  BOOST_TEST(payload_of(ann.wait_for_any({"a", "b"}, how)) == R"({"n":1})");
}

BOOST_AUTO_TEST_CASE(a_wait_for_all_moves_cursors_when_it_is_complete) { // M26
  world in;
  const auto ann = in.make("ann");
  must(ann.send_signal("a", R"({"n":1})"));
  const auto partly = must(ann.wait_for_all({"a", "b"}, look()));
  BOOST_TEST(!partly.ok());
  BOOST_TEST(partly.messages().size() == 1u);
  BOOST_TEST(partly.missing() == std::vector<std::string>{"b"},
             boost::test_tools::per_element());
  must(ann.send_signal("b", R"({"n":2})"));
  const auto all = must(ann.wait_for_all({"b", "a", "b"}, look()));
  BOOST_REQUIRE(all.ok());
  BOOST_REQUIRE(all.messages().size() == 2u);
  BOOST_TEST(all.messages()[0].payload == R"({"n":2})");
  BOOST_TEST(all.messages()[1].payload == R"({"n":1})");
  BOOST_TEST(must(ann.wait_for_all({"a", "b"}, look())).messages().empty());
}

BOOST_AUTO_TEST_CASE(cursors_are_read_set_and_forgotten) {
  world in;
  const auto ann = in.make("ann");
  BOOST_TEST(code_of(ann.cursor("t")) == "not_found");
  const auto first = must(ann.send_signal("t", R"({"n":1})"));
  must(ann.send_signal("t", R"({"n":2})"));
  BOOST_TEST(payload_of(ann.wait_for_signal("t", look())) == R"({"n":2})");
  BOOST_REQUIRE(ann.set_cursor("t", first.message_id));
  BOOST_TEST(must(ann.cursor("t")) == first.message_id);
  BOOST_TEST(payload_of(ann.wait_for_signal("t", look())) == R"({"n":2})");
  BOOST_TEST(code_of(ann.set_cursor("t", "nobody knows")) == "not_found");
  BOOST_REQUIRE(ann.reset_cursor("t"));
  BOOST_TEST(code_of(ann.reset_cursor("t")) == "not_found");
  BOOST_TEST(code_of(in.make().cursor("t")) == "invalid_argument");
}

BOOST_AUTO_TEST_CASE(secrets_are_hidden_from_those_who_may_not_see) { // M13
  world in;
  const auto ann = in.make("ann");
  must(ann.send_signal("t", R"({"token":"s3cret","n":1})"));
  BOOST_TEST(payload_of(ann.wait_for_signal("t", look()))
             == R"({"token":"[REDACTED]","n":1})");
  client::client_options trusted;
  trusted.name = "eve";
  trusted.unredacted = true;
  const auto got = must(in.make(trusted).wait_for_signal("t", look()));
  BOOST_TEST(payload_of(got) == R"({"token":"s3cret","n":1})");
  BOOST_TEST(got.json().find("s3cret") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_refused_leaves_no_trace) { // M3, M5, M7, M9
  world in;
  client::client_options narrow;
  narrow.name = "ann";
  narrow.allowed.prefixes = {"signal:team"};
  narrow.allowed.payload_bytes_max = 9;
  const auto ann = in.make(narrow);
  BOOST_TEST(code_of(ann.send_signal("signal:teams")) == "forbidden");
  BOOST_TEST(code_of(ann.send_signal("  ")) == "invalid_argument");
  BOOST_TEST(code_of(ann.send_signal("signal:team", "[1]"))
             == "invalid_argument");
  BOOST_TEST(code_of(ann.send_signal("signal:team", R"({"n":NaN})"))
             == "invalid_json");
  BOOST_TEST(code_of(ann.send_signal("signal:team", R"({"n":1234})"))
             == "too_large");
  BOOST_TEST(code_of(ann.wait_for_any({"signal:team:a", "other"}, look()))
             == "forbidden");
  BOOST_TEST(code_of(ann.wait_for_signal(" ", look())) == "invalid_argument");
  BOOST_TEST(must(ann.recent()).empty());
  must(ann.send_signal("signal:team", R"({"n":123})"));
  must(ann.send_signal("signal:team", "null"));
  BOOST_TEST(must(ann.recent())[1].data.json_text() == "{}"); // M6
}

BOOST_AUTO_TEST_CASE(who_looks_on_sees_sends_and_receipts) { // M28, M29
  world in;
  const auto ann = in.make("ann");
  client::send_options said;
  said.conversation = " c ";
  const auto sent = must(ann.send_signal("t", R"({"n":1})", said));
  auto how = look();
  how.conversation = "c";
  must(ann.wait_for_signal("t", how));
  must(ann.wait_for_signal("t", how)); // a timeout tells nobody
  in.settle();
  channel<std::vector<topic::visibility_event>> seen;
  const auto asked = std::make_shared<topic::follow_request>();
  asked->tenant = "default";
  asked->conversation = "c";
  in.node().ask(topic::visibility_actor_name, asked,
                [&](const result<actor::reply_ptr>& got) {
                  BOOST_REQUIRE(got);
                  seen.put(
                    dynamic_cast<const topic::follow_reply&>(**got).events);
                });
  const auto events = seen.take();
  BOOST_REQUIRE(events.size() == 2u);
  BOOST_TEST(topic::to_json(events[0])
             == R"({"event":"signal_send","topic":"t","message_id":")"
                  + sent.message_id + R"(","payload_len":7})");
  BOOST_TEST(topic::to_json(events[1])
             == R"({"event":"signal_recv","topic":"t","message_id":")"
                  + sent.message_id + R"(","payload_len":7})");
}

BOOST_AUTO_TEST_CASE(a_failure_to_show_fails_nothing) { // M30
  world in;
  BOOST_REQUIRE(in.node().withdraw(topic::visibility_actor_name));
  const auto ann = in.make("ann");
  client::send_options said;
  said.conversation = "c";
  must(ann.send_signal("t", R"({"n":1})", said));
  auto how = look();
  how.conversation = "c";
  BOOST_TEST(payload_of(ann.wait_for_signal("t", how)) == R"({"n":1})");
}

BOOST_AUTO_TEST_CASE(a_handler_that_throws_has_not_taken_the_message) {
  world in;
  const auto ann = in.make("ann");
  must(ann.send_signal("t", R"({"n":1})"));
  channel<std::string> heard;
  const auto first =
    must(ann.wait_for_signal("t", {}, [&](const result<wait_result>& got) {
      heard.put(payload_of(got));
      throw std::runtime_error{"no"};
    }));
  BOOST_TEST(heard.take() == R"({"n":1})");
  const auto second =
    must(ann.wait_for_signal("t", {}, [&](const result<wait_result>& got) {
      heard.put(payload_of(got));
    }));
  BOOST_TEST(heard.take() == R"({"n":1})");
}

BOOST_AUTO_TEST_CASE(a_cancelled_wait_takes_nothing) {
  world in;
  const auto ann = in.make("ann");
  bool called = false;
  {
    const auto parked = must(ann.wait_for_signal(
      "t", {}, [&](const result<wait_result>&) { called = true; }));
    BOOST_TEST(parked.open());
  }
  must(ann.send_signal("t", R"({"n":1})"));
  BOOST_TEST(payload_of(ann.wait_for_signal("t", look())) == R"({"n":1})");
  BOOST_TEST(!called);
}

BOOST_AUTO_TEST_CASE(a_handler_may_cancel_its_own_wait) {
  world in;
  const auto ann = in.make("ann");
  channel<bool> ended;
  client::pending_wait parked;
  channel<bool> stored;
  parked = must(ann.wait_for_signal("t", {}, [&](const result<wait_result>&) {
    static_cast<void>(stored.take());
    parked.cancel();
    ended.put(true);
  }));
  stored.put(true);
  must(ann.send_signal("t"));
  BOOST_TEST(ended.take());
}

BOOST_AUTO_TEST_CASE(waits_end_with_the_runtime) {
  world in;
  const auto ann = in.make("ann");
  channel<std::string> ended;
  const auto parked = must(ann.wait_for_signal(
    "t", {}, [&](const result<wait_result>& got) { ended.put(code_of(got)); }));
  in.node().stop();
  BOOST_TEST(ended.take() == "stopped");
  BOOST_TEST(code_of(ann.wait_for_signal("t")) == "stopped");
  BOOST_TEST(code_of(ann.send_signal("t")) == "stopped");
}

BOOST_AUTO_TEST_CASE(without_the_actors_nothing_waits) {
  runtime::options how;
  how.contracts = std::make_shared<schema::registry>();
  const auto bare = must(runtime::start(std::move(how)));
  const auto ann = must(client::client::make(*bare, {}));
  BOOST_TEST(code_of(ann.wait_for_signal("t", look())) == "not_found");
}

BOOST_AUTO_TEST_SUITE_END()
