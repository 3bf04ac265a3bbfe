#include "libsig/report/internal/markdown_text.hpp"

#include <algorithm>

#include "libsig/report/internal/text.hpp"
#include "libsig/report/report.hpp"

namespace libsig::report {

namespace {

/// The longest run of back quotes.
std::size_t longest_run(std::string_view text) noexcept {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const auto byte : text) {
    run = byte == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

bool is_markup(char byte) noexcept {
  return std::string_view{"\\`*_[]<>|~&$#@"}.find(byte)
         != std::string_view::npos;
}

/// Whether the mark at `at` makes an address of what surrounds it, where the
/// host links addresses by itself.
bool is_in_address(std::string_view text, std::size_t at) noexcept {
  const auto before = text.substr(0, at);
  return (text[at] == ':' && text.substr(at).starts_with("://"))
         || (text[at] == '.' && before.ends_with("www"));
}

void append_escaped(std::string& out, std::string_view printable_text) {
  for (std::size_t at = 0; at < printable_text.size(); ++at) {
    const auto byte = printable_text[at];
    if (is_markup(byte) || is_in_address(printable_text, at)) {
      out += '\\';
    }
    out += byte;
    // A host links mentions and references after it has read the Markdown, so
    // a backslash does not hold it; an empty comment between does.
    if (byte == '@' || byte == '#') {
      out += "<!-- -->";
    }
  }
}

/// Bytes before the mark that would make a list, a heading or a rule of the
/// paragraph; all of them when there is none.
std::size_t block_mark_place(std::string_view text) noexcept {
  const auto digits =
    std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view marks = digits == 0 ? "-+=" : ".)";
  const bool is_mark =
    digits < text.size() && marks.find(text[digits]) != std::string_view::npos;
  return is_mark ? digits : text.size();
}

} // namespace

std::string markdown_prose(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const auto shown = printable(text);
  std::string_view rest = shown;
  std::string out;
  out.reserve(shown.size() + shown.size() / 8);
  if (const auto place = block_mark_place(rest); place < rest.size()) {
    out += rest.substr(0, place);
    out += '\\';
    out += rest[place];
    rest.remove_prefix(place + 1);
  }
  while (true) {
    const auto open = rest.find('`');
    const auto close =
      open == std::string_view::npos ? open : rest.find('`', open + 1);
    // A single pair of back quotes with something between them is a quotation.
    if (close == std::string_view::npos || close == open + 1) {
      append_escaped(out, rest);
      return out;
    }
    append_escaped(out, rest.substr(0, open));
    out += markdown_code(rest.substr(open + 1, close - open - 1));
    rest.remove_prefix(close + 1);
  }
}

std::string markdown_code(std::string_view text) {
  const auto shown = printable(text);
  const std::string fence(longest_run(shown) + 1, '`');
  const bool is_blank = shown.find_first_not_of(' ') == std::string::npos;
  // One blank on each side is taken away again, and needed next to a quote.
  const bool needs_blanks =
    !is_blank
    && (shown.front() == '`' || shown.back() == '`' || shown.front() == ' ');
  std::string out = fence;
  out += needs_blanks || shown.empty() ? " " : "";
  out += shown;
  out += needs_blanks ? " " : "";
  out += fence;
  return out;
}

std::string markdown_fence(std::string_view text) {
  return std::string(std::max<std::size_t>(longest_run(text) + 1, 3), '`');
}

} // namespace libsig::report
