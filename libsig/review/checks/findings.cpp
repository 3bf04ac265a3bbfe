#include "libsig/review/checks/findings.hpp"

#include <algorithm>
#include <string>

namespace libsig::review::checks {

line_reports::line_reports(reporter& to, const hunk& where)
  : to_(to), where_(where) {}

bool line_reports::has(std::uint32_t line) const noexcept {
  return std::ranges::binary_search(lines_, line);
}

void line_reports::add(const rule& what, std::uint32_t line,
                       std::uint32_t built_line) {
  const auto place = std::ranges::lower_bound(lines_, line);
  if (place != lines_.end() && *place == line)
    return;
  lines_.insert(place, line);
  observation seen;
  seen.type = what.type;
  seen.rule = what.name;
  seen.level = what.level;
  seen.line = line;
  seen.confidence = what.confidence;
  seen.summary = what.summary;
  if (built_line != 0 && built_line != line)
    seen.summary +=
      " (put together in line " + std::to_string(built_line) + ")";
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
