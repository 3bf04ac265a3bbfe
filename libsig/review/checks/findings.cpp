#include "libsig/review/checks/findings.hpp"

#include <algorithm>
#include <string>

namespace libsig::review::checks {

std::uint32_t last_line_of(const flow& in, const seen_call& call) noexcept {
  auto last = in.at(call.at).line;
  for (std::size_t at = 0; at < call.count; ++at)
    if (!call.ranges[at].empty())
      last = std::max(last, in.at(call.ranges[at].last - 1).line);
  return last;
}

line_reports::line_reports(reporter& to, const hunk& where)
  : to_(to), where_(where) {}

bool line_reports::has(std::uint32_t line) const noexcept {
  return std::ranges::binary_search(lines_, line);
}

bool line_reports::is_changed(std::uint32_t first,
                              std::uint32_t last) const noexcept {
  auto each =
    std::ranges::lower_bound(where_.lines, first, {}, &diff_line::new_line);
  for (; each != where_.lines.end() && each->new_line <= last; ++each)
    if (each->kind != line_kind::context)
      return true;
  return false;
}

void line_reports::add(const rule& what, sighting where) {
  auto line = where.line;
  auto last = std::max(where.line, where.last_line);
  std::string other;
  const bool elsewhere = where.built_line < line || where.built_line > last;
  if (where.built_line != 0 && elsewhere) {
    if (!is_changed(line, last)
        && is_changed(where.built_line, where.built_line)) {
      other = " (used in line " + std::to_string(line) + ")";
      line = last = where.built_line;
    } else {
      other =
        " (put together in line " + std::to_string(where.built_line) + ")";
    }
  }
  const auto place = std::ranges::lower_bound(lines_, line);
  if (place != lines_.end() && *place == line)
    return;
  lines_.insert(place, line);
  observation seen;
  seen.type = what.type;
  seen.rule = what.name;
  seen.level = what.level;
  seen.line = line;
  seen.end_line = last;
  seen.confidence = what.confidence;
  seen.summary = what.summary;
  seen.summary += other;
  seen.summary += '.';
  seen.recommendation = what.recommendation;
  const auto text =
    std::ranges::lower_bound(where_.lines, line, {}, &diff_line::new_line);
  for (auto each = text; each != where_.lines.end() && each->new_line == line;
       ++each)
    if (each->kind != line_kind::removed)
      seen.key = each->text;
  to_.add(std::move(seen));
}

} // namespace libsig::review::checks
