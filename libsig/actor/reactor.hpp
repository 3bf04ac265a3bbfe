#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "libsig/actor/request.hpp"
#include "libsig/actor/step.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/core/time.hpp"

namespace libsig::actor {

/// What a reactor may know of the world during one call.
struct context {
  wall_time wall_now;
  steady_time steady_now;
};

/// What an actor finds when it starts.
struct kept {
  /// The rows of its tables.
  std::span<const write> rows;
  /// The last signal of the log before the rows were read. One up to here that
  /// opened a row (`open_row`) has it among the rows, or nothing is owed for it
  /// any more; it may still come from the mailbox.
  std::uint64_t sequence = 0;
  /// Finds a signal of the log by its sequence; null when its body is gone.
  std::function<signal_ptr(std::uint64_t)> find;
};

/// The behaviour of an actor: signals and timers in, a step out.
///
/// A reactor has no I/O, no clock, no randomness and no threads: given the same
/// calls it makes the same steps, under CAF as in the simulation. One thread at
/// a time calls it. An exception that leaves it is a crash: the reactor is
/// discarded, and a new one made by the actor's `restart_policy`.
class reactor {
public:
  virtual ~reactor() = default;

  /// A signal that matched one of the actor's routes.
  [[nodiscard]] virtual step on_signal(const signal_ptr& what,
                                       const context& now) = 0;

  /// Somebody asks. The answer stands in this step or in a later one; the
  /// request is open until then. Refuses everything unless it is overridden.
  [[nodiscard]] virtual step
  on_request(request_id which, const request_ptr& what, const context& now);

  /// Nobody waits for the answer to an open request any more; it is not open
  /// from here on.
  [[nodiscard]] virtual step on_gone(request_id which, const context& now);

  /// A timer is due. Never called before its time.
  [[nodiscard]] virtual step on_timer(timer_key key, const context& now);

  /// Signals of its routes went by that the actor does not get, of one whose
  /// spec says `reads_log`. All of them are in the log. It stands behind what
  /// was in the mailbox then and before what comes later, once for any number
  /// missed; what is missed before the call is covered by it. The log may be
  /// ahead of it, so that the mailbox still brings what was read there.
  [[nodiscard]] virtual step on_missed(const context& now);

  /// What the actor kept, once, before the first signal: at start and after a
  /// crash.
  [[nodiscard]] virtual step recover(const kept& what, const context& now);
};

} // namespace libsig::actor
