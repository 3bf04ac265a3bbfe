#include "libsig/report/internal/coverage_block.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "libsig/report/internal/text.hpp"

namespace libsig::report {

namespace {

using review::specialist_state;

// Files that one list names; the rest is counted.
constexpr std::size_t files_named_max = 8;

// Enough for `specialists` and two blanks.
constexpr std::size_t label_columns = 13;

/// Rows of which the first has a label and the others stand below its text.
class labelled_rows {
public:
  labelled_rows(canvas& page, std::string_view label)
    : page_{page}, label_{label} {}

  void put(style look, std::string_view text) {
    put_label();
    page_.put_paragraph(indent(), look, text);
  }

  void put_parts(style look, const std::vector<std::string>& parts) {
    put_label();
    page_.put_parts(indent(), look, parts);
  }

private:
  [[nodiscard]] std::size_t indent() const noexcept {
    return page_.is_narrow() ? 4 : label_columns;
  }

  void put_label() {
    const auto label = std::exchange(label_, {});
    page_.put(style::faint, label);
    if (page_.is_narrow() && !label.empty()) {
      page_.end_line();
      page_.put_blanks(indent());
    } else {
      page_.put_blanks(indent() - label.size());
    }
  }

  canvas& page_;
  std::string_view label_;
};

void put_notes(labelled_rows& rows, std::string_view state,
               const std::vector<review::file_note>& notes, style look,
               const glyphs& marks) {
  const auto count = std::min(notes.size(), files_named_max);
  for (std::size_t index = 0; index < count; ++index) {
    auto text = std::string{state} + ": " + notes[index].file;
    if (!notes[index].reason.empty()) {
      text += ' ';
      text += marks.dash;
      text += ' ' + notes[index].reason;
    }
    rows.put(look, text);
  }
  if (notes.size() > count) {
    rows.put(look, std::string{state} + ": "
                     + std::to_string(notes.size() - count) + " more");
  }
}

void put_files(canvas& page, const review::coverage& coverage) {
  std::vector<std::string> parts{std::to_string(coverage.files_changed)
                                 + " changed"};
  const auto add = [&](std::uint64_t count, std::string_view state) {
    if (count > 0) {
      parts.push_back(std::to_string(count) + ' ' + std::string{state});
    }
  };
  add(coverage.files_full, "full");
  add(coverage.files_partial.size(), "partial");
  add(coverage.files_skipped.size(), "skipped");
  add(files_unnamed(coverage), "not whole and not named");
  labelled_rows rows{page, "files"};
  rows.put_parts(style::plain, parts);
  put_notes(rows, "partial", coverage.files_partial, style::caution,
            page.marks());
  put_notes(rows, "skipped", coverage.files_skipped, style::plain,
            page.marks());
}

void put_specialists(canvas& page, const review::coverage& coverage) {
  labelled_rows rows{page, "specialists"};
  for (const auto& group : group_specialists(coverage)) {
    std::string text{state_words(group.state)};
    std::string_view separator = ": ";
    for (const auto name : group.names) {
      text += separator;
      text += name;
      separator = ", ";
    }
    const bool is_missing = group.state == specialist_state::failed
                            || group.state == specialist_state::timed_out;
    rows.put(is_missing ? style::high : style::plain, text);
  }
}

void put_checks(canvas& page, const review::coverage& coverage) {
  labelled_rows rows{page, "checks"};
  for (const auto& [name, checks] : coverage.checks_failed) {
    std::string text = "failed: ";
    std::string_view separator;
    for (const auto& check : checks) {
      text += separator;
      text += check;
      separator = ", ";
    }
    rows.put(style::high, text + " (" + name + ")");
  }
}

} // namespace

void put_coverage(canvas& page, const review::summary& summary) {
  const auto& coverage = summary.coverage;
  labelled_rows escalations{page, "escalated"};
  for (const auto escalation : escalations_of(summary)) {
    escalations.put(style::strong, escalation);
  }
  put_files(page, coverage);
  put_specialists(page, coverage);
  put_checks(page, coverage);
  if (coverage.held_back > 0) {
    labelled_rows rows{page, "held back"};
    rows.put(style::plain, counted(coverage.held_back, "finding")
                             + " by the filter or the cap");
  }
  labelled_rows review{page, "review"};
  review.put(style::plain, summary.review_id);
  review.put(style::plain,
             std::string{to_string(summary.path)} + ": " + summary.rationale);
}

void put_totals(canvas& page, const review::summary& summary,
                const verdict& verdict) {
  const auto& coverage = summary.coverage;
  auto counts = severity_text(summary) + " in "
                + counted(coverage.files_changed, "file") + " (+"
                + std::to_string(coverage.lines_added) + ' ';
  counts += page.marks().minus;
  counts += std::to_string(coverage.lines_removed) + ')';
  std::size_t indent = 0;
  if (!verdict.whole()) {
    const std::string head{headline(verdict)};
    const auto& dot = page.marks().dot;
    page.put(style::high, head);
    page.put(style::plain, dot);
    indent = columns_of(head) + columns_of(dot);
  }
  page.put_parts(indent, style::strong,
                 {std::move(counts), duration_text(summary.duration_ms),
                  std::string{to_string(summary.path)}});
}

} // namespace libsig::report
