#pragma once

#include <chrono>
#include <cstdint>

#include "libsig/core/signal.hpp"

namespace libsig::engine {

/// Names a cell: one shard of one actor.
enum class cell_id : std::uint32_t {};

/// What carries signals from the gate to the cells: CAF's mailboxes, or the
/// queues of the simulation.
class executor {
public:
  virtual ~executor() = default;

  /// When the batch that is delivered next was committed; not called when
  /// nobody measures. Like `deliver` otherwise.
  virtual void committed(std::chrono::nanoseconds at) noexcept {
    static_cast<void>(at);
  }

  /// Queues a signal for a cell, which may not get it before `flush`. Called by
  /// one thread at a time, in the order of the log; must not block and must not
  /// throw. A null signal, which stands in no log, is handed to
  /// `cell::handle` in its place like any other (`notices`).
  virtual void deliver(cell_id to, const signal_ptr& what) noexcept = 0;

  /// A batch has ended: whatever `deliver` held back goes now.
  virtual void flush() noexcept = 0;
};

} // namespace libsig::engine
