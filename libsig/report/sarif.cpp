#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <nlohmann/json.hpp>

#include "libsig/report/internal/excerpt.hpp"
#include "libsig/report/internal/facts.hpp"
#include "libsig/report/internal/formats.hpp"
#include "libsig/report/internal/rules.hpp"
#include "libsig/report/internal/uri.hpp"

namespace libsig::report {

namespace {

using nlohmann::ordered_json;
using review::severity;

constexpr std::string_view schema_uri =
  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
  "sarif-schema-2.1.0.json";

constexpr std::string_view root_id = "%SRCROOT%";

std::string_view level_name(severity value) noexcept {
  switch (value) {
  case severity::high:
    return "error";
  case severity::medium:
    return "warning";
  case severity::low:
    return "note";
  case severity::none:
    break;
  }
  return "none";
}

/// A plain text message. `[text](address)` would be a link in it.
ordered_json message(std::string_view text) {
  std::string out;
  const bool has_link = text.find("](") != std::string_view::npos;
  for (const auto byte : text) {
    if (has_link && (byte == '[' || byte == ']' || byte == '\\')) {
      out += '\\';
    }
    out += byte;
  }
  return {{"text", std::move(out)}};
}

ordered_json artifact_location(std::string_view path) {
  auto uri = path_to_uri(path);
  if (path.starts_with('/')) {
    return {{"uri", std::move(uri)}};
  }
  return {{"uri", std::move(uri)}, {"uriBaseId", root_id}};
}

ordered_json region_of(const review::finding& what) {
  const auto first = std::max(*what.line, 1u);
  return {{"startLine", first},
          {"endLine", std::max(first, what.end_line.value_or(0))}};
}

// -- rules --------------------------------------------------------------------

ordered_json rule_descriptor(std::string_view id, const review::finding& what) {
  const auto* facts = find_rule(what.type);
  ordered_json out{{"id", id}};
  if (facts == nullptr) {
    out["shortDescription"] = {{"text", "Findings of type " + what.type + "."}};
    out["defaultConfiguration"] = {{"level", level_name(what.severity)}};
    return out;
  }
  out["name"] = facts->name;
  out["shortDescription"] = {{"text", facts->short_description}};
  out["help"] = {{"text", facts->help}};
  out["defaultConfiguration"] = {{"level", level_name(facts->usual_severity)}};
  auto tags = ordered_json::array();
  tags.push_back(facts->security_severity.empty() ? "performance" : "security");
  if (!facts->weakness.empty()) {
    tags.push_back(facts->weakness);
  }
  out["properties"] = {{"tags", std::move(tags)}};
  if (!facts->security_severity.empty()) {
    out["properties"]["security-severity"] = facts->security_severity;
  }
  return out;
}

/// The rules that the findings name, in order of their first finding.
class rule_table {
public:
  std::size_t index_of(const review::finding& what) {
    const auto [place, is_new] =
      indices_.try_emplace(rule_of(what), indices_.size());
    if (is_new) {
      descriptors_.push_back(rule_descriptor(place->first, what));
    }
    return place->second;
  }

  [[nodiscard]] ordered_json take() && { return std::move(descriptors_); }

private:
  std::unordered_map<std::string_view, std::size_t> indices_;
  ordered_json descriptors_ = ordered_json::array();
};

// -- results ------------------------------------------------------------------

ordered_json fix_of(const review::finding& what, const ordered_json& location) {
  std::string_view text = *what.suggestion;
  text.remove_suffix(text.ends_with('\n') ? 1 : 0);
  const ordered_json replacement{{"deletedRegion", region_of(what)},
                                 {"insertedContent", {{"text", text}}}};
  const ordered_json change{
    {"artifactLocation", location},
    {"replacements", ordered_json::array({replacement})}};
  ordered_json out = ordered_json::object();
  if (what.recommendation && !what.recommendation->empty()) {
    out["description"] = message(*what.recommendation);
  }
  out["artifactChanges"] = ordered_json::array({change});
  return out;
}

ordered_json result_of(const review::finding& what, std::size_t rule_index,
                       const source_index& sources) {
  auto text = what.summary;
  if (what.recommendation && !what.recommendation->empty()) {
    text += '\n' + *what.recommendation;
  }
  ordered_json out{{"ruleId", rule_of(what)},
                   {"ruleIndex", rule_index},
                   {"level", level_name(what.severity)},
                   {"message", message(text)}};
  const auto location = artifact_location(sources.exact_path(what.file));
  ordered_json physical{{"artifactLocation", location}};
  if (what.line) {
    physical["region"] = region_of(what);
  }
  out["locations"] =
    ordered_json::array({{{"physicalLocation", std::move(physical)}}});
  if (what.fingerprint) {
    out["partialFingerprints"] = {{"libsigFingerprint/v1", *what.fingerprint}};
  }
  if (what.line && what.suggestion) {
    out["fixes"] = ordered_json::array({fix_of(what, location)});
  }
  out["properties"] = {{"type", what.type}, {"agent", what.agent}};
  if (what.confidence) {
    out["properties"]["confidence"] = *what.confidence;
  }
  return out;
}

// -- the invocation -----------------------------------------------------------

ordered_json notification(std::string_view id, std::size_t index,
                          std::string_view level, std::string_view text) {
  return {{"descriptor", {{"id", id}, {"index", index}}},
          {"level", level},
          {"message", message(text)}};
}

ordered_json notification_descriptors() {
  return ordered_json::array(
    {{{"id", "incomplete-review"},
      {"shortDescription",
       {{"text", "A specialist is missing or a check failed."}}}},
     {{"id", "partial-file"},
      {"shortDescription", {{"text", "A file was looked at only in part."}}}},
     {{"id", "skipped-file"},
      {"shortDescription", {{"text", "A file was not looked at."}}}}});
}

void add_notes(ordered_json& to, const ordered_json& kind,
               const std::vector<review::file_note>& notes,
               const source_index& sources) {
  for (const auto& note : notes) {
    auto out = kind;
    out["message"] =
      message(note.reason.empty() ? std::string_view{"No reason is given."}
                                  : std::string_view{note.reason});
    out["locations"] = ordered_json::array(
      {{{"physicalLocation",
         {{"artifactLocation",
           artifact_location(sources.exact_path(note.file))}}}}});
    to.push_back(std::move(out));
  }
}

ordered_json invocation_of(const review::summary& summary,
                           const source_index& sources) {
  const auto verdict = judge(summary);
  auto notifications = ordered_json::array();
  for (const auto& shortfall : verdict.shortfalls) {
    notifications.push_back(
      notification("incomplete-review", 0, "error", shortfall));
  }
  add_notes(notifications, notification("partial-file", 1, "warning", {}),
            summary.coverage.files_partial, sources);
  add_notes(notifications, notification("skipped-file", 2, "note", {}),
            summary.coverage.files_skipped, sources);
  return {{"executionSuccessful", verdict.whole()},
          {"toolExecutionNotifications", std::move(notifications)}};
}

ordered_json properties_of(const review::summary& summary) {
  const auto& coverage = summary.coverage;
  auto specialists = ordered_json::object();
  for (const auto& [name, state] : coverage.specialists) {
    specialists[name] = to_string(state);
  }
  return {{"reviewId", summary.review_id},
          {"status", to_string(summary.status)},
          {"severity", to_string(summary.severity)},
          {"decisionPath", to_string(summary.path)},
          {"rationale", summary.rationale},
          {"durationMs", summary.duration_ms},
          {"escalations", summary.escalations},
          {"coverage",
           {{"filesChanged", coverage.files_changed},
            {"filesFull", coverage.files_full},
            {"filesPartial", coverage.files_partial.size()},
            {"filesSkipped", coverage.files_skipped.size()},
            {"linesAdded", coverage.lines_added},
            {"linesRemoved", coverage.lines_removed},
            {"specialists", std::move(specialists)},
            {"heldBack", coverage.held_back}}}};
}

ordered_json driver_of(ordered_json rules, const options& how) {
  ordered_json out{{"name", "sig"}};
  if (!how.tool_version.empty()) {
    out["version"] = how.tool_version;
  }
  out["rules"] = std::move(rules);
  out["notifications"] = notification_descriptors();
  return out;
}

} // namespace

std::string make_sarif(const subject& of, const options& how) {
  const auto& summary = *of.summary;
  const source_index sources{of.changes};
  rule_table rules;
  auto results = ordered_json::array();
  for (const auto& finding : summary.findings) {
    results.push_back(result_of(finding, rules.index_of(finding), sources));
  }
  const ordered_json root{{"description", {{"text", "The repository."}}}};
  ordered_json run{
    {"tool", {{"driver", driver_of(std::move(rules).take(), how)}}},
    {"invocations", ordered_json::array({invocation_of(summary, sources)})},
    {"originalUriBaseIds", {{root_id, root}}},
    {"columnKind", "unicodeCodePoints"},
    {"results", std::move(results)},
    {"properties", properties_of(summary)}};
  const ordered_json log{{"$schema", schema_uri},
                         {"version", "2.1.0"},
                         {"runs", ordered_json::array({std::move(run)})}};
  std::string out;
  append_visible_json(
    out, log.dump(2, ' ', false, ordered_json::error_handler_t::replace));
  out += '\n';
  return out;
}

} // namespace libsig::report
