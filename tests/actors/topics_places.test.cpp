#include "actors/topics.hpp"

#include "tests/actors/topics_calls.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace libsig;
using namespace libsig::testing::topics;

// Where waits begin, and which cursor they go by.
BOOST_AUTO_TEST_SUITE(topics_places)

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

BOOST_AUTO_TEST_SUITE_END()
