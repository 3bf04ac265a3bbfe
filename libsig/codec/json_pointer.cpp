#include "libsig/codec/json_pointer.hpp"

#include "libsig/codec/json_text.hpp"

namespace libsig::codec {

namespace {

constexpr std::size_t token_bytes_max = 128;

/// The start of the name, cut between two characters.
[[nodiscard]] std::string_view shortened(std::string_view name) noexcept {
  std::size_t end = token_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(name[end]) >> 6) == 2) {
    --end;
  }
  return name.substr(0, end);
}

} // namespace

void append_pointer_token(std::string& pointer, std::string_view name) {
  const bool cut = name.size() > token_bytes_max;
  pointer += '/';
  for (const char letter : cut ? shortened(name) : name) {
    const auto byte = static_cast<unsigned char>(letter);
    if (letter == '~') {
      pointer += "~0";
    } else if (letter == '/') {
      pointer += "~1";
    } else if (byte < 0x20 || byte == 0x7F) {
      constexpr std::string_view digits = "0123456789abcdef";
      pointer += "\\u00";
      pointer += digits[byte >> 4];
      pointer += digits[byte & 0xF];
    } else {
      pointer += letter;
    }
  }
  if (cut) {
    pointer += "...";
  }
}

void append_pointer_token(std::string& pointer, std::size_t index) {
  pointer += '/';
  append_json_integer(pointer, index);
}

} // namespace libsig::codec
