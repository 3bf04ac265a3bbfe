#include "apps/sig/commands/text_page.hpp"

#include <algorithm>

#include "libsig/report/report.hpp"

namespace libsig::sig {

namespace {

constexpr unsigned indent = 2;
constexpr std::size_t text_column = 18;
constexpr std::size_t text_columns_min = 20;

/// Longer texts are a node's that wants to fill the screen.
constexpr std::size_t text_bytes_max = 4'000;

std::string visible(std::string_view text) {
  auto shown = report::printable(text.substr(0, text_bytes_max));
  if (text.size() > text_bytes_max) {
    shown += " ...";
  }
  return shown;
}

/// Where the first line of the text ends and the next one begins.
std::pair<std::size_t, std::size_t> first_line(std::string_view text,
                                               std::size_t columns) {
  const auto fits = [&](std::size_t bytes) {
    return columns_of(text.substr(0, bytes)) <= columns;
  };
  if (fits(text.size())) {
    return {text.size(), text.size()};
  }
  std::size_t end = 0;
  for (auto blank = text.find(' '); blank != text.npos && fits(blank);
       blank = text.find(' ', blank + 1)) {
    end = blank;
  }
  if (end > 0) {
    return {end, end + 1};
  }
  // A word that is too long for any line keeps its own.
  const auto blank = std::min(text.find(' '), text.size());
  return {blank, std::min(blank + 1, text.size())};
}

} // namespace

void text_page::heading(std::string_view text) {
  out_ += out_.empty() ? "" : "\n";
  out_ += screen_.colour ? "\x1b[1m" : "";
  out_ += visible(text);
  out_ += screen_.colour ? "\x1b[0m\n" : "\n";
}

void text_page::row(std::string_view label, std::string_view text) {
  const auto shown = visible(text);
  std::string_view rest{shown};
  auto start = std::string(indent, ' ') + visible(label) + ' ';
  const auto used = columns_of(start);
  start.append(used < text_column ? text_column - used : 0, ' ');
  while (!rest.empty()) {
    const auto room = std::max(
      screen_.width - std::min<std::size_t>(screen_.width, columns_of(start)),
      text_columns_min);
    const auto [end, next] = first_line(rest, room);
    out_ += start;
    out_ += rest.substr(0, end);
    out_ += '\n';
    rest.remove_prefix(next);
    start.assign(text_column, ' ');
  }
}

void text_page::rows(const table& of) {
  const auto width = std::max(table_width(screen_), unsigned{indent}) - indent;
  const auto text = of.text(width, screen_.colour);
  std::string_view lines{text};
  while (!lines.empty()) {
    const auto end = std::min(lines.find('\n'), lines.size());
    out_.append(indent, ' ');
    out_ += lines.substr(0, end);
    out_ += '\n';
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
}

} // namespace libsig::sig
