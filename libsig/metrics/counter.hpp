#pragma once

#include <atomic>
#include <cstdint>

namespace libsig::metrics {

/// A number that only grows, from 0 at the start of the process. All functions
/// may be called from any thread and wait for none.
class counter {
public:
  void add(std::uint64_t n) noexcept {
    value_.fetch_add(n, std::memory_order_relaxed);
  }

  void add() noexcept { add(1); }

  [[nodiscard]] std::uint64_t value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

private:
  std::atomic<std::uint64_t> value_{0};
};

} // namespace libsig::metrics
