#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace libsig::journal::internal {

/// A sequence under a key: that of a topic, or of an id in one.
struct posting {
  std::uint64_t key = 0;
  std::uint64_t sequence = 0;

  friend bool operator==(const posting&, const posting&) = default;
  friend auto operator<=>(const posting&, const posting&) = default;
};

/// The lowest sequence of the key above `after`, among postings in order.
[[nodiscard]] std::optional<std::uint64_t>
next_of(std::span<const posting> in_order, std::uint64_t key,
        std::uint64_t after);

/// The highest sequence of the key below `before`, among postings in order.
[[nodiscard]] std::optional<std::uint64_t>
previous_of(std::span<const posting> in_order, std::uint64_t key,
            std::uint64_t before);

/// The postings of the newest signals, in a few rows that are in order each: 16
/// bytes for a posting, and no work for a key that nobody asks for.
class sequence_runs {
public:
  // -- mutators ---------------------------------------------------------------

  /// Adds a posting whose sequence is above those of all before.
  void add(const posting& one);

  /// All postings in order; none is left.
  [[nodiscard]] std::vector<posting> take();

  // -- observers --------------------------------------------------------------

  [[nodiscard]] std::optional<std::uint64_t> next(std::uint64_t key,
                                                  std::uint64_t after) const;

  [[nodiscard]] std::optional<std::uint64_t>
  previous(std::uint64_t key, std::uint64_t before) const;

private:
  static constexpr std::size_t newest_max = 256;

  /// Makes a run of the newest, and one of two that are as long.
  void close_newest();

  /// In order of sequences.
  std::vector<posting> newest_;
  /// Each shorter than the one before it.
  std::vector<std::vector<posting>> runs_;
};

} // namespace libsig::journal::internal
