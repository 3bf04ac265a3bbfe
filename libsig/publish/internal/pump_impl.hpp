#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "libsig/publish/internal/log_walk.hpp"
#include "libsig/publish/pump.hpp"

namespace libsig::publish {

namespace internal {

/// After the log or a row could not be read or written.
inline constexpr std::chrono::seconds after_failure{1};

} // namespace internal

/// See `pump`. What is sent and remembered stands in pump.cpp, what becomes of
/// dead letters in pump_letters.cpp; the way through the log is `log_walk`.
class pump::impl {
public:
  impl(pump_options how, std::unique_ptr<sink> to, pump_surroundings with)
    : how_{std::move(how)}, sink_{std::move(to)}, with_{std::move(with)},
      walk_{how_, with_}, breaker_{how_.breaking},
      shared_{std::make_shared<shared>()} {}

  ~impl();

  [[nodiscard]] result<void> take_up();
  void save(journal::done_handler done);
  [[nodiscard]] next_step step();
  [[nodiscard]] bool wind_up();
  void redrive(const signal_ptr& what, journal::done_handler done);

  void cancel() noexcept {
    cancelled_.store(true);
    sink_->cancel();
    with_.bell->ring();
  }

  [[nodiscard]] const std::string& name() const noexcept { return how_.name; }

  [[nodiscard]] bool owes_row() const noexcept { return owes_row_; }

  [[nodiscard]] pump_status status() const {
    const std::lock_guard lock{shared_->mutex};
    return shared_->status;
  }

private:
  struct redriven {
    signal_ptr what;
    journal::done_handler done;
  };

  /// What other threads leave for the pump's; handlers keep a share, since
  /// they may outlive the pump.
  struct shared {
    std::mutex mutex;
    std::deque<redriven> redrives;
    /// Ends of writes that were asked for.
    std::optional<result<void>> saved;
    std::optional<result<void>> buried;
    pump_status status;
  };

  [[nodiscard]] journal::keyed_write row() const;
  void take_news();
  void settle_save(const result<void>& ended);
  void settle_burial(const result<void>& ended);
  [[nodiscard]] bool redrive_one();
  [[nodiscard]] next_step begin_batch();
  void count_lost();
  void deliver();
  void settle(delivery made);
  void advance(std::size_t count);
  void try_later(const delivery& made);
  void bury(std::string reason, bool stop);
  void changed(std::chrono::milliseconds save_within);
  void save_durable();
  [[nodiscard]] std::optional<steady_time> save_when_due();
  void publish_status();
  void note_failure(const std::string& why);

  void tell(pump_news what, const std::string& why) const {
    if (with_.tell) {
      with_.tell(what, how_.name, why);
    }
  }

  const pump_options how_;
  const std::unique_ptr<sink> sink_;
  const pump_surroundings with_;
  internal::log_walk walk_;
  breaker breaker_;
  const std::shared_ptr<shared> shared_;
  std::atomic<bool> cancelled_{false};

  /// Tries of the first one that waits.
  std::uint32_t attempts_ = 0;
  steady_time not_before_{};
  bool told_end_ = false;
  bool winding_up_ = false;

  /// When what has changed is to be saved; nothing when nothing has.
  std::optional<steady_time> changed_;
  bool saving_ = false;
  /// As it was taken up.
  bool owes_row_ = true;
  /// A dead letter is being written; nothing goes on before.
  bool burying_ = false;
  /// What its end brings.
  std::string buried_for_;
  std::string stopping_;
  std::string stopped_;
  pump_status counts_;
};

} // namespace libsig::publish
