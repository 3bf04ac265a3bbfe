#include "libsig/http/internal/deadline_wheel.hpp"

#include <algorithm>

namespace libsig::http::internal {

deadline_wheel::deadline_wheel(steady_time now,
                               std::chrono::microseconds tick) noexcept
  : start_{now}, tick_{std::max(tick, std::chrono::microseconds{1})} {
  for (auto& list : lists_) {
    list.before = list.behind = &list;
  }
}

void deadline_wheel::set(wheel_node& node, steady_time due) noexcept {
  take_out(node);
  node.due = due;
  // What is due already is found by the next look, what is due far ahead once a
  // turn before it is.
  constexpr auto farthest = static_cast<long long>(slots) - 1;
  const auto turn = std::clamp(turn_of(due), turn_, turn_ + farthest);
  link(lists_[slot_of(turn)], node);
  ++count_;
}

void deadline_wheel::take_out(wheel_node& node) noexcept {
  if (!node.linked()) {
    return;
  }
  node.before->behind = node.behind;
  node.behind->before = node.before;
  node.before = node.behind = nullptr;
  --count_;
}

void deadline_wheel::link(wheel_node& list, wheel_node& node) noexcept {
  node.before = list.before;
  node.behind = &list;
  list.before->behind = &node;
  list.before = &node;
}

} // namespace libsig::http::internal
