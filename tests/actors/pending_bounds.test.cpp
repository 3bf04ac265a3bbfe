#include "actors/subscriptions.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>
#include <vector>

#include "libsig/subscription/ledger.hpp"
#include "tests/support/subscriptions_stage.hpp"

// What bounds the items that nobody settles (D20): bytes of a tenant, and age.

using namespace libsig;
using namespace std::chrono_literals;

namespace {

using stage = test::subscriptions_stage;
using sequences = std::vector<std::uint64_t>;
using bounds = subscription::post_bounds;

/// What a signal of type `x` that `say` publishes counts.
[[nodiscard]] std::uint64_t bytes_of_one() {
  stage on;
  on.publish("x");
  return subscription::stored_bytes(*on.log->signals[0]);
}

[[nodiscard]] actors::subscriptions_options with(const bounds& keep) {
  actors::subscriptions_options how;
  how.deliver = keep;
  return how;
}

/// The sequences that were buried by now.
[[nodiscard]] sequences buried(stage& on) {
  on.advance(50ms);
  sequences found;
  for (const auto& one : on.burials) {
    found.push_back(one.sequence);
  }
  return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(pending_bounds)

// -- bytes --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_item_beyond_the_bytes_of_a_tenant_is_a_dead_letter) {
  bounds keep;
  keep.bytes_max = 2 * bytes_of_one();
  stage on{with(keep)};
  on.subscribe("a", "x");
  on.say("x");
  on.say("x");
  BOOST_TEST(buried(on).empty());
  on.say("x");
  BOOST_TEST(buried(on) == sequences{3}, boost::test_tools::per_element());
  const auto& why = on.burials[0].reason;
  BOOST_TEST(why.find(std::to_string(keep.bytes_max)) != std::string::npos);
  BOOST_TEST(why.find("subscriptions.pending_bytes") != std::string::npos);
  BOOST_TEST((on.drain("a") == sequences{1, 2}));
}

BOOST_AUTO_TEST_CASE(one_byte_too_little_is_too_little) {
  bounds keep;
  keep.bytes_max = 2 * bytes_of_one() - 1;
  stage on{with(keep)};
  on.subscribe("a", "x");
  on.say("x");
  on.say("x");
  BOOST_TEST(buried(on) == sequences{2}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_signal_counts_once_for_all_agents_of_a_tenant) {
  bounds keep;
  keep.bytes_max = bytes_of_one();
  stage on{with(keep)};
  on.subscribe("a", "x");
  on.subscribe("b", "x");
  on.subscribe("c", "*", {.tenant = "another"});
  on.say("x");
  on.publish("x", "/system", "another");
  on.run();
  BOOST_TEST(buried(on).empty());
  // One of two agents is done with it; it still waits for the other.
  BOOST_TEST((on.drain("a") == sequences{1}));
  on.say("x");
  BOOST_TEST((buried(on) == sequences{3, 3}));
}

BOOST_AUTO_TEST_CASE(what_is_settled_dropped_or_removed_makes_room) {
  bounds keep;
  keep.bytes_max = bytes_of_one();
  stage on{with(keep)};
  on.subscribe("a", "x");
  on.say("x");
  BOOST_TEST((on.drain("a") == sequences{1}));
  on.say("x");
  on.unsubscribe("a", "x");
  BOOST_TEST(on.next("a")->dropped == 1u);
  on.subscribe("a", "x");
  on.say("x");
  on.remove_agent("a");
  on.subscribe("a", "x");
  on.say("x");
  BOOST_TEST((on.drain("a") == sequences{4}));
  BOOST_TEST(buried(on).empty());
}

BOOST_AUTO_TEST_CASE(what_waited_before_a_restart_counts_after_it_C15) {
  bounds keep;
  keep.bytes_max = 2 * bytes_of_one();
  stage on{with(keep)};
  on.subscribe("a", "x");
  on.say("x");
  on.say("x");
  on.restart();
  on.say("x");
  BOOST_TEST(buried(on) == sequences{3}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(rows_of_the_version_before_are_weighed_by_their_signals) {
  bounds keep;
  keep.bytes_max = 2 * bytes_of_one();
  stage on{with(keep)};
  on.subscribe("a", "x");
  on.say("x");
  on.say("x");
  for (auto& [key, row] :
       on.log->tables[std::string{subscription::items_table}]) {
    row.value =
      R"({"from_self":false,"patterns":["x"],"silent":true,"type":"x"})";
  }
  on.restart();
  BOOST_TEST(buried(on).empty());
  on.say("x");
  BOOST_TEST(buried(on) == sequences{3}, boost::test_tools::per_element());
  BOOST_TEST((on.drain("a") == sequences{1, 2}));
}

BOOST_AUTO_TEST_CASE(a_letter_is_not_redriven_into_a_full_tenant) {
  bounds keep;
  keep.bytes_max = bytes_of_one();
  stage on{with(keep)};
  on.subscribe("a", "x");
  on.say("x");
  on.say("x");
  static_cast<void>(buried(on));
  on.bury();
  const auto redeliver = [&] {
    auto asked = std::make_shared<subscription::redeliver_request>();
    asked->who = {"default", "a"};
    asked->what = on.log->signals[1];
    return on.ask<subscription::noted_reply>(std::move(asked));
  };
  BOOST_TEST((redeliver().error().code() == errc::overloaded));
  BOOST_TEST((on.drain("a") == sequences{1}));
  BOOST_TEST(redeliver().has_value());
  BOOST_TEST((on.drain("a") == sequences{2}));
}

BOOST_AUTO_TEST_CASE(it_says_how_much_there_is) {
  stage on;
  on.subscribe("a", "x");
  on.subscribe("a", "**");
  on.subscribe("b", "x");
  on.put_agent("c");
  on.say("x");
  const auto& levels = on.seen->levels;
  BOOST_TEST(levels.agents == 3u);
  BOOST_TEST(levels.subscriptions == 3u);
  BOOST_TEST(levels.items == 2u);
  BOOST_TEST(levels.bytes == bytes_of_one());
  BOOST_TEST((on.drain("a") == sequences{1}));
  BOOST_TEST(levels.items == 1u);
  BOOST_TEST(levels.bytes == bytes_of_one());
  on.restart();
  BOOST_TEST(levels.items == 1u);
  on.remove_agent("b");
  BOOST_TEST(levels.agents == 2u);
  BOOST_TEST(levels.items == 0u);
  BOOST_TEST(levels.bytes == 0u);
}

// -- age ----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_nobody_settles_in_time_is_a_dead_letter) {
  bounds keep;
  keep.age_max = 10s;
  stage on{with(keep)};
  on.subscribe("a", "x");
  on.say("x");
  on.advance(5s);
  on.say("x");
  on.advance(4'950ms);
  BOOST_TEST(buried(on).empty());
  on.advance(100ms);
  BOOST_TEST(buried(on) == sequences{1}, boost::test_tools::per_element());
  BOOST_TEST(on.burials[0].reason.find("subscriptions.pending_age")
             != std::string::npos);
  on.advance(5s);
  BOOST_TEST((buried(on) == sequences{1, 2}));
  BOOST_TEST(on.gets_nothing("a"));
}

BOOST_AUTO_TEST_CASE(what_is_out_for_too_long_is_a_dead_letter_too) {
  bounds keep;
  keep.age_max = 10s;
  stage on{with(keep)};
  on.subscribe_loud("a", "x");
  on.say("x");
  const auto id = on.take("a").delivery_id;
  on.advance(9s);
  const auto call = on.park("a");
  // Out for the agent, so that the call gets it at once; the next one waits.
  BOOST_TEST(on.is_answered(call));
  on.advance(1'100ms);
  BOOST_TEST(buried(on) == sequences{1}, boost::test_tools::per_element());
  BOOST_TEST(*on.settle("a", {id}) == 0u);
}

BOOST_AUTO_TEST_CASE(age_goes_on_over_a_restart) {
  bounds keep;
  keep.age_max = 10s;
  stage on{with(keep)};
  on.subscribe("a", "x");
  on.say("x");
  on.advance(6s);
  on.restart();
  on.advance(3'950ms);
  BOOST_TEST(buried(on).empty());
  on.advance(100ms);
  BOOST_TEST(buried(on) == sequences{1}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(without_a_bound_of_age_items_wait_for_ever) {
  bounds keep;
  keep.age_max.reset();
  stage on{with(keep)};
  on.subscribe("a", "x");
  on.say("x");
  on.time.advance(24h * 365);
  on.fire();
  BOOST_TEST(buried(on).empty());
  BOOST_TEST((on.drain("a") == sequences{1}));
}

BOOST_AUTO_TEST_CASE(what_was_brought_back_has_its_whole_time_again) {
  bounds keep;
  keep.age_max = 10s;
  stage on{with(keep)};
  on.subscribe("a", "x");
  on.say("x");
  on.advance(5s);
  on.say("x");
  on.advance(5'100ms);
  BOOST_TEST(buried(on) == sequences{1}, boost::test_tools::per_element());
  on.bury();
  auto asked = std::make_shared<subscription::redeliver_request>();
  asked->who = {"default", "a"};
  asked->what = on.log->signals[0];
  BOOST_TEST(on.ask<subscription::noted_reply>(asked).has_value());
  // The first by sequence is the youngest now; neither holds up the other.
  on.restart();
  on.advance(5s);
  BOOST_TEST(buried(on) == sequences{2}, boost::test_tools::per_element());
  on.bury();
  on.advance(5s);
  BOOST_TEST(buried(on) == sequences{1}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(one_step_lets_a_bounded_number_go) {
  bounds keep;
  keep.age_max = 10s;
  keep.expired_per_step_max = 3;
  stage on{with(keep)};
  on.subscribe("a", "x");
  on.subscribe("b", "x");
  for (int count = 0; count < 5; ++count) {
    on.say("x");
  }
  on.time.advance(11s);
  std::size_t before = on.seen->events.size();
  std::vector<std::uint64_t> due;
  for (int left = 10; left > 0; left -= 3) {
    due.clear();
    on.timers.advance(on.time.steady_now(), due);
    for (const auto key : due) {
      on.carry_out(
        on.reactor->on_timer(static_cast<actor::timer_key>(key), on.now()));
    }
    BOOST_TEST(on.seen->events.size() - before <= 3u);
    before = on.seen->events.size();
  }
  on.advance(50ms);
  BOOST_TEST(buried(on).size() == 10u);
}

BOOST_AUTO_TEST_SUITE_END()
