#include "libsig/publish/tail.hpp"

#include "libsig/journal/query.hpp"

#include <algorithm>
#include <utility>

namespace libsig::publish {

void doorbell::ring() {
  {
    const std::lock_guard lock{mutex_};
    rung_ = true;
  }
  wake_.notify_one();
}

void doorbell::knock() {
  {
    const std::lock_guard lock{mutex_};
    if (std::exchange(knocked_, true) || !heeding_) {
      return;
    }
  }
  wake_.notify_one();
}

void doorbell::wait(std::optional<std::chrono::microseconds> at_most,
                    bool heeds_knocks) {
  std::unique_lock lock{mutex_};
  heeding_ = heeds_knocks;
  const auto woken = [&] { return rung_ || (heeds_knocks && knocked_); };
  if (at_most) {
    wake_.wait_for(lock, *at_most, woken);
  } else {
    wake_.wait(lock, woken);
  }
  rung_ = false;
  heeding_ = false;
  if (heeds_knocks) {
    knocked_ = false;
  }
}

void tail::hear(const signal_ptr& what) {
  const auto sequence = what->sequence();
  const std::lock_guard lock{mutex_};
  if (sequence <= heard_) {
    return;
  }
  if (sequence != heard_ + 1 || signals_.empty()) {
    signals_.clear();
    bytes_ = 0;
    floor_ = sequence - 1;
  }
  heard_ = sequence;
  bytes_ += journal::size_of(*what);
  signals_.push_back(what);
  while (signals_.size() > limits::tail_signals_max
         || (bytes_ > limits::tail_bytes_max && signals_.size() > 1)) {
    drop_first();
  }
  knock_all();
}

void tail::miss() {
  const std::lock_guard lock{mutex_};
  signals_.clear();
  bytes_ = 0;
  floor_ = 0;
  heard_ = 0;
  knock_all();
}

void tail::knock_all() {
  for (const auto& one : readers_) {
    if (one.there) {
      one.bell->knock();
    }
  }
}

tail::reader tail::join(std::shared_ptr<doorbell> bell,
                        std::uint64_t position) {
  const std::lock_guard lock{mutex_};
  const auto place = std::ranges::find_if(readers_, &listener::ended);
  listener fresh{std::move(bell), position};
  if (place == readers_.end()) {
    readers_.push_back(std::move(fresh));
    return readers_.size() - 1;
  }
  *place = std::move(fresh);
  return static_cast<reader>(place - readers_.begin());
}

std::optional<std::vector<signal_ptr>>
tail::take(reader by, std::uint64_t after, std::size_t limit) {
  const std::lock_guard lock{mutex_};
  readers_[by].position = after;
  readers_[by].there = true;
  drop_what_all_have();
  if (heard_ == 0 || after < floor_) {
    return std::nullopt;
  }
  if (after >= heard_) {
    return std::vector<signal_ptr>{};
  }
  const auto first = static_cast<std::size_t>(after - floor_);
  const auto count = std::min(limit, signals_.size() - first);
  const auto from = signals_.begin() + static_cast<std::ptrdiff_t>(first);
  return std::vector<signal_ptr>(from,
                                 from + static_cast<std::ptrdiff_t>(count));
}

void tail::leave(reader who) {
  const std::lock_guard lock{mutex_};
  readers_[who].there = false;
  drop_what_all_have();
}

void tail::end(reader who) {
  const std::lock_guard lock{mutex_};
  readers_[who] = {nullptr, 0, false, true};
  drop_what_all_have();
}

void tail::drop_first() {
  bytes_ -= journal::size_of(*signals_.front());
  signals_.pop_front();
  ++floor_;
}

void tail::drop_what_all_have() {
  auto all = heard_;
  for (const auto& one : readers_) {
    all = one.there ? std::min(all, one.position) : all;
  }
  while (!signals_.empty() && floor_ < all) {
    drop_first();
  }
}

} // namespace libsig::publish
