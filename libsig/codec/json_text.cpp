#include "libsig/codec/json_text.hpp"

#include "libsig/codec/internal/plain_run.hpp"
#include "libsig/core/utf8.hpp"

#include <cmath>

namespace libsig::codec {

namespace {

void append_escape(std::string& out, char control) {
  constexpr std::string_view digits = "0123456789abcdef";
  switch (control) {
  case '"':
    out += "\\\"";
    return;
  case '\\':
    out += "\\\\";
    return;
  case '\b':
    out += "\\b";
    return;
  case '\f':
    out += "\\f";
    return;
  case '\n':
    out += "\\n";
    return;
  case '\r':
    out += "\\r";
    return;
  case '\t':
    out += "\\t";
    return;
  default:
    out += "\\u00";
    out += digits[static_cast<unsigned char>(control) >> 4];
    out += digits[static_cast<unsigned char>(control) & 0xf];
  }
}

} // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t begin = 0;
  std::size_t at = internal::plain_run(text, 0);
  while (at < text.size()) {
    const auto unit = utf8_unit_at(text, at);
    if (!unit.valid || static_cast<unsigned char>(text[at]) < 0x80) {
      out += text.substr(begin, at - begin);
      begin = at + unit.length;
      if (unit.valid) {
        append_escape(out, text[at]);
      } else {
        out += "\xEF\xBF\xBD";
      }
    }
    at += unit.length;
    at += internal::plain_run(text, at);
  }
  out += text.substr(begin);
  out += '"';
}

void append_json_number(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  std::array<char, 32> digits{};
  const auto end =
    std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  const std::string_view text{digits.data(), end};
  out += text;
  if (text.find_first_of(".e") == std::string_view::npos) {
    out += ".0";
  }
}

} // namespace libsig::codec
