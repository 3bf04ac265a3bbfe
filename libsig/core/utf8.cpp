#include "libsig/core/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace libsig {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

[[nodiscard]] std::uint8_t byte_at(std::string_view text,
                                   std::size_t at) noexcept {
  return static_cast<std::uint8_t>(text[at]);
}

/// What a leading byte demands of the bytes behind it.
struct lead {
  std::size_t length;
  std::uint8_t second_min;
  std::uint8_t second_max;
};

/// The table 3-7 of the Unicode standard; length 1 for what cannot lead.
[[nodiscard]] lead lead_of(std::uint8_t byte) noexcept {
  if (byte < 0xC2 || byte > 0xF4) {
    return {1, 0, 0};
  }
  if (byte < 0xE0) {
    return {2, 0x80, 0xBF};
  }
  if (byte < 0xF0) {
    const auto low =
      std::uint8_t{byte == 0xE0 ? std::uint8_t{0xA0} : std::uint8_t{0x80}};
    const auto high =
      std::uint8_t{byte == 0xED ? std::uint8_t{0x9F} : std::uint8_t{0xBF}};
    return {3, low, high};
  }
  const auto low =
    std::uint8_t{byte == 0xF0 ? std::uint8_t{0x90} : std::uint8_t{0x80}};
  const auto high =
    std::uint8_t{byte == 0xF4 ? std::uint8_t{0x8F} : std::uint8_t{0xBF}};
  return {4, low, high};
}

/// The number of ASCII bytes from `at` on, eight at a time.
[[nodiscard]] std::size_t ascii_run(std::string_view text,
                                    std::size_t at) noexcept {
  const std::size_t begin = at;
  while (text.size() - at >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof(word));
    if ((word & 0x8080808080808080u) != 0) {
      break;
    }
    at += sizeof(word);
  }
  while (at < text.size() && byte_at(text, at) < 0x80) {
    ++at;
  }
  return at - begin;
}

/// Not zero when one of eight bytes is no printable character of ASCII.
[[nodiscard]] std::uint64_t flaws_of_word(const char* bytes) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101u;
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof(word));
  // A byte below 0x20 borrows into its high bit, a DEL becomes zero and does
  // so, too; a byte beyond ASCII has the bit itself. Borrows that run on only
  // come from a byte that is refused already.
  const std::uint64_t below = word - ones * 0x20;
  const std::uint64_t del = (word ^ ones * 0x7F) - ones;
  return (word | below | del) & ones << 7;
}

} // namespace

utf8_unit utf8_unit_at(std::string_view text, std::size_t at) noexcept {
  const std::uint8_t first = byte_at(text, at);
  if (first < 0x80) {
    return {1, true};
  }
  const lead demand = lead_of(first);
  if (demand.length == 1 || at + 1 == text.size()) {
    return {1, false};
  }
  const std::uint8_t second = byte_at(text, at + 1);
  if (second < demand.second_min || second > demand.second_max) {
    return {1, false};
  }
  for (std::size_t index = 2; index < demand.length; ++index) {
    if (at + index == text.size() || byte_at(text, at + index) >> 6 != 2) {
      return {index, false};
    }
  }
  return {demand.length, true};
}

bool is_utf8(std::string_view text) noexcept {
  std::size_t at = ascii_run(text, 0);
  while (at < text.size()) {
    const auto unit = utf8_unit_at(text, at);
    if (!unit.valid) {
      return false;
    }
    at += unit.length;
    at += ascii_run(text, at);
  }
  return true;
}

bool is_printable_ascii(std::string_view text) noexcept {
  constexpr std::size_t step = sizeof(std::uint64_t);
  if (text.size() < step) {
    return std::ranges::all_of(
      text, [](char letter) { return letter >= 0x20 && letter < 0x7F; });
  }
  // Nothing is decided before the end, since nearly all texts are printable.
  // The last eight bytes may be looked at twice.
  std::uint64_t flaws = flaws_of_word(text.data() + text.size() - step);
  for (std::size_t at = 0; at + step < text.size(); at += step) {
    flaws |= flaws_of_word(text.data() + at);
  }
  return flaws == 0;
}

bool has_control_character(std::string_view text) noexcept {
  char before = '\0';
  for (const char next : text) {
    const auto byte = static_cast<unsigned char>(next);
    if (byte < 0x20 || byte == 0x7F || (before == '\xC2' && byte < 0xA0)) {
      return true;
    }
    before = next;
  }
  return false;
}

void append_utf8_lossy(std::string& out, std::string_view text) {
  std::size_t begin = 0;
  std::size_t at = ascii_run(text, 0);
  while (at < text.size()) {
    const auto unit = utf8_unit_at(text, at);
    if (!unit.valid) {
      out += text.substr(begin, at - begin);
      out += replacement;
      begin = at + unit.length;
    }
    at += unit.length;
    at += ascii_run(text, at);
  }
  out += text.substr(begin);
}

std::string to_utf8_lossy(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  append_utf8_lossy(text, bytes);
  return text;
}

void append_code_point(std::string& out, char32_t code_point) {
  const auto put = [&out](char32_t byte) {
    out += static_cast<char>(static_cast<unsigned char>(byte));
  };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | code_point >> 6);
    put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | code_point >> 12);
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | code_point >> 18);
    put(0x80 | (code_point >> 12 & 0x3F));
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
}

} // namespace libsig
