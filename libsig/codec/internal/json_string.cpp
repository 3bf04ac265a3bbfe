#include "libsig/codec/internal/json_string.hpp"

#include "libsig/core/utf8.hpp"

#include <charconv>
#include <cstdint>

namespace libsig::codec::internal {

namespace {

[[nodiscard]] char32_t code_unit(std::string_view digits) {
  std::uint32_t value = 0;
  std::from_chars(digits.data(), digits.data() + 4, value, 16);
  return value;
}

/// Appends what the escape at the start of the text, behind its backslash,
/// stands for; the number of bytes that it takes.
[[nodiscard]] std::size_t append_escaped(std::string& out,
                                         std::string_view text) {
  switch (text.front()) {
  case 'b':
    out += '\b';
    return 1;
  case 'f':
    out += '\f';
    return 1;
  case 'n':
    out += '\n';
    return 1;
  case 'r':
    out += '\r';
    return 1;
  case 't':
    out += '\t';
    return 1;
  case 'u':
    break;
  default:
    out += text.front();
    return 1;
  }
  const char32_t first = code_unit(text.substr(1));
  if (first < 0xD800 || first > 0xDBFF) {
    append_code_point(out, first);
    return 5;
  }
  // A low surrogate follows: \uD83D\uDE00 without the first backslash.
  const char32_t second = code_unit(text.substr(7));
  append_code_point(out,
                    0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
  return 11;
}

} // namespace

void append_unescaped(std::string& out, std::string_view inside) {
  for (std::size_t at = 0; at < inside.size();) {
    const std::size_t found = inside.find('\\', at);
    if (found == std::string_view::npos) {
      out += inside.substr(at);
      return;
    }
    out += inside.substr(at, found - at);
    at = found + 1;
    at += append_escaped(out, inside.substr(at));
  }
}

std::string unquoted(std::string_view quoted) {
  std::string out;
  append_unescaped(out, quoted.substr(1, quoted.size() - 2));
  return out;
}

} // namespace libsig::codec::internal
