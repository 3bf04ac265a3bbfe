#include "actors/subscriptions.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "tests/support/subscriptions_stage.hpp"

using namespace libsig;
using namespace std::chrono_literals;

namespace {

using stage = test::subscriptions_stage;
using sequences = std::vector<std::uint64_t>;
using texts = std::vector<std::string>;
using subscription::next_reply;

/// An agent `a` with a loud subscription to `x` and a silent one to `q`.
struct with_agent : stage {
  explicit with_agent(actors::subscriptions_options how = {})
    : stage{std::move(how)} {
    subscribe_loud("a", "x");
    subscribe("a", "q");
  }

  /// The number of a signal among those that were published, leaving out what
  /// agents say of themselves.
  [[nodiscard]] std::uint64_t number_of(std::uint64_t sequence) const {
    const auto last =
      log->signals.begin() + static_cast<std::ptrdiff_t>(sequence);
    return static_cast<std::uint64_t>(
      std::count_if(log->signals.begin(), last, [](const signal_ptr& one) {
        return !one->type().starts_with("agent:");
      }));
  }

  /// The number of what a call got; 0 when it ended without an item.
  [[nodiscard]] std::uint64_t got(actor::request_id which) {
    const auto reply = answer_to<next_reply>(which);
    BOOST_REQUIRE(reply);
    return reply->item ? number_of(reply->item->what->sequence()) : 0;
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(parked_calls)

BOOST_AUTO_TEST_CASE(a_loud_item_ends_a_parked_call_D19) {
  with_agent on;
  const auto call = on.park("a");
  BOOST_TEST(!on.is_answered(call));
  on.say("x");
  BOOST_TEST(on.got(call) == 1u);
}

BOOST_AUTO_TEST_CASE(a_silent_item_wakes_nobody_and_is_taken_at_the_end_D20) {
  with_agent on;
  const auto call = on.park("a");
  on.say("q");
  on.advance(9'950ms);
  BOOST_TEST(!on.is_answered(call));
  on.advance(50ms);
  BOOST_TEST(on.got(call) == 1u);
}

BOOST_AUTO_TEST_CASE(a_call_that_finds_a_silent_item_takes_it_D20) {
  with_agent on;
  on.say("q");
  BOOST_TEST(on.got(on.park("a")) == 1u);
}

BOOST_AUTO_TEST_CASE(a_loud_item_gives_a_parked_call_the_oldest_one_D20) {
  with_agent on;
  const auto call = on.park("a");
  on.say("q");
  on.say("x");
  BOOST_TEST(on.got(call) == 1u);
}

BOOST_AUTO_TEST_CASE(an_item_that_turns_loud_ends_a_parked_call_D17) {
  with_agent on;
  const auto call = on.park("a");
  on.say("q");
  on.subscribe("a", "q", {.include_self = true});
  BOOST_TEST(!on.is_answered(call));
  on.subscribe_loud("a", "q");
  BOOST_TEST(on.got(call) == 1u);
  BOOST_TEST(!on.answer_to<next_reply>(call)->item->silent);
}

BOOST_AUTO_TEST_CASE(a_pattern_that_comes_back_loud_ends_a_parked_call_D17) {
  with_agent on;
  const auto call = on.park("a");
  on.say("q");
  on.unsubscribe("a", "q");
  on.subscribe_loud("a", "q");
  BOOST_TEST(on.got(call) == 1u);
}

BOOST_AUTO_TEST_CASE(an_own_item_that_counts_again_ends_a_parked_call_D18) {
  with_agent on;
  on.subscribe("a", "q", {.include_self = true});
  on.subscribe("a", "*", {.include_self = true});
  const auto call = on.park("a");
  on.say("q", "/agents/a");
  on.subscribe("a", "q", {.silent = false, .include_self = false});
  BOOST_TEST(!on.is_answered(call));
  on.subscribe("a", "q", {.include_self = true});
  BOOST_TEST(on.got(call) == 1u);
}

BOOST_AUTO_TEST_CASE(another_loud_pattern_turns_nothing_loud_D17) {
  with_agent on;
  const auto call = on.park("a");
  on.say("q");
  on.subscribe_loud("a", "**");
  BOOST_TEST(!on.is_answered(call));
}

BOOST_AUTO_TEST_CASE(a_call_without_an_item_ends_at_its_deadline) {
  with_agent on;
  const auto call = on.park("a");
  on.advance(9'950ms);
  BOOST_TEST(!on.is_answered(call));
  on.advance(50ms);
  BOOST_TEST(on.got(call) == 0u);
  on.say("x");
  BOOST_TEST(on.take("a").what->type() == "x");
}

BOOST_AUTO_TEST_CASE(a_timeout_is_clamped_to_the_longest) {
  with_agent on;
  const auto call = on.start_next("a", {.timeout = 1'000h});
  on.advance(599'950ms);
  BOOST_TEST(!on.is_answered(call));
  on.advance(50ms);
  BOOST_TEST(on.got(call) == 0u);
  BOOST_TEST(on.is_answered(on.start_next("a", {.timeout = -1s})));
}

BOOST_AUTO_TEST_CASE(a_newer_parked_call_ends_the_older_one) {
  with_agent on;
  const auto older = on.park("a");
  const auto newer = on.park("a");
  BOOST_TEST(
    (on.answer_to<next_reply>(older).error().code() == errc::already_exists));
  BOOST_TEST(!on.is_answered(newer));
  on.say("x");
  BOOST_TEST(on.got(newer) == 1u);
  on.advance(20s);
}

BOOST_AUTO_TEST_CASE(a_poll_ends_no_parked_call) {
  with_agent on;
  const auto call = on.park("a");
  BOOST_TEST(on.gets_nothing("a"));
  BOOST_TEST(!on.is_answered(call));
  on.say("x");
  BOOST_TEST(on.got(call) == 1u);
}

BOOST_AUTO_TEST_CASE(a_parked_call_waits_while_another_has_an_item) {
  with_agent on;
  const auto call = on.park("a");
  on.say("q");
  const auto silent = on.take("a");
  on.say("x");
  BOOST_TEST(!on.is_answered(call));
  BOOST_TEST(*on.settle("a", {silent.delivery_id}) == 1u);
  BOOST_TEST(on.got(call) == 2u);
}

BOOST_AUTO_TEST_CASE(a_parked_call_ends_empty_while_another_has_an_item) {
  with_agent on;
  const auto call = on.park("a");
  on.say("q");
  static_cast<void>(on.take("a"));
  on.say("x");
  on.advance(10s);
  BOOST_TEST(on.got(call) == 0u);
  BOOST_TEST(on.take("a").attempt == 2u);
}

BOOST_AUTO_TEST_CASE(what_a_newer_call_takes_is_not_taken_twice) {
  with_agent on;
  const auto call = on.park("a");
  on.say("q");
  const auto silent = on.take("a");
  on.say("x");
  const auto loud = on.next("a", {.handled = {silent.delivery_id}});
  BOOST_TEST(loud->item->what->type() == "x");
  BOOST_TEST(!on.is_answered(call));
  on.settle("a", {loud->item->delivery_id});
  BOOST_TEST(!on.is_answered(call));
}

BOOST_AUTO_TEST_CASE(a_loud_item_that_has_rested_ends_a_parked_call) {
  with_agent on;
  on.say("x");
  const auto id = on.take("a").delivery_id;
  const auto call = on.start_next("a", {.failed = {id}, .timeout = 10s});
  BOOST_TEST(!on.is_answered(call));
  on.advance(950ms);
  BOOST_TEST(!on.is_answered(call));
  on.advance(50ms);
  BOOST_TEST(on.got(call) == 1u);
}

BOOST_AUTO_TEST_CASE(a_silent_item_that_has_rested_wakes_nobody_D20) {
  with_agent on;
  on.say("q");
  const auto id = on.take("a").delivery_id;
  const auto call = on.start_next("a", {.failed = {id}, .timeout = 10s});
  on.advance(9'950ms);
  BOOST_TEST(!on.is_answered(call));
  on.advance(50ms);
  BOOST_TEST(on.got(call) == 1u);
}

BOOST_AUTO_TEST_CASE(who_went_away_takes_nothing) {
  with_agent on;
  const auto call = on.park("a");
  on.carry_out(on.reactor->on_gone(call, on.now()));
  on.say("x");
  BOOST_TEST(!on.is_answered(call));
  BOOST_TEST(on.take("a").attempt == 1u);
  on.advance(20s);
  // One that is not known is passed over.
  on.carry_out(on.reactor->on_gone(actor::request_id{999}, on.now()));
}

BOOST_AUTO_TEST_CASE(one_parked_call_more_than_the_bound_is_refused) {
  actors::subscriptions_options how;
  how.deliver.parked_max = 2;
  stage on{how};
  for (const auto* name : {"a", "b", "c"}) {
    on.put_agent(name);
  }
  const auto first = on.park("a");
  static_cast<void>(on.park("b"));
  const auto third = on.park("c");
  BOOST_TEST(
    (on.answer_to<next_reply>(third).error().code() == errc::overloaded));
  // A newer one takes the place of an older one.
  BOOST_TEST(!on.is_answered(on.park("a")));
  BOOST_TEST(on.is_answered(first));
  BOOST_TEST(on.gets_nothing("c"));
}

BOOST_AUTO_TEST_CASE(a_call_finds_what_was_published_before_it) {
  with_agent on;
  on.publish("x");
  // The mailbox comes later.
  const auto got = on.take("a");
  BOOST_TEST(got.what->sequence() == 1u);
  on.run();
  BOOST_TEST(*on.settle("a", {got.delivery_id}) == 1u);
  BOOST_TEST(on.gets_nothing("a"));
}

BOOST_AUTO_TEST_CASE(timers_stay_few_however_often_calls_park) {
  with_agent on;
  for (int count = 0; count < 1'000; ++count) {
    static_cast<void>(on.park("a"));
  }
  BOOST_TEST(on.timers.size() < 5u);
  for (int count = 1'000; count > 0; --count) {
    const auto timeout = std::chrono::milliseconds{count};
    const auto call = on.start_next("a", {.timeout = timeout});
    on.carry_out(on.reactor->on_gone(call, on.now()));
  }
  BOOST_TEST(on.timers.size() < 205u);
}

// -- lifecycle ----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_agent_falls_asleep_when_its_call_parks_D24) {
  with_agent on;
  BOOST_TEST(on.gets_nothing("a"));
  BOOST_TEST(on.emitted.empty());
  static_cast<void>(on.park("a"));
  BOOST_REQUIRE_EQUAL(on.emitted.size(), 1u);
  const auto& said = on.emitted[0];
  BOOST_TEST(said.type == "agent:a:sleep");
  BOOST_TEST(said.source == "/agents/a");
  BOOST_TEST(said.tenant == "default");
  BOOST_TEST(said.may_be_refused);
  BOOST_TEST(said.data.json_text() == R"({"agentId":"a","state":"asleep"})");
  static_cast<void>(on.park("a"));
  on.advance(20s);
  static_cast<void>(on.park("a"));
  BOOST_TEST(on.emitted.size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_agent_wakes_when_it_takes_a_loud_item_D24) {
  with_agent on;
  static_cast<void>(on.park("a"));
  on.say("x");
  BOOST_TEST(on.said() == (texts{"agent:a:sleep", "agent:a:wake"}));
  const auto& said = on.emitted[1];
  BOOST_TEST(said.data.json_text() == R"({"agentId":"a","state":"awake"})");
  BOOST_REQUIRE(said.cause != nullptr);
  BOOST_TEST(said.cause->type() == "x");
  // It stays awake.
  on.say("x");
  static_cast<void>(on.drain("a"));
  BOOST_TEST(on.said().size() == 2u);
}

BOOST_AUTO_TEST_CASE(silent_items_do_not_touch_the_lifecycle_D20) {
  with_agent on;
  const auto call = on.park("a");
  on.say("q");
  on.advance(10s);
  BOOST_TEST(on.is_answered(call));
  static_cast<void>(on.drain("a"));
  static_cast<void>(on.park("a"));
  BOOST_TEST(on.said() == (texts{"agent:a:sleep"}));
}

BOOST_AUTO_TEST_CASE(an_agent_sleeps_on_over_a_restart_D24) {
  with_agent on;
  static_cast<void>(on.park("a"));
  on.restart();
  static_cast<void>(on.park("a"));
  BOOST_TEST(on.said() == (texts{"agent:a:sleep"}));
  on.say("x");
  on.restart();
  BOOST_TEST((on.drain("a") == sequences{2}));
  BOOST_TEST(on.said() == (texts{"agent:a:sleep", "agent:a:wake"}));
}

BOOST_AUTO_TEST_CASE(lifecycle_signals_cause_no_others_C17) {
  stage on;
  on.subscribe_loud("a", "agent:*:*");
  on.subscribe_loud("b", "agent:*:*");
  // Each takes what the other says and parks again, for ever.
  std::map<std::string, texts> handled;
  for (int round = 0; round < 20; ++round) {
    for (const auto* name : {"a", "b"}) {
      const auto call =
        on.start_next(name, {.handled = handled[name], .timeout = 10s});
      on.run();
      if (on.is_answered(call)) {
        const auto got = on.answer_to<next_reply>(call);
        if (got && got->item) {
          handled[name] = {got->item->delivery_id};
        }
      }
    }
  }
  BOOST_TEST(on.said() == (texts{"agent:a:sleep", "agent:b:sleep"}));
}

BOOST_AUTO_TEST_CASE(the_lifecycle_of_an_odd_name_is_one_segment_D24) {
  stage on;
  on.put_agent("a:b");
  static_cast<void>(on.park("a:b"));
  BOOST_TEST(on.said() == (texts{"agent:a%3Ab:sleep"}));
  BOOST_TEST(on.emitted[0].source == "/agents/a%3Ab");
}

BOOST_AUTO_TEST_SUITE_END()
