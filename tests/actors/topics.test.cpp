#include "actors/topics.hpp"

#include "libsig/topic/answers.hpp"
#include "libsig/topic/cursor.hpp"
#include "tests/support/asked_reactor.hpp"
#include "tests/support/topic_log.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace libsig;
using namespace std::chrono_literals;
using actor::request_id;
using topic::start_position;
using topic::wait_mode;
using topic::wait_reply;
using topic::wait_request;
using outcome = topic::wait_reply::outcome;
using start = topic::start_position::kind;

namespace {

/// The actor over a log.
struct node {
  explicit node(const topic::wait_bounds& bounds = {})
    : log{std::make_shared<test::topic_log>()}, topics{actors::topics_spec(
                                                  {log, bounds})} {}

  /// A message is committed and heard.
  signal_ptr send(const std::string& topic, const std::string& id,
                  const std::string& tenant = "default") {
    auto what = log->append(topic, id, "{\"n\":1}", {}, tenant);
    topics.hear(what);
    return what;
  }

  [[nodiscard]] const wait_reply& got(request_id who) const {
    return topics.reply<wait_reply>(who);
  }

  /// The id of the one message of a hit.
  [[nodiscard]] std::string hit(request_id who) const {
    const auto& reply = got(who);
    BOOST_REQUIRE((reply.is == outcome::hit));
    BOOST_REQUIRE(reply.messages.size() == 1u);
    return reply.messages.front().what->id();
  }

  void settle(request_id who, bool written = true) {
    topic::settle_request what;
    what.pending = got(who).pending;
    what.written = written;
    topics.ask(what);
  }

  /// Waits, which hits, and settles that.
  std::string take(const wait_request& what) {
    const auto who = topics.ask(what);
    auto id = hit(who);
    settle(who);
    return id;
  }

  std::shared_ptr<test::topic_log> log;
  test::asked_reactor topics;
};

/// A wait of nobody, so that nothing is stored.
[[nodiscard]] wait_request on(std::vector<std::string> topics,
                              std::chrono::milliseconds timeout = 0ms) {
  wait_request made;
  made.owner.tenant = "default";
  made.caller = "somebody";
  made.topics = std::move(topics);
  made.mode = made.topics.size() == 1 ? wait_mode::one : wait_mode::any;
  made.timeout = timeout;
  return made;
}

[[nodiscard]] wait_request all_of(std::vector<std::string> topics,
                                  std::chrono::milliseconds timeout = 0ms) {
  auto made = on(std::move(topics), timeout);
  made.mode = wait_mode::all;
  return made;
}

[[nodiscard]] wait_request by(wait_request what, std::string consumer,
                              std::string conversation = {}) {
  what.owner.consumer = std::move(consumer);
  what.owner.conversation = std::move(conversation);
  return what;
}

[[nodiscard]] wait_request from(wait_request what, start is) {
  what.start.is = is;
  return what;
}

[[nodiscard]] wait_request after(wait_request what, const std::string& id) {
  what.last_ids[what.topics.front()] = id;
  return what;
}

[[nodiscard]] topic::cursor_owner owner(std::string consumer,
                                        std::string conversation = {}) {
  return {"default", std::move(consumer), std::move(conversation)};
}

[[nodiscard]] topic::get_cursor_request get(std::string consumer,
                                            std::string topic = "a") {
  topic::get_cursor_request made;
  made.owner = owner(std::move(consumer));
  made.topic = std::move(topic);
  return made;
}

[[nodiscard]] topic::put_cursor_request
put(std::string consumer, std::string last_id, std::string topic = "a") {
  topic::put_cursor_request made;
  made.owner = owner(std::move(consumer));
  made.topic = std::move(topic);
  made.last_id = std::move(last_id);
  return made;
}

[[nodiscard]] std::string stored(node& at, const std::string& consumer,
                                 const std::string& topic = "a") {
  const auto who = at.topics.ask(get(consumer, topic));
  return at.topics.reply<topic::cursor_reply>(who).last_id;
}

[[nodiscard]] bool has_cursor(node& at, const std::string& consumer,
                              const std::string& topic = "a") {
  const auto who = at.topics.ask(get(consumer, topic));
  try {
    return at.topics.refusal(who).code() != errc::not_found;
  } catch (const std::runtime_error&) {
    return true;
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(topics)

// -- where a wait begins
// -------------------------------------------------------

// M17 and README: latest is the newest existing message, else the next.
BOOST_AUTO_TEST_CASE(without_a_cursor_a_wait_starts_at_the_newest_message) {
  node at;
  at.send("a", "1");
  at.send("a", "2");
  BOOST_TEST(at.hit(at.topics.ask(on({"a"}))) == "2");
  const auto parked = at.topics.ask(on({"b"}, 1s));
  BOOST_TEST(!at.topics.answered(parked));
  at.send("b", "3");
  BOOST_TEST(at.hit(parked) == "3");
}

// M17 R
BOOST_AUTO_TEST_CASE(earliest_is_the_oldest_kept_message) {
  node at;
  at.send("a", "1");
  at.send("a", "2");
  BOOST_TEST(at.hit(at.topics.ask(from(on({"a"}), start::earliest))) == "1");
  at.log->retire_before(2);
  BOOST_TEST(at.hit(at.topics.ask(from(on({"a"}), start::earliest))) == "2");
}

// M17 R
BOOST_AUTO_TEST_CASE(new_is_only_what_comes_from_now_on) {
  node at;
  at.send("a", "1");
  const auto parked = at.topics.ask(from(on({"a"}, 1s), start::fresh));
  BOOST_TEST(!at.topics.answered(parked));
  at.send("a", "2");
  BOOST_TEST(at.hit(parked) == "2");
}

// README: both inclusive.
BOOST_AUTO_TEST_CASE(a_sequence_and_a_time_are_inclusive) {
  node at;
  for (const int n : {1, 2, 3}) {
    at.log->set_time(wall_time{std::chrono::seconds{n}});
    at.send("a", std::to_string(n));
  }
  auto what = from(on({"a"}), start::sequence);
  for (const std::uint64_t n : {0u, 1u, 2u, 3u}) {
    what.start.sequence = n;
    BOOST_TEST(at.hit(at.topics.ask(what))
               == std::to_string(std::max<std::uint64_t>(n, 1)));
  }
  what.start.sequence = 4;
  BOOST_TEST((at.got(at.topics.ask(what)).is == outcome::timeout));
  what = from(on({"a"}), start::time);
  what.start.time = wall_time{2s};
  BOOST_TEST(at.hit(at.topics.ask(what)) == "2");
  what.start.time = wall_time{2001ms};
  BOOST_TEST(at.hit(at.topics.ask(what)) == "3");
  what.start.time = wall_time{3001ms};
  BOOST_TEST((at.got(at.topics.ask(what)).is == outcome::timeout));
}

BOOST_AUTO_TEST_CASE(a_sequence_or_time_ahead_lets_what_comes_before_pass) {
  node at;
  auto ahead = from(on({"a"}, 10s), start::sequence);
  ahead.start.sequence = 3;
  const auto by_sequence = at.topics.ask(ahead);
  ahead = from(on({"a"}, 10s), start::time);
  ahead.start.time = wall_time{5s};
  const auto by_time = at.topics.ask(ahead);
  at.log->set_time(wall_time{4s});
  at.send("a", "1");
  at.send("a", "2");
  BOOST_TEST(!at.topics.answered(by_sequence));
  at.send("a", "3");
  BOOST_TEST(at.hit(by_sequence) == "3");
  BOOST_TEST(!at.topics.answered(by_time));
  at.log->set_time(wall_time{5s});
  at.send("a", "4");
  BOOST_TEST(at.hit(by_time) == "4");
}

BOOST_AUTO_TEST_CASE(what_a_time_ahead_let_pass_is_not_found_at_the_end) {
  node at;
  auto ahead = from(on({"a"}, 1s), start::time);
  ahead.start.time = wall_time{5s};
  const auto who = at.topics.ask(ahead);
  at.send("a", "1");
  at.topics.pass(2s);
  BOOST_TEST((at.got(who).is == outcome::timeout));
}

// -- explicit and stored cursors
// -----------------------------------------------

// M16
BOOST_AUTO_TEST_CASE(a_known_id_gives_the_first_message_behind_it) {
  node at;
  for (const auto* const id : {"1", "2", "3"}) {
    at.send("a", id);
  }
  BOOST_TEST(at.hit(at.topics.ask(after(on({"a"}), "1"))) == "2");
  BOOST_TEST(at.hit(at.topics.ask(after(on({"a"}), "2"))) == "3");
  BOOST_TEST(
    (at.got(at.topics.ask(after(on({"a"}), "3"))).is == outcome::timeout));
}

// README: the first with that id.
BOOST_AUTO_TEST_CASE(of_two_messages_with_one_id_the_first_counts) {
  node at;
  for (const auto* const id : {"1", "same", "2", "same", "3"}) {
    at.send("a", id);
  }
  BOOST_TEST(at.hit(at.topics.ask(after(on({"a"}), "same"))) == "2");
}

// M19
BOOST_AUTO_TEST_CASE(a_cursor_goes_on_behind_its_message) {
  node at;
  at.send("a", "same");
  at.send("b", "x");
  at.send("a", "same");
  at.send("a", "3");
  auto what = from(on({"a"}), start::earliest);
  std::vector<std::uint64_t> seen;
  for (int n = 0; n < 3; ++n) {
    const auto& got = at.got(at.topics.ask(what)).messages.at(0);
    seen.push_back(got.what->sequence());
    what = after(what, got.cursor);
  }
  BOOST_TEST(seen == (std::vector<std::uint64_t>{1, 3, 4}),
             boost::test_tools::per_element());
}

// M14
BOOST_AUTO_TEST_CASE(explicit_beats_stored_and_stored_beats_start) {
  node at;
  for (const auto* const id : {"1", "2", "3"}) {
    at.send("a", id);
  }
  const auto mine = by(from(on({"a"}), start::earliest), "me");
  BOOST_TEST(at.take(mine) == "1");
  BOOST_TEST(at.take(mine) == "2");
  BOOST_TEST(at.take(after(mine, "1")) == "2");
  BOOST_TEST(at.take(mine) == "3");
}

// README: an empty last_id counts as none.
BOOST_AUTO_TEST_CASE(an_empty_id_counts_as_none) {
  node at;
  at.send("a", "1");
  BOOST_TEST(at.hit(at.topics.ask(after(on({"a"}), ""))) == "1");
}

// README: only a PUT moves a stored cursor back.
BOOST_AUTO_TEST_CASE(reading_again_does_not_move_a_stored_cursor_back) {
  node at;
  for (const auto* const id : {"1", "2", "3"}) {
    at.send("a", id);
  }
  const auto mine = by(from(on({"a"}), start::earliest), "me");
  at.take(mine);
  at.take(mine);
  BOOST_TEST(at.take(after(mine, "1")) == "2");
  BOOST_TEST(stored(at, "me") == "2");
  BOOST_TEST(at.take(after(mine, "2")) == "3");
  BOOST_TEST(stored(at, "me") == "3");
}

// M20 R: by consumer, conversation and topic.
BOOST_AUTO_TEST_CASE(cursors_are_apart_by_consumer_conversation_and_topic) {
  node at;
  at.send("a", "1");
  at.send("b", "2");
  const auto what = from(on({"a"}), start::earliest);
  BOOST_TEST(at.take(by(what, "me")) == "1");
  BOOST_TEST((at.got(at.topics.ask(by(what, "me"))).is == outcome::timeout));
  BOOST_TEST(at.take(by(what, "you")) == "1");
  BOOST_TEST(at.take(by(what, "me", "talk")) == "1");
  BOOST_TEST(at.take(by(what, "", "talk")) == "1");
  BOOST_TEST(at.take(by(from(on({"b"}), start::earliest), "me")) == "2");
  auto other = by(what, "me");
  other.owner.tenant = "other";
  BOOST_TEST((at.got(at.topics.ask(other)).is == outcome::timeout));
  BOOST_TEST(at.topics.rows() == 5u);
}

BOOST_AUTO_TEST_CASE(names_that_run_together_are_different_owners) {
  node at;
  at.send("a", "1");
  const auto what = from(on({"a"}), start::earliest);
  BOOST_TEST(at.take(by(what, "ab", "c")) == "1");
  BOOST_TEST(at.take(by(what, "a", "bc")) == "1");
  BOOST_TEST(at.take(by(what, "1:a", "")) == "1");
  BOOST_TEST(at.take(by(what, "", "1:a")) == "1");
}

// README: a caller without a name, consumer and conversation stores nothing.
BOOST_AUTO_TEST_CASE(nobody_stores_nothing) {
  node at;
  at.send("a", "1");
  const auto who = at.topics.ask(on({"a"}));
  BOOST_TEST(at.got(who).pending == 0u);
  at.topics.ask(from(on({"a"}), start::fresh));
  BOOST_TEST(at.topics.writes() == 0u);
  BOOST_TEST(at.hit(at.topics.ask(on({"a"}))) == "1");
}

// M18, README: expired, with the earliest, from which a wait goes on.
BOOST_AUTO_TEST_CASE(an_unknown_id_is_expired_and_names_the_earliest) {
  node at;
  at.send("b", "x");
  at.send("a", "1");
  at.send("a", "2");
  const auto& got = at.got(at.topics.ask(after(on({"a"}), "nobody's")));
  BOOST_TEST((got.is == outcome::expired));
  BOOST_TEST(got.topic == "a");
  BOOST_TEST(got.earliest_id == "1");
  BOOST_TEST(at.hit(at.topics.ask(after(on({"a"}), got.earliest_cursor)))
             == "1");
  // An id of another topic is unknown in this one.
  BOOST_TEST(
    (at.got(at.topics.ask(after(on({"a"}), "x"))).is == outcome::expired));
  BOOST_TEST((at.got(at.topics.ask(after(
                       on({"a"}), topic::to_cursor(topic::behind(1), 0x9999))))
                .is
              == outcome::expired));
}

BOOST_AUTO_TEST_CASE(of_an_empty_topic_the_earliest_is_what_comes_next) {
  node at;
  at.send("b", "x");
  const auto& got = at.got(at.topics.ask(after(on({"a"}), "gone")));
  BOOST_TEST((got.is == outcome::expired));
  BOOST_TEST(got.earliest_id.empty());
  const auto who = at.topics.ask(after(on({"a"}, 1s), got.earliest_cursor));
  BOOST_TEST(!at.topics.answered(who));
  at.send("a", "1");
  BOOST_TEST(at.hit(who) == "1");
}

// C6, M18: a trimmed position never skips.
BOOST_AUTO_TEST_CASE(a_position_behind_which_something_went_is_expired) {
  node at;
  std::vector<std::string> cursors;
  auto what = from(on({"a"}), start::earliest);
  for (int n = 1; n <= 6; ++n) {
    at.send("a", std::to_string(n));
  }
  for (int n = 1; n <= 3; ++n) {
    const auto& got = at.got(at.topics.ask(what)).messages.at(0);
    cursors.push_back(got.cursor);
    what = after(what, got.cursor);
  }
  // The bodies of 1, 2 and 3 go: behind 3 nothing is missing, behind 2 is.
  at.log->retire_before(4);
  BOOST_TEST(at.hit(at.topics.ask(after(on({"a"}), cursors[2]))) == "4");
  const auto& got = at.got(at.topics.ask(after(on({"a"}), cursors[1])));
  BOOST_TEST((got.is == outcome::expired));
  BOOST_TEST(got.earliest_id == "4");
  BOOST_TEST(at.hit(at.topics.ask(after(on({"a"}), got.earliest_cursor)))
             == "4");
}

BOOST_AUTO_TEST_CASE(a_stored_position_that_fell_out_is_expired_too) {
  node at;
  for (int n = 1; n <= 4; ++n) {
    at.send("a", std::to_string(n));
  }
  const auto mine = by(from(on({"a"}), start::earliest), "me");
  at.take(mine);
  at.log->retire_before(4);
  const auto& got = at.got(at.topics.ask(mine));
  BOOST_TEST((got.is == outcome::expired));
  BOOST_TEST(got.earliest_id == "4");
  // Who goes on from the earliest has a cursor again.
  BOOST_TEST(at.take(after(mine, got.earliest_cursor)) == "4");
  BOOST_TEST((at.got(at.topics.ask(mine)).is == outcome::timeout));
}

// A row keeps a body that retention would have taken.
BOOST_AUTO_TEST_CASE(from_the_earliest_on_what_is_gone_is_known) {
  node at;
  for (int n = 1; n <= 6; ++n) {
    at.send("a", std::to_string(n));
  }
  const auto mine = by(from(on({"a"}), start::latest), "me");
  at.topics.ask(put("me", "3"));
  at.log->retire_before(5, {2});
  auto got = at.got(at.topics.ask(mine));
  BOOST_TEST((got.is == outcome::expired));
  BOOST_TEST(got.earliest_id == "2");
  BOOST_TEST(at.take(after(mine, got.earliest_cursor)) == "2");
  // It stood at 3, and knows now that 4 is gone.
  BOOST_TEST(at.take(mine) == "5");
  BOOST_TEST(at.take(mine) == "6");
}

BOOST_AUTO_TEST_CASE(a_start_at_the_earliest_never_expires) {
  node at;
  for (int n = 1; n <= 6; ++n) {
    at.send("a", std::to_string(n));
  }
  at.log->retire_before(5, {2});
  const auto mine = by(from(on({"a"}), start::earliest), "me");
  for (const auto* const id : {"2", "5", "6"}) {
    BOOST_TEST(at.take(mine) == id);
  }
  // Also with the cursors that the messages bring.
  auto nobody = from(on({"a"}), start::earliest);
  for (const auto* const id : {"2", "5", "6"}) {
    const auto who = at.topics.ask(nobody);
    BOOST_TEST(at.hit(who) == id);
    nobody = after(nobody, at.got(who).messages.front().cursor);
  }
  // The id alone does not say so.
  BOOST_TEST(
    (at.got(at.topics.ask(after(on({"a"}), "2"))).is == outcome::expired));
}

BOOST_AUTO_TEST_CASE(a_cursor_ahead_of_a_log_that_was_cut_is_unknown) {
  node at;
  at.send("a", "1");
  at.send("a", "2");
  const auto cursor = at.got(at.topics.ask(on({"a"}))).messages[0].cursor;
  at.log->cut(1);
  const auto& got = at.got(at.topics.ask(after(on({"a"}), cursor)));
  BOOST_TEST((got.is == outcome::expired));
}

BOOST_AUTO_TEST_CASE(one_expired_cursor_fails_the_whole_call) {
  node at;
  at.send("a", "1");
  auto what = on({"a", "b"}, 1s);
  what.last_ids["b"] = "gone";
  for (const auto mode : {wait_mode::any, wait_mode::all}) {
    what.mode = mode;
    const auto& got = at.got(at.topics.ask(what));
    BOOST_TEST((got.is == outcome::expired));
    BOOST_TEST(got.topic == "b");
  }
}

// -- waiting
// -------------------------------------------------------------------

// README: 0 is a pure poll.
BOOST_AUTO_TEST_CASE(a_wait_of_no_time_looks_and_does_not_park) {
  node at;
  const auto& got = at.got(at.topics.ask(on({"a"})));
  BOOST_TEST((got.is == outcome::timeout));
  BOOST_TEST(at.topics.timers() == 1u); // that of the sweep
}

// M22, M24
BOOST_AUTO_TEST_CASE(a_wait_ends_at_its_timeout_and_not_before) {
  node at;
  const auto who = at.topics.ask(on({"a"}, 100ms));
  at.topics.pass(99ms);
  BOOST_TEST(!at.topics.answered(who));
  at.topics.pass(10ms);
  const auto& got = at.got(who);
  BOOST_TEST((got.is == outcome::timeout));
  BOOST_TEST(got.elapsed.count() >= 100);
  BOOST_TEST(got.elapsed.count() <= 110);
}

// README: every timeout answers the cursor at which it parked.
BOOST_AUTO_TEST_CASE(the_cursor_of_a_timeout_misses_nothing) {
  node at;
  at.send("a", "1");
  for (const auto& what : {after(on({"a"}, 1s), "1"),
                           from(on({"a"}, 1s), start::fresh), on({"b"}, 1s)}) {
    const auto& topic = what.topics.front();
    const auto who = at.topics.ask(what);
    at.topics.pass(2s);
    const auto cursor = at.got(who).cursors.at(topic);
    at.send(topic, "in between");
    at.send(topic, "later");
    BOOST_TEST(at.hit(at.topics.ask(after(on({topic}), cursor)))
               == "in between");
  }
}

// M24: the last_id is the cursor that was used.
BOOST_AUTO_TEST_CASE(a_timeout_says_which_cursor_was_used) {
  node at;
  at.send("a", "1");
  const auto mine = by(from(on({"a"}), start::earliest), "me");
  at.take(mine);
  BOOST_TEST(at.got(at.topics.ask(mine)).last_ids.at("a") == "1");
  BOOST_TEST(at.got(at.topics.ask(after(on({"a"}), "1"))).last_ids.at("a")
             == "1");
  BOOST_TEST(at.got(at.topics.ask(on({"b"}))).last_ids.empty());
}

BOOST_AUTO_TEST_CASE(a_quiet_topic_of_a_busy_log_does_not_expire) {
  node at;
  const auto who = at.topics.ask(from(on({"a"}, 1s), start::fresh));
  for (int n = 0; n < 10; ++n) {
    at.send("b", std::to_string(n));
  }
  at.log->retire_before(9);
  at.topics.pass(2s);
  const auto cursor = at.got(who).cursors.at("a");
  BOOST_TEST(
    (at.got(at.topics.ask(after(on({"a"}), cursor))).is == outcome::timeout));
}

// README: one that started at new stores it.
BOOST_AUTO_TEST_CASE(a_timeout_that_started_at_new_stores_where_it_parked) {
  node at;
  at.send("a", "1");
  const auto mine = by(from(on({"a"}, 1s), start::fresh), "me");
  const auto first = at.topics.ask(mine);
  BOOST_TEST(!has_cursor(at, "me"));
  at.topics.pass(2s);
  BOOST_TEST((at.got(first).is == outcome::timeout));
  BOOST_TEST(has_cursor(at, "me"));
  at.send("a", "2");
  at.send("a", "3");
  BOOST_TEST(at.take(mine) == "2");
  // Other starts do not.
  at.topics.ask(by(on({"c"}), "me"));
  BOOST_TEST(!has_cursor(at, "me", "c"));
}

BOOST_AUTO_TEST_CASE(a_cursor_of_a_timeout_is_written_with_the_answer) {
  node at;
  const auto mine = by(from(on({"a"}), start::fresh), "me");
  at.topics.ask(mine);
  at.send("a", "1");
  at.topics.restart();
  BOOST_TEST(at.take(mine) == "1");
}

// M27: what comes between the look and the parking is not missed; the actor
// hears of it later.
BOOST_AUTO_TEST_CASE(a_message_that_is_heard_late_wakes_a_wait_once) {
  node at;
  at.send("a", "1");
  const auto heard_late = at.log->append("a", "2");
  const auto looked = at.topics.ask(after(on({"a"}, 1s), "1"));
  BOOST_TEST(at.hit(looked) == "2");
  // A wait behind it is not woken by it.
  const auto parked = at.topics.ask(after(on({"a"}, 1s), "2"));
  at.topics.hear(heard_late);
  BOOST_TEST(!at.topics.answered(parked));
  at.send("a", "3");
  BOOST_TEST(at.hit(parked) == "3");
}

BOOST_AUTO_TEST_CASE(a_wait_at_new_is_not_woken_by_what_was_there) {
  node at;
  const auto heard_late = at.log->append("a", "1");
  const auto who = at.topics.ask(from(on({"a"}, 1s), start::fresh));
  at.topics.hear(heard_late);
  BOOST_TEST(!at.topics.answered(who));
}

BOOST_AUTO_TEST_CASE(what_the_log_shows_at_the_deadline_is_a_hit) {
  node at;
  const auto who = at.topics.ask(on({"a"}, 1s));
  at.log->append("a", "1");
  at.topics.pass(2s);
  BOOST_TEST(at.hit(who) == "1");
}

BOOST_AUTO_TEST_CASE(a_signal_with_a_receiver_is_no_message) {
  node at;
  const auto who = at.topics.ask(on({"a"}, 1s));
  at.topics.hear(at.log->append("a", "1", "{}", "someone"));
  BOOST_TEST(!at.topics.answered(who));
  BOOST_TEST((at.got(at.topics.ask(on({"a"}))).is == outcome::timeout));
}

BOOST_AUTO_TEST_CASE(only_the_topic_and_the_tenant_wake) {
  node at;
  const auto who = at.topics.ask(on({"a"}, 1s));
  at.send("a:b", "1");
  at.send("A", "2");
  at.send("a", "3", "other");
  BOOST_TEST(!at.topics.answered(who));
  at.send("a", "4");
  BOOST_TEST(at.hit(who) == "4");
}

BOOST_AUTO_TEST_CASE(a_message_wakes_everybody_who_waits_for_it) {
  node at;
  std::vector<request_id> parked;
  for (int n = 0; n < 10; ++n) {
    parked.push_back(at.topics.ask(on({"a"}, 1s)));
  }
  at.send("a", "1");
  for (const auto who : parked) {
    BOOST_TEST(at.hit(who) == "1");
  }
}

BOOST_AUTO_TEST_CASE(who_is_gone_is_not_answered) {
  node at;
  const auto who = at.topics.ask(on({"a", "b"}, 1s));
  at.topics.forget(who);
  at.topics.forget(who);
  at.send("a", "1");
  at.topics.pass(2s);
  BOOST_TEST(!at.topics.answered(who));
}

BOOST_AUTO_TEST_CASE(an_error_of_the_log_is_the_answer) {
  node at;
  const auto parked = at.topics.ask(on({"a"}, 1s));
  at.log->fail_reading();
  const auto who = at.topics.ask(on({"b"}, 1s));
  BOOST_TEST((at.topics.refusal(who).code() == errc::io));
  at.topics.pass(2s);
  BOOST_TEST((at.topics.refusal(parked).code() == errc::io));
}

// -- any
// -----------------------------------------------------------------------

// M25: the first listed topic that has a message, not the oldest message.
BOOST_AUTO_TEST_CASE(any_takes_the_first_topic_of_the_list) {
  node at;
  at.send("b", "older");
  at.send("a", "newer");
  auto what = on({"a", "b"});
  BOOST_TEST(at.hit(at.topics.ask(what)) == "newer");
  what.oldest_first = true;
  BOOST_TEST(at.hit(at.topics.ask(what)) == "older");
}

// M25: exactly one is consumed, other topics' cursors are untouched.
BOOST_AUTO_TEST_CASE(any_consumes_exactly_one_message) {
  node at;
  at.send("a", "1");
  at.send("b", "2");
  const auto mine = by(from(on({"a", "b"}), start::earliest), "me");
  BOOST_TEST(at.take(mine) == "1");
  BOOST_TEST(has_cursor(at, "me", "a"));
  BOOST_TEST(!has_cursor(at, "me", "b"));
  BOOST_TEST(at.take(mine) == "2");
  BOOST_TEST((at.got(at.topics.ask(mine)).is == outcome::timeout));
}

BOOST_AUTO_TEST_CASE(any_is_woken_by_whichever_comes_first) {
  node at;
  const auto who = at.topics.ask(on({"a", "b", "c"}, 1s));
  at.send("c", "1");
  BOOST_TEST(at.hit(who) == "1");
  BOOST_TEST(at.got(who).messages[0].topic == "c");
  at.send("a", "2");
}

// M15: a topic without an explicit cursor falls back to the stored one.
BOOST_AUTO_TEST_CASE(any_respects_the_cursor_of_each_topic) {
  node at;
  at.send("a", "1");
  at.send("b", "2");
  at.send("b", "3");
  at.topics.ask(put("me", "2", "b"));
  auto mine = by(on({"a", "b"}), "me");
  mine.last_ids["a"] = "1";
  BOOST_TEST(at.hit(at.topics.ask(mine)) == "3");
}

BOOST_AUTO_TEST_CASE(a_timeout_of_any_has_a_cursor_for_each_topic) {
  node at;
  const auto who = at.topics.ask(on({"a", "b"}, 1s));
  at.topics.pass(2s);
  const auto cursors = at.got(who).cursors;
  BOOST_TEST(cursors.size() == 2u);
  at.send("b", "1");
  auto again = on({"a", "b"});
  again.last_ids = cursors;
  BOOST_TEST(at.hit(at.topics.ask(again)) == "1");
}

// -- all
// -----------------------------------------------------------------------

// M26
BOOST_AUTO_TEST_CASE(all_gives_one_message_of_each_topic_in_any_order) {
  node at;
  at.send("b", "1");
  const auto who = at.topics.ask(all_of({"a", "b", "c"}, 1s));
  at.send("c", "2");
  // A second message of a topic is not taken.
  at.send("c", "3");
  BOOST_TEST(!at.topics.answered(who));
  at.send("a", "4");
  const auto& got = at.got(who);
  BOOST_TEST((got.is == outcome::hit));
  std::vector<std::string> seen;
  for (const auto& each : got.messages) {
    seen.push_back(each.topic + each.what->id());
  }
  BOOST_TEST(seen == (std::vector<std::string>{"a4", "b1", "c2"}),
             boost::test_tools::per_element());
  BOOST_TEST(got.missing.empty());
}

// M26 R: cursors move on completion alone.
BOOST_AUTO_TEST_CASE(all_moves_cursors_only_when_it_completes) {
  node at;
  at.send("a", "1");
  const auto mine = by(from(all_of({"a", "b"}, 1s), start::earliest), "me");
  const auto first = at.topics.ask(mine);
  at.topics.pass(2s);
  const auto& partial = at.got(first);
  BOOST_TEST((partial.is == outcome::timeout));
  BOOST_REQUIRE(partial.messages.size() == 1u);
  BOOST_TEST(partial.messages[0].what->id() == "1");
  BOOST_TEST(partial.missing == (std::vector<std::string>{"b"}),
             boost::test_tools::per_element());
  BOOST_TEST(partial.pending == 0u);
  BOOST_TEST(!has_cursor(at, "me", "a"));
  at.send("b", "2");
  const auto second = at.topics.ask(mine);
  const auto& complete = at.got(second);
  BOOST_REQUIRE((complete.is == outcome::hit));
  BOOST_TEST(complete.messages[0].what->id() == "1");
  at.settle(second);
  BOOST_TEST(stored(at, "me", "a") == "1");
  BOOST_TEST(stored(at, "me", "b") == "2");
}

// M26 R: unless partial results are consumed.
BOOST_AUTO_TEST_CASE(all_moves_cursors_of_partial_results_when_asked_to) {
  node at;
  at.send("a", "1");
  auto mine = by(from(all_of({"a", "b"}, 1s), start::earliest), "me");
  mine.consume_partial = true;
  const auto who = at.topics.ask(mine);
  at.topics.pass(2s);
  BOOST_TEST(at.got(who).pending != 0u);
  BOOST_TEST(!has_cursor(at, "me", "a"));
  at.settle(who);
  BOOST_TEST(stored(at, "me", "a") == "1");
  BOOST_TEST(!has_cursor(at, "me", "b"));
  // The cursors of the answer go on likewise.
  at.send("a", "2");
  at.send("b", "3");
  auto again = all_of({"a", "b"});
  again.last_ids = at.got(who).cursors;
  const auto& got = at.got(at.topics.ask(again));
  BOOST_REQUIRE((got.is == outcome::hit));
  BOOST_TEST(got.messages[0].what->id() == "2");
}

BOOST_AUTO_TEST_CASE(the_cursors_of_partial_results_find_them_again) {
  node at;
  const auto who = at.topics.ask(all_of({"a", "b"}, 1s));
  at.send("a", "1");
  at.topics.pass(2s);
  at.send("b", "2");
  auto again = all_of({"a", "b"});
  again.last_ids = at.got(who).cursors;
  const auto& got = at.got(at.topics.ask(again));
  BOOST_REQUIRE((got.is == outcome::hit));
  BOOST_TEST(got.messages[0].what->id() == "1");
}

BOOST_AUTO_TEST_CASE(all_that_started_at_new_finds_partial_results_again) {
  node at;
  const auto mine = by(from(all_of({"a", "b"}, 1s), start::fresh), "me");
  const auto who = at.topics.ask(mine);
  at.send("a", "1");
  at.topics.pass(2s);
  BOOST_TEST((at.got(who).is == outcome::timeout));
  at.send("b", "2");
  const auto& got = at.got(at.topics.ask(mine));
  BOOST_REQUIRE((got.is == outcome::hit));
  BOOST_TEST(got.messages[0].what->id() == "1");
}

BOOST_AUTO_TEST_CASE(a_message_that_went_while_all_waited_is_expired) {
  node at;
  const auto who = at.topics.ask(all_of({"a", "b"}, 1s));
  at.send("a", "1");
  at.log->retire_before(2);
  at.send("b", "2");
  const auto& got = at.got(who);
  BOOST_TEST((got.is == outcome::expired));
  BOOST_TEST(got.topic == "a");
}

// -- settling
// ------------------------------------------------------------------

// README: a stored cursor advances when the answer has been written without
// error, never before.
BOOST_AUTO_TEST_CASE(a_cursor_moves_when_the_answer_is_written) {
  node at;
  at.send("a", "1");
  const auto mine = by(from(on({"a"}), start::earliest), "me");
  const auto who = at.topics.ask(mine);
  BOOST_TEST(at.got(who).pending != 0u);
  BOOST_TEST(!has_cursor(at, "me"));
  BOOST_TEST(at.topics.writes() == 0u);
  at.settle(who);
  BOOST_TEST(stored(at, "me") == "1");
  BOOST_TEST(at.topics.writes() == 1u);
}

BOOST_AUTO_TEST_CASE(an_answer_that_was_not_written_comes_again) {
  node at;
  at.send("a", "1");
  at.send("a", "2");
  const auto mine = by(from(on({"a"}), start::earliest), "me");
  const auto who = at.topics.ask(mine);
  at.settle(who, false);
  BOOST_TEST(!has_cursor(at, "me"));
  BOOST_TEST(at.take(mine) == "1");
  BOOST_TEST(at.take(mine) == "2");
}

// M21: also where it began at new.
BOOST_AUTO_TEST_CASE(a_hit_at_new_that_was_not_written_comes_again) {
  node at;
  const auto mine = by(from(on({"a"}, 1s), start::fresh), "me");
  const auto who = at.topics.ask(mine);
  at.send("a", "1");
  at.settle(who, false);
  BOOST_TEST(at.take(mine) == "1");
}

// README: the consumer's next wait queues behind that.
BOOST_AUTO_TEST_CASE(the_next_wait_goes_on_when_the_answer_is_settled) {
  node at;
  at.send("a", "1");
  at.send("a", "2");
  const auto mine = by(from(on({"a"}), start::earliest), "me");
  for (const bool written : {false, true}) {
    const auto first = at.topics.ask(mine);
    BOOST_TEST(at.hit(first) == "1");
    const auto second = at.topics.ask(mine);
    const auto third = at.topics.ask(mine);
    BOOST_TEST(!at.topics.answered(second));
    at.settle(first, written);
    BOOST_TEST(at.hit(second) == (written ? "2" : "1"));
    BOOST_TEST(!at.topics.answered(third));
    at.settle(second, false);
    BOOST_TEST(at.topics.answered(third));
    at.settle(third, false);
  }
}

// Who has read an answer may ask before anybody knows that it was written.
BOOST_AUTO_TEST_CASE(a_cursor_is_read_behind_the_answers_that_move_it) {
  node at;
  at.send("a", "1");
  const auto first = at.topics.ask(by(from(on({"a"}), start::earliest), "me"));
  BOOST_TEST(at.hit(first) == "1");
  auto patient = get("me");
  patient.behind_answers = true;
  const auto later = at.topics.ask(patient);
  BOOST_TEST(!at.topics.answered(later));
  at.settle(first, true);
  BOOST_TEST(at.topics.reply<topic::cursor_reply>(later).last_id == "1");
  BOOST_TEST(at.topics.answered(at.topics.ask(patient)));
}

BOOST_AUTO_TEST_CASE(other_consumers_and_topics_do_not_queue) {
  node at;
  at.send("a", "1");
  at.send("b", "2");
  const auto what = from(on({"a"}), start::earliest);
  at.topics.ask(by(what, "me"));
  BOOST_TEST(at.hit(at.topics.ask(by(what, "you"))) == "1");
  BOOST_TEST(at.hit(at.topics.ask(by(on({"b"}), "me"))) == "2");
  BOOST_TEST(at.hit(at.topics.ask(what)) == "1");
  // An explicit cursor does not depend on the stored one.
  BOOST_TEST(
    (at.got(at.topics.ask(by(after(what, "1"), "me"))).is == outcome::timeout));
}

BOOST_AUTO_TEST_CASE(a_wait_for_several_queues_behind_each_of_them) {
  node at;
  at.send("a", "1");
  at.send("b", "2");
  const auto a = at.topics.ask(by(from(on({"a"}), start::earliest), "me"));
  const auto b = at.topics.ask(by(from(on({"b"}), start::earliest), "me"));
  const auto both = at.topics.ask(by(all_of({"a", "b"}, 10s), "me"));
  at.settle(a);
  BOOST_TEST(!at.topics.answered(both));
  at.settle(b);
  BOOST_TEST(!at.topics.answered(both));
  at.send("a", "3");
  at.send("b", "4");
  BOOST_TEST(at.got(both).messages.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_queued_wait_ends_at_its_time_and_can_go_away) {
  node at;
  at.send("a", "1");
  const auto mine = by(from(on({"a"}), start::earliest), "me");
  const auto first = at.topics.ask(mine);
  const auto poll = at.topics.ask(mine);
  const auto longer = at.topics.ask(by(on({"a"}, 60s), "me"));
  const auto gone = at.topics.ask(mine);
  at.topics.forget(gone);
  at.topics.pass(4990ms);
  BOOST_TEST(!at.topics.answered(poll));
  at.topics.pass(20ms);
  BOOST_TEST((at.got(poll).is == outcome::timeout));
  BOOST_TEST(!at.topics.answered(longer));
  at.topics.pass(60s);
  BOOST_TEST((at.got(longer).is == outcome::timeout));
  at.settle(first);
  BOOST_TEST(!at.topics.answered(gone));
  BOOST_TEST(stored(at, "me") == "1");
}

// README: two waits of one consumer get the same message.
BOOST_AUTO_TEST_CASE(two_waits_of_one_consumer_get_the_same_message) {
  node at;
  const auto mine = by(on({"a"}, 1s), "me");
  const auto first = at.topics.ask(mine);
  const auto second = at.topics.ask(mine);
  at.send("a", "1");
  BOOST_TEST(at.hit(first) == "1");
  BOOST_TEST(at.hit(second) == "1");
  const auto next = at.topics.ask(by(on({"a"}, 1s), "me"));
  at.settle(second);
  BOOST_TEST(!at.topics.answered(next));
  at.settle(first);
  BOOST_TEST(stored(at, "me") == "1");
  at.send("a", "2");
  BOOST_TEST(at.hit(next) == "2");
}

BOOST_AUTO_TEST_CASE(a_wait_may_settle_the_answer_before_it) {
  node at;
  for (int n = 1; n <= 5; ++n) {
    at.send("a", std::to_string(n));
  }
  auto mine = by(from(on({"a"}), start::earliest), "me");
  for (int n = 1; n <= 5; ++n) {
    const auto who = at.topics.ask(mine);
    BOOST_TEST(at.hit(who) == std::to_string(n));
    mine.settles = at.got(who).pending;
  }
  BOOST_TEST(stored(at, "me") == "4");
}

BOOST_AUTO_TEST_CASE(an_unknown_settlement_changes_nothing) {
  node at;
  at.send("a", "1");
  const auto who = at.topics.ask(by(on({"a"}), "me"));
  at.settle(who);
  at.settle(who);
  topic::settle_request what;
  what.pending = 12345;
  what.written = true;
  at.topics.ask(what);
  BOOST_TEST(at.topics.writes() == 1u);
}

// -- restarts and crashes
// ------------------------------------------------------

// M20 R
BOOST_AUTO_TEST_CASE(cursors_outlive_a_restart_between_two_waits) {
  node at;
  for (const auto* const id : {"1", "2", "3"}) {
    at.send("a", id);
  }
  const auto mine = by(from(on({"a"}), start::earliest), "me", "talk");
  BOOST_TEST(at.take(mine) == "1");
  at.topics.restart();
  BOOST_TEST(at.take(mine) == "2");
  at.topics.restart();
  BOOST_TEST(at.take(mine) == "3");
}

// Whoever goes away while it is answered leaves nothing that its consumer's
// next wait stands behind.
BOOST_AUTO_TEST_CASE(an_answer_to_who_is_gone_is_settled_as_not_written) {
  node at;
  at.send("a", "1");
  const auto mine = by(from(on({"a"}), start::earliest), "me");
  const auto gone = at.topics.ask(mine);
  BOOST_TEST(at.hit(gone) == "1");
  BOOST_TEST(at.got(gone).pending == static_cast<std::uint64_t>(gone));
  at.topics.forget(gone);
  BOOST_TEST(!has_cursor(at, "me"));
  BOOST_TEST(at.take(mine) == "1");
}

BOOST_AUTO_TEST_CASE(an_answer_of_before_a_crash_settles_nothing) {
  node at;
  at.send("a", "1");
  at.send("a", "2");
  const auto mine = by(from(on({"a"}), start::earliest), "me");
  const auto lost = at.topics.ask(mine);
  BOOST_TEST(at.hit(lost) == "1");
  at.topics.pass(1ms);
  at.topics.restart();
  const auto again = at.topics.ask(mine);
  BOOST_TEST(at.hit(again) == "1");
  BOOST_TEST(at.got(again).pending != at.got(lost).pending);
  at.settle(lost);
  BOOST_TEST(!has_cursor(at, "me"));
  at.settle(again);
  BOOST_TEST(at.take(mine) == "2");
}

// -- cursor requests
// -----------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_cursor_is_set_read_and_forgotten) {
  node at;
  for (const auto* const id : {"1", "2", "3"}) {
    at.send("a", id);
  }
  BOOST_TEST(!has_cursor(at, "me"));
  const auto set = at.topics.ask(put("me", "2"));
  BOOST_TEST(at.topics.reply<topic::cursor_reply>(set).last_id == "2");
  BOOST_TEST(stored(at, "me") == "2");
  BOOST_TEST(at.take(by(on({"a"}), "me")) == "3");
  // Also back.
  at.topics.ask(put("me", "1"));
  BOOST_TEST(at.take(by(on({"a"}), "me")) == "2");
  topic::remove_cursor_request remove;
  remove.owner = owner("me");
  remove.topic = "a";
  const auto removed = at.topics.ask(remove);
  BOOST_TEST(at.topics.reply<topic::cursor_reply>(removed).last_id == "2");
  BOOST_TEST(!has_cursor(at, "me"));
  BOOST_TEST(at.topics.rows() == 0u);
  BOOST_TEST(
    (at.topics.refusal(at.topics.ask(remove)).code() == errc::not_found));
}

BOOST_AUTO_TEST_CASE(a_cursor_is_not_set_to_what_is_unknown_or_gone) {
  node at;
  for (const auto* const id : {"1", "2", "3"}) {
    at.send("a", id);
  }
  const auto cursor =
    at.got(at.topics.ask(from(on({"a"}), start::earliest))).messages[0].cursor;
  at.log->retire_before(3);
  for (const auto& text : {std::string{"gone"}, std::string{"1"}, cursor}) {
    const auto& refused = at.topics.refusal(at.topics.ask(put("me", text)));
    BOOST_TEST((refused.code() == errc::not_found));
    BOOST_TEST(refused.message().find("'3'") != std::string::npos);
  }
  BOOST_TEST(!has_cursor(at, "me"));
  BOOST_TEST(at.topics.writes() == 0u);
}

BOOST_AUTO_TEST_CASE(a_cursor_behind_no_message_is_shown_as_its_text) {
  node at;
  at.send("b", "1");
  const auto& got = at.got(at.topics.ask(on({"a"})));
  const auto cursor = got.cursors.at("a");
  at.topics.ask(put("me", cursor));
  BOOST_TEST(stored(at, "me") == cursor);
  // Of two with one id the second has no id of its own.
  at.send("a", "same");
  at.send("a", "same");
  const auto second = at.got(at.topics.ask(on({"a"}))).messages[0].cursor;
  at.topics.ask(put("me", second));
  BOOST_TEST(stored(at, "me") == second);
}

BOOST_AUTO_TEST_CASE(an_answer_of_before_a_put_does_not_undo_it) {
  node at;
  for (const auto* const id : {"1", "2", "3"}) {
    at.send("a", id);
  }
  at.topics.ask(put("me", "2"));
  const auto who = at.topics.ask(by(on({"a"}), "me"));
  BOOST_TEST(at.hit(who) == "3");
  at.topics.ask(put("me", "1"));
  at.settle(who);
  BOOST_TEST(stored(at, "me") == "1");
}

BOOST_AUTO_TEST_CASE(a_cursor_that_nobody_uses_goes) {
  topic::wait_bounds bounds;
  bounds.cursor_age = 24h;
  node at{bounds};
  at.send("a", "1");
  at.topics.ask(put("idle", "1"));
  at.topics.ask(put("busy", "1"));
  for (int n = 0; n < 23; ++n) {
    at.topics.pass(1h);
    at.topics.ask(by(on({"a"}), "busy"));
  }
  BOOST_TEST(at.topics.rows() == 2u);
  at.topics.restart();
  at.topics.pass(2h);
  BOOST_TEST(at.topics.rows() == 1u);
  BOOST_TEST(!has_cursor(at, "idle"));
  BOOST_TEST(has_cursor(at, "busy"));
}

BOOST_AUTO_TEST_CASE(many_old_cursors_go_piece_by_piece) {
  topic::wait_bounds bounds;
  bounds.cursor_age = 1h;
  node at{bounds};
  at.send("a", "1");
  for (int n = 0; n < 3000; ++n) {
    at.topics.ask(put(std::to_string(n), "1"));
  }
  BOOST_TEST(at.topics.rows() == 3000u);
  at.topics.pass(1h);
  BOOST_TEST(at.topics.rows() >= 3000u - 1024u);
  at.topics.pass(11min);
  BOOST_TEST(at.topics.rows() == 0u);
}

// -- bounds
// --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(parked_waits_are_bounded_together_and_by_caller) {
  topic::wait_bounds bounds;
  bounds.parked.waits_max = 3;
  bounds.parked.caller_waits_max = 2;
  node at{bounds};
  const auto first = at.topics.ask(on({"a"}, 1s));
  at.topics.ask(on({"a"}, 1s));
  const auto of_caller = at.topics.ask(on({"a"}, 1s));
  BOOST_TEST((at.topics.refusal(of_caller).code() == errc::overloaded));
  auto other = on({"a"}, 1s);
  other.caller = "other";
  BOOST_TEST(!at.topics.answered(at.topics.ask(other)));
  BOOST_TEST(
    (at.topics.refusal(at.topics.ask(other)).code() == errc::overloaded));
  // A poll needs no room.
  BOOST_TEST((at.got(at.topics.ask(on({"a"}))).is == outcome::timeout));
  at.topics.forget(first);
  BOOST_TEST(!at.topics.answered(at.topics.ask(on({"a"}, 1s))));
}

BOOST_AUTO_TEST_CASE(topics_and_bytes_of_parked_waits_are_bounded) {
  topic::wait_bounds bounds;
  bounds.parked.topics_max = 30;
  node at{bounds};
  BOOST_TEST(!at.topics.answered(at.topics.ask(all_of({"a", "b", "c"}, 1s))));
  const auto refused = at.topics.ask(on({"a"}, 1s));
  BOOST_TEST((at.topics.refusal(refused).code() == errc::overloaded));

  bounds = {};
  bounds.parked.bytes_max = 20'000;
  node small{bounds};
  BOOST_TEST(!small.topics.answered(
    small.topics.ask(on({std::string(1'000, 'a')}, 1s))));
  BOOST_TEST(
    (small.topics.refusal(small.topics.ask(on({std::string(1'000, 'b')}, 1s)))
       .code()
     == errc::overloaded));
}

BOOST_AUTO_TEST_CASE(cursors_of_a_tenant_are_bounded) {
  topic::wait_bounds bounds;
  bounds.cursors_max = 2;
  node at{bounds};
  at.send("a", "1");
  const auto what = from(on({"a"}), start::earliest);
  at.take(by(what, "one"));
  at.take(by(what, "two"));
  const auto refused = at.topics.ask(by(what, "three"));
  BOOST_TEST((at.topics.refusal(refused).code() == errc::overloaded));
  BOOST_TEST((at.topics.refusal(at.topics.ask(put("three", "1"))).code()
              == errc::overloaded));
  // Who has one goes on, and so do other tenants and nobody.
  BOOST_TEST((at.got(at.topics.ask(by(what, "one"))).is == outcome::timeout));
  BOOST_TEST(at.hit(at.topics.ask(what)) == "1");
  auto other = by(what, "one");
  other.owner.tenant = "other";
  BOOST_TEST((at.got(at.topics.ask(other)).is == outcome::timeout));
}

BOOST_AUTO_TEST_CASE(many_waits_need_few_timers) {
  node at;
  const auto idle = at.topics.timers();
  for (int n = 0; n < 2000; ++n) {
    auto what = on({"t" + std::to_string(n % 100)},
                   std::chrono::milliseconds{60'000 - n});
    at.topics.ask(what);
  }
  // Ever shorter timeouts, one timer for each 10 ms.
  BOOST_TEST(at.topics.timers() - idle <= 201u);
  at.topics.pass(59s);
  BOOST_TEST(at.topics.fired() <= 110u);
  at.topics.pass(2s);
  BOOST_TEST(at.topics.timers() == idle);
}

BOOST_AUTO_TEST_CASE(waits_that_end_together_end_in_pieces) {
  node at;
  std::vector<request_id> parked;
  for (int n = 0; n < 3000; ++n) {
    parked.push_back(at.topics.ask(on({"a"}, 1s)));
  }
  at.topics.pass(1s);
  for (const auto who : parked) {
    BOOST_REQUIRE(at.topics.answered(who));
    BOOST_REQUIRE((at.got(who).is == outcome::timeout));
  }
}

BOOST_AUTO_TEST_CASE(a_request_of_another_kind_is_refused) {
  node at;
  struct other final : actor::request {};
  const auto who = at.topics.ask(other{});
  BOOST_TEST((at.topics.refusal(who).code() == errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(the_spec_is_one_that_runs) {
  node at;
  BOOST_TEST(actor::check_spec(actors::topics_spec({at.log, {}})).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
