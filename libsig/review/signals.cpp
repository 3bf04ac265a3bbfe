#include "libsig/review/signals.hpp"

#include <array>

#include "libsig/codec/base64.hpp"
#include "libsig/codec/json_writer.hpp"

namespace libsig::review {

namespace {

constexpr std::string_view subject_prefix = "jido://review/";

/// RFC 3986: whether a byte stands for itself in any part of a URI.
bool is_unreserved(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z')
         || (byte >= '0' && byte <= '9') || byte == '-' || byte == '.'
         || byte == '_' || byte == '~';
}

void append_percent_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char byte : text) {
    if (is_unreserved(byte)) {
      out += byte;
      continue;
    }
    const auto value = static_cast<unsigned char>(byte);
    out += '%';
    out += digits[value >> 4];
    out += digits[value & 0xf];
  }
}

std::string joined(std::string_view first, std::string_view middle,
                   std::string_view last) {
  std::string out;
  out.reserve(first.size() + middle.size() + last.size());
  out += first;
  out += middle;
  out += last;
  return out;
}

// -- parts of payloads --------------------------------------------------------

void append_finding(std::string& out, const finding& what) {
  codec::json_object to{out};
  if (!what.agent.empty()) {
    to.text("agent", what.agent);
  }
  if (what.confidence) {
    to.number("confidence", *what.confidence);
  }
  if (what.end_line) {
    to.whole("end_line", *what.end_line);
  }
  to.text("file", what.file);
  if (what.fingerprint) {
    to.text("fingerprint", *what.fingerprint);
  }
  if (what.line) {
    to.whole("line", *what.line);
  }
  if (what.recommendation) {
    to.text("recommendation", *what.recommendation);
  }
  if (what.rule) {
    to.text("rule", *what.rule);
  }
  to.text("severity", to_string(what.severity));
  if (what.suggestion) {
    to.text("suggestion", *what.suggestion);
  }
  to.text("summary", what.summary);
  to.text("type", what.type);
  to.end();
}

void add_findings(codec::json_object& to, std::string& out,
                  const std::vector<finding>& findings) {
  to.list("findings", findings,
          [&out](const finding& each) { append_finding(out, each); });
}

void append_note(std::string& out, std::string_view file,
                 std::string_view reason) {
  codec::json_object to{out};
  to.text("file", file);
  to.text("reason", reason);
  to.end();
}

void add_notes(codec::json_object& to, std::string& out, std::string_view name,
               const std::vector<file_note>& notes) {
  to.list(name, notes, [&out](const file_note& each) {
    append_note(out, each.file, each.reason);
  });
}

/// An object whose members' names are anybody's: each is escaped.
template <class Pairs, class Write>
void append_map(std::string& out, const Pairs& pairs, Write write) {
  out += '{';
  std::string_view separator;
  for (const auto& [name, value] : pairs) {
    out += separator;
    separator = ",";
    codec::append_json_string(out, name);
    out += ':';
    write(value);
  }
  out += '}';
}

void append_files(std::string& out, const coverage& what) {
  codec::json_object files{out};
  files.whole("changed", what.files_changed);
  files.whole("full", what.files_full);
  add_notes(files, out, "partial", what.files_partial);
  if (what.files_partial_unnamed > 0) {
    files.whole("partial_unnamed", what.files_partial_unnamed);
  }
  add_notes(files, out, "skipped", what.files_skipped);
  if (what.files_skipped_unnamed > 0) {
    files.whole("skipped_unnamed", what.files_skipped_unnamed);
  }
  files.end();
}

void append_coverage(std::string& out, const coverage& what) {
  codec::json_object to{out};
  append_map(to.member("checks_failed"), what.checks_failed,
             [&out](const std::vector<std::string>& checks) {
               out += '[';
               std::string_view separator;
               for (const auto& each : checks) {
                 out += separator;
                 separator = ",";
                 codec::append_json_string(out, each);
               }
               out += ']';
             });
  append_files(to.member("files"), what);
  to.whole("held_back", what.held_back);
  codec::json_object lines{to.member("lines")};
  lines.whole("added", what.lines_added);
  lines.whole("removed", what.lines_removed);
  lines.end();
  append_map(to.member("specialists"), what.specialists,
             [&out](specialist_state state) {
               codec::append_json_string(out, to_string(state));
             });
  to.end();
}

// -- the metadata of a request ------------------------------------------------

bool has_options(const request& what) {
  return what.stated.options || what.options != request_options{};
}

bool has_metadata(const request& what) {
  return what.stated.metadata || what.metadata != "{}" || what.diff_is_bytes
         || !what.hot_functions.empty() || what.stated.hot_functions
         || has_options(what);
}

void append_options(std::string& out, const request& what) {
  const request_options& options = what.options;
  codec::json_object to{out};
  const auto texts = [&to](std::string_view name, bool stated,
                           const std::vector<std::string>& values) {
    if (stated || !values.empty()) {
      to.texts(name, values);
    }
  };
  texts("exclude", what.stated.exclude, options.exclude);
  if (what.stated.filter_mode || options.mode != filter_mode::added) {
    to.text("filter_mode", to_string(options.mode));
  }
  texts("include", what.stated.include, options.include);
  texts("only", what.stated.only, options.only);
  texts("skip", what.stated.skip, options.skip);
  if (options.timeout) {
    codec::append_json_integer(to.member("timeout_ms"),
                               options.timeout->count());
  }
  to.end();
}

/// Merges the members that stand decoded into the others.
void append_metadata(std::string& out, const request& what) {
  codec::json_object to{out};
  codec::json_members others{what.metadata};
  const auto others_before = [&to, &others](std::string_view name) {
    for (; !others.done() && others.before(name); others.next()) {
      to.raw(others.text());
    }
  };
  if (what.diff_is_bytes) {
    others_before("diff_base64");
    std::string& text = to.member("diff_base64");
    text += '"';
    codec::append_base64(text, *what.diff);
    text += '"';
  }
  if (what.stated.hot_functions || !what.hot_functions.empty()) {
    others_before("hot_functions");
    to.texts("hot_functions", what.hot_functions);
  }
  if (has_options(what)) {
    others_before("options");
    append_options(to.member("options"), what);
  }
  for (; !others.done(); others.next()) {
    to.raw(others.text());
  }
  to.end();
}

// -- the metadata of a result
// --------------------------------------------------

void append_result_metadata(std::string& out, const review_result& what) {
  codec::json_object to{out};
  codec::json_members others{what.metadata};
  const auto others_before = [&to, &others](std::string_view name) {
    for (; !others.done() && others.before(name); others.next()) {
      to.raw(others.text());
    }
  };
  others_before("actions_run");
  to.texts("actions_run", what.actions_run);
  others_before("checks_failed");
  to.texts("checks_failed", what.checks_failed);
  if (!what.files_partial.empty()) {
    others_before("files_partial");
    to.list("files_partial", what.files_partial, [&out](const auto& each) {
      append_note(out, each.first, each.second);
    });
  }
  if (what.path) {
    others_before("path");
    to.text("path", to_string(*what.path));
  }
  if (what.runtime_ms) {
    others_before("runtime_ms");
    to.whole("runtime_ms", *what.runtime_ms);
  }
  for (; !others.done(); others.next()) {
    to.raw(others.text());
  }
  to.end();
}

} // namespace

// -- names --------------------------------------------------------------------

std::string reviews_source(std::string_view prefix) {
  return joined(prefix, "/reviews", {});
}

std::string agent_source(std::string_view prefix, std::string_view name) {
  std::string out = joined(prefix, "/agents/", {});
  append_percent_encoded(out, name);
  return out;
}

std::string review_subject(std::string_view review_id) {
  return joined(subject_prefix, review_id, {});
}

std::string assignment_type(std::string_view specialist) {
  return joined(assignment_type_prefix, ".", specialist);
}

std::string_view to_string(specialist_state value) noexcept {
  constexpr std::array<std::string_view, 4> names{"done", "failed", "timed_out",
                                                  "skipped"};
  const auto index = static_cast<std::size_t>(value);
  return index < names.size() ? names[index] : std::string_view{};
}

// -- payloads -----------------------------------------------------------------

void request::append_json(std::string& out) const {
  codec::json_object to{out};
  to.text("diff", diff_shown ? *diff_shown : *diff);
  if (files_changed) {
    to.whole("files_changed", *files_changed);
  }
  if (stated.intent || intent != "feature") {
    to.text("intent", intent);
  }
  if (stated.labels || !labels.empty()) {
    to.texts("labels", labels);
  }
  if (has_metadata(*this)) {
    append_metadata(to.member("metadata"), *this);
  }
  to.text("review_id", review_id);
  if (stated.risk_factor || risk_factor > 0.0) {
    to.number("risk_factor", risk_factor);
  }
  to.end();
}

void assignment::append_json(std::string& out) const {
  codec::json_object to{out};
  to.text("agent", agent);
  to.whole("attempt", attempt);
  to.text("path", to_string(path));
  to.text("review_id", review_id);
  to.end();
}

void review_result::append_json(std::string& out) const {
  codec::json_object to{out};
  to.text("agent", agent);
  to.number("confidence", confidence);
  add_findings(to, out, findings);
  append_result_metadata(to.member("metadata"), *this);
  to.text("review_id", review_id);
  to.truth("should_escalate", should_escalate);
  to.end();
}

void summary::append_json(std::string& out) const {
  codec::json_object to{out};
  to.texts("escalations", escalations);
  add_findings(to, out, findings);
  codec::json_object metadata{to.member("metadata")};
  append_coverage(metadata.member("coverage"), coverage);
  metadata.text("decision_path", to_string(path));
  metadata.whole("duration_ms", duration_ms);
  metadata.text("rationale", rationale);
  metadata.texts("specialists_resolved", specialists_resolved);
  metadata.end();
  to.texts("recommendations", recommendations);
  to.text("review_id", review_id);
  to.text("severity", to_string(severity));
  to.text("status", to_string(status));
  to.end();
}

void history::append_json(std::string& out) const {
  codec::json_object to{out};
  to.text("agent", agent);
  to.list("history", entries, [&out](const history_entry& each) {
    codec::json_object entry{out};
    entry.whole("findings", each.findings);
    entry.text("review_id", each.review_id);
    entry.text("severity", to_string(each.severity));
    entry.end();
  });
  to.text("review_id", review_id);
  to.end();
}

} // namespace libsig::review
