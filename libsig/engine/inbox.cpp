#include "libsig/engine/inbox.hpp"

#include <iterator>
#include <utility>

namespace libsig::engine {

bool inbox::put(std::vector<signal_ptr>& batch,
                std::chrono::nanoseconds since) {
  const std::lock_guard lock{mutex_};
  if (since.count() != 0) {
    marks_.push_back({queue_.size(), since});
  }
  if (queue_.empty()) {
    queue_.swap(batch);
  } else {
    queue_.insert(queue_.end(), std::make_move_iterator(batch.begin()),
                  std::make_move_iterator(batch.end()));
    batch.clear();
  }
  has_mail_.store(true, std::memory_order_release);
  return std::exchange(asleep_, false);
}

bool inbox::take(std::vector<signal_ptr>& out) {
  const std::lock_guard lock{mutex_};
  queue_.swap(out);
  marks_.clear();
  has_mail_.store(false, std::memory_order_release);
  return !out.empty();
}

bool inbox::take(std::vector<signal_ptr>& out, std::vector<mark>& marks) {
  marks.clear();
  const std::lock_guard lock{mutex_};
  queue_.swap(out);
  marks_.swap(marks);
  has_mail_.store(false, std::memory_order_release);
  return !out.empty();
}

bool inbox::nudge() {
  // Whoever nudged first wakes the owner, which looks at everything then.
  if (nudged_.exchange(true, std::memory_order_acq_rel)) {
    return false;
  }
  const std::lock_guard lock{mutex_};
  return std::exchange(asleep_, false);
}

bool inbox::try_sleep() {
  const std::lock_guard lock{mutex_};
  asleep_ = queue_.empty() && !nudged_.load(std::memory_order_acquire);
  return asleep_;
}

} // namespace libsig::engine
