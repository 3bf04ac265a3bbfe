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

} // namespace

BOOST_AUTO_TEST_SUITE(subscriptions)

// -- agents -------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_agent_is_registered_once) {
  stage on;
  const auto first = on.put_agent("a");
  BOOST_REQUIRE(first);
  BOOST_TEST(first->created);
  on.advance(1s);
  const auto second = on.put_agent("a");
  BOOST_TEST(!second->created);
  BOOST_TEST((second->created_at == first->created_at));
}

BOOST_AUTO_TEST_CASE(what_is_no_name_is_no_agent) {
  stage on;
  for (const auto* name : {"", " ", "a/b", "*", "..", "a\n"}) {
    const auto got = on.put_agent(name);
    BOOST_TEST(!got);
    BOOST_TEST((got.error().code() == errc::invalid_argument));
  }
  BOOST_TEST(on.put_agent("a:b c").has_value());
}

BOOST_AUTO_TEST_CASE(one_agent_more_than_the_bound_is_refused) {
  actors::subscriptions_options how;
  how.keep.agents_max = 2;
  stage on{how};
  BOOST_TEST(on.put_agent("a").has_value());
  BOOST_TEST(on.put_agent("b").has_value());
  BOOST_TEST((on.put_agent("c").error().code() == errc::overloaded));
  BOOST_TEST(on.put_agent("c", "another").has_value());
  BOOST_TEST(on.put_agent("b").has_value());
  BOOST_TEST(on.remove_agent("a").has_value());
  BOOST_TEST(on.put_agent("c").has_value());
}

BOOST_AUTO_TEST_CASE(an_agent_that_goes_takes_what_it_has_with_it) {
  stage on;
  on.subscribe_loud("a", "x");
  on.say("x");
  on.say("x");
  const auto got = on.take("a");
  BOOST_TEST(*on.settle("a", {got.delivery_id}) == 1u);
  const auto parked = on.start_next("a", {.timeout = 10s});
  BOOST_TEST(on.is_answered(parked));
  BOOST_TEST(on.remove_agent("a").has_value());
  for (const auto& table :
       {subscription::agents_table, subscription::subscriptions_table,
        subscription::items_table, subscription::handled_table}) {
    BOOST_TEST(on.log->rows(table) == 0u);
  }
  BOOST_TEST((on.remove_agent("a").error().code() == errc::not_found));
  BOOST_TEST(on.put_agent("a")->created);
  on.say("x");
  BOOST_TEST(on.gets_nothing("a"));
}

BOOST_AUTO_TEST_CASE(a_call_of_an_agent_that_goes_ends) {
  stage on;
  on.put_agent("a");
  const auto parked = on.park("a");
  on.remove_agent("a");
  const auto got = on.answer_to<subscription::next_reply>(parked);
  BOOST_TEST((got.error().code() == errc::not_found));
  on.put_agent("b");
  on.advance(11s);
}

// -- subscriptions ------------------------------------------------------------

BOOST_AUTO_TEST_CASE(patterns_are_trimmed_and_checked_D10) {
  stage on;
  BOOST_TEST(on.subscribe("a", "  x:*\t")->row.pattern == "x:*");
  for (const auto* wrong : {"", "  ", "a::b", "a:b*", "**:**", "\xff"}) {
    const auto got = on.subscribe("a", wrong);
    BOOST_REQUIRE(!got);
    BOOST_TEST((got.error().code() == errc::invalid_pattern));
  }
  BOOST_TEST(on.rows().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_refused_subscription_registers_nobody_D10) {
  stage on;
  BOOST_TEST(!on.subscribe("a", "a::b"));
  BOOST_TEST(on.log->rows(subscription::agents_table) == 0u);
  BOOST_TEST((on.next("a").error().code() == errc::not_found));
}

BOOST_AUTO_TEST_CASE(a_subscription_is_silent_unless_it_says_otherwise_D11) {
  stage on;
  BOOST_TEST(on.subscribe("a", "x")->row.silent);
  BOOST_TEST(!on.subscribe("a", "x")->row.include_self);
  BOOST_TEST(!on.subscribe_loud("a", "y")->row.silent);
}

BOOST_AUTO_TEST_CASE(what_is_left_out_stays_when_it_is_asked_for_again_D11) {
  stage on;
  const auto first =
    on.subscribe("a", "x", {.silent = false, .include_self = true});
  BOOST_TEST(first->created);
  on.advance(1s);
  const auto same = on.subscribe("a", " x ");
  BOOST_TEST(!same->created);
  BOOST_TEST(!same->row.silent);
  BOOST_TEST(same->row.include_self);
  BOOST_TEST((same->row.created_at == first->row.created_at));
  BOOST_TEST((same->row.updated_at > first->row.updated_at));
  BOOST_TEST(on.subscribe("a", "x", {.silent = true})->row.silent);
  BOOST_TEST(on.rows().size() == 1u);
}

BOOST_AUTO_TEST_CASE(another_agent_must_exist_to_be_subscribed_D12) {
  stage on;
  const auto got = on.subscribe("ghost", "x", {.registers = false});
  BOOST_TEST((got.error().code() == errc::not_found));
  BOOST_TEST(got.error().message().find("ghost") != std::string::npos);
  on.put_agent("real");
  BOOST_TEST(on.subscribe("real", "x", {.registers = false}).has_value());
  // An agent of another tenant is unknown.
  BOOST_TEST(
    (on.subscribe("real", "x", {.registers = false, .tenant = "another"})
       .error()
       .code()
     == errc::not_found));
  BOOST_TEST(!on.subscribe(" ", "x", {.registers = false}));
}

BOOST_AUTO_TEST_CASE(unsubscribing_takes_exactly_the_pattern_D13) {
  stage on;
  on.subscribe("a", "x:*");
  BOOST_TEST(!*on.unsubscribe("a", "x:y"));
  BOOST_TEST(!*on.unsubscribe("a", "not::one"));
  BOOST_TEST(*on.unsubscribe("a", " x:* "));
  BOOST_TEST(!*on.unsubscribe("a", "x:*"));
  BOOST_TEST((on.unsubscribe("ghost", "x").error().code() == errc::not_found));
}

BOOST_AUTO_TEST_CASE(subscriptions_outlive_a_restart_D14) {
  stage on;
  const auto before =
    on.subscribe("a", "x", {.silent = false, .include_self = true});
  on.advance(1s);
  on.restart();
  const auto rows = on.rows();
  BOOST_REQUIRE_EQUAL(rows.size(), 1u);
  BOOST_TEST(rows[0].agent == "a");
  BOOST_TEST(rows[0].pattern == "x");
  BOOST_TEST(!rows[0].silent);
  BOOST_TEST(rows[0].include_self);
  BOOST_TEST((rows[0].created_at == before->row.created_at));
  BOOST_TEST((rows[0].updated_at == before->row.updated_at));
  BOOST_TEST(!on.put_agent("a")->created);
  on.say("x");
  BOOST_TEST((on.drain("a") == sequences{1}));
}

BOOST_AUTO_TEST_CASE(tenants_do_not_hear_each_other_D15) {
  stage on;
  on.subscribe("a", "**");
  on.subscribe("a", "**", {.tenant = "another"});
  on.publish("x", "/system", "another");
  on.publish("y");
  on.run();
  BOOST_TEST((on.drain("a") == sequences{2}));
  BOOST_TEST(on.rows().size() == 1u);
  BOOST_TEST(on.rows("another").size() == 1u);
  BOOST_TEST(on.rows("third").empty());
}

BOOST_AUTO_TEST_CASE(one_subscription_more_than_the_bound_is_refused) {
  actors::subscriptions_options how;
  how.keep.subscriptions_max = 2;
  stage on{how};
  on.subscribe("a", "x");
  on.subscribe("b", "x");
  BOOST_TEST((on.subscribe("c", "x").error().code() == errc::overloaded));
  BOOST_TEST((on.next("c").error().code() == errc::not_found));
  BOOST_TEST(on.subscribe("a", "x").has_value());
  on.unsubscribe("a", "x");
  BOOST_TEST(on.subscribe("c", "x").has_value());
}

// -- matching -----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_agent_gets_a_signal_once_with_all_patterns_D16) {
  stage on;
  on.subscribe("a", "x:*");
  on.subscribe("a", "**");
  on.subscribe("a", "x:z");
  on.subscribe_loud("a", "x:y");
  on.say("x:y");
  const auto got = on.take("a");
  BOOST_TEST(got.patterns == (texts{"**", "x:*", "x:y"}));
  BOOST_TEST(!got.silent);
  BOOST_TEST(got.attempt == 1u);
  BOOST_TEST(on.next("a", {.handled = {got.delivery_id}})->item.has_value()
             == false);
}

BOOST_AUTO_TEST_CASE(a_loud_pattern_counts_behind_any_number_of_others_D16) {
  stage on;
  // More patterns that match `m:` and nine segments than an item keeps, and the
  // least specific one is loud.
  for (unsigned bits = 0; bits < 2 * limits::delivery_patterns_max; ++bits) {
    std::string pattern{"m"};
    for (unsigned place = 0; place < 9; ++place) {
      pattern += (bits >> place & 1u) != 0 ? ":*" : ":x";
    }
    on.subscribe("a", pattern);
  }
  on.subscribe_loud("a", "m:**");
  on.say("m:x:x:x:x:x:x:x:x:x");
  const auto got = on.take("a");
  BOOST_TEST(!got.silent);
  BOOST_TEST(got.patterns.size() == 2 * limits::delivery_patterns_max + 1);
}

BOOST_AUTO_TEST_CASE(nobody_hears_internal_signals_C18) {
  stage on;
  on.subscribe("a", "**");
  on.subscribe("a", "internal.**");
  on.subscribe("a", "internal.x");
  on.publish("internal.x");
  on.run();
  // As when it is found in the log.
  on.hear(on.log->signals[0]);
  BOOST_TEST(on.gets_nothing("a"));
  on.restart();
  BOOST_TEST(on.gets_nothing("a"));
}

BOOST_AUTO_TEST_CASE(a_signal_with_a_receiver_is_nobody_elses) {
  stage on;
  on.subscribe("a", "**");
  draft mail;
  mail.type = "x";
  mail.source = "/system";
  mail.extensions = {{"toidentity", std::string{"a"}}};
  on.publish(std::move(mail), "default");
  on.run();
  BOOST_TEST(on.gets_nothing("a"));
}

BOOST_AUTO_TEST_CASE(an_agent_does_not_hear_itself_unless_it_asks_D18) {
  stage on;
  on.subscribe("a b", "x");
  on.subscribe("peer", "x");
  on.subscribe("keen", "x", {.include_self = true});
  on.say("x", "/agents/a%20b");
  BOOST_TEST(on.gets_nothing("a b"));
  BOOST_TEST((on.drain("peer") == sequences{1}));
  on.say("x", "/agents/keen");
  BOOST_TEST((on.drain("keen") == sequences{1, 2}));
  // What is compared is the stored source.
  on.say("x", "/agents/a b");
  BOOST_TEST((on.drain("a b") == sequences{2, 3}));
}

BOOST_AUTO_TEST_CASE(a_pattern_that_includes_oneself_delivers_alone_D18) {
  stage on;
  on.subscribe("a", "x", {.include_self = true});
  on.subscribe_loud("a", "**");
  on.say("x", "/agents/a");
  const auto got = on.take("a");
  BOOST_TEST(got.patterns == (texts{"x"}));
  BOOST_TEST(got.silent);
}

BOOST_AUTO_TEST_CASE(rows_are_listed_by_agent_then_pattern_and_in_pages) {
  stage on;
  on.subscribe("b", "y");
  on.subscribe("b", "x");
  on.subscribe("a", "z");
  on.subscribe("c", "x");
  const auto page = [&](std::optional<std::string> agent,
                        std::optional<subscription::row_place> after,
                        std::size_t limit) {
    auto asked = std::make_shared<subscription::list_request>();
    asked->tenant = "default";
    asked->agent = std::move(agent);
    asked->after = std::move(after);
    asked->limit = limit;
    texts found;
    const auto got = on.ask<subscription::list_reply>(std::move(asked));
    for (const auto& one : got->rows) {
      found.push_back(one.agent + one.pattern);
    }
    return found;
  };
  BOOST_TEST(page({}, {}, 10) == (texts{"az", "bx", "by", "cx"}));
  BOOST_TEST(page({}, {}, 2) == (texts{"az", "bx"}));
  BOOST_TEST(page({}, {{"b", "x"}}, 10) == (texts{"by", "cx"}));
  BOOST_TEST(page({}, {{"b", ""}}, 10) == (texts{"bx", "by", "cx"}));
  BOOST_TEST(page({}, {{"aa", "q"}}, 1) == (texts{"bx"}));
  BOOST_TEST(page("b", {}, 10) == (texts{"bx", "by"}));
  BOOST_TEST(page("b", {{"b", "x"}}, 10) == (texts{"by"}));
  BOOST_TEST(page("b", {{"c", "x"}}, 10).empty());
  BOOST_TEST(page("d", {}, 10).empty());
}

// -- what is told -------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_observer_is_told_of_what_happens) {
  stage on;
  on.subscribe("a", "x");
  on.subscribe("a", "x");
  on.say("x");
  static_cast<void>(on.take("a"));
  on.unsubscribe("a", "x");
  static_cast<void>(on.next("a"));
  BOOST_TEST(on.seen->events
             == (texts{"subscribed a x", "changed a x", "delivered a s1",
                       "unsubscribed a x", "dropped a 1"}));
}

BOOST_AUTO_TEST_CASE(rows_that_are_none_of_ours_are_told_of_and_stay) {
  stage on;
  on.subscribe("a", "x");
  const auto put = [&](std::string_view table, std::string key,
                       std::string value) {
    on.carry_out_write({std::string{table}, std::move(key), std::move(value)});
  };
  put(subscription::agents_table, "no name", "{}");
  put(subscription::subscriptions_table, "default/a/y", "[]");
  put(subscription::subscriptions_table, "default/ghost/y",
      R"({"created_at":1,"updated_at":1})");
  put(subscription::items_table, "default/a/zz", "{}");
  put(subscription::handled_table, "default/ghost/0000000000000001", "{}");
  on.seen->events.clear();
  on.restart();
  BOOST_TEST(on.seen->events
             == (texts{"unreadable agents no name",
                       "unreadable subscriptions default/a/y",
                       "unreadable subscriptions default/ghost/y",
                       "unreadable subscriptions.items default/a/zz",
                       "unreadable subscriptions.handled "
                       "default/ghost/0000000000000001"}));
  BOOST_TEST(on.rows().size() == 1u);
  BOOST_TEST(on.log->rows(subscription::agents_table) == 2u);
}

BOOST_AUTO_TEST_CASE(a_request_of_another_actor_is_refused) {
  struct unknown final : actor::request {};
  stage on;
  const auto got =
    on.ask<subscription::noted_reply>(std::make_shared<unknown>());
  BOOST_TEST((got.error().code() == errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(an_actor_without_a_log_or_bounds_is_refused) {
  actors::subscriptions_options how;
  BOOST_TEST(!actors::subscriptions_spec(how));
  how.log = std::make_shared<test::fake_log>();
  BOOST_TEST(actors::subscriptions_spec(how).has_value());
  how.deliver.attempts_max = 0;
  BOOST_TEST(!actors::subscriptions_spec(how));
  how.deliver.attempts_max = 1;
  how.deliver.looked_max = 0;
  BOOST_TEST(!actors::subscriptions_spec(how));
  how.deliver.looked_max = 1;
  how.bury_again = 0ms;
  BOOST_TEST(!actors::subscriptions_spec(how));
  how.bury_again = 1ms;
  BOOST_TEST(actors::subscriptions_spec(how).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
