#include "libsig/engine/inbox.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "libsig/schema/registry.hpp"

using namespace libsig;

namespace {

[[nodiscard]] signal_ptr numbered(std::size_t number) {
  draft what;
  what.type = "t";
  what.source = "/a/source/of/some/length";
  what.id = std::to_string(number);
  const schema::registry free_of_contracts;
  return std::make_shared<signal>(
    std::move(*free_of_contracts.validate(std::move(what))), stamp{});
}

[[nodiscard]] std::vector<signal_ptr> batch(std::size_t from, std::size_t to) {
  std::vector<signal_ptr> made;
  for (; from < to; ++from) {
    made.push_back(numbered(from));
  }
  return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(inbox)

BOOST_AUTO_TEST_CASE(the_first_who_puts_wakes_the_owner_and_nobody_after) {
  engine::inbox box;
  auto one = batch(0, 1);
  BOOST_TEST(box.put(one));
  BOOST_TEST(one.empty());
  auto two = batch(1, 2);
  BOOST_TEST(!box.put(two));
}

BOOST_AUTO_TEST_CASE(what_was_put_is_taken_in_order_and_once) {
  engine::inbox box;
  auto one = batch(0, 3);
  auto two = batch(3, 5);
  static_cast<void>(box.put(one));
  static_cast<void>(box.put(two));
  BOOST_TEST(box.has_mail());
  std::vector<signal_ptr> got;
  BOOST_TEST(box.take(got));
  BOOST_REQUIRE(got.size() == 5u);
  for (std::size_t at = 0; at < 5; ++at) {
    BOOST_TEST(got[at]->id() == std::to_string(at));
  }
  BOOST_TEST(!box.has_mail());
  got.clear();
  BOOST_TEST(!box.take(got));
}

BOOST_AUTO_TEST_CASE(an_owner_with_mail_may_not_sleep) {
  engine::inbox box;
  auto one = batch(0, 1);
  static_cast<void>(box.put(one));
  BOOST_TEST(!box.try_sleep());
  std::vector<signal_ptr> got;
  BOOST_TEST(box.take(got));
  BOOST_TEST(box.try_sleep());
  one = batch(1, 2);
  BOOST_TEST(box.put(one));
}

BOOST_AUTO_TEST_CASE(a_nudge_wakes_the_owner_once_and_keeps_it_awake) {
  engine::inbox box;
  BOOST_TEST(!box.nudged());
  BOOST_TEST(box.nudge());
  BOOST_TEST(!box.nudge());
  BOOST_TEST(!box.try_sleep());
  BOOST_TEST(box.take_nudge());
  BOOST_TEST(!box.take_nudge());
  // Awake, the owner needs no waking, but must look once more.
  BOOST_TEST(!box.nudge());
  BOOST_TEST(!box.try_sleep());
  BOOST_TEST(box.take_nudge());
  BOOST_TEST(box.try_sleep());
  auto one = batch(0, 1);
  BOOST_TEST(box.put(one));
  BOOST_TEST(!box.nudge());
}

BOOST_AUTO_TEST_CASE(two_threads_lose_no_nudge) {
  engine::inbox box;
  constexpr int total = 20'000;
  std::counting_semaphore<> wakes{0};
  std::atomic<int> put{0};
  std::thread other{[&] {
    for (int number = 0; number < total; ++number) {
      ++put;
      if (box.nudge()) {
        wakes.release();
      }
    }
  }};
  for (int seen = 0; seen < total;) {
    wakes.acquire();
    do {
      if (box.take_nudge()) {
        seen = put;
      }
    } while (!box.try_sleep());
  }
  other.join();
  BOOST_TEST(put == total);
}

BOOST_AUTO_TEST_CASE(two_threads_lose_nothing_and_no_wake) {
  engine::inbox box;
  constexpr std::size_t total = 2'000;
  std::counting_semaphore<> wakes{0};
  std::thread other{[&] {
    for (std::size_t number = 0; number < total; ++number) {
      auto one = batch(number, number + 1);
      if (box.put(one)) {
        wakes.release();
      }
    }
  }};
  std::size_t next = 0;
  std::vector<signal_ptr> got;
  while (next < total) {
    wakes.acquire();
    do {
      got.clear();
      if (box.take(got)) {
        for (const auto& one : got) {
          BOOST_REQUIRE(one->id() == std::to_string(next++));
        }
      }
    } while (!box.try_sleep());
  }
  other.join();
}

BOOST_AUTO_TEST_SUITE_END()
