#include "apps/sigd/log_text.hpp"

#include <algorithm>
#include <array>
#include <type_traits>

#include "libsig/codec/json_text.hpp"
#include "libsig/core/utf8.hpp"
#include "libsig/redact/redact.hpp"

namespace libsig::sigd {

namespace {

constexpr std::string_view plain_characters =
  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/@+%*";

/// What JSON leaves as it is and a reader of lines does not see: DEL, C1, the
/// marks, separators, overrides and isolates of direction.
[[nodiscard]] bool is_invisible(char32_t what) noexcept {
  return (what >= 0x7f && what <= 0x9f) || (what >= 0x200b && what <= 0x200f)
         || (what >= 0x2028 && what <= 0x202e)
         || (what >= 0x2060 && what <= 0x206f) || what == 0xfeff;
}

/// Of a valid unit of at most three bytes; longer ones are not looked at.
[[nodiscard]] char32_t code_point_of(std::string_view unit) noexcept {
  constexpr std::array<unsigned char, 4> leads{0, 0x7f, 0x1f, 0x0f};
  if (unit.size() >= leads.size()) {
    return 0;
  }
  auto made = static_cast<char32_t>(static_cast<unsigned char>(unit[0])
                                    & leads[unit.size()]);
  for (const char each : unit.substr(1)) {
    made = (made << 6) | (static_cast<unsigned char>(each) & 0x3fu);
  }
  return made;
}

void append_escape(std::string& out, char32_t what) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) {
    out += digits[(what >> shift) & 0xfu];
  }
}

/// The start of a text that is too long, with whole characters.
[[nodiscard]] std::string shortened(std::string_view text) {
  auto end = logger::field_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0u) == 0x80u) {
    --end;
  }
  return std::string{text.substr(0, end)} + "...";
}

void append_value(std::string& out, const log_field& of, bool as_json) {
  if (redact::is_secret_name(of.name)) {
    append_visible_string(out, redact::hidden_text);
    return;
  }
  std::visit(
    [&](auto value) {
      using type = decltype(value);
      if constexpr (std::is_same_v<type, std::string_view>) {
        const bool plain = !as_json && !value.empty()
                           && value.size() <= logger::field_bytes_max
                           && value.find_first_not_of(plain_characters)
                                == std::string_view::npos;
        if (plain) {
          out += value;
        } else {
          append_visible_string(out, value);
        }
      } else if constexpr (std::is_same_v<type, bool>) {
        out += value ? "true" : "false";
      } else {
        codec::append_json_integer(out, value);
      }
    },
    of.value);
}

} // namespace

void append_visible_string(std::string& out, std::string_view text) {
  std::string quoted;
  codec::append_json_string(
    quoted, text.size() > logger::field_bytes_max ? shortened(text) : text);
  if (is_printable_ascii(quoted)) {
    out += quoted;
    return;
  }
  const std::string_view all{quoted};
  for (std::size_t at = 0; at < all.size();) {
    const auto unit = all.substr(at, utf8_unit_at(all, at).length);
    if (const auto what = code_point_of(unit); is_invisible(what)) {
      append_escape(out, what);
    } else {
      out += unit;
    }
    at += unit.size();
  }
}

std::string log_text(std::string_view event,
                     std::initializer_list<log_field> fields) {
  std::string made{event};
  for (const auto& each : fields) {
    made += ' ';
    made += each.name;
    made += '=';
    append_value(made, each, false);
  }
  return made;
}

std::string log_members(std::string_view event,
                        std::initializer_list<log_field> fields) {
  std::string made{"\"event\":"};
  append_visible_string(made, event);
  for (const auto& each : fields) {
    made += ',';
    append_visible_string(made, each.name);
    made += ':';
    append_value(made, each, true);
  }
  return made;
}

} // namespace libsig::sigd
