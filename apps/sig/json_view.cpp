#include "apps/sig/json_view.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include <nlohmann/json.hpp>

#include "libsig/codec/guard.hpp"
#include "libsig/codec/json_document.hpp"
#include "libsig/core/utf8.hpp"
#include "libsig/report/report.hpp"

namespace libsig::sig {

namespace {

/// A page of 1,000 signals, each as large as signals may be.
constexpr codec::json_limits answer_limits{
  192u << 20, limits::json_depth_max + 8, 16'000'000};

constexpr bool is_blank(char one) noexcept {
  return one == ' ' || one == '\t' || one == '\n' || one == '\r';
}

std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && is_blank(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

/// Behind the string that begins at `at`.
std::size_t end_of_string(std::string_view text, std::size_t at) noexcept {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    at += text[at] == '\\' ? 1u : 0u;
  }
  return std::min(at + 1, text.size());
}

/// The parts between the brackets of an object or array, by its own commas.
std::vector<std::string_view> parts_of(std::string_view text, char opening) {
  text = trim(text);
  std::vector<std::string_view> parts;
  if (text.size() < 2 || text.front() != opening) {
    return parts;
  }
  text = trim(text.substr(1, text.size() - 2));
  std::size_t depth = 0;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    switch (text[at]) {
    case '"':
      at = end_of_string(text, at);
      continue;
    case '{':
    case '[':
      ++depth;
      break;
    case '}':
    case ']':
      --depth;
      break;
    case ',':
      if (depth == 0) {
        parts.push_back(trim(text.substr(begin, at - begin)));
        begin = at + 1;
      }
      break;
    default:
      break;
    }
    ++at;
  }
  if (!text.empty()) {
    parts.push_back(trim(text.substr(begin)));
  }
  return parts;
}

void append_escape(std::string& out, unsigned unit) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) {
    out += digits[(unit >> shift) & 0xFu];
  }
}

char32_t code_point_of(std::string_view unit) noexcept {
  const auto first = static_cast<unsigned char>(unit.front());
  constexpr std::array<unsigned, 5> masks{0, 0x7F, 0x1F, 0x0F, 0x07};
  char32_t point = first & masks[std::min<std::size_t>(unit.size(), 4)];
  for (const char byte : unit.substr(1)) {
    point = (point << 6) | (static_cast<unsigned char>(byte) & 0x3Fu);
  }
  return point;
}

/// Appends one character of a string, escaped when it cannot be seen.
void append_visible(std::string& out, std::string_view unit) {
  const bool plain =
    unit.size() == 1 && unit.front() >= ' ' && unit.front() != '\x7F';
  if (plain || report::printable(unit) == unit) {
    out += unit;
    return;
  }
  const auto point = code_point_of(unit);
  if (point > 0xFFFF) {
    const auto rest = static_cast<unsigned>(point - 0x10000);
    append_escape(out, 0xD800 + (rest >> 10));
    append_escape(out, 0xDC00 + (rest & 0x3FFu));
  } else {
    append_escape(out, static_cast<unsigned>(point));
  }
}

} // namespace

result<void> check_answer(std::string_view text) {
  if (auto safe = codec::guard_json(text, answer_limits); !safe) {
    return fail(
      error{errc::io, "the answer is not JSON"}.because(safe.error()));
  }
  return {};
}

std::vector<json_member> members_of(std::string_view object) {
  std::vector<json_member> members;
  for (const auto part : parts_of(object, '{')) {
    const auto end = end_of_string(part, 0);
    const auto value = trim(part.substr(end));
    if (end >= 2 && value.starts_with(':')) {
      members.push_back({part.substr(1, end - 2), trim(value.substr(1))});
    }
  }
  return members;
}

std::optional<std::string_view> member_of(std::string_view object,
                                          std::string_view name) {
  for (const auto& one : members_of(object)) {
    if (one.name == name) {
      return one.value;
    }
  }
  return std::nullopt;
}

std::vector<std::string_view> elements_of(std::string_view array) {
  return parts_of(array, '[');
}

std::optional<std::string> string_of(std::string_view json) {
  if (!json.starts_with('"')) {
    return std::nullopt;
  }
  const auto read = codec::parse_json(json);
  if (!read || !read->is_string()) {
    return std::nullopt;
  }
  return read->get<std::string>();
}

std::string text_of(std::string_view object, std::string_view name) {
  const auto found = member_of(object, name);
  return found ? string_of(*found).value_or("") : std::string{};
}

std::optional<std::uint64_t> number_of(std::string_view object,
                                       std::string_view name) {
  auto found = member_of(object, name).value_or("");
  if (found.size() >= 2 && found.starts_with('"')) {
    found = found.substr(1, found.size() - 2);
  }
  std::uint64_t value = 0;
  const auto* const end = found.data() + found.size();
  const auto [rest, problem] = std::from_chars(found.data(), end, value);
  if (found.empty() || problem != std::errc{} || rest != end) {
    return std::nullopt;
  }
  return value;
}

std::string one_line(std::string_view json) {
  std::string line;
  line.reserve(json.size());
  for (std::size_t at = 0; at < json.size();) {
    if (is_blank(json[at])) {
      ++at;
      continue;
    }
    if (json[at] != '"') {
      line += json[at++];
      continue;
    }
    const auto end = end_of_string(json, at);
    while (at < end) {
      const auto unit = json.substr(at, utf8_unit_at(json, at).length);
      append_visible(line, unit);
      at += unit.size();
    }
  }
  return line;
}

} // namespace libsig::sig
