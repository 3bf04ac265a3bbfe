#include "libsig/engine/restarts.hpp"

#include <algorithm>
#include <utility>

#include "libsig/core/limits.hpp"

namespace libsig::engine {

std::optional<std::chrono::milliseconds> restarts::crashed(task at,
                                                           steady_time now) {
  constexpr std::chrono::milliseconds none{0};
  const auto made_at = std::exchange(made_at_, std::nullopt);
  if (made_at && *made_at + policy_.window <= now) {
    next_ = none;
  }
  if (!may_restart(now)) {
    return std::nullopt;
  }
  if (next_ == none) {
    next_ = limits::restart_pause_first;
    return none;
  }
  if (at == task::input) {
    return limits::restart_pause_first;
  }
  return std::exchange(next_, std::min(2 * next_, limits::restart_pause_max));
}

bool restarts::may_restart(steady_time now) {
  if (policy_.always) {
    return true;
  }
  while (!counted_.empty() && counted_.front() + policy_.window <= now) {
    counted_.pop_front();
  }
  if (counted_.size() >= policy_.restarts_max) {
    return false;
  }
  counted_.push_back(now);
  return true;
}

} // namespace libsig::engine
