#include "libsig/engine/notices.hpp"

#include <utility>

namespace libsig::engine {

void notices::recall() {
  const std::lock_guard lock{mutex_};
  waiting_.push_back(kind::recalled);
}

bool notices::miss(std::uint64_t sequence) {
  const std::lock_guard lock{mutex_};
  missed_up_to_ = sequence;
  if (std::exchange(missed_, true)) {
    return false;
  }
  waiting_.push_back(kind::missed);
  return true;
}

notices::notice notices::take() {
  const std::lock_guard lock{mutex_};
  if (waiting_.empty()) {
    return {};
  }
  notice next{waiting_.front()};
  waiting_.pop_front();
  if (next.what == kind::missed) {
    next.up_to = missed_up_to_;
    missed_ = false;
  }
  return next;
}

} // namespace libsig::engine
