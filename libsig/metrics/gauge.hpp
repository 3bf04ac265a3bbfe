#pragma once

#include <atomic>
#include <cstdint>

namespace libsig::metrics {

/// A number that goes up and down. All functions may be called from any thread
/// and wait for none.
class gauge {
public:
  void set(std::int64_t value) noexcept {
    value_.store(value, std::memory_order_relaxed);
  }

  /// Adds, or takes away when `n` is negative.
  void add(std::int64_t n) noexcept {
    value_.fetch_add(n, std::memory_order_relaxed);
  }

  [[nodiscard]] std::int64_t value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

private:
  std::atomic<std::int64_t> value_{0};
};

} // namespace libsig::metrics
