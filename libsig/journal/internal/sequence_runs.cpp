#include "libsig/journal/internal/sequence_runs.hpp"

#include <algorithm>
#include <utility>

namespace libsig::journal::internal {

namespace {

using runs = std::vector<std::vector<posting>>;

/// Makes one run of the last two.
void merge_last(runs& all) {
  const auto last = std::move(all.back());
  all.pop_back();
  std::vector<posting> merged;
  merged.reserve(all.back().size() + last.size());
  std::ranges::merge(all.back(), last, std::back_inserter(merged));
  all.back() = std::move(merged);
}

[[nodiscard]] std::optional<std::uint64_t>
lower(std::optional<std::uint64_t> one, std::optional<std::uint64_t> other) {
  return one && other ? std::min(*one, *other) : one ? one : other;
}

} // namespace

std::optional<std::uint64_t> next_of(std::span<const posting> in_order,
                                     std::uint64_t key, std::uint64_t after) {
  const auto found = std::ranges::upper_bound(in_order, posting{key, after});
  return found != in_order.end() && found->key == key
           ? std::optional{found->sequence}
           : std::nullopt;
}

std::optional<std::uint64_t> previous_of(std::span<const posting> in_order,
                                         std::uint64_t key,
                                         std::uint64_t before) {
  const auto behind = std::ranges::lower_bound(in_order, posting{key, before});
  if (behind == in_order.begin() || (behind - 1)->key != key) {
    return std::nullopt;
  }
  return (behind - 1)->sequence;
}

void sequence_runs::add(const posting& one) {
  newest_.push_back(one);
  if (newest_.size() == newest_max) {
    close_newest();
  }
}

void sequence_runs::close_newest() {
  std::ranges::sort(newest_);
  runs_.push_back(std::exchange(newest_, {}));
  while (runs_.size() > 1
         && runs_[runs_.size() - 2].size() <= runs_.back().size()) {
    merge_last(runs_);
  }
}

std::vector<posting> sequence_runs::take() {
  if (!newest_.empty()) {
    std::ranges::sort(newest_);
    runs_.push_back(std::exchange(newest_, {}));
  }
  while (runs_.size() > 1) {
    merge_last(runs_);
  }
  auto all = runs_.empty() ? std::vector<posting>{} : std::move(runs_.front());
  runs_.clear();
  return all;
}

std::optional<std::uint64_t> sequence_runs::next(std::uint64_t key,
                                                 std::uint64_t after) const {
  std::optional<std::uint64_t> found;
  for (const auto& run : runs_) {
    found = lower(found, next_of(run, key, after));
  }
  if (!found) {
    const auto newest = std::ranges::find_if(newest_, [&](const posting& one) {
      return one.key == key && one.sequence > after;
    });
    if (newest != newest_.end()) {
      found = newest->sequence;
    }
  }
  return found;
}

std::optional<std::uint64_t>
sequence_runs::previous(std::uint64_t key, std::uint64_t before) const {
  for (auto one = newest_.rbegin(); one != newest_.rend(); ++one) {
    if (one->key == key && one->sequence < before) {
      return one->sequence;
    }
  }
  std::optional<std::uint64_t> found;
  for (const auto& run : runs_) {
    // Nothing is below nothing.
    found = std::max(found, previous_of(run, key, before));
  }
  return found;
}

} // namespace libsig::journal::internal
