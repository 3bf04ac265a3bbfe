#include <string>
#include <string_view>

#include "libsig/report/internal/formats.hpp"
#include "libsig/report/internal/text.hpp"

namespace libsig::report {

namespace {

/// Appends a code unit of UTF-16 as JSON escapes it.
void append_json_escape(std::string& out, unsigned unit) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) {
    out += hex[(unit >> shift) & 0xf];
  }
}

void append_escaped(std::string& out, char32_t code_point) {
  if (code_point < 0x10000) {
    append_json_escape(out, static_cast<unsigned>(code_point));
    return;
  }
  const auto offset = static_cast<unsigned>(code_point) - 0x10000;
  append_json_escape(out, 0xd800 + (offset >> 10));
  append_json_escape(out, 0xdc00 + (offset & 0x3ff));
}

} // namespace

void append_visible_json(std::string& out, std::string_view json) {
  std::size_t kept = 0;
  for (std::size_t at = 0; at < json.size();) {
    const auto byte = static_cast<unsigned char>(json[at]);
    if (byte < 0x7f) {
      ++at;
      continue;
    }
    const auto hidden = hidden_unit_at(json, at);
    if (hidden.is_hidden) {
      out += json.substr(kept, at - kept);
      append_escaped(out, hidden.code_point);
      kept = at + hidden.bytes;
    }
    at += hidden.bytes;
  }
  out += json.substr(kept);
}

std::string make_json(const subject& of) {
  std::string out;
  out.reserve(of.event.size() + 1);
  append_visible_json(out, of.event);
  out += '\n';
  return out;
}

} // namespace libsig::report
