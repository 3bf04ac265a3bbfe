#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

#include "libsig/core/time.hpp"

namespace libsig::sigd {

/// Lets at most so many things through in a window of time and counts the rest,
/// so that what strangers can cause does not fill a disk. Any thread.
class rate_bound {
public:
  /// At least one in a window.
  rate_bound(std::uint32_t most, std::chrono::microseconds window) noexcept
    : most_{most}, window_{window} {}

  /// Nothing when this one is too many; else how many were held back since the
  /// last that was let through.
  [[nodiscard]] std::optional<std::uint64_t> pass(steady_time now) {
    const std::lock_guard lock{mutex_};
    if (!begun_ || now - *begun_ >= window_) {
      begun_ = now;
      passed_ = 0;
    }
    if (passed_ == most_) {
      ++held_back_;
      return std::nullopt;
    }
    ++passed_;
    return std::exchange(held_back_, 0);
  }

private:
  // Asked where something went wrong, by whichever thread saw it.
  std::mutex mutex_;
  std::uint32_t most_;
  std::chrono::microseconds window_;
  std::optional<steady_time> begun_;
  std::uint32_t passed_ = 0;
  std::uint64_t held_back_ = 0;
};

} // namespace libsig::sigd
