#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/report/internal/excerpt.hpp"
#include "libsig/report/internal/facts.hpp"
#include "libsig/report/internal/formats.hpp"
#include "libsig/report/internal/markdown_text.hpp"
#include "libsig/report/internal/text.hpp"

namespace libsig::report {

namespace {

using review::line_kind;

// Hosts refuse comments of more than 65,536 characters; the findings stop well
// before, so that what follows them has room too.
constexpr std::size_t findings_bytes_max = 48'000;
constexpr std::size_t notes_bytes_max = 8'000;

// Texts that one finding shows, in bytes or columns and lines.
constexpr std::size_t prose_columns_max = 1'000;
constexpr std::size_t line_columns_max = 200;
constexpr std::size_t lines_shown_max = 6;

// By which a program finds the comment that it wrote before.
constexpr std::string_view marker = "<!-- libsig:review -->\n";

std::string prose(std::string_view text) {
  return markdown_prose(clip(text, prose_columns_max, "…", tabs::escape));
}

std::string code(std::string_view text) {
  return markdown_code(clip(text, prose_columns_max, "…", tabs::escape));
}

std::string_view sign_of(line_kind kind) noexcept {
  switch (kind) {
  case line_kind::added:
    return "+ ";
  case line_kind::removed:
    return "- ";
  case line_kind::context:
    break;
  }
  return "  ";
}

std::string_view without_return(std::string_view text) noexcept {
  text.remove_suffix(text.ends_with('\r') ? 1 : 0);
  return text;
}

void append_block(std::string& out, std::string_view lines,
                  std::string_view language) {
  const auto fence = markdown_fence(lines);
  out += fence;
  out += language;
  out += '\n';
  out += lines;
  out += fence;
  out += "\n\n";
}

void append_source(std::string& out, const excerpt& found,
                   std::string_view summary) {
  std::string lines;
  for (const auto& line : found.lines) {
    lines += sign_of(line.kind);
    const auto text = without_return(line.text);
    lines +=
      clip_around(text, quoted_place(summary, text), line_columns_max, "…");
    lines += '\n';
  }
  if (found.until != 0) {
    lines += "  … to line " + std::to_string(found.until) + '\n';
  }
  append_block(out, lines, "diff");
}

void append_suggestion(std::string& out, std::string_view text) {
  std::string lines;
  std::size_t count = 0;
  for (; !text.empty() && count < lines_shown_max; ++count) {
    const auto end = std::min(text.find('\n'), text.size());
    lines += clip(without_return(text.substr(0, end)), line_columns_max, "…",
                  tabs::expand);
    lines += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (!text.empty()) {
    lines += "…\n";
  }
  out += "Suggested:\n\n";
  append_block(out, lines, "");
}

std::string finding_text(const review::finding& what,
                         const source_index& sources) {
  std::string out = "### ";
  out += to_string(what.severity);
  out += ": " + code(location_of(what)) + "\n\n";
  out += prose(what.summary) + "\n\n";
  const auto found = sources.lines_of(what, lines_shown_max);
  if (!found.lines.empty()) {
    append_source(out, found, what.summary);
  }
  if (what.recommendation && !what.recommendation->empty()) {
    out += "**Do:** " + prose(*what.recommendation) + "\n\n";
  }
  if (what.suggestion && !what.suggestion->empty()) {
    append_suggestion(out, *what.suggestion);
  }
  out += "<sub>" + code(rule_of(what));
  if (!what.agent.empty()) {
    out += " · " + code(what.agent);
  }
  if (what.confidence) {
    out += " · " + confidence_text(*what.confidence);
  }
  out += "</sub>\n\n";
  return out;
}

/// The findings that fit, then how many there are beyond them.
void append_findings(std::string& out, const subject& of) {
  const source_index sources{of.changes};
  const auto& findings = of.summary->findings;
  const auto end = out.size() + findings_bytes_max;
  for (std::size_t index = 0; index < findings.size(); ++index) {
    const auto text = finding_text(findings[index], sources);
    if (out.size() + text.size() > end) {
      out += "**" + counted(findings.size() - index, "more finding")
             + " would not fit into this comment.**\n\n";
      return;
    }
    out += text;
  }
}

void append_verdict(std::string& out, const review::summary& summary) {
  const auto verdict = judge(summary);
  out += "## sig ";
  out += headline(verdict);
  out += ": " + severity_text(summary) + "\n\n";
  if (!verdict.whole()) {
    out += "> **Not everything was looked at.**\n";
    for (const auto& shortfall : verdict.shortfalls) {
      out += "> - " + prose(shortfall) + '\n';
    }
    out += '\n';
  }
  for (const auto escalation : escalations_of(summary)) {
    out += "> **Escalated.** " + prose(escalation) + "\n\n";
  }
}

void append_notes(std::string& out, std::string_view state,
                  const std::vector<review::file_note>& notes) {
  const auto end = out.size() + notes_bytes_max;
  for (std::size_t index = 0; index < notes.size(); ++index) {
    auto line = "- " + std::string{state} + ": " + code(notes[index].file);
    if (!notes[index].reason.empty()) {
      line += " – " + prose(notes[index].reason);
    }
    if (out.size() + line.size() > end) {
      out += "- " + std::string{state} + ": "
             + std::to_string(notes.size() - index) + " more\n";
      return;
    }
    out += line + '\n';
  }
}

void append_specialists(std::string& out, const review::coverage& coverage) {
  for (const auto& [name, state] : coverage.specialists) {
    out += "- " + code(name) + ": ";
    out += state_words(state);
    out += '\n';
  }
  for (const auto& [name, checks] : coverage.checks_failed) {
    for (const auto& check : checks) {
      out += "- " + code(name) + ": the check " + code(check) + " failed\n";
    }
  }
}

void append_coverage(std::string& out, const review::summary& summary) {
  const auto& coverage = summary.coverage;
  out += "<details>\n<summary>What was looked at: "
         + std::to_string(coverage.files_full) + " of "
         + counted(coverage.files_changed, "file") + " in full</summary>\n\n";
  append_notes(out, "partial", coverage.files_partial);
  append_notes(out, "skipped", coverage.files_skipped);
  if (const auto unnamed = files_unnamed(coverage); unnamed > 0) {
    out += "- " + counted(unnamed, "file") + " not whole and not named\n";
  }
  append_specialists(out, coverage);
  if (coverage.held_back > 0) {
    out += "- held back by the filter or the cap: "
           + counted(coverage.held_back, "finding") + '\n';
  }
  out += "- " + code(to_string(summary.path));
  if (!summary.rationale.empty()) {
    out += ": " + prose(summary.rationale);
  }
  out += "\n- review " + code(summary.review_id) + "\n\n</details>\n\n";
}

} // namespace

std::string make_markdown(const subject& of) {
  const auto& summary = *of.summary;
  const auto& coverage = summary.coverage;
  std::string out{marker};
  append_verdict(out, summary);
  append_findings(out, of);
  append_coverage(out, summary);
  out += counted(coverage.files_changed, "file") + " (+"
         + std::to_string(coverage.lines_added) + " −"
         + std::to_string(coverage.lines_removed) + ") · "
         + duration_text(summary.duration_ms) + '\n';
  return out;
}

} // namespace libsig::report
