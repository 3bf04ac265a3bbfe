#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "libsig/core/time.hpp"
#include "libsig/publish/pump.hpp"
#include "libsig/publish/tail.hpp"

namespace libsig::publish {

/// A thread that runs pumps; those whose sinks may block for long have one of
/// their own. It sleeps while there is nothing to do. Its functions may be
/// called from any thread, `stop` by one.
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

  /// Runs one more, which was made with the same bell.
  void add(std::unique_ptr<pump> more);

  /// Begins no delivery of the pump with this name any more, saves its position
  /// and forgets it, without waiting for that. Nothing for one that is not
  /// there.
  void remove(std::string_view name);

  /// Those that run now. A pump that is removed lives as long as somebody has
  /// it, and does nothing.
  [[nodiscard]] std::vector<std::shared_ptr<pump>> pumps() const;

private:
  using pump_list = std::vector<std::shared_ptr<pump>>;

  void run();
  void take_changes();
  [[nodiscard]] next_step step_all() const;
  void wind_up_all();

  const std::shared_ptr<doorbell> bell_;
  const std::shared_ptr<const clock> time_;
  std::atomic<bool> stopping_{false};
  /// Of the thread: what it runs, and what is to end.
  pump_list running_;
  pump_list ending_;
  // Whoever stops waits here for the thread's end; whoever adds and removes
  // meets it here.
  mutable std::mutex mutex_;
  pump_list pumps_;
  /// Removed from `pumps_`, for the thread to take.
  pump_list removed_;
  bool changed_ = true;
  std::condition_variable ended_;
  bool has_ended_ = false;
  std::thread thread_;
};

} // namespace libsig::publish
