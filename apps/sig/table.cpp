#include "apps/sig/table.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "libsig/report/report.hpp"

namespace libsig::sig {

namespace {

/// A cell may hold megabytes; nobody reads more of it.
constexpr std::size_t cell_bytes_max = 4'096;

constexpr unsigned unbounded_width = 1'000'000;

constexpr std::size_t gap = 2;
constexpr std::size_t column_min = 4;

constexpr bool begins_character(char byte) noexcept {
  return (static_cast<unsigned char>(byte) & 0xC0u) != 0x80u;
}

} // namespace

std::size_t columns_of(std::string_view printable_text) noexcept {
  return static_cast<std::size_t>(
    std::ranges::count_if(printable_text, begins_character));
}

unsigned table_width(const terminal& screen) noexcept {
  return screen.output_is_terminal ? screen.width : unbounded_width;
}

std::string cut(std::string_view printable_text, std::size_t columns) {
  if (columns_of(printable_text) <= columns) {
    return std::string{printable_text};
  }
  std::size_t seen = 0;
  std::size_t at = 0;
  for (; at < printable_text.size(); ++at) {
    if (begins_character(printable_text[at]) && ++seen == columns) {
      break;
    }
  }
  return std::string{printable_text.substr(0, at)} + "…";
}

table::table(std::vector<std::string> heads) : columns_{heads.size()} {
  add(std::move(heads));
}

void table::add(std::vector<std::string> cells) {
  cells.resize(columns_);
  for (auto& one : cells) {
    one = report::printable(std::string_view{one}.substr(0, cell_bytes_max));
  }
  rows_.push_back(std::move(cells));
}

std::vector<std::size_t> table::widths(unsigned width) const {
  std::vector<std::size_t> made(columns_, 0);
  for (const auto& row : rows_) {
    for (std::size_t at = 0; at < columns_; ++at) {
      made[at] = std::max(made[at], columns_of(row[at]));
    }
  }
  const auto room = std::max<std::size_t>(width, columns_ * (column_min + gap))
                    - gap * (columns_ - 1);
  auto sum = std::accumulate(made.begin(), made.end(), std::size_t{0});
  while (sum > room) {
    auto& widest = *std::ranges::max_element(made);
    if (widest <= column_min) {
      break;
    }
    // To the next narrower one at once, so that a wide cell costs few rounds.
    std::size_t next = column_min;
    for (const auto one : made) {
      next = one < widest ? std::max(next, one) : next;
    }
    const auto less = std::min(widest - next, sum - room);
    const auto step = std::max<std::size_t>(less, 1);
    widest -= step;
    sum -= step;
  }
  return made;
}

std::string table::text(unsigned width, bool colour) const {
  const auto wide = widths(width);
  std::string out;
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    std::string line;
    for (std::size_t at = 0; at < columns_; ++at) {
      const auto cell = cut(rows_[row][at], wide[at]);
      line += cell;
      if (at + 1 < columns_) {
        line.append(wide[at] - columns_of(cell) + gap, ' ');
      }
    }
    line.erase(line.find_last_not_of(' ') + 1);
    const bool dim = colour && row == 0;
    out += (dim ? "\x1b[2m" : "") + line + (dim ? "\x1b[0m\n" : "\n");
  }
  return out;
}

} // namespace libsig::sig
