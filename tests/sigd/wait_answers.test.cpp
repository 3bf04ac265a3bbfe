#include "apps/sigd/wait_answers.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "libsig/topic/answers.hpp"
#include "tests/http/harness.hpp"
#include "tests/sigd/wait_messages.hpp"

using namespace libsig;
using libsig::testing::make_message;
using order = sigd::wait_answers::order;
using outcome = topic::wait_reply::outcome;
using got_text = result<sigd::wait_answers::text>;

namespace {

constexpr std::size_t payload_bytes = 10'000;

[[nodiscard]] topic::message big(std::uint64_t sequence) {
  return make_message(sequence,
                      R"({"x":")" + std::string(payload_bytes, 'x') + "\"}");
}

/// What was told, by the names that the test gives.
class box {
public:
  [[nodiscard]] std::function<void(got_text)> named(std::string name) {
    return [this, name = std::move(name)](got_text got) {
      const std::lock_guard guard{mutex_};
      got_.emplace(name, std::move(got));
      order_.push_back(name);
      changed_.notify_all();
    };
  }

  /// Waits for an answer, and takes it.
  [[nodiscard]] got_text take(const std::string& name) {
    std::unique_lock lock{mutex_};
    BOOST_REQUIRE(changed_.wait_for(lock, std::chrono::seconds{20},
                                    [&] { return got_.contains(name); }));
    auto made = std::move(got_.at(name));
    got_.erase(name);
    return made;
  }

  [[nodiscard]] bool has(const std::string& name) {
    const std::lock_guard guard{mutex_};
    return got_.contains(name);
  }

  [[nodiscard]] std::vector<std::string> order() {
    const std::lock_guard guard{mutex_};
    return order_;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, got_text> got_;
  std::vector<std::string> order_;
};

[[nodiscard]] order order_of(std::vector<topic::message> messages,
                             std::function<void(got_text)> to,
                             topic::wait_mode mode = topic::wait_mode::one,
                             std::string caller = "ann") {
  auto asked = std::make_shared<topic::wait_request>();
  asked->caller = std::move(caller);
  asked->mode = mode;
  auto got = std::make_shared<topic::wait_reply>();
  got->is = messages.empty() ? outcome::timeout : outcome::hit;
  asked->topics = {"a"};
  got->messages = std::move(messages);
  return {std::move(asked), std::move(got), false, std::move(to)};
}

/// Bounds that one big answer fills.
[[nodiscard]] sigd::answer_bounds narrow() {
  sigd::answer_bounds made;
  made.under_way_max = payload_bytes + 1'000;
  made.waiting_max = 1u << 20;
  made.kept_max = 0;
  return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(answers_of_waits)

BOOST_AUTO_TEST_CASE(all_who_waited_for_a_message_share_its_text) {
  box told;
  sigd::wait_answers made;
  const auto what = big(1);
  made.add(order_of({what}, told.named("one")));
  made.add(order_of({what}, told.named("other")));
  const auto one = told.take("one");
  const auto other = told.take("other");
  BOOST_REQUIRE(one);
  BOOST_TEST(*one == other.value());
  std::string want;
  topic::append_hit(what, false, want);
  BOOST_TEST(**one == want);
  BOOST_TEST(made.bytes() == want.size());
}

// M26.
BOOST_AUTO_TEST_CASE(the_answer_of_all_has_each_message_and_is_its_own) {
  box told;
  sigd::wait_answers made;
  const auto ask = order_of({big(1)}, told.named("all"), topic::wait_mode::all);
  std::string want;
  topic::append_wait_reply(*ask.asked, *ask.got, false, want);
  made.add(ask);
  made.add(order_of({big(1)}, told.named("again"), topic::wait_mode::all));
  const auto one = told.take("all");
  BOOST_TEST(*one.value() == want);
  BOOST_TEST(told.take("again").value() != one.value());
}

// What many share costs once, and others wait until it is written: late, in
// their order, and not lost.
BOOST_AUTO_TEST_CASE(answers_beyond_the_bound_wait_for_their_turn_in_order) {
  box told;
  sigd::wait_answers made{narrow()};
  made.add(order_of({big(1)}, told.named("first")));
  auto first = told.take("first");
  BOOST_REQUIRE(first);
  made.add(order_of({big(2)}, told.named("second")));
  made.add(order_of({big(3)}, told.named("third")));
  made.add(order_of({}, told.named("timeout")));
  BOOST_TEST((*told.take("timeout").value()).starts_with("{\"ok\":false"));
  BOOST_TEST(made.waiting() == 2u);
  BOOST_TEST(!told.has("second"));
  first = fail(errc::internal, "let go");
  auto second = told.take("second");
  BOOST_TEST(second.has_value());
  BOOST_TEST(!told.has("third"));
  BOOST_TEST(made.waiting() == 1u);
  second = fail(errc::internal, "let go");
  BOOST_TEST(told.take("third").has_value());
  BOOST_TEST(made.waiting() == 0u);
  BOOST_TEST(
    (told.order()
     == std::vector<std::string>{"first", "timeout", "second", "third"}));
}

BOOST_AUTO_TEST_CASE(a_text_that_is_under_way_waits_for_nothing) {
  box told;
  sigd::wait_answers made{narrow()};
  made.add(order_of({big(1)}, told.named("first")));
  const auto first = told.take("first");
  made.add(order_of({big(1)}, told.named("again")));
  BOOST_TEST(told.take("again").value() == first.value());
}

BOOST_AUTO_TEST_CASE(what_is_kept_for_others_keeps_nobody_from_its_turn) {
  box told;
  auto bounds = narrow();
  bounds.kept_max = 1u << 20;
  sigd::wait_answers made{bounds};
  for (std::uint64_t sequence = 1; sequence <= 5; ++sequence) {
    made.add(order_of({big(sequence)}, told.named("x")));
    BOOST_TEST(told.take("x").has_value());
  }
}

BOOST_AUTO_TEST_CASE(one_that_is_over_the_bound_alone_has_its_turn_alone) {
  box told;
  auto bounds = narrow();
  bounds.under_way_max = 1;
  sigd::wait_answers made{bounds};
  made.add(order_of({big(1)}, told.named("first")));
  auto first = told.take("first");
  BOOST_TEST(first.has_value());
  made.add(order_of({big(2)}, told.named("second")));
  first = fail(errc::internal, "let go");
  BOOST_TEST(told.take("second").has_value());
}

// Both sides of the bound; the same message counts once.
BOOST_AUTO_TEST_CASE(more_than_may_wait_is_refused_at_once) {
  box told;
  auto bounds = narrow();
  bounds.waiting_max = 2 * big(1).what->data().json_text().size();
  sigd::wait_answers made{bounds};
  made.add(order_of({big(1)}, told.named("first")));
  auto first = told.take("first");
  const auto second = big(2);
  made.add(order_of({second}, told.named("second")));
  made.add(order_of({second}, told.named("again")));
  made.add(order_of({big(3)}, told.named("third")));
  made.add(order_of({big(4)}, told.named("fourth")));
  BOOST_TEST(made.waiting() == 3u);
  BOOST_TEST((told.take("fourth").error().code() == errc::overloaded));
  first = fail(errc::internal, "let go");
  BOOST_TEST(told.take("second").has_value());
  BOOST_TEST(told.take("again").has_value());
  BOOST_TEST(told.take("third").has_value());
}

BOOST_AUTO_TEST_CASE(an_answer_has_messages_up_to_its_own_bound) {
  box told;
  sigd::answer_bounds bounds;
  bounds.one_max = 2 * big(1).what->data().json_text().size();
  sigd::wait_answers made{bounds};
  const auto all = topic::wait_mode::all;
  made.add(order_of({big(1), big(2)}, told.named("two"), all));
  made.add(
    order_of({big(1), big(2), make_message(3, "0")}, told.named("more"), all));
  BOOST_TEST(told.take("two").has_value());
  BOOST_TEST((told.take("more").error().code() == errc::too_large));
  BOOST_TEST(made.waiting() == 0u);
}

// Who does not take its answers holds up nobody else.
BOOST_AUTO_TEST_CASE(one_caller_does_not_use_up_the_room_of_others) {
  constexpr auto all = topic::wait_mode::all;
  box told;
  auto bounds = narrow();
  bounds.under_way_max = 10 * payload_bytes;
  bounds.caller_under_way_max = 2 * payload_bytes + 1'000;
  sigd::wait_answers made{bounds};
  made.add(order_of({big(1)}, told.named("first"), all));
  auto first = told.take("first");
  made.add(order_of({big(1)}, told.named("second"), all));
  const auto second = told.take("second");
  made.add(order_of({big(1)}, told.named("third"), all));
  made.add(order_of({big(1)}, told.named("other"), all, "bob"));
  BOOST_TEST(told.take("other").has_value());
  BOOST_TEST(!told.has("third"));
  BOOST_TEST(made.waiting() == 1u);
  first = fail(errc::internal, "let go");
  BOOST_TEST(told.take("third").has_value());
}

// Also one that is over its share alone.
BOOST_AUTO_TEST_CASE(a_caller_with_nothing_under_way_has_its_turn) {
  box told;
  auto bounds = narrow();
  bounds.under_way_max = 10 * payload_bytes;
  bounds.caller_under_way_max = 1;
  sigd::wait_answers made{bounds};
  made.add(order_of({big(1)}, told.named("first")));
  auto first = told.take("first");
  // What it has already costs it nothing more.
  made.add(order_of({big(1)}, told.named("again")));
  auto again = told.take("again");
  made.add(order_of({big(2)}, told.named("second")));
  first = fail(errc::internal, "let go");
  made.add(order_of({}, told.named("timeout")));
  BOOST_TEST(told.take("timeout").has_value());
  BOOST_TEST(!told.has("second"));
  again = fail(errc::internal, "let go");
  BOOST_TEST(told.take("second").has_value());
}

// A quarter of the room is theirs, and they are not behind large ones.
BOOST_AUTO_TEST_CASE(small_answers_pass_large_ones) {
  box told;
  auto bounds = narrow();
  bounds.small_max = 100;
  bounds.under_way_max = 2 * payload_bytes;
  sigd::wait_answers made{bounds};
  made.add(order_of({big(1)}, told.named("first"), topic::wait_mode::one));
  auto first = told.take("first");
  made.add(
    order_of({big(2)}, told.named("large"), topic::wait_mode::one, "bob"));
  made.add(order_of({make_message(3, "{}")}, told.named("small")));
  const auto small = told.take("small");
  BOOST_TEST(small.has_value());
  BOOST_TEST(!told.has("large"));
  first = fail(errc::internal, "let go");
  BOOST_TEST(told.take("large").has_value());
}

BOOST_AUTO_TEST_CASE(callers_take_turns) {
  box told;
  sigd::wait_answers made{narrow()};
  constexpr auto one = topic::wait_mode::one;
  made.add(order_of({big(1)}, told.named("0"), one, "eve"));
  auto under_way = told.take("0");
  made.add(order_of({big(2)}, told.named("a1"), one, "ann"));
  made.add(order_of({big(3)}, told.named("a2"), one, "ann"));
  made.add(order_of({big(4)}, told.named("a3"), one, "ann"));
  made.add(order_of({big(5)}, told.named("b1"), one, "bob"));
  for (const auto* const next : {"a1", "b1", "a2", "a3"}) {
    under_way = fail(errc::internal, "let go");
    under_way = told.take(next);
    BOOST_TEST(under_way.has_value());
  }
  BOOST_TEST(
    (told.order() == std::vector<std::string>{"0", "a1", "b1", "a2", "a3"}));
}

BOOST_AUTO_TEST_CASE(an_answer_whose_turn_does_not_come_is_refused) {
  box told;
  auto bounds = narrow();
  bounds.tick = std::chrono::milliseconds{1};
  ::test::shared_clock time;
  sigd::wait_answers made{bounds, &time};
  made.add(order_of({big(1)}, told.named("first")));
  const auto first = told.take("first");
  made.add(order_of({big(2)}, told.named("second")));
  time.advance(bounds.turn_max - std::chrono::milliseconds{1});
  made.add(order_of({big(3)}, told.named("third")));
  made.add(order_of({}, told.named("timeout")));
  BOOST_TEST(told.take("timeout").has_value());
  BOOST_TEST(made.waiting() == 2u);
  time.advance(std::chrono::milliseconds{1});
  BOOST_TEST((told.take("second").error().code() == errc::overloaded));
  BOOST_TEST(made.waiting() == 1u);
  BOOST_TEST(!told.has("third"));
}

// However small they are; both sides of both bounds.
BOOST_AUTO_TEST_CASE(the_answers_that_wait_are_counted_too) {
  box told;
  auto bounds = narrow();
  bounds.orders_max = 3;
  bounds.caller_orders_max = 2;
  sigd::wait_answers made{bounds};
  const auto what = big(2);
  made.add(order_of({big(1)}, told.named("first")));
  const auto first = told.take("first");
  constexpr auto one = topic::wait_mode::one;
  made.add(order_of({what}, told.named("a1"), one, "ann"));
  made.add(order_of({what}, told.named("a2"), one, "ann"));
  made.add(order_of({what}, told.named("a3"), one, "ann"));
  BOOST_TEST((told.take("a3").error().code() == errc::overloaded));
  made.add(order_of({what}, told.named("b1"), one, "bob"));
  made.add(order_of({what}, told.named("c1"), one, "cid"));
  BOOST_TEST((told.take("c1").error().code() == errc::overloaded));
  BOOST_TEST(made.waiting() == 3u);
}

BOOST_AUTO_TEST_CASE(one_caller_does_not_use_up_what_may_wait) {
  box told;
  auto bounds = narrow();
  bounds.caller_waiting_max = big(1).what->data().json_text().size();
  sigd::wait_answers made{bounds};
  constexpr auto one = topic::wait_mode::one;
  made.add(order_of({big(1)}, told.named("first"), one, "eve"));
  const auto first = told.take("first");
  made.add(order_of({big(2)}, told.named("a1"), one, "ann"));
  made.add(order_of({big(3)}, told.named("a2"), one, "ann"));
  BOOST_TEST((told.take("a2").error().code() == errc::overloaded));
  made.add(order_of({big(3)}, told.named("b1"), one, "bob"));
  BOOST_TEST(made.waiting() == 2u);
}

BOOST_AUTO_TEST_CASE(the_order_of_a_reader_who_is_gone_is_taken_out) {
  box told;
  sigd::wait_answers made{narrow()};
  made.add(order_of({big(1)}, told.named("first")));
  auto first = told.take("first");
  std::function<void()> gone;
  auto second = order_of({big(2)}, told.named("second"));
  second.on_gone = [&](std::function<void()> call) { gone = std::move(call); };
  made.add(second);
  BOOST_TEST(made.waiting() == 1u);
  gone();
  BOOST_TEST((told.take("second").error().code() == errc::stopped));
  BOOST_TEST(made.waiting() == 0u);
  // One who was gone before, and one who goes later.
  auto third = order_of({big(3)}, told.named("third"));
  third.on_gone = [](const std::function<void()>& call) { call(); };
  made.add(third);
  BOOST_TEST((told.take("third").error().code() == errc::stopped));
  gone();
  first = fail(errc::internal, "let go");
  second.got = third.got;
  made.add(second);
  BOOST_TEST(told.take("second").has_value());
  gone();
}

BOOST_AUTO_TEST_CASE(closing_ends_what_waits) {
  box told;
  sigd::wait_answers made{narrow()};
  made.add(order_of({big(1)}, told.named("first")));
  const auto first = told.take("first");
  made.add(order_of({big(2)}, told.named("second")));
  made.close();
  BOOST_TEST((told.take("second").error().code() == errc::stopped));
  made.add(order_of({big(3)}, told.named("third")));
  BOOST_TEST((told.take("third").error().code() == errc::stopped));
  made.close();
}

// From several threads, with little room: everybody is told once.
BOOST_AUTO_TEST_CASE(nobody_is_forgotten_by_threads_that_meet) {
  constexpr std::size_t threads = 4;
  constexpr std::size_t each = 500;
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t texts = 0;
  sigd::wait_answers made{narrow()};
  std::vector<topic::message> messages;
  for (std::uint64_t sequence = 1; sequence <= 7; ++sequence) {
    messages.push_back(big(sequence));
  }
  std::vector<std::thread> all;
  for (std::size_t at = 0; at < threads; ++at) {
    all.emplace_back([&, at] {
      for (std::size_t round = 0; round < each; ++round) {
        made.add(order_of({messages[(at + round) % messages.size()]},
                          [&](got_text got) {
                            const std::lock_guard guard{mutex};
                            texts += got ? 1U : 0U;
                            changed.notify_all();
                          }));
      }
    });
  }
  for (auto& one : all) {
    one.join();
  }
  std::unique_lock lock{mutex};
  BOOST_TEST(changed.wait_for(lock, std::chrono::seconds{20},
                              [&] { return texts == threads * each; }));
}

BOOST_AUTO_TEST_SUITE_END()
