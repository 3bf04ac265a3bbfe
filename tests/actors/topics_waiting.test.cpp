#include "actors/topics.hpp"

#include "tests/actors/topics_calls.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace libsig;
using namespace libsig::testing::topics;

// How waits park, wake and end.
BOOST_AUTO_TEST_SUITE(topics_waiting)

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
