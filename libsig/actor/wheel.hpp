#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "libsig/core/time.hpp"

namespace libsig::actor {

/// Timers of one owner: a hashed wheel of 4,096 slots of 10 ms each.
///
/// Arming is O(1) and takes 16 bytes; a timer is not withdrawn, its owner
/// ignores a key whose reason is gone. One due beyond a rotation (about 41 s)
/// waits in its slot and is looked at once a rotation. Not synchronised.
class timing_wheel {
public:
  // -- constants --------------------------------------------------------------

  static constexpr std::chrono::milliseconds slot_width{10};
  static constexpr std::size_t slot_count = 4096;

  // -- mutators ---------------------------------------------------------------

  /// Sets a timer. One that is due already fires at the next `advance`.
  void arm(std::uint64_t key, steady_time due);

  /// Takes out every timer due at or before `now` and appends its key: slot by
  /// slot, which is the order of time unless more than a rotation has passed
  /// since the last call; within a slot in order of arming. `now` must not go
  /// back; when it does, nothing happens.
  void advance(steady_time now, std::vector<std::uint64_t>& due);

  // -- observers --------------------------------------------------------------

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
  struct entry {
    std::uint64_t key;
    steady_time due;
  };

  /// The number of the slot of a time, counted from the clock's origin.
  [[nodiscard]] static std::int64_t slot_number(steady_time time) noexcept;

  [[nodiscard]] static std::size_t index_of(std::int64_t number) noexcept;

  void take_due(std::vector<entry>& slot, steady_time now,
                std::vector<std::uint64_t>& due);

  std::vector<std::vector<entry>> slots_;
  /// The number of the first slot that may hold something.
  std::int64_t first_ = 0;
  /// The number of the slot of the last `advance`; what is due before goes
  /// there.
  std::int64_t reached_ = std::numeric_limits<std::int64_t>::min();
  std::size_t size_ = 0;
};

} // namespace libsig::actor
