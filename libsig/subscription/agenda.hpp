#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "libsig/actor/step.hpp"
#include "libsig/core/time.hpp"

namespace libsig::subscription {

/// When whose desk is to be looked at: one time each, which may be changed, for
/// timers that cannot be withdrawn. However often times change, few timers are
/// under way: at most one for each step of time. Not synchronised.
class agenda {
public:
  /// Sets or, with nothing, removes the time of an entry.
  void set(std::uint32_t which, std::optional<steady_time> due) {
    const auto known = due_.find(which);
    if (known != due_.end()) {
      by_time_.erase({known->second, which});
      if (!due) {
        due_.erase(known);
        return;
      }
      known->second = *due;
    } else if (due) {
      due_.emplace(which, *due);
    }
    if (due) {
      by_time_.emplace(*due, which);
    }
  }

  /// Whether an entry has a time.
  [[nodiscard]] bool has(std::uint32_t which) const {
    return due_.contains(which);
  }

  /// Takes out those that are due, at most so many; the rest stays due.
  [[nodiscard]] std::vector<std::uint32_t> take(steady_time now,
                                                std::size_t at_most) {
    std::vector<std::uint32_t> found;
    while (found.size() < at_most && !by_time_.empty()
           && by_time_.begin()->first <= now) {
      found.push_back(by_time_.begin()->second);
      due_.erase(found.back());
      by_time_.erase(by_time_.begin());
    }
    armed_.erase(armed_.begin(), armed_.upper_bound(now));
    return found;
  }

  /// Sees to it that a timer comes when the first entry is due, or a moment
  /// later.
  void arm(actor::timer_key key, std::vector<actor::timer>& into) {
    if (by_time_.empty()) {
      return;
    }
    const auto first = by_time_.begin()->first;
    if (armed_.empty() || *armed_.begin() > first + step) {
      armed_.insert(first);
      into.push_back({key, first});
    }
  }

private:
  static constexpr std::chrono::milliseconds step{5};

  std::map<std::uint32_t, steady_time> due_;
  std::set<std::pair<steady_time, std::uint32_t>> by_time_;
  /// Timers that are under way.
  std::set<steady_time> armed_;
};

} // namespace libsig::subscription
