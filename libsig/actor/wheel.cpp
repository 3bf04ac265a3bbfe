#include "libsig/actor/wheel.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <utility>

namespace libsig::actor {

namespace {

constexpr std::size_t level_bits = 6;

/// The number of the slot of a time, counted from the clock's origin.
std::uint64_t slot_number(steady_time time) noexcept {
  using std::chrono::microseconds;
  constexpr auto width = microseconds(timing_wheel::slot_width).count();
  return static_cast<std::uint64_t>(
    std::max<std::int64_t>(time.time_since_epoch().count(), 0) / width);
}

constexpr std::size_t digit_of(std::uint64_t number,
                               std::size_t level) noexcept {
  return (number >> (level * level_bits)) & 63;
}

} // namespace

void timing_wheel::arm(std::uint64_t key, steady_time due) {
  if (levels_.empty())
    levels_.resize(level_count);
  put({key, due});
  ++size_;
}

void timing_wheel::advance(steady_time now, std::vector<std::uint64_t>& due) {
  if (now < now_)
    return;
  now_ = now;
  const auto last = slot_number(now);
  if (size_ == 0) {
    reached_ = last;
    return;
  }
  do
    fire(now, due);
  while (enter_next(last));
}

steady_time timing_wheel::next_look() const noexcept {
  if (size_ == 0)
    return steady_time::max();
  const auto next = earliest_ == steady_time::max() ? next_number() : reached_;
  if (next >= slot_number(steady_time::max()))
    return steady_time::max();
  return steady_time{} + slot_width * static_cast<std::int64_t>(next + 1);
}

std::size_t timing_wheel::memory_bytes() const noexcept {
  auto bytes = sizeof *this + levels_.capacity() * sizeof(level);
  for (const auto& each : levels_)
    for (const auto& list : each.slots)
      bytes += list.capacity() * sizeof list[0] + list.size() * sizeof(chunk);
  return bytes;
}

void timing_wheel::put(const entry& timer) {
  const auto number = std::max(slot_number(timer.due), reached_);
  const auto differing = number ^ reached_;
  if (differing == 0)
    earliest_ = std::min(earliest_, timer.due);
  const auto width = static_cast<std::size_t>(std::bit_width(differing | 1));
  const auto index = (width - 1) / level_bits;
  auto& into = levels_[index];
  const auto digit = digit_of(number, index);
  auto& list = into.slots[digit];
  if (list.empty() || list.back()->size == list.back()->entries.size())
    list.push_back(std::make_unique<chunk>());
  auto& end = *list.back();
  end.entries[end.size++] = timer;
  into.occupied |= std::uint64_t{1} << digit;
}

timing_wheel::slot timing_wheel::take(std::size_t level_index,
                                      std::size_t slot_index) {
  auto& from = levels_[level_index];
  from.occupied &= ~(std::uint64_t{1} << slot_index);
  return std::exchange(from.slots[slot_index], {});
}

/// Fires what is due in the slot that was reached.
void timing_wheel::fire(steady_time now, std::vector<std::uint64_t>& due) {
  if (earliest_ > now)
    return;
  earliest_ = steady_time::max();
  for (auto& part : take(0, digit_of(reached_, 0))) {
    for (std::size_t i = 0; i < part->size; ++i) {
      const auto& timer = part->entries[i];
      if (timer.due > now) {
        put(timer);
        continue;
      }
      due.push_back(timer.key);
      --size_;
    }
    part.reset();
  }
}

/// The next slot of a level that holds something.
std::optional<std::size_t>
timing_wheel::next_digit(std::size_t level_index) const noexcept {
  const auto passed =
    ~std::uint64_t{0} >> (63 - digit_of(reached_, level_index));
  const auto ahead = levels_[level_index].occupied & ~passed;
  if (ahead == 0)
    return std::nullopt;
  return static_cast<std::size_t>(std::countr_zero(ahead));
}

/// The number of the first slot of 10 ms within a slot of a level.
std::uint64_t timing_wheel::number_of(std::size_t level_index,
                                      std::size_t digit) const noexcept {
  const auto shift = level_index * level_bits;
  const auto above = reached_ >> (shift + level_bits) << level_bits;
  return (above | digit) << shift;
}

/// The number of the next slot in which something may be due.
std::uint64_t timing_wheel::next_number() const noexcept {
  for (std::size_t index = 0; index < levels_.size(); ++index)
    if (const auto digit = next_digit(index))
      return number_of(index, *digit);
  return reached_;
}

/// Goes on to the next slot that holds something, but not beyond `last`. A slot
/// of a higher level is dealt out to the levels below. False when `last` is
/// reached.
bool timing_wheel::enter_next(std::uint64_t last) {
  for (std::size_t index = 0; index < levels_.size(); ++index) {
    const auto found = next_digit(index);
    if (!found)
      continue;
    const auto digit = *found;
    const auto next = number_of(index, digit);
    if (next > last)
      break;
    reached_ = next;
    if (index == 0) {
      // What stands in its own slot stays there; `fire` looks at all of it.
      earliest_ = steady_time::min();
      return true;
    }
    for (auto& part : take(index, digit)) {
      for (std::size_t i = 0; i < part->size; ++i)
        put(part->entries[i]);
      part.reset();
    }
    return true;
  }
  reached_ = std::max(reached_, last);
  return false;
}

} // namespace libsig::actor
