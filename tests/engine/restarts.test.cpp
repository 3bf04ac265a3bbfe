#include "libsig/engine/restarts.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <vector>

#include "libsig/core/limits.hpp"

using namespace libsig;
using namespace std::chrono_literals;
using engine::restarts;

namespace {

constexpr auto own = restarts::task::own;
constexpr auto input = restarts::task::input;

[[nodiscard]] actor::restart_policy always() {
  actor::restart_policy made;
  made.always = true;
  made.window = 10s;
  return made;
}

/// Crashes that follow each other, as pauses in milliseconds.
[[nodiscard]] std::vector<long> pauses(restarts& of, restarts::task at,
                                       int count) {
  std::vector<long> made;
  steady_time now{};
  for (; count > 0; --count) {
    const auto pause = of.crashed(at, now);
    BOOST_REQUIRE(pause.has_value());
    made.push_back(pause->count());
    now += *pause;
  }
  return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(restarts_after_crashes)

BOOST_AUTO_TEST_CASE(making_that_fails_is_tried_ever_later_up_to_a_bound) {
  const auto policy = always();
  restarts of{policy};
  BOOST_TEST(pauses(of, own, 13)
               == (std::vector<long>{0, 50, 100, 200, 400, 800, 1'600, 3'200,
                                     6'400, 12'800, 25'600, 30'000, 30'000}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_anybody_sends_makes_no_pause_longer) {
  const auto policy = always();
  restarts of{policy};
  BOOST_TEST(pauses(of, input, 4) == (std::vector<long>{0, 50, 50, 50}),
             boost::test_tools::per_element());
  BOOST_TEST(pauses(of, own, 2) == (std::vector<long>{50, 100}),
             boost::test_tools::per_element());
  BOOST_TEST(pauses(of, input, 1) == (std::vector<long>{50}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_reactor_that_ran_for_the_window_begins_a_new_row) {
  const auto policy = always();
  restarts of{policy};
  steady_time now{};
  BOOST_TEST(of.crashed(own, now)->count() == 0);
  of.made(now);
  now += 10s - 1us;
  BOOST_TEST(of.crashed(own, now)->count() == 50);
  of.made(now);
  now += 10s;
  BOOST_TEST(of.crashed(own, now)->count() == 0);
  // Nothing ran meanwhile, however long that took.
  now += 1h;
  BOOST_TEST(of.crashed(own, now)->count() == 50);
}

BOOST_AUTO_TEST_CASE(only_one_that_may_go_down_counts_its_restarts) {
  actor::restart_policy policy;
  policy.restarts_max = 1;
  policy.window = 10s;
  restarts of{policy};
  steady_time now{};
  BOOST_TEST(of.crashed(own, now).has_value());
  BOOST_TEST(!of.crashed(own, now + 10s - 1us).has_value());
  policy.restarts_max = 0;
  policy.always = true;
  restarts ever{policy};
  for (int crash = 0; crash < 100; ++crash) {
    BOOST_TEST(ever.crashed(own, now).has_value());
  }
}

BOOST_AUTO_TEST_SUITE_END()
