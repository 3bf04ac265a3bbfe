#include "libsig/access/failure_delay.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>

namespace {

using namespace std::chrono_literals;
using libsig::access::failure_delay;

libsig::steady_time at(std::chrono::microseconds passed) {
  return libsig::steady_time{passed};
}

} // namespace

BOOST_AUTO_TEST_SUITE(delays)

BOOST_AUTO_TEST_CASE(each_failure_is_held_back_twice_as_long_up_to_a_bound) {
  failure_delay by;
  auto now = at(0us);
  for (const auto expected :
       {100ms, 200ms, 400ms, 800ms, 1600ms, 2000ms, 2000ms}) {
    const auto answer = by.fail("10.0.0.1", now);
    BOOST_TEST(!answer.too_many());
    BOOST_TEST(answer.after.count() == expected.count());
    now += answer.after;
  }
}

BOOST_AUTO_TEST_CASE(failures_that_come_together_are_answered_in_turn) {
  failure_delay by;
  const auto now = at(1s);
  for (const auto expected : {100ms, 300ms, 700ms, 1500ms, 3100ms}) {
    BOOST_TEST(by.fail("10.0.0.1", now).after.count() == expected.count());
  }
  // The sixth would wait 5.1 s.
  const auto answer = by.fail("10.0.0.1", now);
  BOOST_TEST(answer.too_many());
  BOOST_TEST(answer.after.count() == 0);
  BOOST_TEST(answer.retry_after.count() == 6);
  // It took no turn: 100 ms later the same one waits its 5 s.
  const auto later = by.fail("10.0.0.1", now + 100ms);
  BOOST_TEST(!later.too_many());
  BOOST_TEST(later.after.count() == 5000);
}

BOOST_AUTO_TEST_CASE(addresses_are_apart) {
  failure_delay by;
  static_cast<void>(by.fail("10.0.0.1", at(0us)));
  BOOST_TEST(by.fail("10.0.0.2", at(0us)).after.count() == 100);
}

BOOST_AUTO_TEST_CASE(an_address_that_did_not_fail_for_a_minute_starts_anew) {
  const auto second_after = [](std::chrono::microseconds passed) {
    failure_delay by;
    static_cast<void>(by.fail("10.0.0.1", at(0us)));
    return by.fail("10.0.0.1", at(passed)).after.count();
  };
  BOOST_TEST(second_after(60s - 1us) == 200);
  BOOST_TEST(second_after(60s) == 100);
}

BOOST_AUTO_TEST_CASE(ipv6_addresses_are_one_by_their_first_64_bits) {
  failure_delay by;
  BOOST_TEST(by.fail("2001:db8::1", at(0us)).after.count() == 100);
  BOOST_TEST(by.fail("2001:db8:0:0:ffff::2", at(0us)).after.count() == 300);
  BOOST_TEST(by.fail("2001:db8:0:1::1", at(0us)).after.count() == 100);
  BOOST_TEST(by.fail("fe80::1%eth0", at(0us)).after.count() == 100);
  BOOST_TEST(by.fail("fe80::2%eth0", at(0us)).after.count() == 300);
  BOOST_TEST(by.fail("10.0.0.1", at(0us)).after.count() == 100);
  BOOST_TEST(by.fail("::ffff:10.0.0.1", at(0us)).after.count() == 300);
}

BOOST_AUTO_TEST_CASE(at_the_bound_the_address_that_failed_longest_ago_goes) {
  failure_delay by{2};
  static_cast<void>(by.fail("a", at(0us)));
  static_cast<void>(by.fail("b", at(0us)));
  static_cast<void>(by.fail("a", at(0us)));
  BOOST_TEST(by.size() == 2u);
  static_cast<void>(by.fail("c", at(0us)));
  BOOST_TEST(by.size() == 2u);
  BOOST_TEST(by.fail("a", at(0us)).after.count() == 700);
  BOOST_TEST(by.fail("b", at(0us)).after.count() == 100);
}

BOOST_AUTO_TEST_CASE(a_million_failures_need_bounded_memory_and_time) {
  failure_delay by;
  for (int count = 0; count < 1'000'000; ++count) {
    static_cast<void>(by.fail(std::to_string(count), at(0us)));
  }
  BOOST_TEST(by.size() == libsig::limits::failing_peers_max);
  const std::string long_address(1'000'000, 'x');
  BOOST_TEST(by.fail(long_address, at(0us)).after.count() == 100);
}

BOOST_AUTO_TEST_SUITE_END()
