#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "libsig/core/time.hpp"
#include "libsig/publish/pump.hpp"
#include "libsig/publish/tail.hpp"

namespace libsig::publish {

/// A thread that runs pumps; those whose sinks may block for long have one of
/// their own. It sleeps while there is nothing to do.
class runner {
public:
  /// The pumps were made with this bell.
  runner(std::vector<std::unique_ptr<pump>> pumps,
         std::shared_ptr<doorbell> bell, std::shared_ptr<const clock> time);

  runner(const runner&) = delete;
  runner& operator=(const runner&) = delete;

  /// Stops at once.
  ~runner();

  /// Begins no delivery any more, without waiting for anything.
  void request_stop() noexcept;

  /// Begins no delivery any more, lets the one that is under way end, at most
  /// so long, and saves the positions. Later calls do nothing.
  void stop(std::chrono::milliseconds at_most);

  [[nodiscard]] const std::vector<std::unique_ptr<pump>>&
  pumps() const noexcept {
    return pumps_;
  }

private:
  void run();
  [[nodiscard]] next_step step_all() const;

  const std::vector<std::unique_ptr<pump>> pumps_;
  const std::shared_ptr<doorbell> bell_;
  const std::shared_ptr<const clock> time_;
  std::atomic<bool> stopping_{false};
  // Whoever stops waits here for the thread's end.
  std::mutex mutex_;
  std::condition_variable ended_;
  bool has_ended_ = false;
  std::thread thread_;
};

} // namespace libsig::publish
