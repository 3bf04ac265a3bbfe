#pragma once

#include <array>
#include <chrono>
#include <cstddef>

#include "libsig/core/time.hpp"

namespace libsig::http::internal {

/// A place in a `deadline_wheel`. Whoever has one takes it out before it dies.
struct wheel_node {
  wheel_node* before = nullptr;
  wheel_node* behind = nullptr;
  /// When it is due.
  steady_time due;

  [[nodiscard]] bool linked() const noexcept { return before != nullptr; }
};

/// Deadlines of many connections: setting, moving and taking out one costs a
/// few instructions and no memory. Due ones are found within one tick. Nodes
/// that are due beyond one turn are looked at once a turn. One thread uses it.
class deadline_wheel {
public:
  static constexpr std::size_t slots = 256;

  deadline_wheel(steady_time now, std::chrono::microseconds tick) noexcept;

  /// Sets when a node is due, wherever it was.
  void set(wheel_node& node, steady_time due) noexcept;

  void take_out(wheel_node& node) noexcept;

  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

  /// Calls `due(node)` for each node that is due by then; it is taken out
  /// before. The callback may set and take out any node.
  template <class Callback>
  void advance(steady_time now, Callback&& due) {
    const auto last = turn_of(now);
    const auto first = turn_;
    turn_ = last;
    const auto steps = last - first < static_cast<long long>(slots)
                         ? last - first
                         : static_cast<long long>(slots) - 1;
    for (auto turn = last - steps; turn <= last; ++turn) {
      advance_slot(slot_of(turn), now, due);
    }
  }

private:
  [[nodiscard]] long long turn_of(steady_time when) const noexcept {
    return (when - start_) / tick_;
  }

  [[nodiscard]] static std::size_t slot_of(long long turn) noexcept {
    return static_cast<std::size_t>(turn) % slots;
  }

  void link(wheel_node& list, wheel_node& node) noexcept;

  template <class Callback>
  void advance_slot(std::size_t slot, steady_time now, Callback&& due) {
    // Moved aside first, since the callback may set nodes in this slot.
    wheel_node aside;
    aside.before = aside.behind = &aside;
    wheel_node& list = lists_[slot];
    if (list.behind != &list) {
      aside.behind = list.behind;
      aside.before = list.before;
      aside.behind->before = &aside;
      aside.before->behind = &aside;
      list.before = list.behind = &list;
    }
    while (aside.behind != &aside) {
      wheel_node& node = *aside.behind;
      if (node.due > now) {
        set(node, node.due);
      } else {
        take_out(node);
        due(node);
      }
    }
  }

  steady_time start_;
  std::chrono::microseconds tick_;
  long long turn_ = 0;
  std::size_t count_ = 0;
  std::array<wheel_node, slots> lists_;
};

} // namespace libsig::http::internal
