#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "libsig/actor/spec.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/schedule/book.hpp"
#include "libsig/schedule/requests.hpp"

namespace libsig::actors {

/// Is told what becomes of delayed signals, on the actor's thread, once it is
/// decided and handed to the journal; must not block. These are events of the
/// engine and never signals.
class schedule_observer {
public:
  virtual ~schedule_observer() = default;

  /// `signal.delayed.scheduled`: also for one that replaced another, whose id
  /// is given then (empty for none).
  virtual void on_scheduled(std::string_view tenant,
                            const schedule::scheduled_row& row,
                            std::string_view replaced_id) noexcept {
    static_cast<void>(tenant);
    static_cast<void>(row);
    static_cast<void>(replaced_id);
  }

  /// `signal.delayed.cancelled`, once for each row (D26).
  virtual void on_cancelled(std::string_view tenant,
                            const schedule::scheduled_row& row) noexcept {
    static_cast<void>(tenant);
    static_cast<void>(row);
  }

  /// `signal.delayed.delivered`: the row is a signal from here on.
  virtual void on_delivered(std::string_view tenant,
                            const schedule::scheduled_row& row) noexcept {
    static_cast<void>(tenant);
    static_cast<void>(row);
  }

  /// A row of the journal that cannot be read stays where it is and never
  /// fires.
  virtual void on_unreadable(std::string_view key) noexcept {
    static_cast<void>(key);
  }
};

struct scheduler_options {
  schedule::bounds bounds = {};
  /// See `limits::firings_per_step_max`.
  std::size_t firings_per_step = limits::firings_per_step_max;
  /// May be null.
  std::shared_ptr<schedule_observer> watcher = nullptr;
};

/// The actor of delayed signals (D25 to D27): it keeps what is to come in rows
/// of the journal, and emits each signal when the wall clock has reached its
/// time, in one transaction with the removal of its row, so that it happens
/// once whatever crashes. The signal has the row's id. One that the gate
/// refuses then is a dead letter.
///
/// It answers the requests of `libsig/schedule/requests.hpp` and listens to no
/// signals.
[[nodiscard]] actor::spec scheduler_spec(scheduler_options how);

} // namespace libsig::actors
