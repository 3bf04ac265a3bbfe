#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "libsig/core/time.hpp"

namespace libsig::actor {

/// Timers of one owner: a hierarchical wheel of slots of 10 ms, over all time.
///
/// Arming is O(1) and takes 16 bytes; a timer is not withdrawn, its owner
/// ignores a key whose reason is gone. A timer moves to a finer level at most
/// once per level, and empty slots cost nothing, however far the time jumps.
/// It is the owner that bounds `size` (`limits::timers_max`). Not synchronised.
class timing_wheel {
public:
  // -- constants --------------------------------------------------------------

  static constexpr std::chrono::milliseconds slot_width{10};

  // -- mutators ---------------------------------------------------------------

  /// Sets a timer. One that is due already fires at the next `advance`.
  void arm(std::uint64_t key, steady_time due);

  /// Takes out every timer due at or before `now` and appends its key: slot by
  /// slot of its due time, within a slot in order of arming. One that was due
  /// already when it was armed belongs to the slot of the last `advance`.
  /// `now` must not go back; when it does, nothing happens.
  void advance(steady_time now, std::vector<std::uint64_t>& due);

  // -- observers --------------------------------------------------------------

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  /// A time before which no timer fires: the end of the slot of the next one,
  /// or, while that is far away, the end of an empty one on the way to it.
  /// `steady_time::max()` without timers. O(1).
  [[nodiscard]] steady_time next_look() const noexcept;

  /// Bytes it occupies, itself included.
  [[nodiscard]] std::size_t memory_bytes() const noexcept;

private:
  struct entry {
    std::uint64_t key;
    steady_time due;
  };

  /// A piece of a slot's list, so that no list is ever copied to grow.
  struct chunk {
    std::size_t size = 0;
    std::array<entry, 63> entries;
  };

  using slot = std::vector<std::unique_ptr<chunk>>;

  /// 64 slots, each as wide as all slots of the level below together.
  struct level {
    std::uint64_t occupied = 0; ///< a bit for each slot that holds something
    std::array<slot, 64> slots;
  };

  /// 6 bits of a slot's number each: enough for every time.
  static constexpr std::size_t level_count = 9;

  void put(const entry& timer);
  [[nodiscard]] slot take(std::size_t level_index, std::size_t slot_index);
  void fire(steady_time now, std::vector<std::uint64_t>& due);
  bool enter_next(std::uint64_t last);
  [[nodiscard]] std::optional<std::size_t>
  next_digit(std::size_t level_index) const noexcept;
  [[nodiscard]] std::uint64_t number_of(std::size_t level_index,
                                        std::size_t digit) const noexcept;
  [[nodiscard]] std::uint64_t next_number() const noexcept;

  std::vector<level> levels_; ///< none before the first timer
  /// The number of the slot that the last `advance` reached. Timers stand at
  /// the highest level at which the number of their slot differs from it.
  std::uint64_t reached_ = 0;
  /// No timer in the slot that was reached is due before.
  steady_time earliest_ = steady_time::max();
  steady_time now_ = steady_time::min();
  std::size_t size_ = 0;
};

} // namespace libsig::actor
