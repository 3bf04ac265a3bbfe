#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "libsig/report/internal/facts.hpp"
#include "libsig/report/internal/formats.hpp"

namespace libsig::report {

namespace {

using nlohmann::ordered_json;
using review::severity;

// The format's line numbers have 31 bits.
constexpr std::uint32_t line_max = std::numeric_limits<std::int32_t>::max();

std::string_view severity_name(severity value) noexcept {
  switch (value) {
  case severity::high:
    return "ERROR";
  case severity::medium:
    return "WARNING";
  case severity::low:
    return "INFO";
  case severity::none:
    break;
  }
  return "UNKNOWN_SEVERITY";
}

ordered_json range_of(const review::finding& what) {
  const auto first = std::min(*what.line, line_max);
  const auto last =
    std::min(std::max(*what.line, what.end_line.value_or(0)), line_max);
  // Without columns the range has whole lines, the last one included.
  return {{"start", {{"line", first}}}, {"end", {{"line", last}}}};
}

/// The text that replaces whole lines, whose last line end stays in the file.
std::string_view replacement(std::string_view text) noexcept {
  text.remove_suffix(text.ends_with('\n') ? 1 : 0);
  return text;
}

ordered_json diagnostic(const review::finding& what) {
  auto message = what.summary;
  if (what.recommendation && !what.recommendation->empty()) {
    message += '\n' + *what.recommendation;
  }
  ordered_json out{{"message", std::move(message)},
                   {"location", {{"path", what.file}}},
                   {"severity", severity_name(what.severity)},
                   {"code", {{"value", rule_of(what)}}}};
  if (!what.agent.empty()) {
    out["source"] = {{"name", what.agent}};
  }
  if (what.line) {
    out["location"]["range"] = range_of(what);
  }
  if (what.line && what.suggestion) {
    out["suggestions"] = ordered_json::array(
      {{{"range", range_of(what)}, {"text", replacement(*what.suggestion)}}});
  }
  return out;
}

/// A review that did not look has no place in a file; without the diagnostic
/// it would read as clean.
ordered_json shortfall_diagnostic(const verdict& verdict,
                                  const std::string& sentence) {
  auto message = std::string{headline(verdict)};
  message += ": " + sentence;
  return {{"message", std::move(message)},
          {"location", {{"path", ""}}},
          {"severity", "ERROR"},
          {"code", {{"value", "incomplete-review"}}}};
}

} // namespace

std::string make_rdjson(const subject& of) {
  const auto& summary = *of.summary;
  const auto verdict = judge(summary);
  auto diagnostics = ordered_json::array();
  for (const auto& shortfall : verdict.shortfalls) {
    diagnostics.push_back(shortfall_diagnostic(verdict, shortfall));
  }
  for (const auto& finding : summary.findings) {
    diagnostics.push_back(diagnostic(finding));
  }
  const auto worst =
    verdict.whole() ? severity_name(summary.severity) : "ERROR";
  const ordered_json document{{"source", {{"name", "sig"}}},
                              {"severity", worst},
                              {"diagnostics", std::move(diagnostics)}};
  std::string out;
  append_visible_json(
    out, document.dump(2, ' ', false, ordered_json::error_handler_t::replace));
  out += '\n';
  return out;
}

} // namespace libsig::report
