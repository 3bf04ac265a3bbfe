#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "libsig/core/limits.hpp"
#include "libsig/core/signal.hpp"

namespace libsig::publish {

/// Wakes one thread that waits.
class doorbell {
public:
  /// Wakes it in any case. Any thread.
  void ring();

  /// Wakes it if it heeds this, now or when it does. Any thread.
  void knock();

  /// Waits until somebody rings (or knocks, when that is heeded), before the
  /// call or in it, at most so long; for ever without a time.
  void wait(std::optional<std::chrono::microseconds> at_most,
            bool heeds_knocks);

private:
  // One thread sleeps here and any other wakes it.
  std::mutex mutex_;
  std::condition_variable wake_;
  bool rung_ = false;
  bool knocked_ = false;
  bool heeding_ = false;
};

/// The newest signals in memory, so that publishers which keep up need not read
/// the log for what was just written to it. Safe to use from any thread.
///
/// It holds a part of the log without a gap, up to what was heard at last, and
/// drops what all readers have.
class tail {
public:
  using reader = std::size_t;

  // -- mutators ---------------------------------------------------------------

  /// Takes the next signal of the log. One thread, in the order of the log;
  /// where sequences are left out, those who have not read that far read the
  /// log.
  void hear(const signal_ptr& what);

  /// Signals went by that are in the log: all readers read the log until the
  /// next one is heard. The thread that hears.
  void miss();

  /// A new reader, on whose bell each signal knocks.
  [[nodiscard]] reader join(std::shared_ptr<doorbell> bell,
                            std::uint64_t position);

  /// At most so many signals behind `after`, up to where the reader has all;
  /// nothing when they have to be read from the log.
  [[nodiscard]] std::optional<std::vector<signal_ptr>>
  take(reader by, std::uint64_t after, std::size_t limit);

  /// The reader wants no more signals; `take` brings it back.
  void leave(reader who);

  /// The reader is gone for good.
  void end(reader who);

private:
  struct listener {
    std::shared_ptr<doorbell> bell;
    std::uint64_t position = 0;
    bool there = true;
    /// Its place is free for another one.
    bool ended = false;
  };

  void knock_all();
  void drop_first();
  void drop_what_all_have();

  // The actor that hears and the publishers' threads meet here.
  std::mutex mutex_;
  std::deque<signal_ptr> signals_;
  std::size_t bytes_ = 0;
  /// Everything behind it, up to `heard_`, is in `signals_`.
  std::uint64_t floor_ = 0;
  std::uint64_t heard_ = 0;
  std::vector<listener> readers_;
};

} // namespace libsig::publish
