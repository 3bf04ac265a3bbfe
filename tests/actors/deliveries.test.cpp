#include "actors/subscriptions.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
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

  /// What a parked call got; nothing when it got no item.
  [[nodiscard]] std::uint64_t got(actor::request_id which) {
    const auto reply = answer_to<next_reply>(which);
    BOOST_REQUIRE(reply);
    return reply->item ? reply->item->what->sequence() : 0;
  }

  /// Hands the oldest item out and lets it fail, once.
  std::string fail_once() {
    const auto id = take("a").delivery_id;
    BOOST_TEST(*settle("a", {}, {id}, "it hurts") == 1u);
    return id;
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(deliveries)

// -- order and validity -------------------------------------------------------

BOOST_AUTO_TEST_CASE(items_come_first_in_first_out_one_at_a_time_D22) {
  with_agent on;
  on.say("x");
  on.say("q");
  on.say("x");
  const auto first = on.take("a");
  BOOST_TEST(first.what->sequence() == 1u);
  // Until it is settled it comes again, as an attempt of its own.
  const auto again = on.take("a");
  BOOST_TEST(again.what->sequence() == 1u);
  BOOST_TEST(again.attempt == 2u);
  BOOST_TEST(again.delivery_id != first.delivery_id);
  const auto second = on.next("a", {.handled = {again.delivery_id}});
  BOOST_TEST(second->item->what->sequence() == 2u);
  BOOST_TEST(second->item->silent);
  BOOST_TEST(second->item->attempt == 1u);
}

BOOST_AUTO_TEST_CASE(an_item_without_a_subscription_is_dropped_D17) {
  with_agent on;
  on.say("q");
  on.say("q");
  on.say("x");
  on.unsubscribe("a", "q");
  const auto got = on.next("a");
  BOOST_TEST(got->item->what->sequence() == 3u);
  BOOST_TEST(got->dropped == 2u);
  BOOST_TEST(on.log->rows(subscription::items_table) == 1u);
}

BOOST_AUTO_TEST_CASE(dropping_alone_ends_no_call_D17) {
  with_agent on;
  on.say("q");
  on.unsubscribe("a", "q");
  const auto call = on.park("a");
  BOOST_TEST(!on.is_answered(call));
  on.say("x");
  BOOST_TEST(on.got(call) == on.log->end() - 1);
  BOOST_TEST(on.answer_to<next_reply>(call)->dropped == 1u);
}

BOOST_AUTO_TEST_CASE(a_poll_counts_what_it_drops_D17) {
  with_agent on;
  on.say("q");
  on.unsubscribe("a", "q");
  const auto got = on.next("a");
  BOOST_TEST(!got->item);
  BOOST_TEST(got->dropped == 1u);
  BOOST_TEST(on.next("a")->dropped == 0u);
}

BOOST_AUTO_TEST_CASE(the_flag_of_now_counts_D17) {
  with_agent on;
  on.say("q");
  on.say("x");
  on.subscribe_loud("a", "q");
  on.subscribe("a", "x", {.silent = true});
  const auto first = on.take("a");
  BOOST_TEST(!first.silent);
  const auto second = on.next("a", {.handled = {first.delivery_id}});
  BOOST_TEST(second->item->silent);
}

BOOST_AUTO_TEST_CASE(who_subscribes_again_before_handling_gets_it_D17) {
  with_agent on;
  on.say("q");
  on.unsubscribe("a", "q");
  on.subscribe("a", "q");
  BOOST_TEST((on.drain("a") == sequences{1}));
}

BOOST_AUTO_TEST_CASE(signals_in_the_mailbox_are_before_an_unsubscribe_D17) {
  with_agent on;
  // Published, and not heard by the actor when the requests come.
  on.publish("q");
  on.unsubscribe("a", "q");
  on.subscribe("a", "q");
  on.run();
  BOOST_TEST((on.drain("a") == sequences{1}));
}

BOOST_AUTO_TEST_CASE(what_was_published_before_a_subscription_is_not_its_D14) {
  stage on;
  on.put_agent("a");
  on.publish("x");
  on.subscribe("a", "x");
  on.publish("x");
  on.run();
  BOOST_TEST((on.drain("a") == sequences{2}));
}

BOOST_AUTO_TEST_CASE(another_pattern_does_not_save_an_item_D17) {
  with_agent on;
  on.say("q");
  on.unsubscribe("a", "q");
  on.subscribe("a", "*");
  BOOST_TEST(on.next("a")->dropped == 1u);
}

BOOST_AUTO_TEST_CASE(only_patterns_that_still_match_are_named_D17) {
  with_agent on;
  on.subscribe("a", "*");
  on.subscribe("a", "**");
  on.say("q");
  on.unsubscribe("a", "*");
  BOOST_TEST(on.take("a").patterns == (texts{"**", "q"}));
}

BOOST_AUTO_TEST_CASE(an_item_handed_out_is_dropped_without_a_subscription_D17) {
  with_agent on;
  on.say("x");
  const auto got = on.take("a");
  on.unsubscribe("a", "x");
  BOOST_TEST(on.next("a")->dropped == 1u);
  BOOST_TEST(*on.settle("a", {got.delivery_id}) == 0u);
}

BOOST_AUTO_TEST_CASE(what_was_handed_out_can_be_handled_after_all_D17) {
  with_agent on;
  on.say("x");
  const auto got = on.take("a");
  on.unsubscribe("a", "x");
  BOOST_TEST(*on.settle("a", {got.delivery_id}) == 1u);
}

BOOST_AUTO_TEST_CASE(include_self_counts_as_it_is_now_D18) {
  with_agent on;
  on.subscribe("a", "q", {.include_self = true});
  on.say("q", "/agents/a");
  on.subscribe("a", "q", {.include_self = false});
  BOOST_TEST(on.next("a")->dropped == 1u);
}

BOOST_AUTO_TEST_CASE(an_item_whose_body_is_gone_is_dropped) {
  with_agent on;
  on.say("x");
  on.say("x");
  on.log->signals[0] = nullptr;
  const auto got = on.next("a");
  BOOST_TEST(got->dropped == 1u);
  BOOST_TEST(got->item->what->sequence() == 2u);
}

BOOST_AUTO_TEST_CASE(an_item_that_cannot_be_read_stays) {
  with_agent on;
  on.say("x");
  on.log->broken = true;
  BOOST_TEST((on.next("a").error().code() == errc::io));
  on.log->broken = false;
  BOOST_TEST(on.take("a").attempt == 1u);
}

BOOST_AUTO_TEST_CASE(an_item_that_cannot_be_read_does_not_hold_up_the_others) {
  with_agent on;
  on.say("x");
  on.say("x");
  on.log->damaged = {1};
  BOOST_TEST(on.take("a").what->sequence() == 2u);
  BOOST_TEST(on.burials.empty());
}

BOOST_AUTO_TEST_CASE(an_item_that_cannot_be_read_is_buried_in_the_end_D22) {
  with_agent on;
  on.say("x");
  on.log->damaged = {1};
  for (int tries = 1; tries < 5; ++tries) {
    BOOST_TEST((on.next("a").error().code() == errc::io));
    // Many tries at once are one.
    BOOST_TEST((on.next("a").error().code() == errc::io));
    on.advance(1s);
  }
  BOOST_TEST(on.burials.empty());
  BOOST_TEST(on.gets_nothing("a"));
  on.advance(50ms);
  BOOST_REQUIRE_EQUAL(on.burials.size(), 1u);
  BOOST_TEST(on.burials[0].sequence == 1u);
  BOOST_TEST(on.burials[0].reason.find("cannot be read: the disk is gone")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_log_that_is_busy_buries_nothing) {
  with_agent on;
  on.say("x");
  on.say("x");
  on.log->damaged = {1};
  for (const auto code : {errc::overloaded, errc::stopped}) {
    on.log->says = code;
    for (int tries = 0; tries < 20; ++tries) {
      BOOST_TEST((on.next("a").error().code() == code));
      on.advance(1s);
    }
  }
  on.log->damaged.clear();
  BOOST_TEST(on.take("a").what->sequence() == 1u);
}

BOOST_AUTO_TEST_CASE(one_call_passes_over_a_bounded_number_of_unread_items) {
  with_agent on;
  for (int count = 0; count < 20; ++count) {
    on.say("x");
  }
  on.log->broken = true;
  BOOST_TEST((on.next("a").error().code() == errc::io));
  BOOST_TEST(on.log->refused == 5u);
  on.log->broken = false;
  BOOST_TEST((on.drain("a").size() == 20u));
}

BOOST_AUTO_TEST_CASE(a_call_passes_over_what_its_caller_may_not_read) {
  with_agent on;
  on.subscribe("a", "secret");
  on.say("secret");
  on.say("q");
  const auto narrow = [](std::string_view type) { return type != "secret"; };
  const auto got = on.next("a", {.may_read = narrow});
  BOOST_TEST(got->item->what->sequence() == 2u);
  // What is out for somebody who sees more does not hold up who sees less.
  BOOST_TEST(on.take("a").what->sequence() == 2u);
  BOOST_TEST(*on.settle("a", {on.take("a").delivery_id}) == 1u);
  BOOST_TEST(!on.next("a", {.may_read = narrow})->item);
  const auto wide = on.take("a");
  BOOST_TEST(wide.what->sequence() == 1u);
  on.say("q");
  BOOST_TEST(on.next("a", {.may_read = narrow})->item->what->sequence() == 3u);
}

BOOST_AUTO_TEST_CASE(one_step_looks_at_a_bounded_number_of_items) {
  actors::subscriptions_options how;
  how.deliver.looked_max = 3;
  with_agent on{how};
  for (int count = 0; count < 7; ++count) {
    on.say("q");
  }
  on.say("x");
  std::size_t asked = 0;
  const stage::next_options narrow{.may_read = [&](std::string_view type) {
    ++asked;
    return type == "x";
  }};
  const auto call = on.start_next("a", narrow);
  BOOST_TEST(!on.is_answered(call));
  on.fire();
  BOOST_TEST(!on.is_answered(call));
  on.fire();
  BOOST_REQUIRE(on.is_answered(call));
  const auto got = on.answer_to<subscription::next_reply>(call);
  BOOST_TEST(got->item->what->sequence() == 8u);
  on.settle("a", {got->item->delivery_id});
  // Another, that finds none, and one that ends it.
  const auto none = on.start_next("a", narrow);
  const auto newer = on.start_next("a", narrow);
  BOOST_TEST((on.answer_to<subscription::next_reply>(none).error().code()
              == errc::already_exists));
  on.advance(500ms);
  BOOST_TEST(!on.answer_to<subscription::next_reply>(newer)->item);
  BOOST_TEST(on.drain("a").size() == 7u);
}

BOOST_AUTO_TEST_CASE(one_step_drops_a_bounded_number_of_items_D17) {
  actors::subscriptions_options how;
  how.deliver.looked_max = 3;
  with_agent on{how};
  for (int count = 0; count < 7; ++count) {
    on.say("q");
  }
  on.unsubscribe("a", "q");
  const auto call = on.start_next("a", {.timeout = 10s});
  BOOST_TEST(on.log->rows(subscription::items_table) == 4u);
  on.advance(200ms);
  BOOST_TEST(on.log->rows(subscription::items_table) == 0u);
  BOOST_TEST(!on.is_answered(call));
  on.say("x");
  const auto got = on.answer_to<subscription::next_reply>(call);
  // Behind what says that the agent sleeps.
  BOOST_TEST(got->item->what->sequence() == 9u);
  BOOST_TEST(got->dropped == 7u);
}

BOOST_AUTO_TEST_CASE(who_looks_on_and_goes_away_takes_nothing) {
  actors::subscriptions_options how;
  how.deliver.looked_max = 3;
  with_agent on{how};
  for (int count = 0; count < 7; ++count) {
    on.say("q");
  }
  on.say("x");
  const auto call = on.start_next(
    "a", {.may_read = [](std::string_view type) { return type == "x"; }});
  on.carry_out(on.reactor->on_gone(call, on.now()));
  on.advance(500ms);
  BOOST_TEST(!on.is_answered(call));
  BOOST_TEST(on.drain("a").size() == 8u);
}

BOOST_AUTO_TEST_CASE(what_may_not_be_read_wakes_nobody) {
  with_agent on;
  const auto call =
    on.start_next("a", {.timeout = 10s, .may_read = [](std::string_view type) {
                          return type != "x";
                        }});
  on.say("x");
  BOOST_TEST(!on.is_answered(call));
  on.advance(10s);
  BOOST_TEST(on.got(call) == 0u);
  BOOST_TEST(on.take("a").what->type() == "x");
}

// -- settling -----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(unknown_ids_are_passed_over_and_not_counted) {
  with_agent on;
  on.say("x");
  const auto id = on.take("a").delivery_id;
  BOOST_TEST(
    *on.settle("a", {"", "x", "1-", "-1", "1-999", "99-1", "01-1", id, id})
    == 1u);
  BOOST_TEST(*on.settle("a", {id}, {id}) == 0u);
  BOOST_TEST((on.settle("ghost", {id}).error().code() == errc::not_found));
  BOOST_TEST((on.next("ghost").error().code() == errc::not_found));
}

BOOST_AUTO_TEST_CASE(an_item_of_another_agent_cannot_be_settled) {
  with_agent on;
  on.subscribe("b", "x");
  on.say("x");
  const auto id = on.take("a").delivery_id;
  BOOST_TEST(*on.settle("b", {id}) == 0u);
  BOOST_TEST(*on.settle("a", {id}) == 1u);
}

BOOST_AUTO_TEST_CASE(an_older_hand_out_may_be_handled_but_not_fail) {
  with_agent on;
  on.say("x");
  const auto older = on.take("a").delivery_id;
  const auto newer = on.take("a").delivery_id;
  BOOST_TEST(*on.settle("a", {}, {older}) == 0u);
  BOOST_TEST(on.take("a").attempt == 3u);
  BOOST_TEST(*on.settle("a", {}, {newer}) == 0u);
  BOOST_TEST(*on.settle("a", {older}) == 1u);
  BOOST_TEST(on.gets_nothing("a"));
}

BOOST_AUTO_TEST_CASE(an_item_fails_once_for_one_hand_out) {
  with_agent on;
  on.say("x");
  const auto id = on.take("a").delivery_id;
  BOOST_TEST(*on.settle("a", {}, {id, id}) == 1u);
  BOOST_TEST(*on.settle("a", {}, {id}) == 0u);
  // It was done after all.
  BOOST_TEST(*on.settle("a", {id}) == 1u);
  on.advance(2s);
  BOOST_TEST(on.gets_nothing("a"));
}

BOOST_AUTO_TEST_CASE(a_failed_item_rests_while_later_ones_overtake_it) {
  with_agent on;
  on.say("x");
  on.say("x");
  on.fail_once();
  BOOST_TEST(on.take("a").what->sequence() == 2u);
  const auto second = on.take("a").delivery_id;
  BOOST_TEST(*on.settle("a", {second}) == 1u);
  on.advance(950ms);
  BOOST_TEST(on.gets_nothing("a"));
  on.advance(50ms);
  const auto again = on.take("a");
  BOOST_TEST(again.what->sequence() == 1u);
  BOOST_TEST(again.attempt == 2u);
}

BOOST_AUTO_TEST_CASE(each_rest_is_twice_as_long_and_the_fifth_failure_the_end) {
  with_agent on;
  on.say("x");
  for (const auto rest : {1s, 2s, 4s, 8s}) {
    on.fail_once();
    on.advance(rest - 50ms);
    BOOST_TEST(on.gets_nothing("a"));
    on.advance(50ms);
  }
  const auto last = on.take("a");
  BOOST_TEST(last.attempt == 5u);
  on.advance(50ms);
  BOOST_TEST(on.burials.empty());
  BOOST_TEST(*on.settle("a", {}, {last.delivery_id}) == 1u);
  on.advance(60s);
  BOOST_TEST(on.gets_nothing("a"));
  BOOST_REQUIRE_EQUAL(on.burials.size(), 1u);
  BOOST_TEST(on.burials.front().reason == "failed 5 times");
}

BOOST_AUTO_TEST_CASE(a_dead_letter_says_why_and_how_often) {
  with_agent on;
  on.say("x");
  for (int attempt = 1; attempt <= 5; ++attempt) {
    on.fail_once();
    on.advance(20s);
  }
  BOOST_REQUIRE_EQUAL(on.burials.size(), 1u);
  const auto& letter = on.burials.front();
  BOOST_TEST(letter.who.agent == "a");
  BOOST_TEST(letter.who.tenant == "default");
  BOOST_TEST(letter.sequence == 1u);
  BOOST_TEST(letter.reason == "it hurts");
  BOOST_TEST(letter.attempts == 5u);
  BOOST_TEST(on.bury() == 1u);
  BOOST_TEST(on.log->rows(subscription::items_table) == 0u);
}

BOOST_AUTO_TEST_CASE(five_hand_outs_that_nobody_settles_are_the_end) {
  with_agent on;
  on.say("x");
  on.say("x");
  for (unsigned attempt = 1; attempt <= 5; ++attempt) {
    const auto got = on.take("a");
    BOOST_TEST(got.what->sequence() == 1u);
    BOOST_TEST(got.attempt == attempt);
  }
  BOOST_TEST(on.take("a").what->sequence() == 2u);
  on.advance(50ms);
  BOOST_REQUIRE_EQUAL(on.burials.size(), 1u);
  BOOST_TEST(on.burials.front().reason == "handed out 5 times and not settled");
}

BOOST_AUTO_TEST_CASE(handled_items_are_remembered_the_newest_ones) {
  actors::subscriptions_options how;
  how.deliver.handled_max = 3;
  with_agent on{how};
  for (int count = 0; count < 5; ++count) {
    on.say(count % 2 == 0 ? "x" : "q");
  }
  static_cast<void>(on.drain("a"));
  const auto list = [&](std::size_t limit) {
    auto asked = std::make_shared<subscription::handled_request>();
    asked->who = {"default", "a"};
    asked->limit = limit;
    return on.ask<subscription::handled_reply>(std::move(asked))->items;
  };
  const auto check = [&] {
    const auto all = list(100);
    BOOST_REQUIRE_EQUAL(all.size(), 3u);
    BOOST_TEST(all[0].sequence == 3u);
    BOOST_TEST(all[2].sequence == 5u);
    BOOST_TEST(all[0].what->sequence() == 3u);
    BOOST_TEST(!all[0].silent);
    BOOST_TEST(all[1].silent);
    BOOST_TEST(all[1].patterns == (texts{"q"}));
    BOOST_TEST((all[1].handled_at == on.time.wall_now()));
    BOOST_TEST(list(2).front().sequence == 4u);
    BOOST_TEST(list(0).empty());
  };
  check();
  on.restart();
  check();
  on.log->signals[4] = nullptr;
  BOOST_TEST(list(1).front().what == nullptr);
  on.say("x");
  static_cast<void>(on.drain("a"));
  BOOST_TEST(list(100).back().sequence == 6u);
  BOOST_TEST(on.log->rows(subscription::handled_table) == 3u);
}

BOOST_AUTO_TEST_CASE(delivery_ids_are_never_used_again) {
  with_agent on;
  on.say("x");
  texts ids;
  ids.push_back(on.take("a").delivery_id);
  on.restart();
  ids.push_back(on.take("a").delivery_id);
  BOOST_TEST(ids[0] != ids[1]);
  // After a restart an older id still names its hand-out.
  BOOST_TEST(*on.settle("a", {}, {ids[0]}) == 0u);
  BOOST_TEST(*on.settle("a", {ids[0]}) == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
