#include "libsig/topic/payload.hpp"

#include <algorithm>
#include <charconv>

#include "libsig/codec/base64.hpp"
#include "libsig/redact/redact.hpp"

namespace libsig::topic {

namespace {

/// What stands behind a `\` in a JSON string: how long it is, and how many
/// bytes it has where nothing is escaped that need not be.
struct escape {
  std::size_t length = 0;
  std::size_t bytes = 0;
};

[[nodiscard]] unsigned unit_at(std::string_view text, std::size_t at) {
  unsigned unit = 0;
  const auto digits = text.substr(std::min(at, text.size()), 4);
  std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
  return unit;
}

/// The escape of one code unit, `u` and four digits at `at`.
[[nodiscard]] escape unit_escape(std::string_view json, std::size_t at) {
  const auto unit = unit_at(json, at + 1);
  if (unit < 0x20) {
    constexpr std::string_view short_ones = "\b\t\n\f\r";
    return {5, short_ones.find(static_cast<char>(unit)) != short_ones.npos
                 ? std::size_t{2}
                 : std::size_t{6}};
  }
  if (unit < 0x80) {
    return {5, unit == '"' || unit == '\\' ? std::size_t{2} : std::size_t{1}};
  }
  // The two halves of a character beyond the first plane.
  if (unit >= 0xD800 && unit < 0xDC00
      && json.substr(std::min(at + 5, json.size()), 2) == "\\u") {
    return {11, 4};
  }
  return {5, unit < 0x800 ? std::size_t{2} : std::size_t{3}};
}

[[nodiscard]] escape escape_at(std::string_view json, std::size_t at) {
  switch (json[at]) {
  case 'u':
    return unit_escape(json, at);
  case '/':
    return {1, 1};
  default:
    return {1, 2};
  }
}

/// A string without its quotes: where it ends, and its bytes.
[[nodiscard]] escape string_at(std::string_view json, std::size_t begin) {
  escape sum;
  auto at = begin;
  while (at < json.size() && json[at] != '"') {
    if (json[at] != '\\' || at + 1 == json.size()) {
      ++at;
      ++sum.bytes;
      continue;
    }
    const auto one = escape_at(json, at + 1);
    at += 1 + one.length;
    sum.bytes += one.bytes;
  }
  sum.length = at - begin;
  return sum;
}

[[nodiscard]] constexpr bool is_blank(char letter) noexcept {
  return letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r';
}

constexpr std::string_view binary_begin = "{\"data_base64\":\"";
constexpr std::string_view binary_end = "\"}";

void append_clear(const event_data& data, std::string& out) {
  switch (data.which()) {
  case event_data::kind::absent:
    out += "{}";
    return;
  case event_data::kind::json:
    data.append_json(out);
    return;
  case event_data::kind::binary:
    out += binary_begin;
    codec::append_base64(out, *data.bytes());
    out += binary_end;
    return;
  }
}

} // namespace

void append_payload(const event_data& data, bool clear, std::string& out) {
  const auto begin = out.size();
  append_clear(data, out);
  if (clear) {
    return;
  }
  if (const auto hidden =
        redact::redact_json(std::string_view{out}.substr(begin))) {
    out.replace(begin, std::string::npos, *hidden);
  }
}

std::uint64_t compact_json_bytes(std::string_view json) {
  std::uint64_t bytes = 0;
  for (std::size_t at = 0; at < json.size(); ++at) {
    if (is_blank(json[at])) {
      continue;
    }
    ++bytes;
    if (json[at] == '"') {
      const auto text = string_at(json, at + 1);
      at += text.length + 1;
      bytes += text.bytes + 1;
    }
  }
  return bytes;
}

std::uint64_t payload_bytes(const event_data& data) {
  if (data.which() == event_data::kind::binary) {
    return binary_begin.size() + (data.bytes()->size() + 2) / 3 * 4
           + binary_end.size();
  }
  if (const auto* const text = data.bytes()) {
    return compact_json_bytes(*text);
  }
  std::string text;
  append_clear(data, text);
  return compact_json_bytes(text);
}

} // namespace libsig::topic
