#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "libsig/report/internal/excerpt.hpp"
#include "libsig/report/internal/facts.hpp"
#include "libsig/report/internal/formats.hpp"
#include "libsig/report/internal/json_stream.hpp"
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
std::string message_text(std::string_view text) {
  std::string out;
  const bool has_link = text.find("](") != std::string_view::npos;
  for (const auto byte : text) {
    if (has_link && (byte == '[' || byte == ']' || byte == '\\')) {
      out += '\\';
    }
    out += byte;
  }
  return out;
}

ordered_json message(std::string_view text) {
  return {{"text", message_text(text)}};
}

ordered_json artifact_location(std::string_view path) {
  auto uri = path_to_uri(path);
  if (path.starts_with('/')) {
    return {{"uri", std::move(uri)}};
  }
  return {{"uri", std::move(uri)}, {"uriBaseId", root_id}};
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

void put_message(json_stream& out, std::string_view text) {
  out.open_object();
  out.member("text", message_text(text));
  out.close();
}

void put_artifact(json_stream& out, std::string_view path) {
  out.key("artifactLocation");
  out.open_object();
  out.member("uri", path_to_uri(path));
  if (!path.starts_with('/')) {
    out.member("uriBaseId", root_id);
  }
  out.close();
}

void put_region(json_stream& out, std::string_view name,
                const review::finding& what) {
  const auto first = std::max(*what.line, 1u);
  out.key(name);
  out.open_object();
  out.key("startLine");
  out.integer(first);
  out.key("endLine");
  out.integer(std::max(first, what.end_line.value_or(0)));
  out.close();
}

void put_location(json_stream& out, const review::finding& what,
                  std::string_view path) {
  out.key("locations");
  out.open_array();
  out.open_object();
  out.key("physicalLocation");
  out.open_object();
  put_artifact(out, path);
  if (what.line) {
    put_region(out, "region", what);
  }
  out.close();
  out.close();
  out.close();
}

void put_replacement(json_stream& out, const review::finding& what) {
  std::string_view text = *what.suggestion;
  text.remove_suffix(text.ends_with('\n') ? 1 : 0);
  out.open_object();
  put_region(out, "deletedRegion", what);
  out.key("insertedContent");
  out.open_object();
  out.member("text", text);
  out.close();
  out.close();
}

void put_fix(json_stream& out, const review::finding& what,
             std::string_view path) {
  out.key("fixes");
  out.open_array();
  out.open_object();
  if (what.recommendation && !what.recommendation->empty()) {
    out.key("description");
    put_message(out, *what.recommendation);
  }
  out.key("artifactChanges");
  out.open_array();
  out.open_object();
  put_artifact(out, path);
  out.key("replacements");
  out.open_array();
  put_replacement(out, what);
  for (int level = 0; level < 5; ++level) {
    out.close();
  }
}

void put_properties(json_stream& out, const review::finding& what) {
  out.key("properties");
  out.open_object();
  out.member("type", what.type);
  out.member("agent", what.agent);
  if (what.confidence) {
    out.key("confidence");
    out.number(*what.confidence);
  }
  out.close();
}

void put_result(json_stream& out, const review::finding& what,
                std::size_t rule_index, std::string_view path) {
  auto text = what.summary;
  if (what.recommendation && !what.recommendation->empty()) {
    text += '\n' + *what.recommendation;
  }
  out.open_object();
  out.member("ruleId", rule_of(what));
  out.key("ruleIndex");
  out.integer(rule_index);
  out.member("level", level_name(what.severity));
  out.key("message");
  put_message(out, text);
  put_location(out, what, path);
  if (what.fingerprint) {
    out.key("partialFingerprints");
    out.open_object();
    out.member("libsigFingerprint/v1", *what.fingerprint);
    out.close();
  }
  if (what.line && what.suggestion) {
    put_fix(out, what, path);
  }
  put_properties(out, what);
  out.close();
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

void put_document(json_stream& out, std::string_view name,
                  const ordered_json& document) {
  out.key(name);
  out.json(
    document.dump(2, ' ', false, ordered_json::error_handler_t::replace));
}

void put_run(json_stream& out, const subject& of, const options& how) {
  const auto& summary = *of.summary;
  const source_index sources{of.changes};
  rule_table rules;
  std::vector<std::size_t> rule_indices;
  for (const auto& finding : summary.findings) {
    rule_indices.push_back(rules.index_of(finding));
  }
  put_document(out, "tool",
               {{"driver", driver_of(std::move(rules).take(), how)}});
  put_document(out, "invocations",
               ordered_json::array({invocation_of(summary, sources)}));
  const ordered_json root{{"description", {{"text", "The repository."}}}};
  put_document(out, "originalUriBaseIds", {{root_id, root}});
  out.member("columnKind", "unicodeCodePoints");
  out.key("results");
  out.open_array();
  for (std::size_t index = 0; index < summary.findings.size(); ++index) {
    const auto& finding = summary.findings[index];
    put_result(out, finding, rule_indices[index],
               sources.exact_path(finding.file));
  }
  out.close();
  put_document(out, "properties", properties_of(summary));
}

} // namespace

std::string make_sarif(const subject& of, const options& how) {
  json_stream out;
  out.open_object();
  out.member("$schema", schema_uri);
  out.member("version", "2.1.0");
  out.key("runs");
  out.open_array();
  out.open_object();
  put_run(out, of, how);
  out.close();
  out.close();
  out.close();
  return std::move(out).take();
}

} // namespace libsig::report
