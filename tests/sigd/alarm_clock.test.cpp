#include "apps/sigd/alarm_clock.hpp"

#include <boost/test/unit_test.hpp>

#include <future>
#include <vector>

using namespace std::chrono_literals;
using libsig::sigd::alarm_clock;

BOOST_AUTO_TEST_SUITE(alarms)

BOOST_AUTO_TEST_CASE(calls_come_in_the_order_of_their_times) {
  std::vector<int> order;
  std::promise<void> ended;
  alarm_clock of;
  of.after(30ms, [&] {
    order.push_back(3);
    ended.set_value();
  });
  of.after(1ms, [&] { order.push_back(1); });
  of.after(10ms, [&] { order.push_back(2); });
  ended.get_future().get();
  BOOST_TEST(order == (std::vector{1, 2, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_cancelled_is_not_called) {
  bool called = false;
  std::promise<void> ended;
  alarm_clock of;
  const auto which = of.after(20ms, [&] { called = true; });
  of.after(40ms, [&] { ended.set_value(); });
  of.cancel(which);
  of.cancel(which);
  of.cancel(0);
  ended.get_future().get();
  BOOST_TEST(!called);
}

BOOST_AUTO_TEST_CASE(a_call_may_set_another) {
  std::promise<void> ended;
  alarm_clock of;
  of.after({}, [&] { of.after({}, [&] { ended.set_value(); }); });
  ended.get_future().get();
}

BOOST_AUTO_TEST_CASE(a_stopped_one_takes_no_calls) {
  bool called = false;
  alarm_clock of;
  of.after(1h, [&] { called = true; });
  of.stop();
  BOOST_TEST(of.after({}, [&] { called = true; }) == 0u);
  of.stop();
  BOOST_TEST(!called);
}

BOOST_AUTO_TEST_SUITE_END()
