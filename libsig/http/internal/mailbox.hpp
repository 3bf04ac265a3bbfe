#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace libsig::http::internal {

/// Something that other threads hand to the thread of a worker.
class deliverable {
public:
  virtual ~deliverable() = default;

  /// Called on the worker's thread.
  virtual void deliver() = 0;
};

/// The way from any thread to a worker's. Outlives the worker in the hands of
/// those who still hold something that could be answered.
///
/// It has a mutex since its senders are threads that no actor owns; it is held
/// for the exchange of a pointer.
class mailbox {
public:
  /// `wake` makes the worker empty the mailbox; called by the thread that finds
  /// it empty, so that a batch of answers wakes the worker once.
  explicit mailbox(std::function<void()> wake) : wake_{std::move(wake)} {}

  /// False when the worker is gone.
  bool push(std::shared_ptr<deliverable> what) {
    const std::lock_guard guard{mutex_};
    if (closed_) {
      return false;
    }
    const bool first = waiting_.empty();
    waiting_.push_back(std::move(what));
    if (first) {
      wake_();
    }
    return true;
  }

  /// Moves all that waits into an empty vector.
  void take(std::vector<std::shared_ptr<deliverable>>& into) {
    const std::lock_guard guard{mutex_};
    waiting_.swap(into);
  }

  /// Refuses all from now on and gives what waits.
  [[nodiscard]] std::vector<std::shared_ptr<deliverable>> close() {
    const std::lock_guard guard{mutex_};
    closed_ = true;
    return std::move(waiting_);
  }

private:
  std::mutex mutex_;
  std::vector<std::shared_ptr<deliverable>> waiting_;
  std::function<void()> wake_;
  bool closed_ = false;
};

} // namespace libsig::http::internal
