#include "libsig/http/internal/deadline_wheel.hpp"

#include <deque>
#include <vector>

#include <boost/test/unit_test.hpp>

using namespace libsig::http::internal;
using namespace std::chrono_literals;
using libsig::steady_time;

namespace {

struct fixture {
  steady_time start{5s};
  deadline_wheel wheel{start, 10ms};
  std::deque<wheel_node> nodes;

  wheel_node& set(std::chrono::milliseconds due) {
    auto& node = nodes.emplace_back();
    wheel.set(node, start + due);
    return node;
  }

  std::size_t due_at(std::chrono::milliseconds now) {
    std::size_t found = 0;
    wheel.advance(start + now, [&](wheel_node& node) {
      BOOST_TEST((node.due <= start + now));
      ++found;
    });
    return found;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_deadline_wheel, fixture)

BOOST_AUTO_TEST_CASE(a_node_is_due_at_its_time_and_not_before) {
  set(25ms);
  BOOST_TEST(due_at(24ms) == 0u);
  BOOST_TEST(due_at(25ms) == 1u);
  BOOST_TEST(due_at(26ms) == 0u);
  BOOST_TEST(wheel.empty());
}

BOOST_AUTO_TEST_CASE(far_deadlines_take_several_turns) {
  set(60s);
  for (auto now = 0ms; now < 60s; now += 100ms) {
    BOOST_TEST(due_at(now) == 0u);
  }
  BOOST_TEST(due_at(60s) == 1u);
}

BOOST_AUTO_TEST_CASE(a_long_gap_loses_nothing) {
  for (auto due = 0ms; due < 20s; due += 7ms) {
    set(due);
  }
  BOOST_TEST(due_at(20s) == nodes.size());
  BOOST_TEST(wheel.empty());
}

BOOST_AUTO_TEST_CASE(what_is_due_already_is_found_by_the_next_look) {
  BOOST_TEST(due_at(1s) == 0u);
  set(10ms);
  BOOST_TEST(due_at(1s) == 1u);
}

BOOST_AUTO_TEST_CASE(a_node_can_be_moved_and_taken_out) {
  auto& moved = set(20ms);
  auto& out = set(20ms);
  wheel.set(moved, start + 50ms);
  wheel.take_out(out);
  wheel.take_out(out);
  BOOST_TEST(due_at(49ms) == 0u);
  BOOST_TEST(due_at(50ms) == 1u);
}

BOOST_AUTO_TEST_CASE(a_callback_may_set_its_node_again) {
  auto& node = set(10ms);
  int found = 0;
  for (auto now = 0ms; now <= 100ms; now += 5ms) {
    wheel.advance(start + now, [&](wheel_node& due) {
      ++found;
      wheel.set(due, due.due + 20ms);
    });
  }
  BOOST_TEST(found == 5);
  wheel.take_out(node);
}

BOOST_AUTO_TEST_SUITE_END()
