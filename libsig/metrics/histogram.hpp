#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace libsig::metrics {

/// How long something took, counted in buckets whose bounds double from 125 ns
/// to 134 s; what took longer is counted beside them. A duration lies in the
/// bucket whose bound it does not exceed, and one below zero counts as zero.
///
/// All functions may be called from any thread and wait for none; an
/// observation costs two atomic additions. What is read while others observe
/// may lack some of the latest observations in one number and not in another.
class histogram {
public:
  // -- constants --------------------------------------------------------------

  static constexpr std::chrono::nanoseconds least_bound{125};

  /// Buckets that have a bound.
  static constexpr std::size_t buckets_max = 31;

  // -- mutators ---------------------------------------------------------------

  void observe(std::chrono::nanoseconds took) noexcept { observe(took, 1); }

  /// The same for so many things that took so long each.
  void observe(std::chrono::nanoseconds each, std::uint64_t times) noexcept {
    const auto nanoseconds = clamped(each);
    counts_[bucket_of(nanoseconds)].fetch_add(times, std::memory_order_relaxed);
    sum_.fetch_add(nanoseconds * times, std::memory_order_relaxed);
  }

  // -- observers --------------------------------------------------------------

  /// The bound of a bucket, of which the index is below `buckets_max`.
  [[nodiscard]] static constexpr std::chrono::nanoseconds
  bound(std::size_t bucket) noexcept {
    return least_bound * (std::int64_t{1} << bucket);
  }

  /// The bucket that a duration is counted in; `buckets_max` beyond the last
  /// bound.
  [[nodiscard]] static constexpr std::size_t
  bucket_of(std::chrono::nanoseconds took) noexcept {
    return bucket_of(clamped(took));
  }

  /// Observations of one bucket alone; of those beyond the last bound at
  /// `buckets_max`.
  [[nodiscard]] std::uint64_t count(std::size_t bucket) const noexcept {
    return counts_[bucket].load(std::memory_order_relaxed);
  }

  /// All durations together.
  [[nodiscard]] std::chrono::nanoseconds sum() const noexcept {
    return std::chrono::nanoseconds{
      static_cast<std::int64_t>(sum_.load(std::memory_order_relaxed))};
  }

private:
  [[nodiscard]] static constexpr std::uint64_t
  clamped(std::chrono::nanoseconds took) noexcept {
    return took.count() < 0 ? 0 : static_cast<std::uint64_t>(took.count());
  }

  [[nodiscard]] static constexpr std::size_t
  bucket_of(std::uint64_t nanoseconds) noexcept {
    if (nanoseconds == 0) {
      return 0;
    }
    constexpr auto least = static_cast<std::uint64_t>(least_bound.count());
    const auto bucket =
      static_cast<std::size_t>(std::bit_width((nanoseconds - 1) / least));
    return bucket < buckets_max ? bucket : buckets_max;
  }

  std::array<std::atomic<std::uint64_t>, buckets_max + 1> counts_{};
  std::atomic<std::uint64_t> sum_{0};
};

} // namespace libsig::metrics
