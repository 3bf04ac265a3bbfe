#include "libsig/actor/wheel.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

namespace {

using libsig::steady_time;
using libsig::actor::timing_wheel;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using namespace std::chrono_literals;

using keys = std::vector<std::uint64_t>;

constexpr steady_time at(microseconds since_origin) {
  return steady_time{since_origin};
}

keys advanced(timing_wheel& wheel, microseconds to) {
  keys due;
  wheel.advance(at(to), due);
  return due;
}

void check_due(timing_wheel& wheel, microseconds to, const keys& expected) {
  BOOST_TEST_CONTEXT("at " << to.count() << " us")
  BOOST_TEST(advanced(wheel, to) == expected, boost::test_tools::per_element());
}

/// What the wheel stands for: timers by the slot they are due in.
class model {
public:
  void arm(std::uint64_t key, microseconds due) {
    timers_.emplace(std::max(slot_of(due), reached_), std::pair{key, due});
  }

  keys advance(microseconds now) {
    keys due;
    reached_ = slot_of(now);
    for (auto next = timers_.begin(); next != timers_.end();) {
      const auto [key, time] = next->second;
      if (time > now) {
        ++next;
        continue;
      }
      due.push_back(key);
      next = timers_.erase(next);
    }
    return due;
  }

  [[nodiscard]] std::size_t size() const { return timers_.size(); }

private:
  static std::int64_t slot_of(microseconds time) {
    return time / timing_wheel::slot_width;
  }

  std::multimap<std::int64_t, std::pair<std::uint64_t, microseconds>> timers_;
  std::int64_t reached_ = 0;
};

/// Spans of every level of the wheel, and their neighbourhoods.
microseconds any_span() {
  const auto level = *rc::gen::inRange(0, 7);
  const auto width = microseconds(timing_wheel::slot_width).count()
                     << (6 * level);
  const auto slots = *rc::gen::inRange<std::int64_t>(0, 66);
  const auto beside = *rc::gen::element<std::int64_t>(0, 0, 1, 5'000, 9'999);
  return microseconds(width * slots + beside);
}

} // namespace

BOOST_AUTO_TEST_SUITE(actor_wheel)

BOOST_AUTO_TEST_CASE(a_timer_fires_at_its_time_and_not_a_microsecond_before) {
  for (const auto due : {10ms, 15ms, 640ms, 40'960ms, 86'400'000ms}) {
    timing_wheel wheel;
    wheel.arm(7, at(due));
    check_due(wheel, due - 1us, {});
    check_due(wheel, due, {7});
    check_due(wheel, due, {});
    BOOST_TEST(wheel.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_timer_fires_within_a_slot_that_was_reached_before) {
  timing_wheel wheel;
  check_due(wheel, 1'000'001us, {});
  wheel.arm(1, at(1'000'500us));
  wheel.arm(2, at(1'000'400us));
  check_due(wheel, 1'000'399us, {});
  check_due(wheel, 1'000'400us, {2});
  check_due(wheel, 1'000'499us, {});
  check_due(wheel, 1'000'500us, {1});
}

BOOST_AUTO_TEST_CASE(a_timer_that_is_due_when_armed_fires_at_the_next_call) {
  timing_wheel wheel;
  check_due(wheel, 5s, {});
  wheel.arm(1, at(5s));
  wheel.arm(2, at(1s));
  wheel.arm(3, at(-1s));
  BOOST_TEST(wheel.size() == 3u);
  check_due(wheel, 5s, {1, 2, 3});
}

BOOST_AUTO_TEST_CASE(slots_fire_in_order_of_time_and_each_in_order_of_arming) {
  timing_wheel wheel;
  wheel.arm(1, at(30ms));
  wheel.arm(2, at(19ms));
  wheel.arm(3, at(10ms));
  wheel.arm(4, at(20ms));
  wheel.arm(5, at(11ms));
  check_due(wheel, 30ms, {2, 3, 5, 4, 1});
}

BOOST_AUTO_TEST_CASE(a_jump_over_all_timers_fires_them_in_order) {
  timing_wheel wheel;
  const keys expected = {1, 2, 3, 4, 5, 6};
  auto due = 86'400'000ms * 365;
  for (auto key = expected.rbegin(); key != expected.rend(); ++key) {
    wheel.arm(*key, at(due));
    due /= 50;
  }
  check_due(wheel, 86'400'000ms * 365 - 1ms, {1, 2, 3, 4, 5});
  check_due(wheel, 86'400'000ms * 365, {6});
}

BOOST_AUTO_TEST_CASE(a_timer_of_a_later_rotation_waits_for_it) {
  timing_wheel wheel;
  // One slot on every level of 64, seen from the origin.
  for (std::uint64_t level = 0; level < 5; ++level)
    wheel.arm(level, at(milliseconds(10) * (std::int64_t{1} << (6 * level))));
  for (std::uint64_t level = 0; level < 5; ++level) {
    const auto due = milliseconds(10) * (std::int64_t{1} << (6 * level));
    check_due(wheel, due - 1us, {});
    check_due(wheel, due, {level});
  }
}

BOOST_AUTO_TEST_CASE(the_next_look_is_the_end_of_the_slot_of_what_comes_next) {
  timing_wheel wheel;
  BOOST_TEST((wheel.next_look() == steady_time::max()));
  static_cast<void>(advanced(wheel, 1s));
  wheel.arm(1, at(1s + 235ms));
  BOOST_TEST((wheel.next_look() == at(1s + 240ms)));
  wheel.arm(2, at(1s + 3ms));
  BOOST_TEST((wheel.next_look() == at(1s + 10ms)));
  check_due(wheel, 1s + 10ms, {2});
  BOOST_TEST((wheel.next_look() == at(1s + 240ms)));
  // Something that was due in the slot that was reached, but later.
  static_cast<void>(advanced(wheel, 1s + 231ms));
  BOOST_TEST((wheel.next_look() == at(1s + 240ms)));
  check_due(wheel, 1s + 240ms, {1});
  BOOST_TEST((wheel.next_look() == steady_time::max()));
}

BOOST_AUTO_TEST_CASE(looking_where_the_wheel_says_finds_what_is_far_away) {
  timing_wheel wheel;
  static_cast<void>(advanced(wheel, 12345ms));
  const auto due = at(12345ms + 1h + 7ms);
  wheel.arm(1, due);
  int looks = 0;
  for (keys fired; fired.empty(); ++looks) {
    BOOST_REQUIRE(looks < 10);
    const auto next = wheel.next_look();
    BOOST_TEST((next <= due + timing_wheel::slot_width));
    wheel.advance(next, fired);
  }
  wheel.arm(2, steady_time::max());
  BOOST_TEST((wheel.next_look() > due));
}

BOOST_AUTO_TEST_CASE(the_ends_of_time_can_be_armed) {
  timing_wheel wheel;
  wheel.arm(1, steady_time::max());
  wheel.arm(2, steady_time::min());
  check_due(wheel, 0us, {2});
  check_due(wheel, microseconds::max() - 1us, {});
  check_due(wheel, microseconds::max(), {1});
}

BOOST_AUTO_TEST_CASE(time_that_goes_back_fires_nothing) {
  timing_wheel wheel;
  check_due(wheel, 1s, {});
  wheel.arm(1, at(500ms));
  check_due(wheel, 1s - 1us, {});
  check_due(wheel, 1s, {1});
}

BOOST_AUTO_TEST_CASE(due_keys_are_appended_to_what_the_caller_has) {
  timing_wheel wheel;
  wheel.arm(2, at(1ms));
  keys due = {1};
  wheel.advance(at(1ms), due);
  BOOST_TEST(due == (keys{1, 2}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(one_key_may_be_armed_twice) {
  timing_wheel wheel;
  wheel.arm(1, at(10ms));
  wheel.arm(1, at(20ms));
  check_due(wheel, 10ms, {1});
  check_due(wheel, 20ms, {1});
}

BOOST_AUTO_TEST_CASE(a_moved_wheel_keeps_its_timers) {
  timing_wheel wheel;
  wheel.arm(1, at(10ms));
  auto moved = std::move(wheel);
  check_due(moved, 10ms, {1});
}

BOOST_AUTO_TEST_CASE(a_million_timers_take_less_than_forty_megabytes) {
  constexpr std::uint64_t count = 1'000'000;
  timing_wheel wheel;
  check_due(wheel, 1h, {});
  for (std::uint64_t key = 0; key < count; ++key)
    wheel.arm(key, at(1h + microseconds((key * 7'919) % 30'000'000)));
  BOOST_TEST(wheel.size() == count);
  BOOST_TEST(wheel.memory_bytes() < 40'000'000u);
  std::size_t fired = 0;
  for (auto now = 1h + 0ms; now <= 1h + 30s; now += 100ms)
    fired += advanced(wheel, now).size();
  BOOST_TEST(fired == count);
  BOOST_TEST(wheel.empty());
  BOOST_TEST(wheel.memory_bytes() < 40'000u);
}

BOOST_AUTO_TEST_CASE(a_million_timers_of_one_slot_take_no_more) {
  constexpr std::uint64_t count = 1'000'000;
  timing_wheel wheel;
  for (std::uint64_t key = 0; key < count; ++key)
    wheel.arm(key, at(30s));
  BOOST_TEST(wheel.memory_bytes() < 40'000'000u);
  BOOST_TEST(advanced(wheel, 30s).size() == count);
  BOOST_TEST(wheel.memory_bytes() < 40'000u);
}

BOOST_AUTO_TEST_CASE(the_wheel_fires_what_a_sorted_list_would) {
  const auto holds = rc::check([] {
    timing_wheel wheel;
    model expected;
    microseconds now = any_span();
    RC_ASSERT(advanced(wheel, now) == expected.advance(now));
    const auto steps = *rc::gen::inRange<std::uint64_t>(1, 100);
    for (std::uint64_t step = 0; step < steps; ++step) {
      if (*rc::gen::inRange(0, 3) == 0) {
        now += any_span();
        RC_ASSERT(advanced(wheel, now) == expected.advance(now));
      } else {
        const auto due =
          *rc::gen::inRange(0, 10) == 0 ? now - any_span() : now + any_span();
        wheel.arm(step, at(due));
        expected.arm(step, due);
      }
      RC_ASSERT(wheel.size() == expected.size());
      RC_ASSERT(wheel.empty() == (expected.size() == 0));
    }
    now += 100'000'000h;
    RC_ASSERT(advanced(wheel, now) == expected.advance(now));
    RC_ASSERT(wheel.empty());
  });
  BOOST_TEST(holds);
}

BOOST_AUTO_TEST_SUITE_END()
