#include "actors/topics.hpp"

#include "tests/actors/topics_calls.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace libsig;
using namespace libsig::testing::topics;

// What becomes of cursors when answers are settled, and over restarts.
BOOST_AUTO_TEST_SUITE(topics_settling)

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

BOOST_AUTO_TEST_SUITE_END()
