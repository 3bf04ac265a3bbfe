#include <utility>

#include "libsig/review/internal/read_parts.hpp"
#include "libsig/review/internal/read_payloads.hpp"

#include <nlohmann/json.hpp>

namespace libsig::review::internal {

namespace {

using nlohmann::json;

constexpr schema::strings_limits texts{list_max, text_max};

constexpr std::array<std::string_view, 4> state_names{"done", "failed",
                                                      "timed_out", "skipped"};

/// The names of files and why they were not looked at wholly.
void read_notes(object_reader& from, std::string_view name,
                std::vector<file_note>& to) {
  const json* const list = from.array(name, need::optional, list_max);
  if (list == nullptr) {
    return;
  }
  for (const auto& each : *list) {
    object_reader note{
      each, schema::element_pointer(from.pointer_of(name), to.size())};
    auto& made = to.emplace_back();
    put(made.file, note.string("file", need::required, text_max));
    put(made.reason, note.string("reason", need::required, text_max));
    from.adopt(note.finish());
    if (!from.intact()) {
      return;
    }
  }
}

// -- result -------------------------------------------------------------------

result<void> read_result_metadata(const json& known, const json& others,
                                  review_result& to) {
  object_reader from{known, metadata_pointer()};
  put(to.runtime_ms, from.integer("runtime_ms", need::optional, from_zero));
  to.path = enum_of<decision_path>(from, "path", need::optional, path_names);
  put(to.actions_run, from.strings("actions_run", need::optional, texts));
  put(to.checks_failed, from.strings("checks_failed", need::optional, texts));
  std::vector<file_note> notes;
  read_notes(from, "files_partial", notes);
  for (auto& each : notes) {
    to.files_partial.emplace_back(std::move(each.file), std::move(each.reason));
  }
  to.metadata = text_of(others);
  return from.finish();
}

// -- summary ------------------------------------------------------------------

void read_files(object_reader& from, coverage& to) {
  const json* const value = from.object("files", need::optional);
  if (value == nullptr) {
    return;
  }
  object_reader files{*value, from.pointer_of("files")};
  const auto count = [&files](std::string_view name, std::uint64_t& into) {
    put(into, files.integer(name, need::optional, from_zero));
  };
  count("changed", to.files_changed);
  count("full", to.files_full);
  read_notes(files, "partial", to.files_partial);
  count("partial_unnamed", to.files_partial_unnamed);
  read_notes(files, "skipped", to.files_skipped);
  count("skipped_unnamed", to.files_skipped_unnamed);
  from.adopt(files.finish());
}

void read_lines(object_reader& from, coverage& to) {
  const json* const value = from.object("lines", need::optional);
  if (value == nullptr) {
    return;
  }
  object_reader lines{*value, from.pointer_of("lines")};
  put(to.lines_added, lines.integer("added", need::optional, from_zero));
  put(to.lines_removed, lines.integer("removed", need::optional, from_zero));
  from.adopt(lines.finish());
}

/// A map whose members are named by specialists.
const json* specialists_of(object_reader& from, std::string_view name) {
  const json* const value = from.object(name, need::optional);
  if (value != nullptr && value->size() > limits::specialists_max) {
    static_assert(limits::specialists_max == 32);
    from.refuse(name, "must have at most 32 members");
    return nullptr;
  }
  return value;
}

void read_specialists(object_reader& from, coverage& to) {
  if (const auto* const states = specialists_of(from, "specialists")) {
    object_reader each{*states, from.pointer_of("specialists")};
    for (const auto& member : states->items()) {
      const auto state = enum_of<specialist_state>(each, member.key(),
                                                   need::required, state_names);
      if (state) {
        to.specialists.emplace_back(member.key(), *state);
      }
    }
    from.adopt(each.finish());
  }
  if (const auto* const failed = specialists_of(from, "checks_failed")) {
    object_reader each{*failed, from.pointer_of("checks_failed")};
    for (const auto& member : failed->items()) {
      if (auto checks = each.strings(member.key(), need::required, texts)) {
        to.checks_failed.emplace_back(member.key(), *std::move(checks));
      }
    }
    from.adopt(each.finish());
  }
}

void read_coverage(object_reader& from, coverage& to) {
  const json* const value = from.object("coverage", need::optional);
  if (value == nullptr) {
    return;
  }
  object_reader inner{*value, from.pointer_of("coverage")};
  read_files(inner, to);
  read_lines(inner, to);
  read_specialists(inner, to);
  put(to.held_back, inner.integer("held_back", need::optional, from_zero));
  from.adopt(inner.finish());
}

result<void> read_summary_metadata(const json& known, summary& to) {
  object_reader from{known, metadata_pointer()};
  read_coverage(from, to.coverage);
  put(to.path, enum_of<decision_path>(from, "decision_path", need::optional,
                                      path_names));
  put(to.duration_ms, from.integer("duration_ms", need::optional, from_zero));
  put(to.rationale, from.string("rationale", need::optional, text_max));
  put(to.specialists_resolved,
      from.strings("specialists_resolved", need::optional, texts));
  return from.finish();
}

} // namespace

result<review_result> read_result(json data) {
  json known;
  json others;
  divide_metadata(
    data,
    {"actions_run", "checks_failed", "files_partial", "path", "runtime_ms"},
    known, others);
  object_reader from{data, data_pointer};
  review_result made;
  read_review_id(from, made.review_id);
  read_agent(from, made.agent);
  put(made.confidence, from.number("confidence", need::optional, zero_to_one));
  read_findings(from, tagged::no, made.findings);
  put(made.should_escalate, from.boolean("should_escalate", need::optional));
  (void)from.any("metadata", need::optional);
  if (auto whole = from.finish(); !whole) {
    return fail(std::move(whole).error());
  }
  if (auto read = read_result_metadata(known, others, made); !read) {
    return fail(std::move(read).error());
  }
  return made;
}

result<summary> read_summary(json data) {
  json known;
  json others;
  divide_metadata(data,
                  {"coverage", "decision_path", "duration_ms", "rationale",
                   "specialists_resolved"},
                  known, others);
  object_reader from{data, data_pointer};
  summary made;
  read_review_id(from, made.review_id);
  put(made.status,
      enum_of<review_status>(from, "status", need::optional, status_names));
  put(made.severity,
      enum_of<severity>(from, "severity", need::optional, severity_names));
  read_findings(from, tagged::yes, made.findings);
  put(made.recommendations,
      from.strings("recommendations", need::optional, texts));
  put(made.escalations, from.strings("escalations", need::optional, texts));
  (void)from.any("metadata", need::optional);
  if (auto whole = from.finish(); !whole) {
    return fail(std::move(whole).error());
  }
  if (auto read = read_summary_metadata(known, made); !read) {
    return fail(std::move(read).error());
  }
  return made;
}

result<history> read_history(const json& data) {
  constexpr schema::integer_range counts{
    0, std::numeric_limits<std::uint32_t>::max()};
  object_reader from{data, data_pointer};
  history made;
  read_review_id(from, made.review_id);
  read_agent(from, made.agent);
  if (const auto* const list =
        from.array("history", need::optional, list_max)) {
    for (const auto& each : *list) {
      object_reader entry{each,
                          schema::element_pointer(from.pointer_of("history"),
                                                  made.entries.size())};
      auto& to = made.entries.emplace_back();
      read_review_id(entry, to.review_id);
      put(to.severity,
          enum_of<severity>(entry, "severity", need::optional, severity_names));
      put(to.findings, entry.integer("findings", need::optional, counts));
      from.adopt(entry.finish());
      if (!from.intact()) {
        break;
      }
    }
  }
  if (auto whole = from.finish(); !whole) {
    return fail(std::move(whole).error());
  }
  return made;
}

} // namespace libsig::review::internal
