#include "actors/subscriptions.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>

#include "tests/support/subscriptions_stage.hpp"

// Calls that look at more items than one step may.

using namespace libsig;
using namespace std::chrono_literals;

namespace {

using stage = test::subscriptions_stage;
using subscription::next_reply;

[[nodiscard]] actors::subscriptions_options three_in_a_step() {
  actors::subscriptions_options how;
  how.deliver.looked_max = 3;
  return how;
}

/// An agent `a` with a loud subscription to `x`, and silent ones to `q` and
/// `hidden`, which its caller may not read.
struct with_agent : stage {
  with_agent() : stage{three_in_a_step()} {
    subscribe_loud("a", "x");
    subscribe("a", "q");
    subscribe("a", "hidden");
  }

  void hide(int count) {
    for (; count > 0; --count) {
      say("hidden");
    }
  }

  actor::request_id look() {
    return start_next("a",
                      {.timeout = 10s, .may_read = [](std::string_view type) {
                         return type != "hidden";
                       }});
  }

  /// What a call got; 0 when it ended without an item.
  [[nodiscard]] std::uint64_t got(actor::request_id which) {
    const auto reply = answer_to<next_reply>(which);
    BOOST_REQUIRE(reply);
    return reply->item ? reply->item->what->sequence() : 0;
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(looking_on)

// -- the deadline -------------------------------------------------------------

// However many steps one look at everything takes, the odd and the even.
BOOST_AUTO_TEST_CASE(a_parked_call_ends_when_all_is_hidden_D20) {
  for (int count = 0; count <= 14; ++count) {
    with_agent on;
    on.hide(count);
    const auto call = on.look();
    on.advance(9'900ms);
    BOOST_TEST(!on.is_answered(call));
    on.advance(1'100ms);
    BOOST_REQUIRE_MESSAGE(on.is_answered(call), count << " hidden items");
    BOOST_TEST(on.got(call) == 0u);
  }
}

BOOST_AUTO_TEST_CASE(a_silent_item_behind_hidden_ones_is_taken_at_the_end_D20) {
  for (int count = 0; count <= 14; ++count) {
    with_agent on;
    on.hide(count);
    const auto call = on.look();
    on.advance(5s);
    const auto silent = on.say("q");
    on.advance(6s);
    BOOST_REQUIRE_MESSAGE(on.is_answered(call), count << " hidden items");
    BOOST_TEST(on.got(call) == silent);
  }
}

// -- what becomes ready behind a call -----------------------------------------

BOOST_AUTO_TEST_CASE(a_loud_item_that_comes_back_behind_a_call_is_seen_D19) {
  with_agent on;
  const auto loud = on.say("x");
  BOOST_TEST(on.drain("a").size() == 1u);
  on.hide(7);
  const auto call = on.look();
  BOOST_TEST(on.repeat(loud).has_value());
  on.advance(200ms);
  BOOST_REQUIRE(on.is_answered(call));
  BOOST_TEST(on.got(call) == loud);
}

BOOST_AUTO_TEST_CASE(a_loud_item_whose_rest_ends_behind_a_call_is_seen_D19) {
  with_agent on;
  const auto loud = on.say("x");
  on.settle("a", {}, {on.take("a").delivery_id});
  on.hide(7);
  on.advance(950ms);
  const auto call = on.look();
  on.time.advance(50ms);
  on.fire();
  BOOST_TEST(!on.is_answered(call));
  on.advance(200ms);
  BOOST_REQUIRE(on.is_answered(call));
  BOOST_TEST(on.got(call) == loud);
}

BOOST_AUTO_TEST_CASE(a_silent_item_that_comes_back_behind_a_call_waits_D20) {
  with_agent on;
  const auto silent = on.say("q");
  BOOST_TEST(on.drain("a").size() == 1u);
  on.hide(7);
  const auto call = on.look();
  BOOST_TEST(on.repeat(silent).has_value());
  on.advance(9s);
  BOOST_TEST(!on.is_answered(call));
  on.advance(1'100ms);
  BOOST_REQUIRE(on.is_answered(call));
  BOOST_TEST(on.got(call) == silent);
}

BOOST_AUTO_TEST_SUITE_END()
