#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace libsig::journal::internal {

/// A UUID as a number whose order is that of its text.
struct uuid_value {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend bool operator==(const uuid_value&, const uuid_value&) = default;
  friend auto operator<=>(const uuid_value&, const uuid_value&) = default;
};

/// Reads a UUID in its one canonical form, lower case and with dashes; nothing
/// for every other text.
[[nodiscard]] std::optional<uuid_value> read_uuid(std::string_view text);

/// The keys of signals whose ids the node made itself.
///
/// Such ids rise with time, so that the keys stand in one row, each behind the
/// last, and nearly nobody ever asks for them: writing one touches the end of
/// the row rather than a random place of a table far larger than the
/// processor's caches. Asking is a binary search. The oldest go at the bound.
template <class Value>
class fresh_keys {
public:
  explicit fresh_keys(std::size_t entries_max)
    : block_size_{std::clamp<std::size_t>(entries_max / 2, 1, 256)},
      blocks_max_{std::max<std::size_t>(entries_max / block_size_, 2)} {}

  /// Adds an id that is not there. One that does not rise walks to its place
  /// among those that were made at the same time.
  void insert(const uuid_value& id, const Value& value) {
    if (blocks_.empty() || blocks_.back().size() == block_size_) {
      if (blocks_.size() == blocks_max_) {
        blocks_.pop_front();
      }
      blocks_.emplace_back().reserve(block_size_);
    }
    blocks_.back().push_back({id, value});
    sift();
  }

  /// The value of an id; null when it is not there.
  [[nodiscard]] Value* find(const uuid_value& id) {
    const auto block = std::ranges::partition_point(
      blocks_, [&](const auto& one) { return one.back().id < id; });
    if (block == blocks_.end()) {
      return nullptr;
    }
    const auto found = std::ranges::lower_bound(*block, id, {}, &entry::id);
    return found->id == id ? &found->value : nullptr;
  }

private:
  struct entry {
    uuid_value id;
    Value value;
  };

  /// Moves the last entry before all that are greater.
  void sift() {
    auto block = blocks_.size() - 1;
    auto at = blocks_[block].size() - 1;
    for (;;) {
      const auto before_block = at > 0 ? block : block - 1;
      if (at == 0 && block == 0) {
        return;
      }
      const auto before = at > 0 ? at - 1 : block_size_ - 1;
      auto& one = blocks_[block][at];
      auto& other = blocks_[before_block][before];
      if (!(one.id < other.id)) {
        return;
      }
      std::swap(one, other);
      block = before_block;
      at = before;
    }
  }

  std::size_t block_size_;
  std::size_t blocks_max_;
  std::deque<std::vector<entry>> blocks_;
};

} // namespace libsig::journal::internal
