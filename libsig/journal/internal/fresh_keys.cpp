#include "libsig/journal/internal/fresh_keys.hpp"

#include <array>

namespace libsig::journal::internal {

namespace {

constexpr std::uint8_t no_digit = 0xff;

/// The value of every lower-case digit.
constexpr auto digit_values = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(no_digit);
  constexpr std::string_view digits = "0123456789abcdef";
  for (std::size_t value = 0; value < digits.size(); ++value) {
    values[static_cast<unsigned char>(digits[value])] =
      static_cast<std::uint8_t>(value);
  }
  return values;
}();

} // namespace

std::optional<uuid_value> read_uuid(std::string_view text) {
  constexpr std::size_t size = 36;
  if (text.size() != size || text[8] != '-' || text[13] != '-'
      || text[18] != '-' || text[23] != '-') {
    return std::nullopt;
  }
  bool valid = true;
  const auto read = [&](std::uint64_t value, std::size_t begin,
                        std::size_t end) {
    for (auto at = begin; at < end; ++at) {
      const auto digit = digit_values[static_cast<unsigned char>(text[at])];
      valid = valid && digit != no_digit;
      value = value << 4 | digit;
    }
    return value;
  };
  const auto high = read(read(read(0, 0, 8), 9, 13), 14, 18);
  const auto low = read(read(0, 19, 23), 24, size);
  return valid ? std::optional{uuid_value{high, low}} : std::nullopt;
}

} // namespace libsig::journal::internal
