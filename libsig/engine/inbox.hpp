#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <vector>

#include "libsig/core/signal.hpp"

namespace libsig::engine {

/// The queue in front of a cell, and the knowledge of whether somebody must
/// wake it: so that a cell that is at work is handed more without a message of
/// the scheduler for each signal.
///
/// Any threads put, one at a time takes. The queue is as long as the gate's
/// `in_flight_max` allows.
class inbox {
public:
  // -- types ------------------------------------------------------------------

  /// Since when signals wait: those from the place `first` up to that of the
  /// next mark.
  struct mark {
    std::size_t first = 0;
    std::chrono::nanoseconds since{0};
  };

  // -- mutators ---------------------------------------------------------------

  /// Appends signals; `batch` is empty afterwards. Returns true when the owner
  /// sleeps: whoever gets this answer must wake it, once.
  [[nodiscard]] bool put(std::vector<signal_ptr>& batch) {
    return put(batch, {});
  }

  /// The same, and says since when they wait; zero when nobody asks.
  [[nodiscard]] bool put(std::vector<signal_ptr>& batch,
                         std::chrono::nanoseconds since);

  /// Takes everything, in order, into `out`, which must be empty. Returns false
  /// when there was nothing.
  bool take(std::vector<signal_ptr>& out);

  /// The same, with the marks of what it takes; none when nobody measures.
  bool take(std::vector<signal_ptr>& out, std::vector<mark>& marks);

  /// Says that there is something for the owner beside the signals. Returns
  /// true when it sleeps, as `put` does.
  [[nodiscard]] bool nudge();

  /// Whether there was a nudge since the last call; what it is about is to be
  /// looked at behind this.
  [[nodiscard]] bool take_nudge() noexcept {
    return nudged() && nudged_.exchange(false, std::memory_order_acq_rel);
  }

  /// The owner has nothing to do. Returns true when it may sleep: the next
  /// `put` or `nudge` wakes it. False when something has come meanwhile.
  [[nodiscard]] bool try_sleep();

  // -- observers --------------------------------------------------------------

  /// Whether there is something, without taking the lock; may be outdated.
  [[nodiscard]] bool has_mail() const noexcept {
    return has_mail_.load(std::memory_order_acquire);
  }

  /// The same of nudges.
  [[nodiscard]] bool nudged() const noexcept {
    return nudged_.load(std::memory_order_relaxed);
  }

private:
  // The gate's thread puts while the owner takes; the lock is held for a swap.
  std::mutex mutex_;
  std::vector<signal_ptr> queue_;
  std::vector<mark> marks_;
  std::atomic<bool> has_mail_{false};
  std::atomic<bool> nudged_{false};
  bool asleep_ = true;
};

} // namespace libsig::engine
