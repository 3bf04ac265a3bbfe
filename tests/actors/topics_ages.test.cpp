#include "actors/topics.hpp"

#include "libsig/topic/age_clock.hpp"
#include "libsig/topic/cursor_table.hpp"
#include "tests/actors/topics_calls.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace libsig;
using namespace libsig::testing::topics;

namespace {

/// Whether a cursor is kept, without using it.
[[nodiscard]] bool has_row(node& at, const std::string& consumer) {
  return at.topics.has_row(topic::key_prefix(owner(consumer)) + 'a');
}

} // namespace

// Cursors that nobody uses go.
BOOST_AUTO_TEST_SUITE(topics_ages)

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

// Whoever sets the wall clock makes nothing older; both sides of what the
// steady clock says.
BOOST_AUTO_TEST_CASE(a_wall_clock_that_is_set_ahead_forgets_nothing) {
  node at;
  at.send("a", "1");
  at.topics.ask(put("me", "1"));
  at.topics.pass(1h);
  at.topics.set_wall(40 * 24h);
  at.topics.pass(24h * 30 - 1h - 10min);
  BOOST_TEST(has_row(at, "me"));
  at.topics.pass(20min);
  BOOST_TEST(!has_row(at, "me"));
}

BOOST_AUTO_TEST_CASE(what_was_set_ahead_forgets_nothing_after_a_restart) {
  node at;
  at.send("a", "1");
  at.topics.ask(put("me", "1"));
  at.topics.set_wall(40 * 24h);
  at.topics.pass(11min);
  at.restart();
  at.topics.pass(24h);
  BOOST_TEST(has_row(at, "me"));
  // Set right, and still.
  at.topics.set_wall(-40 * 24h);
  at.topics.pass(11min);
  at.restart();
  at.topics.pass(24h);
  BOOST_TEST(has_row(at, "me"));
  at.topics.pass(24h * 28);
  BOOST_TEST(!has_row(at, "me"));
}

BOOST_AUTO_TEST_CASE(what_is_used_after_the_clock_was_set_stays) {
  node at;
  at.send("a", "1");
  at.topics.ask(put("me", "1"));
  at.topics.set_wall(-24h * 365);
  at.topics.pass(24h * 29);
  at.topics.ask(by(on({"a"}), "me"));
  at.topics.pass(24h * 29);
  BOOST_TEST(has_row(at, "me"));
  at.topics.pass(24h * 2);
  BOOST_TEST(!has_row(at, "me"));
}

// A month in which the node does not run counts, but whoever comes back at once
// finds its place.
BOOST_AUTO_TEST_CASE(after_a_month_off_there_is_a_moment_of_grace) {
  node at;
  at.send("a", "1");
  at.topics.ask(put("idle", "1"));
  at.topics.ask(put("back", "1"));
  at.topics.set_wall(31 * 24h);
  at.restart();
  at.topics.pass(limits::cursor_sweep_interval - 1s);
  BOOST_TEST(at.topics.rows() == 2u);
  BOOST_TEST(
    (at.got(at.topics.ask(by(on({"a"}), "back"))).is == outcome::timeout));
  at.topics.pass(2s);
  BOOST_TEST(!has_row(at, "idle"));
  BOOST_TEST(has_row(at, "back"));
  BOOST_TEST(stored(at, "back") == "1");
}

// A machine without a battery: its clock is far ahead until the network sets
// it.
BOOST_AUTO_TEST_CASE(a_clock_that_was_wrong_at_the_start_is_not_believed) {
  node at;
  at.send("a", "1");
  at.topics.ask(put("me", "1"));
  at.topics.pass(24h);
  at.topics.set_wall(365 * 24h);
  at.restart();
  at.topics.pass(5min);
  at.topics.set_wall(-365 * 24h);
  at.topics.pass(24h);
  BOOST_TEST(has_row(at, "me"));
}

// A laptop sleeps, wakes, and its node starts again before it is looked for old
// cursors; whatever it is called for in between sees how long it slept.
BOOST_AUTO_TEST_CASE(what_was_slept_is_known_after_a_restart_at_once) {
  const auto calls = std::vector<std::function<void(node&)>>{
    [](node& at) { at.topics.ask(put("other", "1")); },
    [](node& at) { at.topics.ask(get("me")); },
    [](node& at) { at.topics.ask(by(on({"b"}), "other")); },
    [](node& at) { at.send("b", "2"); },
    [](node& at) { at.topics.miss(); },
    [](node& at) { at.topics.forget(request_id{7'000}); },
    [](node& at) { at.topics.pass(limits::cursor_sweep_interval); }};
  for (const auto& call : calls) {
    node at;
    at.send("a", "1");
    at.topics.ask(put("me", "1"));
    at.topics.set_wall(31 * 24h);
    call(at);
    at.restart();
    at.topics.pass(24h);
    BOOST_TEST(has_row(at, "me"));
    at.topics.pass(24h * 30);
    BOOST_TEST(!has_row(at, "me"));
  }
}

BOOST_AUTO_TEST_CASE(what_was_slept_is_known_after_a_crash_at_once) {
  node at;
  at.send("a", "1");
  at.topics.ask(put("me", "1"));
  at.topics.set_wall(31 * 24h);
  at.topics.restart();
  at.topics.pass(24h);
  BOOST_TEST(has_row(at, "me"));
  // The row is there, too.
  at.restart();
  at.topics.pass(24h);
  BOOST_TEST(has_row(at, "me"));
}

BOOST_AUTO_TEST_CASE(what_was_slept_without_an_age_counts_for_none_later) {
  topic::wait_bounds unlimited;
  unlimited.cursor_age.reset();
  node at{unlimited};
  at.send("a", "1");
  at.topics.ask(put("me", "1"));
  at.topics.set_wall(31 * 24h);
  at.topics.pass(11min);
  at.restart();
  at.topics.pass(24h);
  BOOST_TEST(has_row(at, "me"));
}

// Both sides of what is told as apart: a little is not written each time.
BOOST_AUTO_TEST_CASE(clocks_that_are_hardly_apart_write_nothing) {
  node at;
  at.send("a", "1");
  const auto before = at.topics.writes();
  at.topics.set_wall(topic::age_clock::slack - 1ms);
  at.topics.miss();
  BOOST_TEST(at.topics.writes() == before);
  at.topics.set_wall(1ms);
  at.topics.miss();
  at.topics.miss();
  BOOST_TEST(at.topics.writes() == before + 1);
}

// A machine without a clock of its own begins in 1970 each time.
BOOST_AUTO_TEST_CASE(a_clock_that_begins_in_1970_forgets_nothing) {
  node at;
  const auto age = at.topics.now().wall_now.time_since_epoch();
  const std::chrono::milliseconds back =
    std::chrono::floor<std::chrono::milliseconds>(age);
  at.topics.set_wall(-back);
  at.restart();
  at.send("a", "1");
  for (int boots = 0; boots < 4; ++boots) {
    // The network sets it, before and after it is used.
    at.topics.ask(put("early" + std::to_string(boots), "1"));
    at.topics.pass(5min);
    at.topics.set_wall(back);
    at.topics.ask(put("late" + std::to_string(boots), "1"));
    at.topics.pass(1h);
    at.topics.set_wall(-back);
    at.restart();
    at.topics.pass(11min);
  }
  for (int boots = 0; boots < 4; ++boots) {
    BOOST_TEST(stored(at, "early" + std::to_string(boots)) == "1");
    BOOST_TEST(stored(at, "late" + std::to_string(boots)) == "1");
  }
  // And so it is when the clock is right from the start on.
  at.topics.set_wall(back);
  at.restart();
  at.topics.pass(11min);
  BOOST_TEST(has_row(at, "early0"));
  BOOST_TEST(has_row(at, "late3"));
}

// The same without any cursor from the time before.
BOOST_AUTO_TEST_CASE(a_clock_that_begins_in_1970_makes_no_row_that_is_none) {
  node at;
  const auto back = std::chrono::floor<std::chrono::milliseconds>(
    at.topics.now().wall_now.time_since_epoch());
  at.send("a", "1");
  for (int boots = 0; boots < 3; ++boots) {
    at.topics.set_wall(-back);
    at.restart();
    at.topics.set_wall(back);
    at.topics.pass(11min);
  }
  at.topics.set_wall(-back);
  at.restart();
  at.topics.ask(put("me", "1"));
  at.topics.set_wall(back);
  at.topics.pass(11min);
  at.restart();
  at.topics.pass(11min);
  BOOST_TEST(stored(at, "me") == "1");
}

// What was used while the clock was ahead is not newer than what comes.
BOOST_AUTO_TEST_CASE(what_was_used_while_the_clock_was_wrong_ages_nothing) {
  node at;
  at.send("a", "1");
  at.topics.ask(put("idle", "1"));
  at.topics.set_wall(365 * 24h);
  at.restart();
  at.topics.ask(put("ahead", "1"));
  at.topics.pass(5min);
  at.topics.set_wall(-365 * 24h);
  at.topics.pass(11min);
  at.restart();
  at.topics.pass(24h);
  BOOST_TEST(has_row(at, "idle"));
  at.topics.pass(29 * 24h);
  BOOST_TEST(!has_row(at, "idle"));
  BOOST_TEST(!has_row(at, "ahead"));
}

BOOST_AUTO_TEST_CASE(a_row_of_before_1970_is_read) {
  topic::cursor_table table;
  const auto row = [](const char* value) {
    return actor::write{std::string{topic::cursors_table}, "default/1:a/0:/a",
                        value};
  };
  BOOST_TEST(table.recall(row("1 1 -1")));
  BOOST_TEST(table.recall(row("1 1 1")));
  // Nobody's time: it would not be added to without an overflow.
  BOOST_TEST(!table.recall(row("1 1 9223372036854775807")));
  BOOST_TEST(!table.recall(row("1 1 -9223372036854775808")));
  BOOST_TEST(!table.recall(row("-1 1 1")));
}

// A row that cannot be is none.
BOOST_AUTO_TEST_CASE(a_time_that_cannot_be_is_ignored) {
  const actor::context now{wall_time{std::chrono::days{20'000}}, {}};
  for (const auto* const value :
       {"", "x", "1x", "9223372036854775807", "-9223372036854775808"}) {
    const std::vector<actor::write> rows{
      {std::string{topic::cursors_table}, "/clock", value}};
    topic::age_clock clock;
    clock.start(rows, std::nullopt, now);
    BOOST_TEST((clock.now(now) == now.wall_now), value);
  }
}

BOOST_AUTO_TEST_SUITE_END()
