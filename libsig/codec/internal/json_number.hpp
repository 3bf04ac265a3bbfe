#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace libsig::codec::internal {

/// A number of JSON as its decimal value: `0.d1d2d3… * 10^(magnitude + 1)`
/// without zeros at either end, which is the same for every way to write it.
struct decimal {
  bool negative = false;
  /// The digits without leading and trailing zeros; they may have a point
  /// among them. Empty for zero.
  std::string_view digits;
  /// The power of ten of the first digit, within +-10^15; what is written with
  /// a larger exponent has that of the bound.
  std::int64_t magnitude = 0;

  [[nodiscard]] bool zero() const noexcept { return digits.empty(); }
};

/// Reads a number that the lexer has accepted.
[[nodiscard]] decimal decimal_of(std::string_view number) noexcept;

/// Appends the one text of the value: `-0` and `0.00` are `0`, `1e2` is `100`,
/// `1.50` is `1.5`; from 10^21 on and below 10^-6 with an exponent.
void append_canonical_number(std::string& out, std::string_view number);

} // namespace libsig::codec::internal
