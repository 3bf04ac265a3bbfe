#include "libsig/report/internal/canvas.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "libsig/report/internal/text.hpp"

namespace libsig::report {

namespace {

constexpr std::size_t columns_min = 40;

// Sentences are hard to read in longer lines, however wide the terminal is.
constexpr std::size_t prose_columns_max = 100;

constexpr glyphs unicode_glyphs{"…", "│", " · ", "→ ", "−", "–", "─"};
constexpr glyphs ascii_glyphs{"...", "|", " - ", "> ", "-", "-", "-"};

// In the order of `style`.
constexpr std::array<std::string_view, 10> sequences{
  "",           "\x1b[1m",  "\x1b[2m",  "\x1b[1;31m", "\x1b[1;33m",
  "\x1b[1;36m", "\x1b[32m", "\x1b[33m", "\x1b[32m",   "\x1b[31m"};

constexpr std::string_view reset = "\x1b[0m";

} // namespace

canvas::canvas(const options& how)
  : columns_{std::max<std::size_t>(how.width, columns_min)},
    marks_{how.ascii ? &ascii_glyphs : &unicode_glyphs}, colour_{how.colour} {}

void canvas::put(style look, std::string_view printable_text) {
  if (printable_text.empty()) {
    return;
  }
  out_.append(std::exchange(blanks_, 0), ' ');
  const bool coloured = colour_ && look != style::plain;
  if (coloured) {
    out_ += sequences[static_cast<std::size_t>(look)];
  }
  out_ += printable_text;
  if (coloured) {
    out_ += reset;
  }
}

void canvas::put_blanks(std::size_t count) { blanks_ += count; }

void canvas::end_line() {
  blanks_ = 0;
  out_ += '\n';
}

void canvas::put_rule() {
  std::string line;
  for (std::size_t column = 0; column < columns_; ++column) {
    line += marks_->rule;
  }
  put(style::faint, line);
  end_line();
}

void canvas::put_paragraph(std::size_t indent, style look,
                           std::string_view text) {
  bool first = true;
  for (const auto& line : wrap(text, prose_columns(indent))) {
    if (!std::exchange(first, false)) {
      put_blanks(indent);
    }
    put(look, line);
    end_line();
  }
}

void canvas::put_parts(std::size_t indent, style look,
                       const std::vector<std::string>& parts) {
  const auto room = prose_columns(indent);
  const auto dot_columns = columns_of(marks_->dot);
  std::string line;
  std::size_t column = 0;
  for (const auto& part : parts) {
    const auto width = columns_of(part);
    if (!line.empty() && column + dot_columns + width > room) {
      put_paragraph(indent, look, line);
      put_blanks(indent);
      line.clear();
      column = 0;
    }
    if (!line.empty()) {
      line += marks_->dot;
      column += dot_columns;
    }
    line += part;
    column += width;
  }
  put_paragraph(indent, look, line);
}

std::size_t canvas::prose_columns(std::size_t indent) const noexcept {
  const auto room = std::min(columns_, prose_columns_max);
  return room - std::min(room, indent);
}

std::string canvas::take() && { return std::move(out_); }

} // namespace libsig::report
