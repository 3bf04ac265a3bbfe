#include "actors/subscriptions.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "tests/support/subscriptions_stage.hpp"

// How the actor follows the log when the mailbox does not bring everything, and
// when one signal is for very many (D16).

using namespace libsig;
using namespace std::chrono_literals;

namespace {

using stage = test::subscriptions_stage;
using sequences = std::vector<std::uint64_t>;

[[nodiscard]] actors::subscriptions_options
with(const subscription::match_bounds& keep) {
  actors::subscriptions_options how;
  how.match = keep;
  return how;
}

/// The mailbox loses what is in it, and the actor is told.
void miss(stage& on) {
  on.mail.clear();
  on.carry_out(on.reactor->on_missed(on.now()));
}

/// So many agents, `a0` on, with a subscription to `x`.
void subscribe_many(stage& on, int count) {
  for (int number = 0; number < count; ++number) {
    on.subscribe("a" + std::to_string(number), "x");
  }
}

[[nodiscard]] std::string name_of(int number) {
  return "a" + std::to_string(number);
}

} // namespace

BOOST_AUTO_TEST_SUITE(catching_up)

// -- what the mailbox missed --------------------------------------------------

BOOST_AUTO_TEST_CASE(what_the_mailbox_missed_is_read_from_the_log_once_D16) {
  stage on;
  on.subscribe("a", "x");
  on.publish("x");
  on.publish("y");
  on.publish("x");
  miss(on);
  on.publish("x");
  on.run();
  BOOST_TEST((on.drain("a") == sequences{1, 3, 4}));
  miss(on);
  BOOST_TEST(on.gets_nothing("a"));
}

BOOST_AUTO_TEST_CASE(what_was_read_from_the_log_may_still_come) {
  stage on;
  on.subscribe("a", "x");
  on.publish("x");
  const auto late = on.mail;
  miss(on);
  BOOST_TEST((on.drain("a") == sequences{1}));
  on.mail = late;
  on.run();
  BOOST_TEST(on.gets_nothing("a"));
}

BOOST_AUTO_TEST_CASE(one_step_reads_a_bounded_piece_of_the_log) {
  subscription::match_bounds keep;
  keep.signals_max = 2;
  stage on{with(keep)};
  on.subscribe("a", "x");
  for (int count = 0; count < 5; ++count) {
    on.publish("x");
  }
  miss(on);
  BOOST_TEST(on.log->found == 2u);
  BOOST_TEST(on.log->rows(subscription::items_table) == 2u);
  on.fire();
  BOOST_TEST(on.log->found == 4u);
  // What comes meanwhile waits until it is its turn.
  on.publish("x");
  on.run();
  on.advance(100ms);
  BOOST_TEST((on.drain("a") == sequences{1, 2, 3, 4, 5, 6}));
}

BOOST_AUTO_TEST_CASE(a_long_way_after_a_restart_goes_in_pieces_C15) {
  subscription::match_bounds keep;
  keep.signals_max = 2;
  keep.ahead_max = 2;
  stage on{with(keep)};
  on.subscribe("a", "x");
  for (int count = 0; count < 7; ++count) {
    on.publish("x");
  }
  on.restart();
  BOOST_TEST(on.log->rows(subscription::items_table) == 2u);
  on.fire();
  // It dies once more on the way.
  on.restart();
  on.advance(200ms);
  BOOST_TEST((on.drain("a") == sequences{1, 2, 3, 4, 5, 6, 7}));
}

// -- who changes what is listened to ------------------------------------------

BOOST_AUTO_TEST_CASE(
  who_is_too_far_behind_refuses_changes_and_then_makes_them) {
  subscription::match_bounds keep;
  keep.ahead_max = 2;
  stage on{with(keep)};
  on.subscribe("a", "x");
  for (int count = 0; count < 8; ++count) {
    on.publish("x");
  }
  // Each looks at two more.
  BOOST_TEST((on.subscribe("b", "x").error().code() == errc::overloaded));
  BOOST_TEST((on.unsubscribe("a", "x").error().code() == errc::overloaded));
  BOOST_TEST((on.remove_agent("a").error().code() == errc::overloaded));
  BOOST_TEST(on.log->found == 6u);
  BOOST_TEST(on.subscribe("b", "x").has_value());
  on.run();
  BOOST_TEST(on.gets_nothing("b"));
  BOOST_TEST((on.drain("a") == sequences{1, 2, 3, 4, 5, 6, 7, 8}));
  on.say("x");
  BOOST_TEST((on.drain("b") == sequences{9}));
}

// What is nobody's does not come to the mailbox, so nothing else brings it on.
BOOST_AUTO_TEST_CASE(very_many_internal_signals_hold_up_no_change_for_good) {
  subscription::match_bounds keep;
  keep.signals_max = 2;
  keep.ahead_max = 2;
  stage on{with(keep)};
  on.subscribe("a", "x");
  for (int count = 0; count < 9; ++count) {
    on.publish("internal.note");
  }
  BOOST_TEST((on.subscribe("b", "x").error().code() == errc::overloaded));
  on.advance(200ms);
  BOOST_TEST(on.subscribe("b", "x").has_value());
  BOOST_TEST(on.unsubscribe("a", "x").has_value());
  BOOST_TEST(on.remove_agent("a").has_value());
  BOOST_TEST(on.seen->levels.behind == 0u);
}

// -- one signal for very many -------------------------------------------------

BOOST_AUTO_TEST_CASE(a_signal_for_many_is_brought_to_them_in_pieces_D16) {
  subscription::match_bounds keep;
  keep.items_max = 3;
  stage on{with(keep)};
  subscribe_many(on, 10);
  on.publish("x");
  on.publish("x");
  on.hear(on.mail[0]);
  BOOST_TEST(on.log->rows(subscription::items_table) == 3u);
  on.hear(on.mail[1]);
  BOOST_TEST(on.log->rows(subscription::items_table) == 6u);
  on.fire();
  BOOST_TEST(on.log->rows(subscription::items_table) == 9u);
  on.advance(500ms);
  for (int number = 0; number < 10; ++number) {
    BOOST_TEST((on.drain(name_of(number)) == sequences{1, 2}));
  }
}

BOOST_AUTO_TEST_CASE(a_crash_between_pieces_neither_loses_nor_doubles_C15) {
  for (int pieces = 0; pieces < 7; ++pieces) {
    subscription::match_bounds keep;
    keep.items_max = 3;
    stage on{with(keep)};
    subscribe_many(on, 10);
    on.publish("x");
    on.publish("x");
    on.hear(on.mail[0]);
    for (int piece = 0; piece < pieces; ++piece) {
      on.fire();
    }
    // The first has it, and is done with it.
    const auto before = on.drain("a0");
    on.restart();
    on.restart();
    on.advance(500ms);
    auto first = before;
    const auto more = on.drain("a0");
    first.insert(first.end(), more.begin(), more.end());
    BOOST_TEST((first == sequences{1, 2}), "after " << pieces << " pieces");
    for (int number = 1; number < 10; ++number) {
      BOOST_TEST((on.drain(name_of(number)) == sequences{1, 2}));
    }
  }
}

BOOST_AUTO_TEST_CASE(nobody_changes_who_listens_between_two_pieces) {
  subscription::match_bounds keep;
  keep.items_max = 3;
  stage on{with(keep)};
  subscribe_many(on, 10);
  on.say("x");
  BOOST_TEST((on.subscribe("late", "x").error().code() == errc::overloaded));
  BOOST_TEST((on.remove_agent("a9").error().code() == errc::overloaded));
  on.advance(200ms);
  BOOST_TEST(on.subscribe("late", "x").has_value());
  BOOST_TEST(on.gets_nothing("late"));
  BOOST_TEST((on.drain("a9") == sequences{1}));
}

BOOST_AUTO_TEST_CASE(as_many_as_one_step_may_bring_are_one_piece) {
  subscription::match_bounds keep;
  keep.items_max = 3;
  stage on{with(keep)};
  subscribe_many(on, 3);
  on.say("x");
  BOOST_TEST(on.log->rows(subscription::items_table) == 3u);
  BOOST_TEST(on.subscribe("late", "x").has_value());
}

// -- what cannot be read ------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_signal_that_cannot_be_read_is_left_out_in_the_end) {
  stage on;
  on.subscribe("a", "x");
  for (int count = 0; count < 3; ++count) {
    on.publish("x");
  }
  on.log->damaged = {2};
  miss(on);
  on.advance(3'950ms);
  BOOST_TEST(std::ranges::count(on.seen->events, "unreadable log 2") == 0);
  on.advance(100ms);
  BOOST_TEST(std::ranges::count(on.seen->events, "unreadable log 2") == 1);
  BOOST_TEST((on.drain("a") == sequences{1, 3}));
}

BOOST_AUTO_TEST_CASE(what_comes_from_the_mailbox_need_not_be_read) {
  stage on;
  on.subscribe("a", "x");
  on.publish("x");
  on.publish("x");
  on.log->damaged = {1};
  BOOST_TEST((on.subscribe("b", "x").error().code() == errc::io));
  on.run();
  BOOST_TEST(on.subscribe("b", "x").has_value());
  on.log->damaged.clear();
  BOOST_TEST((on.drain("a") == sequences{1, 2}));
  BOOST_TEST(on.gets_nothing("b"));
}

BOOST_AUTO_TEST_CASE(a_log_that_is_busy_is_asked_for_ever) {
  stage on;
  on.subscribe("a", "x");
  on.publish("x");
  on.log->damaged = {1};
  on.log->says = errc::overloaded;
  miss(on);
  on.advance(60s);
  on.log->damaged.clear();
  on.advance(1s);
  BOOST_TEST((on.drain("a") == sequences{1}));
}

BOOST_AUTO_TEST_CASE(tries_of_one_signal_are_not_those_of_the_next) {
  stage on;
  on.subscribe("a", "x");
  on.publish("x");
  const auto first = on.mail.front();
  on.log->damaged = {1};
  miss(on);
  on.advance(3'100ms);
  BOOST_TEST(on.log->refused == 4u);
  on.hear(first);
  on.publish("x");
  on.log->damaged = {2};
  on.log->refused = 0;
  miss(on);
  on.advance(10s);
  BOOST_TEST(on.log->refused == 5u);
  on.log->damaged.clear();
  BOOST_TEST((on.drain("a") == sequences{1}));
}

BOOST_AUTO_TEST_CASE(what_can_be_read_again_does_not_wait_for_the_next_try) {
  subscription::match_bounds keep;
  keep.signals_max = 2;
  stage on{with(keep)};
  on.subscribe("a", "x");
  for (int count = 0; count < 5; ++count) {
    on.publish("x");
  }
  const auto first = on.mail.front();
  on.log->damaged = {1};
  miss(on);
  on.hear(first);
  BOOST_TEST(on.log->rows(subscription::items_table) == 3u);
  on.advance(50ms);
  BOOST_TEST(on.log->rows(subscription::items_table) == 5u);
}

BOOST_AUTO_TEST_SUITE_END()
