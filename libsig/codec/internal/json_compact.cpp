#include "libsig/codec/internal/json_compact.hpp"

#include "libsig/codec/internal/plain_run.hpp"
#include "libsig/core/utf8.hpp"

namespace libsig::codec::internal {

namespace {

[[nodiscard]] bool is_blank(char letter) noexcept {
  return letter == ' ' || letter == '\n' || letter == '\r' || letter == '\t';
}

/// The place behind the string that begins at `at`.
[[nodiscard]] std::size_t string_end(std::string_view text,
                                     std::size_t at) noexcept {
  ++at;
  while (at < text.size()) {
    at += plain_run(text, at);
    if (at >= text.size()) {
      break;
    }
    if (text[at] == '"') {
      return at + 1;
    }
    at += text[at] == '\\' ? 2 : 1;
  }
  return text.size();
}

void append_without_blanks(std::string& out, std::string_view text) {
  std::size_t begin = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    if (text[at] == '"') {
      at = string_end(text, at);
    } else if (is_blank(text[at])) {
      out += text.substr(begin, at - begin);
      while (at < text.size() && is_blank(text[at])) {
        ++at;
      }
      begin = at;
    } else {
      ++at;
    }
  }
  out += text.substr(begin);
}

} // namespace

void append_compact_json(std::string& out, std::string_view text) {
  if (is_utf8(text)) {
    append_without_blanks(out, text);
    return;
  }
  std::string replaced;
  append_utf8_lossy(replaced, text);
  append_without_blanks(out, replaced);
}

} // namespace libsig::codec::internal
