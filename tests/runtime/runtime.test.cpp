#include "libsig/runtime/runtime.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/reactors.hpp"

using namespace libsig;
using namespace std::chrono_literals;

namespace {

constexpr auto long_enough = 30s;

[[nodiscard]] std::unique_ptr<runtime> start() {
  runtime::options how;
  how.contracts = std::make_shared<schema::registry>();
  how.threads = 2;
  auto made = runtime::start(std::move(how));
  BOOST_REQUIRE(made);
  return std::move(*made);
}

[[nodiscard]] draft make_draft(std::string type) {
  draft what;
  what.type = std::move(type);
  what.source = "/processes/test";
  return what;
}

} // namespace

BOOST_AUTO_TEST_SUITE(runtime_facade)

BOOST_AUTO_TEST_CASE(a_runtime_without_contracts_does_not_start) {
  BOOST_TEST(!runtime::start({}).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_published_reaches_who_subscribed_in_order) {
  const auto one = start();
  std::vector<std::string> heard;
  BOOST_REQUIRE(one->subscribe("ear", "a.*", [&](const signal_ptr& what) {
    heard.push_back(what->type());
  }));
  for (const auto* type : {"a.1", "b.1", "a.2", "a", "a.3"}) {
    BOOST_REQUIRE(one->publish(make_draft(type)));
  }
  BOOST_REQUIRE(one->wait_idle(long_enough));
  const std::vector<std::string> expected{"a.1", "a.2", "a.3"};
  BOOST_TEST(heard == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(many_threads_publish_and_everything_arrives_once) {
  constexpr std::size_t threads = 4;
  constexpr std::size_t each = 5'000;
  const auto one = start();
  std::vector<std::uint64_t> sequences;
  BOOST_REQUIRE(one->subscribe("ear", "**", [&](const signal_ptr& what) {
    sequences.push_back(what->sequence());
  }));
  {
    std::vector<std::jthread> publishers;
    for (std::size_t thread = 0; thread < threads; ++thread) {
      publishers.emplace_back([&] {
        for (std::size_t number = 0; number < each; ++number) {
          if (!one->publish(make_draft("a.b"))) {
            return;
          }
        }
      });
    }
  }
  BOOST_REQUIRE(one->wait_idle(long_enough));
  BOOST_REQUIRE_EQUAL(sequences.size(), threads * each);
  for (std::size_t at = 0; at < sequences.size(); ++at) {
    BOOST_REQUIRE_EQUAL(sequences[at], at + 1);
  }
}

BOOST_AUTO_TEST_CASE(a_second_actor_of_a_name_is_refused) {
  const auto one = start();
  BOOST_REQUIRE(one->subscribe("ear", "a", [](const signal_ptr&) {}));
  const auto again = one->subscribe("ear", "b", [](const signal_ptr&) {});
  BOOST_REQUIRE(!again);
  BOOST_TEST((again.error().code() == errc::already_exists));
}

BOOST_AUTO_TEST_CASE(a_pattern_that_is_none_is_refused_by_name) {
  const auto one = start();
  const auto refused = one->subscribe("ear", "a..b", [](const signal_ptr&) {});
  BOOST_REQUIRE(!refused);
  BOOST_TEST(refused.error().message().find("ear") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(who_withdraws_hears_no_more_and_may_come_back) {
  const auto one = start();
  std::atomic<int> heard{0};
  const auto count = [&](const signal_ptr&) { ++heard; };
  BOOST_REQUIRE(one->subscribe("ear", "a", count));
  BOOST_REQUIRE(one->publish(make_draft("a")));
  BOOST_REQUIRE(one->wait_idle(long_enough));
  BOOST_REQUIRE(one->withdraw("ear"));
  BOOST_REQUIRE(one->publish(make_draft("a")));
  BOOST_REQUIRE(one->wait_idle(long_enough));
  BOOST_TEST(heard.load() == 1);
  BOOST_TEST(!one->withdraw("ear").has_value());
  BOOST_REQUIRE(one->subscribe("ear", "a", count));
  BOOST_REQUIRE(one->publish(make_draft("a")));
  BOOST_REQUIRE(one->wait_idle(long_enough));
  BOOST_TEST(heard.load() == 2);
}

BOOST_AUTO_TEST_CASE(a_handler_that_throws_harms_nobody_else) {
  const auto one = start();
  std::atomic<int> heard{0};
  BOOST_REQUIRE(one->subscribe(
    "bad", "a", [](const signal_ptr&) { throw std::runtime_error{"no"}; }));
  BOOST_REQUIRE(
    one->subscribe("good", "a", [&](const signal_ptr&) { ++heard; }));
  for (int number = 0; number < 10; ++number) {
    BOOST_REQUIRE(one->publish(make_draft("a")));
  }
  BOOST_REQUIRE(one->wait_idle(long_enough));
  BOOST_TEST(heard.load() == 10);
  BOOST_TEST(one->counted().crashes.load() > 0u);
}

BOOST_AUTO_TEST_CASE(a_receipt_comes_to_who_does_not_wait_for_it) {
  const auto one = start();
  const auto came = std::make_shared<std::promise<result<journal::receipt>>>();
  auto receipt = came->get_future();
  auto what = make_draft("a");
  what.id = "1";
  one->publish(what, [came](result<journal::receipt> got) {
    came->set_value(std::move(got));
  });
  BOOST_REQUIRE((receipt.wait_for(long_enough) == std::future_status::ready));
  const auto first = receipt.get();
  BOOST_REQUIRE(first);
  BOOST_TEST(!first->duplicate);
  const auto again = one->publish(std::move(what));
  BOOST_REQUIRE(again);
  BOOST_TEST(again->duplicate);
  BOOST_TEST(again->sequence == first->sequence);
}

BOOST_AUTO_TEST_CASE(the_actors_that_run_are_known_by_name_and_routes) {
  const auto one = start();
  BOOST_TEST(one->actors().empty());
  BOOST_REQUIRE(one->subscribe("ear", "a.*", [](const signal_ptr&) {}));
  BOOST_REQUIRE(one->subscribe("all", "**", [](const signal_ptr&) {}));
  const auto all = one->actors();
  BOOST_TEST_REQUIRE(all.size() == 2u);
  BOOST_TEST(all[0].name == "all");
  BOOST_TEST(all[1].name == "ear");
  BOOST_TEST_REQUIRE(all[1].routes.size() == 1u);
  BOOST_TEST(all[1].routes[0].pattern == "a.*");
  BOOST_REQUIRE(one->withdraw("all"));
  BOOST_TEST(one->actors().size() == 1u);
}

BOOST_AUTO_TEST_CASE(publishing_and_delivering_are_timed_when_asked_for) {
  const auto times = std::make_shared<engine::timings>();
  runtime::options how;
  how.contracts = std::make_shared<schema::registry>();
  how.threads = 2;
  how.measured = times;
  auto made = runtime::start(std::move(how));
  BOOST_REQUIRE(made);
  const auto& one = *made;
  BOOST_REQUIRE(one->subscribe("ear", "a", [](const signal_ptr&) {}));
  constexpr std::uint64_t signals = 100;
  for (std::uint64_t number = 0; number < signals; ++number) {
    BOOST_REQUIRE(one->publish(make_draft("a")));
  }
  BOOST_REQUIRE(one->wait_idle(long_enough));
  const auto count = [](const metrics::histogram& of) {
    std::uint64_t all = 0;
    for (std::size_t at = 0; at <= metrics::histogram::buckets_max; ++at) {
      all += of.count(at);
    }
    return all;
  };
  BOOST_TEST(count(times->publish) == signals);
  // Of a batch the first one, at least.
  BOOST_TEST(count(times->match) >= 1u);
  BOOST_TEST(count(times->deliver) >= 1u);
  BOOST_TEST(count(times->deliver) <= signals);
}

BOOST_AUTO_TEST_CASE(after_stop_publishing_is_refused) {
  const auto one = start();
  one->stop();
  const auto refused = one->publish(make_draft("a"));
  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code() == errc::stopped));
}

BOOST_AUTO_TEST_CASE(it_may_end_on_another_thread_than_it_began_on) {
  auto one = start();
  BOOST_REQUIRE(one->subscribe("ear", "a", [](const signal_ptr&) {}));
  BOOST_REQUIRE(one->publish(make_draft("a")));
  // It waits for ever when it fails.
  std::thread{[&] { one.reset(); }}.join();
}

BOOST_AUTO_TEST_CASE(an_actor_on_a_thread_of_its_own_works_as_others_do) {
  const auto one = start();
  std::atomic<int> heard{0};
  auto spec = test::scripted_spec(
    "own", "a", {}, [&](const signal_ptr&, const actor::context&) {
      ++heard;
      return actor::step{};
    });
  spec.isolation = actor::isolation::own_thread;
  BOOST_REQUIRE(one->spawn(std::move(spec)));
  BOOST_REQUIRE(one->publish(make_draft("a")));
  BOOST_REQUIRE(one->wait_idle(long_enough));
  BOOST_TEST(heard.load() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
