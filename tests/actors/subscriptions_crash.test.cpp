#include "actors/subscriptions.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>
#include <vector>

#include "libsig/core/limits.hpp"
#include "tests/support/subscriptions_stage.hpp"

using namespace libsig;
using namespace std::chrono_literals;

namespace {

using stage = test::subscriptions_stage;
using sequences = std::vector<std::uint64_t>;
using texts = std::vector<std::string>;

/// An agent `a` with a loud subscription to `x` and a silent one to `q`.
struct with_agent : stage {
  explicit with_agent(actors::subscriptions_options how = {})
    : stage{std::move(how)} {
    subscribe_loud("a", "x");
    subscribe("a", "q");
  }

  /// The actor makes a step that is never written, and the process ends.
  template <class Call>
  void die_in(Call call) {
    static_cast<void>(call());
    restart();
  }

  /// A dead letter of the agent for what was published last.
  void bury_last() {
    for (int attempt = 0; attempt < 5; ++attempt) {
      const auto id = take("a").delivery_id;
      settle("a", {}, {id}, "it hurts");
      advance(20s);
    }
  }

  [[nodiscard]] result<subscription::noted_reply>
  redeliver(std::string agent, std::uint64_t sequence) {
    auto asked = std::make_shared<subscription::redeliver_request>();
    asked->who = {"default", std::move(agent)};
    asked->what = log->signals[sequence - 1];
    return ask<subscription::noted_reply>(std::move(asked));
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(subscriptions_crash)

// -- crashes ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_was_logged_and_not_heard_is_delivered_C15) {
  with_agent on;
  on.publish("x");
  on.publish("z");
  on.publish("q");
  on.restart();
  BOOST_TEST((on.drain("a") == sequences{1, 3}));
}

BOOST_AUTO_TEST_CASE(what_was_heard_and_not_written_is_delivered_C15) {
  with_agent on;
  on.publish("x");
  on.die_in([&] { return on.reactor->on_signal(on.mail[0], on.now()); });
  BOOST_TEST((on.drain("a") == sequences{1}));
}

BOOST_AUTO_TEST_CASE(what_was_written_is_not_delivered_again_C15) {
  with_agent on;
  on.say("x");
  BOOST_TEST((on.drain("a") == sequences{1}));
  on.restart();
  BOOST_TEST(on.gets_nothing("a"));
  on.say("x");
  on.restart();
  BOOST_TEST((on.drain("a") == sequences{2}));
}

BOOST_AUTO_TEST_CASE(what_comes_again_from_the_mailbox_is_passed_over_C15) {
  with_agent on;
  on.publish("x");
  on.publish("q");
  // The actor alone crashes: what is in its mailbox is still to come.
  on.begin();
  BOOST_TEST((on.drain("a") == sequences{1, 2}));
  on.run();
  BOOST_TEST(on.gets_nothing("a"));
  on.say("x");
  BOOST_TEST((on.drain("a") == sequences{3}));
}

BOOST_AUTO_TEST_CASE(a_hand_out_counts_though_its_answer_is_lost_C15) {
  with_agent on;
  on.say("x");
  BOOST_TEST(on.take("a").attempt == 1u);
  on.restart();
  BOOST_TEST(on.take("a").attempt == 2u);
}

BOOST_AUTO_TEST_CASE(a_hand_out_that_was_not_written_does_not_count_C15) {
  with_agent on;
  on.say("x");
  auto asked = std::make_shared<subscription::next_request>();
  asked->who = {"default", "a"};
  on.die_in([&] {
    return on.reactor->on_request(actor::request_id{500}, asked, on.now());
  });
  BOOST_TEST(on.take("a").attempt == 1u);
}

BOOST_AUTO_TEST_CASE(a_settlement_that_was_not_written_is_none_C15) {
  with_agent on;
  on.say("x");
  const auto id = on.take("a").delivery_id;
  auto asked = std::make_shared<subscription::settle_request>();
  asked->who = {"default", "a"};
  asked->handled = {id};
  on.die_in([&] {
    return on.reactor->on_request(actor::request_id{500}, asked, on.now());
  });
  BOOST_TEST(*on.settle("a", {id}) == 1u);
}

BOOST_AUTO_TEST_CASE(a_subscription_is_not_for_what_was_before_it_C15) {
  stage on;
  on.subscribe("a", "y");
  on.say("x");
  on.subscribe("a", "x");
  on.restart();
  BOOST_TEST(on.gets_nothing("a"));
}

BOOST_AUTO_TEST_CASE(a_flag_is_not_for_what_was_before_it_C15) {
  with_agent on;
  on.say("x", "/agents/a");
  on.subscribe("a", "x", {.include_self = true});
  on.restart();
  BOOST_TEST(on.gets_nothing("a"));
}

BOOST_AUTO_TEST_CASE(an_unsubscribe_does_not_lose_what_was_before_it_C15) {
  with_agent on;
  on.publish("q");
  on.unsubscribe("a", "q");
  on.restart();
  on.subscribe("a", "q");
  BOOST_TEST((on.drain("a") == sequences{1}));
}

BOOST_AUTO_TEST_CASE(without_a_watermark_all_begins_at_the_end) {
  stage on;
  on.publish("x");
  on.restart();
  on.subscribe("a", "x");
  on.log->tables.erase(std::string{subscription::state_table});
  on.publish("x");
  on.restart();
  BOOST_TEST(on.gets_nothing("a"));
  on.say("x");
  BOOST_TEST((on.drain("a") == sequences{3}));
}

BOOST_AUTO_TEST_CASE(the_watermark_is_written_now_and_then) {
  with_agent on;
  const auto watermark = [&] {
    const auto& table = on.log->tables[std::string{subscription::state_table}];
    return subscription::read_state_row(table.begin()->second)->watermark;
  };
  for (std::uint64_t count = 1; count < limits::matched_signals_unsaved_max;
       ++count) {
    on.say("z");
  }
  BOOST_TEST(watermark() == 0u);
  on.say("z");
  BOOST_TEST(watermark() == limits::matched_signals_unsaved_max);
  on.say("x");
  BOOST_TEST(watermark() == limits::matched_signals_unsaved_max + 1);
  // A restart looks at nothing twice.
  const auto before = on.log->found;
  on.restart();
  BOOST_TEST(on.log->found == before);
}

BOOST_AUTO_TEST_CASE(nothing_is_written_while_nobody_listens) {
  stage on;
  for (std::uint64_t count = 0; count < 3'000; ++count) {
    on.say("z");
  }
  for (const auto& [name, rows] : on.log->tables) {
    BOOST_TEST(rows.empty());
  }
}

BOOST_AUTO_TEST_CASE(attempts_are_counted_over_restarts) {
  with_agent on;
  on.say("x");
  for (unsigned attempt = 1; attempt <= 5; ++attempt) {
    BOOST_TEST(on.take("a").attempt == attempt);
    on.restart();
  }
  BOOST_TEST(on.gets_nothing("a"));
  on.advance(50ms);
  BOOST_TEST(on.burials.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_rest_goes_on_over_a_restart) {
  with_agent on;
  on.say("x");
  const auto id = on.take("a").delivery_id;
  on.settle("a", {}, {id});
  on.advance(400ms);
  on.restart();
  on.advance(550ms);
  BOOST_TEST(on.gets_nothing("a"));
  on.advance(50ms);
  BOOST_TEST(on.take("a").attempt == 2u);
}

BOOST_AUTO_TEST_CASE(items_keep_their_signals_until_they_are_settled) {
  with_agent on;
  on.say("x");
  const auto& items = on.log->tables[std::string{subscription::items_table}];
  BOOST_TEST(items.begin()->second.keeps == 1u);
  const auto got = on.take("a");
  BOOST_TEST(items.begin()->second.keeps == 1u);
  on.settle("a", {got.delivery_id});
  BOOST_TEST(items.empty());
}

BOOST_AUTO_TEST_CASE(a_dead_letter_of_the_actor_is_matched_again) {
  // It crashed on a signal too often, and somebody redrives the letter.
  stage on;
  on.say("x");
  on.say("y");
  on.subscribe("a", "x");
  BOOST_TEST(on.gets_nothing("a"));
  BOOST_TEST(on.repeat(1).has_value());
  // Twice is once as long as it waits.
  BOOST_TEST(on.repeat(1).has_value());
  BOOST_TEST((on.drain("a") == sequences{1}));
}

BOOST_AUTO_TEST_CASE(a_dead_letter_redriven_after_a_restart_is_matched_again) {
  with_agent on;
  on.say("x");
  BOOST_TEST((on.drain("a") == sequences{1}));
  on.restart();
  BOOST_TEST(on.repeat(1).has_value());
  BOOST_TEST((on.drain("a") == sequences{1}));
  // One that is still to come comes once.
  on.publish("x");
  BOOST_TEST(on.repeat(2).has_value());
  on.run();
  BOOST_TEST((on.drain("a") == sequences{2}));
}

// -- dead letters -------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_dying_item_is_buried_behind_its_row) {
  with_agent on;
  on.say("x");
  for (int attempt = 0; attempt < 4; ++attempt) {
    on.settle("a", {}, {on.take("a").delivery_id});
    on.advance(20s);
  }
  const auto last = on.take("a").delivery_id;
  on.settle("a", {}, {last}, "why not");
  // The row says that it dies before anybody buries it.
  BOOST_TEST(on.burials.empty());
  const auto& items = on.log->tables[std::string{subscription::items_table}];
  BOOST_TEST(items.begin()->second.value->find("why not") != std::string::npos);
  on.fire();
  BOOST_TEST(on.burials.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_dying_item_is_buried_after_a_restart) {
  with_agent on;
  on.say("x");
  on.bury_last();
  BOOST_TEST(on.burials.size() == 1u);
  // Nobody wrote the letter.
  on.burials.clear();
  on.restart();
  on.advance(50ms);
  BOOST_REQUIRE_EQUAL(on.burials.size(), 1u);
  BOOST_TEST(on.burials[0].reason == "it hurts");
  BOOST_TEST(on.burials[0].attempts == 5u);
  BOOST_TEST(on.bury() == 1u);
  on.restart();
  on.advance(5s);
  BOOST_TEST(on.burials.empty());
  BOOST_TEST(on.gets_nothing("a"));
}

BOOST_AUTO_TEST_CASE(a_letter_that_cannot_be_written_is_tried_again) {
  with_agent on;
  on.say("x");
  on.bury_last();
  BOOST_TEST(on.bury(false) == 1u);
  on.advance(950ms);
  BOOST_TEST(on.burials.empty());
  on.advance(50ms);
  BOOST_TEST(on.bury() == 1u);
  on.advance(5s);
  BOOST_TEST(on.burials.empty());
}

BOOST_AUTO_TEST_CASE(a_burial_of_which_nothing_is_heard_is_asked_after) {
  with_agent on;
  on.say("x");
  on.bury_last();
  BOOST_TEST(on.burials.size() == 1u);
  // The report was refused.
  on.burials.clear();
  on.advance(2'050ms);
  BOOST_TEST(on.bury() == 1u);
  on.advance(5s);
  BOOST_TEST(on.burials.empty());
}

BOOST_AUTO_TEST_CASE(one_item_more_than_the_bound_becomes_a_dead_letter) {
  actors::subscriptions_options how;
  how.deliver.items_max = 2;
  with_agent on{how};
  on.say("x");
  on.say("q");
  BOOST_TEST(on.burials.empty());
  on.say("x");
  on.advance(50ms);
  BOOST_REQUIRE_EQUAL(on.burials.size(), 1u);
  BOOST_TEST(on.burials[0].sequence == 3u);
  BOOST_TEST(on.burials[0].attempts == 0u);
  BOOST_TEST(on.seen->events.back() == "dead a 3");
  BOOST_TEST((on.redeliver("a", 3).error().code() == errc::overloaded));
  on.bury();
  BOOST_TEST((on.drain("a") == sequences{1, 2}));
  BOOST_TEST(on.redeliver("a", 3).has_value());
  BOOST_TEST((on.drain("a") == sequences{3}));
}

BOOST_AUTO_TEST_CASE(a_redriven_item_begins_at_attempt_one) {
  with_agent on;
  on.say("x");
  on.say("x");
  on.bury_last();
  on.bury();
  const auto old = on.letters[0];
  BOOST_TEST(old.sequence == 1u);
  BOOST_TEST(on.redeliver("a", 1).has_value());
  // Twice is once.
  BOOST_TEST(on.redeliver("a", 1).has_value());
  const auto got = on.take("a");
  BOOST_TEST(got.what->sequence() == 1u);
  BOOST_TEST(got.attempt == 1u);
  on.restart();
  BOOST_TEST((on.drain("a") == sequences{1, 2}));
}

BOOST_AUTO_TEST_CASE(a_letter_stays_when_nobody_would_get_it) {
  with_agent on;
  on.say("x");
  BOOST_TEST((on.redeliver("ghost", 1).error().code() == errc::not_found));
  on.unsubscribe("a", "x");
  static_cast<void>(on.drain("a"));
  BOOST_TEST((on.redeliver("a", 1).error().code() == errc::not_found));
  // Not one's own, and not another tenant's.
  on.say("q", "/agents/a");
  BOOST_TEST((on.redeliver("a", 2).error().code() == errc::not_found));
  on.publish("q", "/system", "another");
  BOOST_TEST((on.redeliver("a", 3).error().code() == errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(a_redriven_loud_item_ends_a_parked_call) {
  with_agent on;
  on.say("x");
  BOOST_TEST((on.drain("a") == sequences{1}));
  const auto call = on.park("a");
  BOOST_TEST(on.redeliver("a", 1).has_value());
  BOOST_TEST(on.is_answered(call));
}

BOOST_AUTO_TEST_SUITE_END()
