#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// What a terminal may be given, said a second time and in another way than the
/// library says it.
namespace libsig::report {

/// The text without the colour sequences that `pretty` uses itself.
inline std::string without_colours(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (text.starts_with("\x1b[")) {
      const auto end = text.find_first_not_of("0123456789;", 2);
      if (end != std::string_view::npos && text[end] == 'm') {
        text.remove_prefix(end + 1);
        continue;
      }
    }
    out += text.front();
    text.remove_prefix(1);
  }
  return out;
}

/// Where the first control character but a line feed, direction override,
/// zero-width character or stray byte stands; npos when there is none.
inline std::size_t first_hidden(std::string_view text) {
  const auto starts = [&](std::size_t at, std::string_view what) {
    return text.substr(at).starts_with(what);
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if ((byte < 0x20 && byte != '\n') || byte == 0x7f) {
      return at;
    }
    if (byte < 0x80) {
      ++at;
      continue;
    }
    const std::size_t length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    if (byte < 0xc2 || byte > 0xf4 || at + length > text.size()) {
      return at;
    }
    for (std::size_t index = 1; index < length; ++index) {
      if ((static_cast<unsigned char>(text[at + index]) & 0xc0) != 0x80) {
        return at;
      }
    }
    const auto second = static_cast<unsigned char>(text[at + 1]);
    const auto third =
      length > 2 ? static_cast<unsigned char>(text[at + 2]) : 0u;
    const bool is_c1 = byte == 0xc2 && second < 0xa0;
    const bool is_direction =
      starts(at, "\xe2\x80")
      && ((third >= 0x8b && third <= 0x8f) || (third >= 0xa8 && third <= 0xae));
    const bool is_isolate =
      starts(at, "\xe2\x81") && third >= 0xa0 && third <= 0xaf;
    if (is_c1 || is_direction || is_isolate || starts(at, "\xef\xbb\xbf")) {
      return at;
    }
    at += length;
  }
  return std::string_view::npos;
}

} // namespace libsig::report
