#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

namespace libsig::publish {

/// How often a signal is tried, and how long after a failure.
struct retry_options {
  /// Tries of one signal, the first included; then it is a dead letter. 0: no
  /// bound.
  std::uint32_t attempts_max = 10;
  /// The bound of the first wait; each further one doubles it, up to
  /// `wait_max`.
  std::chrono::milliseconds wait{1'000};
  std::chrono::milliseconds wait_max{300'000};
  /// What of a receiver's `Retry-After` is honoured at most.
  std::chrono::milliseconds retry_after_max{900'000};
};

/// Gives numbers of 0 up to below its argument, all equally likely.
using randomness = std::function<std::uint64_t(std::uint64_t below)>;

/// Randomness of the operating system's generator.
[[nodiscard]] randomness system_randomness();

/// The wait after so many failures in a row (from 1): exponential with full
/// jitter, that is anything from 0 up to the bound, so that those who failed
/// together do not come back together. Not less than what the receiver asked
/// for, as far as that is honoured.
[[nodiscard]] std::chrono::milliseconds
wait_after(std::uint32_t failures, const retry_options& how,
           std::optional<std::chrono::milliseconds> retry_after,
           const randomness& random);

} // namespace libsig::publish
