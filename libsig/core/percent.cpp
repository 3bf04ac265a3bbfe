#include "libsig/core/percent.hpp"

#include "libsig/core/utf8.hpp"

#include <cstddef>

namespace libsig {

namespace {

[[nodiscard]] int digit_value(char letter) noexcept {
  if (letter >= '0' && letter <= '9') {
    return letter - '0';
  }
  if (letter >= 'a' && letter <= 'f') {
    return letter - 'a' + 10;
  }
  if (letter >= 'A' && letter <= 'F') {
    return letter - 'A' + 10;
  }
  return -1;
}

/// The byte that the escape at a place stands for, or -1.
[[nodiscard]] int escape_at(std::string_view text, std::size_t at) noexcept {
  if (text.size() - at < 3) {
    return -1;
  }
  const int high = digit_value(text[at + 1]);
  const int low = digit_value(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

enum class stray { refuse, keep };

[[nodiscard]] std::optional<std::string> decode(std::string_view text,
                                                stray percent, char blank) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%') {
      const int byte = escape_at(text, at);
      if (byte >= 0) {
        out += static_cast<char>(byte);
        at += 2;
        continue;
      }
      if (percent == stray::refuse) {
        return std::nullopt;
      }
    }
    out += text[at] == blank ? ' ' : text[at];
  }
  return out;
}

void append_escape(std::string& out, char letter) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(letter);
  out += '%';
  out += digits[byte >> 4];
  out += digits[byte & 0x0F];
}

[[nodiscard]] bool is_unreserved(char letter) noexcept {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z')
         || (letter >= '0' && letter <= '9') || letter == '-' || letter == '.'
         || letter == '_' || letter == '~';
}

/// The inside of a quoted string, its backslashes resolved; any other value as
/// it is.
[[nodiscard]] std::string unwrapped(std::string_view value) {
  if (value.size() < 2 || value.front() != '"' || value.back() != '"') {
    return std::string{value};
  }
  const std::string_view inside = value.substr(1, value.size() - 2);
  std::string out;
  out.reserve(inside.size());
  for (std::size_t at = 0; at < inside.size(); ++at) {
    if (inside[at] == '\\' && at + 1 < inside.size()) {
      ++at;
    }
    out += inside[at];
  }
  return out;
}

} // namespace

std::optional<std::string> percent_decode(std::string_view text) {
  return decode(text, stray::refuse, '\0');
}

std::optional<std::string> percent_decode_query(std::string_view text) {
  return decode(text, stray::refuse, '+');
}

void append_percent_encoded(std::string& out, std::string_view text) {
  for (const char letter : text) {
    if (is_unreserved(letter)) {
      out += letter;
    } else {
      append_escape(out, letter);
    }
  }
}

result<std::string> decode_field_value(std::string_view value) {
  // Most values hold nothing to decode.
  if (value.find_first_of("%\"") == std::string_view::npos
      && is_printable_ascii(value)) {
    return std::string{value};
  }
  std::string text = unwrapped(value);
  if (text.find('%') != std::string::npos) {
    text = *decode(text, stray::keep, '\0');
  }
  if (!is_utf8(text)) {
    return fail(errc::invalid_argument, "must decode to UTF-8");
  }
  return text;
}

void append_field_value(std::string& out, std::string_view text) {
  for (const char letter : text) {
    if (letter > ' ' && letter < '\x7F' && letter != '"' && letter != '%') {
      out += letter;
    } else {
      append_escape(out, letter);
    }
  }
}

} // namespace libsig
