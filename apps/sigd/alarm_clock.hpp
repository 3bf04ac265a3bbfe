#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "libsig/core/time.hpp"

namespace libsig::sigd {

/// Calls back at times, on one thread of its own, one call after the other.
/// Sleeps while nothing is due; costs nothing while nothing is set. All
/// functions may be called from any thread. Whoever sets calls bounds their
/// number.
class alarm_clock {
public:
  // -- types ------------------------------------------------------------------

  /// Names a call that was set; 0 is none.
  using ticket = std::uint64_t;

  // -- constructors -----------------------------------------------------------

  alarm_clock();

  alarm_clock(const alarm_clock&) = delete;
  alarm_clock& operator=(const alarm_clock&) = delete;

  /// Waits for the call at hand; what else is set is forgotten.
  ~alarm_clock();

  // -- mutators ---------------------------------------------------------------

  /// Sets a call so long from now. It may take a moment, such as a look into
  /// the log, but not more.
  ticket after(std::chrono::milliseconds delay, std::function<void()> call);

  /// Forgets a call; nothing happens when it is under way or was made.
  void cancel(ticket which);

  /// Forgets all calls, waits for the one at hand and takes no more. Not to be
  /// called from a call.
  void stop();

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace libsig::sigd
