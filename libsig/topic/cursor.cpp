#include "libsig/topic/cursor.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace libsig::topic {

namespace {

constexpr std::string_view prefix = "cursor-";
constexpr std::size_t epoch_digits = 16;

/// Appends a number in hexadecimal digits, at least so many.
void append_hex(std::string& out, std::uint64_t number, std::size_t width_min) {
  std::array<char, 16> digits{};
  const auto* const end =
    std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  const auto size = static_cast<std::size_t>(end - digits.data());
  out.append(width_min - std::min(width_min, size), '0');
  out.append(digits.data(), size);
}

/// Takes the digits before the next `.`, or the end, off the text; nothing
/// when there is no number.
[[nodiscard]] std::optional<std::uint64_t> take_hex(std::string_view& text) {
  std::uint64_t number = 0;
  const auto size = text.find('.');
  const auto digits = text.substr(0, size);
  const auto read =
    std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size()) {
    return std::nullopt;
  }
  text.remove_prefix(digits.size());
  return number;
}

} // namespace

std::string to_cursor(const position& of, std::uint64_t epoch) {
  std::string out{prefix};
  append_hex(out, epoch, epoch_digits);
  out += '.';
  append_hex(out, of.sequence, 1);
  if (of.known != of.sequence) {
    out += '.';
    append_hex(out, of.known, 1);
  }
  return out;
}

std::optional<position> read_cursor(std::string_view text,
                                    std::uint64_t epoch) {
  if (text.size() > cursor_bytes_max || !text.starts_with(prefix)) {
    return std::nullopt;
  }
  auto rest = text.substr(prefix.size());
  if (take_hex(rest) != epoch || rest.empty()) {
    return std::nullopt;
  }
  rest.remove_prefix(1);
  const auto sequence = take_hex(rest);
  if (!sequence) {
    return std::nullopt;
  }
  auto read = behind(*sequence);
  if (!rest.empty()) {
    rest.remove_prefix(1);
    const auto known = take_hex(rest);
    if (!known || !rest.empty()) {
      return std::nullopt;
    }
    read.known = *known;
  }
  // Blanks, signs, zeros in front and capitals read as the same number.
  return to_cursor(read, epoch) == text ? std::optional{read} : std::nullopt;
}

} // namespace libsig::topic
