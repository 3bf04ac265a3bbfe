#include "libsig/client/client.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libsig/core/limits.hpp"
#include "tests/client/world.hpp"

using namespace libsig;
using namespace libsig::test;
using libsig::client::delivery;
using libsig::client::subscribe_options;

namespace {

/// What wakes its handler.
[[nodiscard]] subscribe_options loud() {
  subscribe_options how;
  how.silent = false;
  return how;
}

/// Hears what becomes of items: whether each was handled.
struct settlements final : subscription::observer {
  channel<bool> seen;

  void on_settled(const subscription::agent_name&, std::uint64_t,
                  bool handled) override {
    seen.put(handled);
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(subscriptions)

BOOST_AUTO_TEST_CASE(a_handler_gets_what_matches) { // D10, D16
  world in;
  const auto ann = in.make("ann");
  channel<delivery> heard;
  const auto listening = must(ann.subscribe(
    " build:* ", [&](const delivery& what) { heard.put(what); }, loud()));
  const auto bob = in.make("bob");
  must(bob.publish("other:done"));
  must(bob.publish("build:done", R"({"n":1})"));
  const auto got = heard.take();
  BOOST_TEST(got.what.type == "build:done");
  BOOST_TEST(got.what.source == "/agents/bob");
  BOOST_TEST(got.what.data.json_text() == R"({"n":1})");
  BOOST_TEST(got.patterns == std::vector<std::string>{"build:*"},
             boost::test_tools::per_element());
  BOOST_TEST(!got.silent);
  BOOST_TEST(got.attempt == 1u);
}

BOOST_AUTO_TEST_CASE(items_come_in_the_order_of_the_log) { // D22
  world in;
  const auto ann = in.make("ann");
  channel<std::uint64_t> heard;
  const auto listening = must(ann.subscribe(
    "a.*", [&](const delivery& what) { heard.put(what.what.sequence); },
    loud()));
  const auto bob = in.make("bob");
  std::vector<std::uint64_t> said;
  for (int count = 0; count < 100; ++count) {
    said.push_back(must(bob.publish("a.b")).sequence);
  }
  for (const auto one : said) {
    BOOST_REQUIRE(heard.take() == one);
  }
}

BOOST_AUTO_TEST_CASE(an_agent_does_not_hear_itself_unless_asked) { // D18
  world in;
  const auto ann = in.make("ann");
  channel<std::string> heard;
  const auto handler = [&](const delivery& what) { heard.put(what.what.type); };
  const auto deaf = must(ann.subscribe("a.*", handler, loud()));
  auto both = loud();
  both.include_self = true;
  const auto hearing = must(ann.subscribe("b.*", handler, both));
  must(ann.publish("a.b"));
  must(ann.publish("b.b"));
  BOOST_TEST(heard.take() == "b.b");
  in.settle();
  BOOST_TEST(heard.empty());
}

BOOST_AUTO_TEST_CASE(each_pattern_has_its_handler) {
  world in;
  const auto ann = in.make("ann");
  channel<std::string> heard;
  const auto first = must(ann.subscribe(
    "a.*", [&](const delivery& what) { heard.put("a.* " + what.what.type); },
    loud()));
  const auto second = must(ann.subscribe(
    "*.b", [&](const delivery& what) { heard.put("*.b " + what.what.type); },
    loud()));
  const auto bob = in.make("bob");
  must(bob.publish("x.b"));
  BOOST_TEST(heard.take() == "*.b x.b");
  must(bob.publish("a.b"));
  BOOST_TEST(heard.take() == "a.* a.b");
  BOOST_TEST(heard.take() == "*.b a.b");
}

BOOST_AUTO_TEST_CASE(an_item_without_a_handler_waits_for_one) {
  world in;
  const auto ann = in.make("ann");
  channel<std::string> heard;
  const auto handler = [&](const delivery& what) { heard.put(what.what.type); };
  auto first = must(ann.subscribe("a.*", handler, loud()));
  const auto second = must(ann.subscribe("b.*", handler, loud()));
  first.end();
  BOOST_TEST(!first.active());
  const auto bob = in.make("bob");
  must(bob.publish("a.a"));
  must(bob.publish("b.b"));
  BOOST_TEST(heard.take() == "b.b");
  BOOST_TEST(must(ann.subscriptions()).size() == 2u);
  const auto again = must(ann.subscribe("a.*", handler));
  BOOST_TEST(heard.take() == "a.a");
}

// What a handler holds ends with it, and may be a subscription as well.
BOOST_AUTO_TEST_CASE(a_handler_may_hold_another_subscription) {
  world in;
  const auto ann = in.make("ann");
  channel<std::string> heard;
  channel<bool> goes_on;
  const auto slow = must(ann.subscribe(
    "a.*",
    [&](const delivery& what) {
      heard.put(what.what.type);
      static_cast<void>(goes_on.take());
    },
    loud()));
  const auto bob = in.make("bob");
  must(bob.publish("a.a"));
  BOOST_TEST(heard.take() == "a.a");
  // While a handler runs nobody but the list has a new one.
  const auto note = [&](const delivery& what) { heard.put(what.what.type); };
  auto inner = std::make_shared<libsig::client::subscription>(
    must(ann.subscribe("b.*", note, loud())));
  const std::weak_ptr<libsig::client::subscription> held{inner};
  auto outer = must(ann.subscribe(
    "c.*", [kept = std::move(inner)](const delivery&) {}, loud()));
  outer.end();
  BOOST_TEST(held.expired());
  goes_on.put(true);
  const auto last = must(ann.subscribe("d.*", note, loud()));
  must(bob.publish("b.b"));
  must(bob.publish("d.d"));
  BOOST_TEST(heard.take() == "d.d");
}

BOOST_AUTO_TEST_CASE(what_a_handler_throws_at_comes_again) {
  const auto watch = std::make_shared<settlements>();
  hub::hub_options watched;
  watched.subscriptions.watcher = watch;
  world in{std::move(watched)};
  const auto ann = in.make("ann");
  channel<unsigned> heard;
  const auto listening = must(ann.subscribe(
    "a",
    [&](const delivery& what) {
      heard.put(what.attempt);
      if (what.attempt < 3) {
        throw std::runtime_error{"not now"};
      }
    },
    loud()));
  must(in.make("bob").publish("a"));
  BOOST_TEST(heard.take() == 1u);
  BOOST_TEST(!watch->seen.take());
  in.time().advance(limits::delivery_backoff);
  BOOST_TEST(heard.take() == 2u);
  BOOST_TEST(!watch->seen.take());
  in.time().advance(2 * limits::delivery_backoff);
  BOOST_TEST(heard.take() == 3u);
  BOOST_TEST(watch->seen.take());
}

BOOST_AUTO_TEST_CASE(a_silent_item_wakes_nobody) { // D19, D20
  world in;
  client::client_options how;
  how.name = "ann";
  how.silent_after = 10s;
  const auto ann = in.make(how);
  channel<std::string> heard;
  const auto handler = [&](const delivery& what) {
    heard.put(what.what.type + (what.silent ? " silent" : " loud"));
  };
  const auto quiet = must(ann.subscribe("a.*", handler));
  const auto listening = must(ann.subscribe("b.*", handler, loud()));
  const auto bob = in.make("bob");
  in.settle();
  must(bob.publish("a.a"));
  must(bob.publish("b.b"));
  // The loud one wakes, and the oldest comes first.
  BOOST_TEST(heard.take() == "a.a silent");
  BOOST_TEST(heard.take() == "b.b loud");
}

BOOST_AUTO_TEST_CASE(a_silent_item_comes_after_a_while_by_itself) {
  world in;
  client::client_options how;
  how.name = "ann";
  how.silent_after = 10s;
  const auto ann = in.make(how);
  channel<std::string> heard;
  const auto quiet = must(ann.subscribe(
    "a.*", [&](const delivery& what) { heard.put(what.what.type); }));
  must(in.make("bob").publish("a.a"));
  in.time().advance(10s);
  BOOST_TEST(heard.take() == "a.a");
}

BOOST_AUTO_TEST_CASE(rows_are_listed_and_removed) { // D11, D13
  world in;
  const auto ann = in.make("ann");
  const auto handler = [](const delivery&) {};
  const auto listening = must(ann.subscribe("b.*", handler, loud()));
  const auto other = must(ann.subscribe("a.*", handler));
  const auto rows = must(ann.subscriptions());
  BOOST_REQUIRE(rows.size() == 2u);
  BOOST_TEST(rows[0].pattern == "a.*");
  BOOST_TEST(rows[0].silent);
  BOOST_TEST(rows[1].pattern == "b.*");
  BOOST_TEST(!rows[1].silent);
  BOOST_TEST(must(ann.unsubscribe(" a.* ")));
  BOOST_TEST(!must(ann.unsubscribe("a.*")));
  BOOST_TEST(must(ann.subscriptions()).size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_unsubscribed_before_it_is_handled_is_gone) { // D17
  world in;
  const auto ann = in.make("ann");
  channel<std::string> heard;
  channel<bool> go_on;
  const auto handler = [&](const delivery& what) {
    heard.put(what.what.type);
    static_cast<void>(go_on.take());
  };
  const auto first = must(ann.subscribe("a.*", handler, loud()));
  const auto second = must(ann.subscribe("b.*", handler, loud()));
  const auto bob = in.make("bob");
  must(bob.publish("b.1"));
  BOOST_TEST(heard.take() == "b.1");
  must(bob.publish("a.1"));
  must(bob.publish("b.2"));
  BOOST_TEST(must(ann.unsubscribe("a.*")));
  go_on.put(true);
  BOOST_TEST(heard.take() == "b.2");
  go_on.put(true);
}

BOOST_AUTO_TEST_CASE(a_handler_may_call_its_client_and_end_itself) {
  world in;
  const auto ann = in.make("ann");
  channel<std::string> heard;
  client::subscription listening;
  channel<bool> stored;
  listening = must(ann.subscribe(
    "ping",
    [&](const delivery&) {
      static_cast<void>(stored.take());
      heard.put(must(ann.send_signal("pong")).topic);
      listening.end();
    },
    loud()));
  stored.put(true);
  const auto bob = in.make("bob");
  must(bob.publish("ping"));
  BOOST_TEST(heard.take() == "pong");
  BOOST_TEST(must(bob.wait_for_signal("pong")).ok());
  must(bob.publish("ping"));
  in.settle();
  BOOST_TEST(heard.empty());
}

BOOST_AUTO_TEST_CASE(secrets_are_hidden_in_items) {
  world in;
  const auto ann = in.make("ann");
  channel<std::string> heard;
  const auto listening = must(ann.subscribe(
    "a", [&](const delivery& what) { heard.put(what.what.data.json_text()); },
    loud()));
  must(in.make("bob").publish("a", R"({"password":"x"})"));
  BOOST_TEST(heard.take() == R"({"password":"[REDACTED]"})");
}

BOOST_AUTO_TEST_CASE(a_second_listener_of_an_agent_ends_the_first) {
  world in;
  channel<bool> asleep;
  BOOST_REQUIRE(in.node().subscribe(
    "sleepers", "agent:*:sleep", [&](const signal_ptr&) { asleep.put(true); }));
  const auto first = in.make("ann");
  channel<std::string> ended;
  auto how = loud();
  how.on_end = [&](const error& why) {
    ended.put(std::string{to_string(why.code())});
  };
  const auto old = must(first.subscribe(
    "a", [](const delivery&) {}, how));
  // Only a call that is parked is ended by a newer one.
  static_cast<void>(asleep.take());
  const auto second = in.make("ann");
  channel<std::string> heard;
  const auto listening = must(second.subscribe(
    "a", [&](const delivery& what) { heard.put(what.what.id); }, loud()));
  BOOST_TEST(ended.take() == "already_exists");
  BOOST_TEST(!old.active());
  const auto sent = must(in.make("bob").publish("a"));
  BOOST_TEST(heard.take() == sent.id);
}

BOOST_AUTO_TEST_CASE(listeners_are_told_that_the_runtime_stops) {
  world in;
  const auto ann = in.make("ann");
  channel<std::string> ended;
  auto how = loud();
  how.on_end = [&](const error& why) {
    ended.put(std::string{to_string(why.code())});
  };
  const auto listening = must(ann.subscribe(
    "a", [](const delivery&) {}, how));
  in.node().stop();
  BOOST_TEST(ended.take() == "stopped");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_subscribed_is_refused) { // D10
  world in;
  const auto handler = [](const delivery&) {};
  BOOST_TEST(code_of(in.make().subscribe("a", handler)) == "invalid_argument");
  const auto ann = in.make("ann");
  BOOST_TEST(code_of(ann.subscribe(" ", handler)) == "invalid_pattern");
  BOOST_TEST(code_of(ann.subscribe("a::b", handler)) == "invalid_pattern");
}

BOOST_AUTO_TEST_SUITE_END()
