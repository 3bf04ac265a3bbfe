#include "libsig/actor/wheel.hpp"

#include <algorithm>

namespace libsig::actor {

namespace {

// A slot that once held many timers gives its memory back when it is empty;
// small ones keep theirs for the next rotation.
constexpr std::size_t kept_capacity = 64;

} // namespace

void timing_wheel::arm(std::uint64_t key, steady_time due) {
  if (slots_.empty()) {
    slots_.resize(slot_count);
  }
  const auto number = std::max(slot_number(due), reached_);
  first_ = size_ == 0 ? number : std::min(first_, number);
  slots_[index_of(number)].push_back({key, due});
  ++size_;
}

void timing_wheel::advance(steady_time now, std::vector<std::uint64_t>& due) {
  const auto last = slot_number(now);
  if (last < reached_) {
    return;
  }
  reached_ = last;
  if (size_ == 0) {
    return;
  }
  // One rotation looks at every slot, so a longer jump needs no more.
  const auto begin = first_;
  const auto end
    = std::min(last, begin + static_cast<std::int64_t>(slot_count) - 1);
  for (auto number = begin; number <= end && size_ > 0; ++number) {
    take_due(slots_[index_of(number)], now, due);
  }
  first_ = std::max(first_, last);
}

std::int64_t timing_wheel::slot_number(steady_time time) noexcept {
  return std::chrono::floor<std::chrono::milliseconds>(
           time.time_since_epoch())
           .count()
         / slot_width.count();
}

std::size_t timing_wheel::index_of(std::int64_t number) noexcept {
  return static_cast<std::size_t>(static_cast<std::uint64_t>(number)
                                  % slot_count);
}

void timing_wheel::take_due(std::vector<entry>& slot, steady_time now,
                            std::vector<std::uint64_t>& due) {
  const auto waiting = std::stable_partition(
    slot.begin(), slot.end(), [&](const entry& one) { return one.due <= now; });
  for (auto one = slot.begin(); one != waiting; ++one) {
    due.push_back(one->key);
  }
  size_ -= static_cast<std::size_t>(waiting - slot.begin());
  slot.erase(slot.begin(), waiting);
  if (slot.empty() && slot.capacity() > kept_capacity) {
    slot = {};
  }
}

} // namespace libsig::actor
