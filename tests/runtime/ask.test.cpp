#include "libsig/runtime/runtime.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace libsig;
using namespace std::chrono_literals;

namespace {

constexpr auto long_enough = 30s;

struct question final : actor::request {
  explicit question(std::string asked) : text{std::move(asked)} {}

  [[nodiscard]] std::string_view shard_key() const noexcept override {
    return text;
  }

  std::string text;
};

struct saying final : actor::reply {
  explicit saying(std::string said) : text{std::move(said)} {}

  std::string text;
};

/// Says again what it is asked: at once, after a signal of it, or, for `park`,
/// with the next signal that it hears.
class parrot final : public actor::reactor {
public:
  parrot(std::size_t shard, std::atomic<int>& gone)
    : shard_{shard}, gone_{gone} {}

  [[nodiscard]] actor::step on_signal(const signal_ptr& what,
                                      const actor::context&) override {
    actor::step out;
    for (const auto which : std::exchange(parked_, {})) {
      out.answers.push_back({which, std::make_shared<saying>(what->id())});
    }
    return out;
  }

  [[nodiscard]] actor::step on_request(actor::request_id which,
                                       const actor::request_ptr& what,
                                       const actor::context&) override {
    const auto& text = static_cast<const question&>(*what).text;
    actor::step out;
    if (text == "crash") {
      throw std::runtime_error{"it hurts"};
    }
    if (text == "park") {
      parked_.push_back(which);
      return out;
    }
    if (text == "emit") {
      auto& emission = out.emissions.emplace_back();
      emission.type = "parrot.said";
      emission.id = "said";
    }
    out.answers.push_back(
      {which, std::make_shared<saying>(text + "/" + std::to_string(shard_))});
    return out;
  }

  [[nodiscard]] actor::step on_gone(actor::request_id which,
                                    const actor::context&) override {
    gone_ += static_cast<int>(std::erase(parked_, which));
    gone_.notify_all();
    return {};
  }

private:
  std::size_t shard_;
  std::atomic<int>& gone_;
  std::vector<actor::request_id> parked_;
};

/// A runtime with a parrot.
class cage {
public:
  explicit cage(std::size_t shards = 1, unsigned restarts_max = 5) {
    runtime::options how;
    how.contracts = std::make_shared<schema::registry>();
    how.threads = 2;
    auto made = runtime::start(std::move(how));
    BOOST_REQUIRE(made);
    at = std::move(*made);
    actor::spec of;
    of.name = "parrot";
    of.source = "/agents/parrot";
    of.routes = {{"wake"}};
    of.emits = {"parrot.said"};
    of.shards = shards;
    of.restart.restarts_max = restarts_max;
    if (shards > 1) {
      of.key_of = [](const signal& what) -> std::string_view {
        return what.id();
      };
    }
    of.make = [this](std::size_t shard) {
      return std::make_unique<parrot>(shard, gone);
    };
    BOOST_REQUIRE(at->spawn(std::move(of)));
  }

  struct asked {
    actor::request_id which{};
    std::future<result<actor::reply_ptr>> answer;

    /// The text of the answer or the name of the error.
    [[nodiscard]] std::string text() {
      BOOST_REQUIRE(answer.wait_for(long_enough) == std::future_status::ready);
      const auto got = answer.get();
      return got ? static_cast<const saying&>(**got).text
                 : std::string{to_string(got.error().code())};
    }
  };

  [[nodiscard]] asked ask(std::string text, std::string_view name = "parrot") {
    const auto told =
      std::make_shared<std::promise<result<actor::reply_ptr>>>();
    asked made;
    made.answer = told->get_future();
    made.which = at->ask(name, std::make_shared<question>(std::move(text)),
                         [told](result<actor::reply_ptr> got) {
                           told->set_value(std::move(got));
                         });
    return made;
  }

  void publish(std::string type, std::string id) {
    draft what;
    what.type = std::move(type);
    what.source = "/processes/test";
    what.id = std::move(id);
    BOOST_REQUIRE(at->publish(std::move(what)));
  }

  std::atomic<int> gone{0};
  std::unique_ptr<runtime> at;
};

} // namespace

BOOST_AUTO_TEST_SUITE(asking)

BOOST_AUTO_TEST_CASE(an_actor_answers_whoever_asks) {
  cage one;
  BOOST_TEST(one.ask("hello").text() == "hello/0");
  BOOST_TEST(one.ask("emit").text() == "emit/0");
  BOOST_TEST(one.at->log().last_sequence() == 1u);
}

BOOST_AUTO_TEST_CASE(an_answer_may_wait_for_a_signal) {
  cage one;
  auto parked = one.ask("park");
  BOOST_TEST(one.ask("behind").text() == "behind/0");
  one.publish("wake", "the signal");
  BOOST_TEST(parked.text() == "the signal");
}

BOOST_AUTO_TEST_CASE(what_was_forgotten_is_not_answered_and_the_actor_is_told) {
  cage one;
  auto parked = one.ask("park");
  auto other = one.ask("park");
  BOOST_TEST(one.ask("behind").text() == "behind/0");
  one.at->forget("parrot", parked.which);
  one.gone.wait(0);
  BOOST_TEST(one.gone == 1);
  one.publish("wake", "the signal");
  BOOST_TEST(other.text() == "the signal");
  // A promise that is gone without a value says so.
  BOOST_CHECK_THROW(static_cast<void>(parked.answer.get()), std::future_error);
}

BOOST_AUTO_TEST_CASE(the_key_of_a_request_picks_the_shard) {
  constexpr std::size_t shards = 4;
  cage one{shards};
  for (int number = 0; number < 32; ++number) {
    const auto key = std::to_string(number);
    auto asked = one.ask(key);
    BOOST_TEST(asked.text()
               == key + "/" + std::to_string(actor::shard_of(key, shards)));
  }
  std::vector<cage::asked> parked;
  parked.push_back(one.ask("park"));
  BOOST_TEST(one.ask("behind").text().starts_with("behind/"));
  one.at->forget("parrot", parked.front().which);
  one.gone.wait(0);
}

BOOST_AUTO_TEST_CASE(nobody_of_the_name_is_said_at_once) {
  cage one;
  auto asked = one.ask("hello", "nobody");
  BOOST_TEST((asked.answer.wait_for(0s) == std::future_status::ready));
  BOOST_TEST(asked.text() == "not_found");
  one.at->forget("nobody", asked.which);
}

BOOST_AUTO_TEST_CASE(a_reactor_without_requests_refuses_them) {
  cage one;
  BOOST_REQUIRE(one.at->subscribe("ear", "a", [](const signal_ptr&) {}));
  BOOST_TEST(one.ask("hello", "ear").text() == "invalid_argument");
}

BOOST_AUTO_TEST_CASE(a_crash_answers_what_is_open_and_the_successor_the_rest) {
  cage one;
  auto parked = one.ask("park");
  auto crash = one.ask("crash");
  auto later = one.ask("later");
  BOOST_TEST(parked.text() == "actor_crashed");
  BOOST_TEST(crash.text() == "actor_crashed");
  BOOST_TEST(later.text() == "later/0");
}

BOOST_AUTO_TEST_CASE(an_actor_that_is_down_is_not_found) {
  cage one{1, 0};
  BOOST_TEST(one.ask("crash").text() == "actor_crashed");
  BOOST_TEST(one.ask("later").text() == "not_found");
}

BOOST_AUTO_TEST_CASE(an_actor_that_is_withdrawn_answers_nothing_any_more) {
  cage one;
  auto parked = one.ask("park");
  BOOST_TEST(one.ask("behind").text() == "behind/0");
  BOOST_REQUIRE(one.at->withdraw("parrot"));
  BOOST_TEST(parked.text() == "stopped");
  BOOST_TEST(one.ask("later").text() == "not_found");
}

BOOST_AUTO_TEST_CASE(a_stop_answers_what_is_open) {
  cage one;
  auto parked = one.ask("park");
  one.at->stop();
  BOOST_TEST(parked.text() == "stopped");
  BOOST_TEST(one.ask("later").text() == "stopped");
}

BOOST_AUTO_TEST_CASE(requests_of_one_thread_are_answered_in_order) {
  cage one;
  constexpr std::size_t total = 20'000;
  std::vector<std::size_t> order;
  std::promise<void> all;
  for (std::size_t number = 0; number < total; ++number) {
    one.at->ask("parrot", std::make_shared<question>("x"),
                [&, number](const result<actor::reply_ptr>&) {
                  order.push_back(number);
                  if (order.size() == total) {
                    all.set_value();
                  }
                });
  }
  BOOST_REQUIRE(all.get_future().wait_for(long_enough)
                == std::future_status::ready);
  BOOST_TEST(std::ranges::is_sorted(order));
}

BOOST_AUTO_TEST_CASE(threads_that_ask_and_forget_lose_no_answer) {
  cage one;
  constexpr int threads = 4;
  constexpr int rounds = 3'000;
  std::atomic<int> answered{0};
  std::atomic<int> parked{0};
  std::vector<std::thread> askers;
  for (int thread = 0; thread < threads; ++thread) {
    askers.emplace_back([&] {
      for (int round = 0; round < rounds; ++round) {
        one.at->ask("parrot", std::make_shared<question>("x"),
                    [&](const result<actor::reply_ptr>&) { ++answered; });
        const auto which =
          one.at->ask("parrot", std::make_shared<question>("park"),
                      [&](const result<actor::reply_ptr>&) { ++parked; });
        one.at->forget("parrot", which);
      }
    });
  }
  for (auto& asker : askers) {
    asker.join();
  }
  BOOST_TEST(one.ask("behind").text() == "behind/0");
  one.publish("wake", "the signal");
  one.at->stop();
  BOOST_TEST(answered == threads * rounds);
  BOOST_TEST(parked == 0);
}

BOOST_AUTO_TEST_SUITE_END()
