#include "libsig/report/internal/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "libsig/core/utf8.hpp"
#include "libsig/report/internal/width.hpp"
#include "libsig/report/report.hpp"

namespace libsig::report {

namespace {

constexpr std::size_t tab_columns = 4;

struct range {
  char32_t first;
  char32_t last;
};

// What changes the reading of its neighbours or cannot be seen at all: C1,
// the soft hyphen, Arabic and Mongolian format characters, Hangul fillers,
// joiners and direction marks, line separators, bidirectional overrides and
// isolates, invisible operators, the byte order mark, annotations, shorthand
// and musical format characters, tags.
constexpr std::array hidden_ranges{
  range{0x0080, 0x009f},   range{0x00ad, 0x00ad},   range{0x034f, 0x034f},
  range{0x061c, 0x061c},   range{0x115f, 0x1160},   range{0x17b4, 0x17b5},
  range{0x180b, 0x180f},   range{0x200b, 0x200f},   range{0x2028, 0x202e},
  range{0x2060, 0x206f},   range{0x3164, 0x3164},   range{0xfeff, 0xfeff},
  range{0xffa0, 0xffa0},   range{0xfff0, 0xfffb},   range{0x1bca0, 0x1bca3},
  range{0x1d173, 0x1d17a}, range{0xe0000, 0xe0fff},
};

bool is_hidden(char32_t code_point) noexcept {
  const auto holds = [&](const range& hidden) {
    return hidden.first <= code_point && code_point <= hidden.last;
  };
  return std::ranges::any_of(hidden_ranges, holds);
}

char32_t decode(std::string_view unit) noexcept {
  constexpr std::array<unsigned, 5> lead_masks{0, 0x7f, 0x1f, 0x0f, 0x07};
  auto code_point = static_cast<char32_t>(
    static_cast<unsigned char>(unit.front()) & lead_masks[unit.size()]);
  for (const auto byte : unit.substr(1)) {
    code_point =
      code_point << 6 | (static_cast<unsigned char>(byte) & char32_t{0x3f});
  }
  return code_point;
}

/// Appends `\xNN`, or the short form that everybody knows.
measure append_byte_escape(std::string& out, char byte) {
  constexpr std::string_view hex = "0123456789abcdef";
  switch (byte) {
  case '\n':
    out += "\\n";
    return {1, 2};
  case '\r':
    out += "\\r";
    return {1, 2};
  case '\t':
    out += "\\t";
    return {1, 2};
  default:
    break;
  }
  const auto value = static_cast<unsigned char>(byte);
  out += "\\x";
  out += hex[value >> 4];
  out += hex[value & 0xf];
  return {1, 4};
}

measure append_code_point_escape(std::string& out, std::size_t bytes,
                                 char32_t code_point) {
  std::array<char, 8> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(),
                                 static_cast<std::uint32_t>(code_point), 16)
                     .ptr;
  const auto count = static_cast<std::size_t>(end - digits.data());
  out += "\\u{";
  out.append(digits.data(), count);
  out += '}';
  return {bytes, count + 4};
}

bool is_plain(char byte) noexcept { return byte >= ' ' && byte <= '~'; }

/// As append_printable_unit; `column` is where the unit would stand.
measure append_unit(std::string& out, std::string_view text, std::size_t at,
                    std::size_t column, tabs how) {
  if (text[at] == '\t' && how == tabs::expand) {
    const auto blanks = tab_columns - column % tab_columns;
    out.append(blanks, ' ');
    return {1, blanks};
  }
  return append_printable_unit(out, text, at);
}

} // namespace

measure append_printable_unit(std::string& out, std::string_view text,
                              std::size_t at) {
  const char byte = text[at];
  if (is_plain(byte)) {
    out += byte;
    return {1, 1};
  }
  if (static_cast<unsigned char>(byte) < 0x80) {
    return append_byte_escape(out, byte);
  }
  const auto unit = utf8_unit_at(text, at);
  if (!unit.valid) {
    measure sum;
    for (std::size_t index = 0; index < unit.length; ++index) {
      const auto escape = append_byte_escape(out, text[at + index]);
      sum.bytes += escape.bytes;
      sum.columns += escape.columns;
    }
    return sum;
  }
  const auto bytes = text.substr(at, unit.length);
  const auto code_point = decode(bytes);
  if (is_hidden(code_point)) {
    return append_code_point_escape(out, unit.length, code_point);
  }
  out += bytes;
  return {unit.length, code_point_width(code_point)};
}

visibility hidden_unit_at(std::string_view text, std::size_t at) {
  const auto unit = utf8_unit_at(text, at);
  if (!unit.valid) {
    return {unit.length, 0, false};
  }
  const auto code_point = decode(text.substr(at, unit.length));
  const bool is_control = code_point < 0x20 || code_point == 0x7f;
  return {unit.length, code_point, is_control || is_hidden(code_point)};
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    at += append_printable_unit(out, text, at).bytes;
  }
  return out;
}

std::size_t columns_of(std::string_view printable_text) {
  std::size_t columns = 0;
  std::string scratch;
  for (std::size_t at = 0; at < printable_text.size();) {
    scratch.clear();
    const auto unit = append_printable_unit(scratch, printable_text, at);
    at += unit.bytes;
    columns += unit.columns;
  }
  return columns;
}

std::string clip(std::string_view text, std::size_t columns,
                 std::string_view ellipsis, tabs how) {
  const auto ellipsis_columns = columns_of(ellipsis);
  const auto room = columns - std::min(columns, ellipsis_columns);
  std::string out;
  std::size_t column = 0;
  // Where the text has to end if the ellipsis must follow.
  std::size_t cut = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto unit = append_unit(out, text, at, column, how);
    at += unit.bytes;
    column += unit.columns;
    if (column <= room) {
      cut = out.size();
    }
    if (column > columns) {
      out.resize(cut);
      out += ellipsis;
      return out;
    }
  }
  return out;
}

std::string clip_around(std::string_view text, std::size_t anchor,
                        std::size_t columns, std::string_view ellipsis) {
  // Bytes stand in for columns here: what is wanted is only that the anchor is
  // visible and the line is full, and `clip` counts exactly afterwards.
  if (anchor < columns - columns / 4 || text.size() <= columns) {
    return clip(text, columns, ellipsis, tabs::expand);
  }
  const auto ellipsis_columns = columns_of(ellipsis);
  const auto room = columns - std::min(columns, ellipsis_columns);
  auto start = std::min(anchor - columns / 3, text.size() - room);
  // Continuation bytes belong to the character before them.
  for (unsigned step = 0; step < 3 && start > 0; ++step) {
    if ((static_cast<unsigned char>(text[start]) & 0xc0) != 0x80) {
      break;
    }
    --start;
  }
  std::string out{ellipsis};
  out += clip(text.substr(start), room, ellipsis, tabs::expand);
  return out;
}

namespace {

/// Fills lines word by word.
class line_filler {
public:
  explicit line_filler(std::size_t columns)
    : columns_{std::max<std::size_t>(columns, 1)}, lines_(1) {}

  void add_word(std::string_view word) {
    std::string text;
    std::size_t width = 0;
    for (std::size_t at = 0; at < word.size();) {
      const auto unit = append_printable_unit(text, word, at);
      at += unit.bytes;
      width += unit.columns;
    }
    const std::size_t blank = lines_.back().empty() ? 0 : 1;
    if (column_ + blank + width <= columns_) {
      lines_.back().append(blank, ' ');
      lines_.back() += text;
      column_ += blank + width;
      return;
    }
    if (!lines_.back().empty()) {
      start_line();
    }
    if (width <= columns_) {
      lines_.back() = std::move(text);
      column_ = width;
      return;
    }
    add_long_word(word);
  }

  [[nodiscard]] std::vector<std::string> take() && { return std::move(lines_); }

private:
  void start_line() {
    lines_.emplace_back();
    column_ = 0;
  }

  void add_long_word(std::string_view word) {
    std::string unit_text;
    for (std::size_t at = 0; at < word.size();) {
      unit_text.clear();
      const auto unit = append_printable_unit(unit_text, word, at);
      at += unit.bytes;
      if (column_ > 0 && column_ + unit.columns > columns_) {
        start_line();
      }
      lines_.back() += unit_text;
      column_ += unit.columns;
    }
  }

  std::size_t columns_;
  std::size_t column_ = 0;
  std::vector<std::string> lines_;
};

} // namespace

std::vector<std::string> wrap(std::string_view text, std::size_t columns) {
  line_filler filler{columns};
  while (!text.empty()) {
    const auto start = text.find_first_not_of(' ');
    if (start == std::string_view::npos) {
      break;
    }
    text.remove_prefix(start);
    const auto end = std::min(text.find(' '), text.size());
    filler.add_word(text.substr(0, end));
    text.remove_prefix(end);
  }
  return std::move(filler).take();
}

} // namespace libsig::report
