#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "libsig/journal/key.hpp"

namespace libsig::journal::internal {

/// A table by digest with open addressing: one piece of memory, and none for
/// each entry. `Value::sequence` is 0 for nobody.
template <class Value>
class flat_map {
public:
  [[nodiscard]] const Value* find(const digest& key) const {
    if (slots_.empty()) {
      return nullptr;
    }
    const auto& found = slots_[place_of(key)];
    return found.value.sequence == 0 ? nullptr : &found.value;
  }

  /// Adds a key that is not there.
  void insert(const digest& key, Value value) {
    // A quarter stays free, so that a search is short and ends.
    if (4 * (size_ + 1) > 3 * slots_.size()) {
      grow();
    }
    slots_[place_of(key)] = {key, std::move(value)};
    ++size_;
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
  struct slot {
    digest key;
    Value value;
  };

  /// Where the key stands, or the free place where it would. Digests are
  /// uniform, so that neighbours are as good as any second hash.
  [[nodiscard]] std::size_t place_of(const digest& key) const noexcept {
    const auto mask = slots_.size() - 1;
    auto at = static_cast<std::size_t>(key.words[0]) & mask;
    while (slots_[at].value.sequence != 0 && !(slots_[at].key == key)) {
      at = (at + 1) & mask;
    }
    return at;
  }

  void grow() {
    auto old = std::exchange(
      slots_, std::vector<slot>(std::max<std::size_t>(8, 2 * slots_.size())));
    for (auto& one : old) {
      if (one.value.sequence != 0) {
        slots_[place_of(one.key)] = std::move(one);
      }
    }
  }

  /// None, or a power of two.
  std::vector<slot> slots_;
  std::size_t size_ = 0;
};

/// A map that forgets: once the young half is full it becomes the old half, and
/// what was the old half goes. Bounds memory without a second index by age.
template <class Value>
class forgetting_map {
public:
  explicit forgetting_map(std::size_t entries_max)
    : half_max_{std::max<std::size_t>(entries_max / 2, 1)} {}

  [[nodiscard]] const Value* find(const digest& key) const {
    const auto* const young = young_.find(key);
    return young != nullptr ? young : old_.find(key);
  }

  /// Adds a key that is not there.
  void insert(const digest& key, Value value) {
    if (young_.size() == half_max_) {
      old_ = std::exchange(young_, {});
    }
    young_.insert(key, std::move(value));
  }

private:
  std::size_t half_max_;
  flat_map<Value> young_;
  flat_map<Value> old_;
};

/// The keys, cut into shares so that growing one table is a short pause rather
/// than a long one.
template <class Value>
class key_table {
public:
  explicit key_table(std::size_t entries_max) {
    shares_.reserve(share_count);
    for (std::size_t share = 0; share < share_count; ++share) {
      shares_.emplace_back(entries_max / share_count);
    }
  }

  [[nodiscard]] const Value* find(const digest& key) const {
    return shares_[key.words[1] % share_count].find(key);
  }

  /// Adds a key that is not there.
  void insert(const digest& key, Value value) {
    shares_[key.words[1] % share_count].insert(key, std::move(value));
  }

private:
  static constexpr std::size_t share_count = 256;

  std::vector<forgetting_map<Value>> shares_;
};

} // namespace libsig::journal::internal
