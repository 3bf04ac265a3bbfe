#pragma once

#include <chrono>
#include <cstddef>
#include <functional>

#include "libsig/metrics/histogram.hpp"

namespace libsig::engine {

/// The time of the machine's steady clock, as exactly as it knows it.
[[nodiscard]] inline std::chrono::nanoseconds exact_time() noexcept {
  return std::chrono::steady_clock::now().time_since_epoch();
}

/// How long the parts of a signal's way take, for whoever wants to know: a gate
/// without one looks at no clock. May be read at any time by any thread.
struct timings {
  /// Of the signals of one batch every so manieth is timed, beginning with the
  /// first, where looking at the clock would take longer than what is timed.
  static constexpr std::size_t every = 16;

  /// A steady clock.
  std::function<std::chrono::nanoseconds()> now = exact_time;

  /// From the call of `publish` until the receipt is given, of each signal that
  /// the journal has answered for.
  metrics::histogram publish;
  /// Finding the receivers of a signal and handing it to their inboxes; a
  /// sample.
  metrics::histogram match;
  /// From the end of the commit until a cell begins to handle the signal; a
  /// sample.
  metrics::histogram deliver;
};

} // namespace libsig::engine
