#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

#include "libsig/actor/spec.hpp"
#include "libsig/core/time.hpp"

namespace libsig::engine {

/// Whether a reactor that crashed is made anew, and when: what
/// `actor::restart_policy` states, carried out for one cell.
class restarts {
public:
  // -- types ------------------------------------------------------------------

  /// What the reactor was at work on when it crashed.
  enum class task : std::uint8_t {
    input, ///< a signal or a request, which may be anybody's
    own,   ///< its making, a timer, the log
  };

  // -- constructors -----------------------------------------------------------

  /// The policy must outlive it.
  explicit restarts(const actor::restart_policy& by) noexcept : policy_{by} {}

  // -- mutators ---------------------------------------------------------------

  /// A reactor was made.
  void made(steady_time now) noexcept { made_at_ = now; }

  /// The reactor, or its making, has crashed. How long to wait before the next
  /// making, 0 for at once; nothing when it stays down.
  ///
  /// What anybody may have caused makes no pause longer: nobody else's work is
  /// to be put off by it.
  [[nodiscard]] std::optional<std::chrono::milliseconds>
  crashed(task at, steady_time now);

private:
  [[nodiscard]] bool may_restart(steady_time now);

  const actor::restart_policy& policy_;
  /// Those of the window, where they count.
  std::deque<steady_time> counted_;
  std::optional<steady_time> made_at_;
  /// The next pause, in a row of crashes.
  std::chrono::milliseconds next_{0};
};

} // namespace libsig::engine
