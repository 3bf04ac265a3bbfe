#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "libsig/core/limits.hpp"
#include "libsig/core/pattern.hpp"
#include "libsig/route/internal/scratch.hpp"
#include "libsig/route/internal/trie.hpp"

namespace libsig::route::internal {

/// The kinds of a pattern's segments from the left, two bits each: what decides
/// the order of patterns that match one type. Literals of different text are
/// equal here, so the order is the same whatever the type.
class shape {
public:
  /// The pattern's shape as far as its next segment.
  [[nodiscard]] shape with(pattern::kind next) const noexcept {
    switch (next) {
    case pattern::kind::literal:
      return plus(0);
    case pattern::kind::one:
      return plus(1);
    case pattern::kind::many:
      return plus(3);
    }
    return *this;
  }

  /// The whole pattern's shape: its end stands between `*` and `**`.
  [[nodiscard]] shape ended() const noexcept { return plus(2); }

  friend bool operator<(const shape& left, const shape& right) noexcept {
    return left.high_ != right.high_ ? left.high_ < right.high_
                                     : left.low_ < right.low_;
  }

  friend bool operator==(const shape& left, const shape& right) noexcept {
    return left.high_ == right.high_ && left.low_ == right.low_;
  }

private:
  // The end of a pattern of the greatest length needs no rank: all it could be
  // compared with ends there, too.
  static_assert(limits::pattern_segments_max <= 64);

  [[nodiscard]] shape plus(std::uint64_t rank) const noexcept {
    auto longer = *this;
    if (size_ < 32)
      longer.high_ |= rank << (62 - 2 * size_);
    else if (size_ < 64)
      longer.low_ |= rank << (126 - 2 * size_);
    ++longer.size_;
    return longer;
  }

  std::uint64_t high_ = 0;
  std::uint64_t low_ = 0;
  std::uint32_t size_ = 0;
};

/// A pattern that matches and has routes.
struct found {
  internal::shape shape;
  std::uint32_t routes; ///< the head of its chain
};

/// The patterns a type usually leads to fit on the stack.
using found_list = scratch<found, 32>;

/// Appends each pattern that matches the type, once, in no order. Time is
/// linear in the type's segments times the nodes that are active at once.
void walk(const trie& patterns, std::string_view type, found_list& out);

} // namespace libsig::route::internal
