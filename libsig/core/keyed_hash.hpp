#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace libsig {

/// A strongly universal hash of short texts under a secret: the multilinear
/// hash of Lemire and Kaser, one multiplication for each eight bytes.
///
/// For any two different texts all pairs of hashes are equally likely, so that
/// nobody who does not see the hashes can pick texts that meet.
class short_text_hash {
public:
  /// Longer texts need another hash.
  static constexpr std::size_t bytes_max = 64;

  using secret = std::array<unsigned char, 16>;

  /// Factors from the operating system.
  short_text_hash();

  /// Factors that follow from the secret; `stream` gives independent ones.
  short_text_hash(const secret& by, unsigned stream) noexcept;

  /// The hash of a text of at most `bytes_max` bytes, shifted by `offset`:
  /// under offsets that are random themselves, equal texts do not meet either.
  [[nodiscard]] std::uint64_t operator()(std::string_view text,
                                         std::uint64_t offset) const noexcept;

private:
  /// A random factor for each word of the text and one for its length, as the
  /// lower and the upper half of 128 bits.
  struct factor {
    std::uint64_t low;
    std::uint64_t high;
  };

  std::array<factor, bytes_max / sizeof(std::uint64_t) + 1> factors_{};
};

/// A hash for tables whose keys strangers choose (under a secret from the
/// operating system, one per object): nobody can pick keys that meet. The order
/// of a table must not depend on it.
class keyed_hash {
public:
  using is_transparent = void;

  keyed_hash();

  [[nodiscard]] std::size_t operator()(std::string_view key) const noexcept;

private:
  short_text_hash::secret secret_{};
  short_text_hash short_;
};

} // namespace libsig
