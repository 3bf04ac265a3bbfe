#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/report/internal/canvas.hpp"
#include "libsig/report/internal/coverage_block.hpp"
#include "libsig/report/internal/excerpt.hpp"
#include "libsig/report/internal/facts.hpp"
#include "libsig/report/internal/formats.hpp"
#include "libsig/report/internal/text.hpp"

namespace libsig::report {

namespace {

using review::line_kind;
using review::severity;

// Lines of the diff, and of a suggestion, that one finding shows.
constexpr std::size_t lines_shown_max = 4;
constexpr std::size_t suggestion_lines_max = 6;

// ` │ + ` between a line's number and its text.
constexpr std::size_t gutter_columns = 5;

style style_of(severity value) noexcept {
  switch (value) {
  case severity::high:
    return style::high;
  case severity::medium:
    return style::medium;
  case severity::low:
    return style::low;
  case severity::none:
    break;
  }
  return style::faint;
}

struct gutter_mark {
  style look;
  std::string_view sign;
};

gutter_mark mark_of(line_kind kind) noexcept {
  switch (kind) {
  case line_kind::added:
    return {style::added, "+"};
  case line_kind::removed:
    return {style::removed, "-"};
  case line_kind::context:
    break;
  }
  return {style::plain, " "};
}

/// Blanks and tabs that all the lines begin with, which need not be shown.
std::size_t common_indent(const std::vector<source_line>& lines) {
  if (lines.empty()) {
    return 0;
  }
  auto prefix = lines.front().text;
  prefix =
    prefix.substr(0, std::min(prefix.find_first_not_of(" \t"), prefix.size()));
  for (const auto& line : lines) {
    const auto differs = std::ranges::mismatch(prefix, line.text).in1;
    prefix = prefix.substr(
      0, static_cast<std::size_t>(std::distance(prefix.begin(), differs)));
  }
  return prefix.size();
}

std::string_view without_return(std::string_view text) noexcept {
  if (text.ends_with('\r')) {
    text.remove_suffix(1);
  }
  return text;
}

/// The first lines of a text.
std::vector<source_line> lines_of(std::string_view text,
                                  std::size_t lines_max) {
  std::vector<source_line> lines;
  while (!text.empty() && lines.size() < lines_max) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back({line_kind::added, 0, text.substr(0, end)});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// The findings of a summary, one block each.
class findings_block {
public:
  findings_block(canvas& page, const source_index& sources)
    : page_{page}, sources_{sources}, margin_{page.is_narrow() ? 4u : 8u} {}

  void put(const review::finding& what) {
    put_head(what);
    page_.put_blanks(margin_);
    page_.put_paragraph(margin_, style::plain, what.summary);
    put_source(what);
    put_advice(what);
    put_origin(what);
  }

private:
  /// `high    lib/accounts.ex:42`; the place is never cut or broken, because
  /// terminals open it.
  void put_head(const review::finding& what) {
    const auto word = to_string(what.severity);
    page_.put(style_of(what.severity), word);
    page_.put_blanks(std::max(margin_, word.size() + 2) - word.size());
    page_.put(style::strong, printable(location_of(what)));
    page_.end_line();
  }

  /// The lines themselves, and below them what would replace them.
  void put_source(const review::finding& what) {
    const auto found = sources_.lines_of(what, lines_shown_max);
    const bool is_suggesting = what.suggestion && !what.suggestion->empty();
    if (found.lines.empty() && !is_suggesting) {
      return;
    }
    const auto digits = found.lines.empty()
                          ? 0
                          : std::to_string(found.lines.back().number).size();
    number_columns_ = std::max(margin_ - 1, digits);
    page_.end_line();
    const auto indent = common_indent(found.lines);
    for (const auto& line : found.lines) {
      put_line(line, what.summary, indent);
    }
    if (found.until != 0) {
      put_more(" to line " + std::to_string(found.until));
    }
    if (is_suggesting) {
      put_suggestion(*what.suggestion);
    }
    page_.end_line();
  }

  void put_gutter(std::string_view number, style look, std::string_view sign) {
    page_.put_blanks(number_columns_ - number.size());
    page_.put(style::faint, number);
    page_.put_blanks(1);
    page_.put(style::faint, page_.marks().bar);
    page_.put_blanks(1);
    page_.put(look, sign);
    page_.put_blanks(1);
  }

  void put_more(std::string_view where) {
    put_gutter({}, style::plain, " ");
    page_.put(style::faint, page_.marks().ellipsis);
    page_.put(style::faint, where);
    page_.end_line();
  }

  /// Columns that are left for a line of the diff.
  [[nodiscard]] std::size_t text_columns() const {
    return page_.columns() - number_columns_ - gutter_columns;
  }

  /// `     42 │ + the text`
  void put_line(const source_line& line, std::string_view summary,
                std::size_t indent) {
    const auto mark = mark_of(line.kind);
    put_gutter(std::to_string(line.number), mark.look, mark.sign);
    const auto text = without_return(line.text.substr(indent));
    page_.put(style::plain,
              clip_around(text, quoted_place(summary, text), text_columns(),
                          page_.marks().ellipsis));
    page_.end_line();
  }

  void put_suggestion(std::string_view text) {
    const auto lines = lines_of(text, suggestion_lines_max + 1);
    const auto indent = common_indent(lines);
    for (std::size_t index = 0; index < lines.size(); ++index) {
      if (index == suggestion_lines_max) {
        put_more({});
        break;
      }
      put_gutter({}, style::low, "~");
      page_.put(style::plain,
                clip(without_return(lines[index].text.substr(indent)),
                     text_columns(), page_.marks().ellipsis, tabs::expand));
      page_.end_line();
    }
  }

  void put_advice(const review::finding& what) {
    if (!what.recommendation || what.recommendation->empty()) {
      return;
    }
    const auto& arrow = page_.marks().arrow;
    page_.put_blanks(margin_);
    page_.put(style::good, arrow);
    page_.put_paragraph(margin_ + columns_of(arrow), style::plain,
                        *what.recommendation);
  }

  /// `sql-injection/string-building · security_specialist · 90% sure`
  void put_origin(const review::finding& what) {
    std::vector<std::string> parts{printable(rule_of(what))};
    if (!what.agent.empty()) {
      parts.push_back(printable(what.agent));
    }
    if (what.confidence) {
      parts.push_back(confidence_text(*what.confidence));
    }
    page_.put_blanks(margin_);
    page_.put_parts(margin_, style::faint, parts);
  }

  canvas& page_;
  const source_index& sources_;
  std::size_t margin_;
  std::size_t number_columns_ = 0;
};

/// What a reader must see first: that the review did not look.
void put_banner(canvas& page, const verdict& verdict) {
  if (verdict.whole()) {
    return;
  }
  const auto head = std::string{headline(verdict)} + ':';
  const auto indent = page.is_narrow() ? 4 : columns_of(head) + 1;
  for (const auto& shortfall : verdict.shortfalls) {
    page.put(style::high, head);
    if (page.is_narrow()) {
      page.end_line();
      page.put_blanks(indent);
    } else {
      page.put_blanks(1);
    }
    page.put_paragraph(indent, style::strong, shortfall);
  }
  page.end_line();
}

/// The calm answer, or the honest one where the review is not whole.
void put_nothing_found(canvas& page, const verdict& verdict,
                       const review::coverage& coverage) {
  if (verdict.whole()) {
    page.put(style::good, "No findings");
    page.put(style::plain,
             coverage.files_changed == 0
               ? std::string{": the diff changes no file."}
               : " in " + counted(coverage.files_changed, "file") + ".");
    page.end_line();
  } else {
    page.put_paragraph(0, style::plain,
                       "No findings, but not everything was looked at.");
  }
  page.end_line();
}

} // namespace

std::string make_pretty(const subject& of, const options& how) {
  const auto& summary = *of.summary;
  const auto verdict = judge(summary);
  const source_index sources{of.changes};
  canvas page{how};
  put_banner(page, verdict);
  if (summary.findings.empty()) {
    put_nothing_found(page, verdict, summary.coverage);
  }
  findings_block block{page, sources};
  for (const auto& finding : summary.findings) {
    block.put(finding);
    page.end_line();
  }
  if (!summary.findings.empty()) {
    page.put_rule();
  }
  put_coverage(page, summary);
  page.end_line();
  put_totals(page, summary, verdict);
  return std::move(page).take();
}

} // namespace libsig::report
