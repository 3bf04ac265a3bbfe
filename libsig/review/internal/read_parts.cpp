#include "libsig/review/internal/read_parts.hpp"

#include <utility>

#include "libsig/codec/json_text.hpp"
#include "libsig/core/names.hpp"
#include "libsig/review/internal/read_payloads.hpp"

#include <nlohmann/json.hpp>

namespace libsig::review::internal {

namespace {

using nlohmann::json;

constexpr schema::integer_range line_range{
  1, std::numeric_limits<std::uint32_t>::max()};

/// Takes a text if the rule of names lets it.
void read_name(object_reader& from, std::string_view member, std::string& to,
               result<void> (*rule)(std::string_view)) {
  auto text = from.string(member, need::required, text_max);
  if (!text) {
    return;
  }
  if (const auto checked = rule(*text); !checked) {
    from.refuse(member, checked.error().detail());
    return;
  }
  to = *std::move(text);
}

/// A text that may be null as well, which document 002 has for
/// recommendations.
std::optional<std::string> text_or_null(object_reader& from,
                                        std::string_view member) {
  const json* const value = from.any(member, need::optional);
  if (value == nullptr || value->is_null()) {
    return std::nullopt;
  }
  return from.string(member, need::optional, text_max);
}

result<finding> read_finding(const json& value, std::string pointer,
                             tagged with_agent) {
  object_reader from{value, std::move(pointer)};
  finding made;
  put(made.type, from.filled_string("type", need::required, text_max));
  put(made.severity,
      enum_of<severity>(from, "severity", need::required, severity_names));
  put(made.file, from.string("file", need::required, text_max));
  put(made.summary, from.string("summary", need::required, text_max));
  made.recommendation = text_or_null(from, "recommendation");
  put(made.line, from.integer("line", need::optional, line_range));
  put(made.end_line, from.integer("end_line", need::optional, line_range));
  if (made.line && made.end_line && *made.end_line < *made.line) {
    from.refuse("end_line", "must not come before line");
  }
  made.rule = from.string("rule", need::optional, text_max);
  made.confidence = from.number("confidence", need::optional, zero_to_one);
  made.fingerprint = from.string("fingerprint", need::optional, text_max);
  made.suggestion = from.string("suggestion", need::optional, text_max);
  if (with_agent == tagged::yes) {
    put(made.agent, from.string("agent", need::optional, text_max));
  }
  if (auto whole = from.finish(); !whole) {
    return fail(std::move(whole).error());
  }
  return made;
}

} // namespace

void read_review_id(object_reader& from, std::string& to) {
  read_name(from, "review_id", to, &check_review_id);
}

void read_agent(object_reader& from, std::string& to) {
  read_name(from, "agent", to, &check_name);
}

void read_findings(object_reader& from, tagged with_agent,
                   std::vector<finding>& to) {
  const json* const list = from.array("findings", need::optional, list_max);
  if (list == nullptr) {
    return;
  }
  to.reserve(list->size());
  for (const auto& each : *list) {
    auto made = read_finding(
      each, schema::element_pointer(from.pointer_of("findings"), to.size()),
      with_agent);
    if (!made) {
      from.adopt(fail(std::move(made).error()));
      return;
    }
    to.push_back(*std::move(made));
  }
}

void divide_metadata(json& data, std::initializer_list<const char*> known_names,
                     json& known, json& others) {
  known = json::object();
  others = json::object();
  const auto found = data.is_object() ? data.find("metadata") : data.end();
  if (found == data.end()) {
    return;
  }
  if (!found->is_object()) {
    known = *found;
    return;
  }
  others = std::move(*found);
  *found = json::object();
  for (const char* const name : known_names) {
    const auto member = others.find(name);
    if (member != others.end()) {
      known[name] = std::move(*member);
      others.erase(member);
    }
  }
}

std::string text_of(const json& object) {
  if (object.empty()) {
    return "{}";
  }
  // The text comes from a document that was guarded, so it stays within the
  // limits and cannot be refused; should it be, it stays as it is.
  std::string text = object.dump();
  auto canonical = codec::canonical_json(text);
  return canonical ? *std::move(canonical) : text;
}

std::string metadata_pointer() {
  return std::string{data_pointer} + "/metadata";
}

} // namespace libsig::review::internal
