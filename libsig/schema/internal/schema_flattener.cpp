#include "libsig/schema/internal/schema_flattener.hpp"

#include "libsig/codec/json_document.hpp"
#include "libsig/codec/json_pointer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

namespace libsig::schema::internal {

using nlohmann::json;

enum class schema_flattener::rule : std::uint8_t {
  schema,
  schema_or_boolean,
  schemas,
  schema_or_schemas,
  schema_map,
  expression_map,
  dependency_map,
  number,
  positive_number,
  count,
  boolean,
  strings,
  type,
  expression,
  string,
  list,
  anything,
};

struct schema_flattener::keyword {
  std::string_view name;
  schema_flattener::rule rule;
};

const schema_flattener::keyword*
schema_flattener::find_keyword(std::string_view name) {
  static constexpr std::array keywords{
    keyword{"additionalItems", rule::schema_or_boolean},
    keyword{"additionalProperties", rule::schema_or_boolean},
    keyword{"allOf", rule::schemas},
    keyword{"anyOf", rule::schemas},
    keyword{"const", rule::anything},
    keyword{"contains", rule::schema},
    keyword{"dependencies", rule::dependency_map},
    keyword{"else", rule::schema},
    keyword{"enum", rule::list},
    keyword{"exclusiveMaximum", rule::number},
    keyword{"exclusiveMinimum", rule::number},
    keyword{"format", rule::string},
    keyword{"if", rule::schema},
    keyword{"items", rule::schema_or_schemas},
    keyword{"maxItems", rule::count},
    keyword{"maxLength", rule::count},
    keyword{"maxProperties", rule::count},
    keyword{"maximum", rule::number},
    keyword{"minItems", rule::count},
    keyword{"minLength", rule::count},
    keyword{"minProperties", rule::count},
    keyword{"minimum", rule::number},
    keyword{"multipleOf", rule::positive_number},
    keyword{"not", rule::schema},
    keyword{"oneOf", rule::schemas},
    keyword{"pattern", rule::expression},
    keyword{"patternProperties", rule::expression_map},
    keyword{"properties", rule::schema_map},
    keyword{"propertyNames", rule::schema},
    keyword{"required", rule::strings},
    keyword{"then", rule::schema},
    keyword{"type", rule::type},
    keyword{"uniqueItems", rule::boolean},
  };
  const auto found = std::ranges::find(keywords, name, &keyword::name);
  return found == keywords.end() ? nullptr : &*found;
}

namespace {

[[nodiscard]] std::string child(std::string pointer, std::string_view name) {
  codec::append_pointer_token(pointer, name);
  return pointer;
}

[[nodiscard]] std::string child(std::string pointer, std::size_t index) {
  codec::append_pointer_token(pointer, index);
  return pointer;
}

/// The library keeps names as C strings.
[[nodiscard]] bool has_nul(std::string_view text) noexcept {
  return text.find('\0') != std::string_view::npos;
}

[[nodiscard]] bool is_count(const json& value) {
  constexpr double count_max = 9007199254740992.0;
  const double number = value.is_number() ? value.get<double>() : -1;
  return number >= 0 && number <= count_max && std::trunc(number) == number;
}

[[nodiscard]] std::optional<unsigned> hexadecimal(char digit) noexcept {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto lower =
    digit >= 'A' && digit <= 'F' ? static_cast<char>(digit - 'A' + 'a') : digit;
  const auto found = digits.find(lower);
  return found == std::string_view::npos
           ? std::nullopt
           : std::optional{static_cast<unsigned>(found)};
}

/// Decodes `%41` in the fragment of a reference.
[[nodiscard]] std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%' && at + 2 < text.size()) {
      const auto high = hexadecimal(text[at + 1]);
      const auto low = hexadecimal(text[at + 2]);
      if (high && low) {
        out += static_cast<char>(static_cast<unsigned char>(*high << 4 | *low));
        at += 2;
        continue;
      }
    }
    out += text[at];
  }
  return out;
}

/// What a JSON pointer leads to in the document, or null.
[[nodiscard]] const json* resolve(const json& root, const std::string& text) {
  try {
    const json::json_pointer pointer{text};
    return root.contains(pointer) ? &root.at(pointer) : nullptr;
  } catch (const json::exception&) {
    return nullptr;
  }
}

} // namespace

schema_flattener::schema_flattener(const json& root)
  : root_{root}, definitions_{std::make_unique<json>(json::object())} {}

schema_flattener::~schema_flattener() = default;

bool schema_flattener::refuse(const json& found,
                              const json_pointer_text& pointer,
                              std::string_view what) {
  if (!first_) {
    std::string detail{what};
    detail += ", found ";
    detail += codec::type_name(found);
    first_ = error(errc::invalid_argument, std::move(detail)).at(pointer);
  }
  return false;
}

result<json> schema_flattener::flatten() {
  check_draft();
  auto all = json::array({reference(root_, {})});
  if (first_) {
    return fail(*first_);
  }
  json flat{{"definitions", std::move(*definitions_)}};
  flat["allOf"] = std::move(all);
  return flat;
}

regex_set schema_flattener::take_expressions() {
  return std::move(expressions_);
}

void schema_flattener::check_draft() {
  constexpr std::array<std::string_view, 5> drafts{
    "http://json-schema.org/draft-07/schema",
    "https://json-schema.org/draft-07/schema",
    "http://json-schema.org/draft-06/schema",
    "https://json-schema.org/draft-06/schema", "http://json-schema.org/schema"};
  const auto found = root_.is_object() ? root_.find("$schema") : root_.end();
  if (!root_.is_object() || found == root_.end()) {
    return;
  }
  const auto* const text = found->get_ptr<const std::string*>();
  std::string_view draft = text ? std::string_view{*text} : "";
  if (draft.ends_with('#')) {
    draft.remove_suffix(1);
  }
  if (std::ranges::find(drafts, draft) == drafts.end()) {
    refuse(*found, "/$schema", "must name draft 7 of JSON Schema");
  }
}

const json* schema_flattener::follow(const json& schema,
                                     json_pointer_text& pointer) {
  const json* at = &schema;
  const json_pointer_text start = pointer;
  for (std::size_t hops = 0; hops < depth_max; ++hops) {
    if (!at->is_object() || !at->contains("$ref")) {
      return at;
    }
    const json& target = at->at("$ref");
    const auto* const text = target.get_ptr<const std::string*>();
    if (!text || !text->starts_with('#')) {
      refuse(target, child(pointer, "$ref"),
             "must be a reference inside the schema, as \"#/definitions/a\"");
      return nullptr;
    }
    auto place = percent_decoded(std::string_view{*text}.substr(1));
    at = resolve(root_, place);
    if (!at) {
      refuse(target, child(pointer, "$ref"), "must lead to a schema");
      return nullptr;
    }
    pointer = std::move(place);
  }
  refuse(schema, start, "must not refer to itself");
  return nullptr;
}

json schema_flattener::reference(const json& schema,
                                 json_pointer_text pointer) {
  const json* const target = first_ ? nullptr : follow(schema, pointer);
  if (!target) {
    return false;
  }
  const auto [known, added] = numbers_.try_emplace(target, numbers_.size());
  const std::string name = std::to_string(known->second);
  if (added && depth_ == depth_max) {
    refuse(*target, pointer, "must be nested at most 100 schemas deep");
  } else if (added && !target->is_object() && !target->is_boolean()) {
    refuse(*target, pointer, "must be a schema (an object or a boolean)");
  } else if (added) {
    ++depth_;
    (*definitions_)[name] =
      target->is_boolean() ? *target : members(*target, pointer);
    --depth_;
  }
  return {{"$ref", "#/definitions/" + name}};
}

json schema_flattener::members(const json& schema,
                               const json_pointer_text& pointer) {
  json flat = json::object();
  for (const auto& member : schema.items()) {
    const auto* const by = find_keyword(member.key());
    if (by && !first_) {
      take(*by, member.value(), child(pointer, member.key()), flat);
    }
  }
  return flat;
}

void schema_flattener::take(const keyword& by, const json& value,
                            const json_pointer_text& pointer, json& to) {
  const std::string name{by.name};
  switch (by.rule) {
  case rule::schema_or_boolean:
    // These keep a boolean as it is, which has a refusal of its own.
    to[name] = value.is_boolean() ? value : reference(value, pointer);
    return;
  case rule::schema:
    to[name] = reference(value, pointer);
    return;
  case rule::schema_or_schemas:
    if (!value.is_array()) {
      to[name] = reference(value, pointer);
      return;
    }
    [[fallthrough]];
  case rule::schemas:
    take_schemas(by, value, pointer, to);
    return;
  case rule::schema_map:
  case rule::expression_map:
  case rule::dependency_map:
    take_map(by, value, pointer, to);
    return;
  case rule::number:
  case rule::positive_number:
  case rule::count:
    take_number(by, value, pointer, to);
    return;
  case rule::strings:
    take_strings(by, value, pointer, to);
    return;
  case rule::type:
    take_type(by, value, pointer, to);
    return;
  case rule::boolean:
    if (!value.is_boolean()) {
      refuse(value, pointer, "must be a boolean");
    }
    break;
  case rule::expression:
  case rule::string:
    if (!value.is_string()) {
      refuse(value, pointer, "must be a string");
    } else if (by.rule == rule::expression) {
      take_expression(value.get_ref<const std::string&>(), pointer);
    }
    break;
  case rule::list:
    if (!value.is_array()) {
      refuse(value, pointer, "must be an array");
    }
    break;
  case rule::anything:
    break;
  }
  to[name] = value;
}

void schema_flattener::take_schemas(const keyword& by, const json& value,
                                    const json_pointer_text& pointer,
                                    json& to) {
  if (!value.is_array() || (value.empty() && by.rule == rule::schemas)) {
    refuse(value, pointer, "must be an array of schemas");
    return;
  }
  json list = json::array();
  for (const auto& schema : value) {
    list.push_back(reference(schema, child(pointer, list.size())));
  }
  to[std::string{by.name}] = std::move(list);
}

void schema_flattener::take_map(const keyword& by, const json& value,
                                const json_pointer_text& pointer, json& to) {
  if (!value.is_object()) {
    refuse(value, pointer, "must be an object");
    return;
  }
  json map = json::object();
  for (const auto& [name, inner] : value.items()) {
    const auto place = child(pointer, name);
    if (has_nul(name)) {
      refuse(inner, place, "must not have U+0000 in its name");
    }
    if (by.rule == rule::expression_map) {
      take_expression(name, place);
    }
    if (by.rule == rule::dependency_map && inner.is_array()) {
      take_strings({name, rule::strings}, inner, place, map);
    } else {
      map[name] = reference(inner, place);
    }
  }
  to[std::string{by.name}] = std::move(map);
}

void schema_flattener::take_strings(const keyword& by, const json& value,
                                    const json_pointer_text& pointer,
                                    json& to) {
  if (!value.is_array()) {
    refuse(value, pointer, "must be an array of strings");
    return;
  }
  json list = json::array();
  std::set<std::string_view> seen;
  for (const auto& element : value) {
    const auto* const text = element.get_ptr<const std::string*>();
    if (!text || has_nul(*text)) {
      refuse(element, pointer, "must hold strings without U+0000");
      return;
    }
    // The library does not take a name twice.
    if (seen.insert(*text).second) {
      list.push_back(element);
    }
  }
  to[std::string{by.name}] = std::move(list);
}

void schema_flattener::take_number(const keyword& by, const json& value,
                                   const json_pointer_text& pointer, json& to) {
  if (by.rule == rule::count) {
    if (!is_count(value)) {
      refuse(value, pointer, "must be a whole number, not negative");
      return;
    }
    to[std::string{by.name}] = static_cast<std::int64_t>(value.get<double>());
    return;
  }
  if (!value.is_number()) {
    refuse(value, pointer, "must be a number");
    return;
  }
  const double number = value.get<double>();
  if (by.rule == rule::positive_number && number <= 0) {
    refuse(value, pointer, "must be greater than 0");
    return;
  }
  to[std::string{by.name}] = number;
}

void schema_flattener::take_type(const keyword& by, const json& value,
                                 const json_pointer_text& pointer, json& to) {
  constexpr std::array<std::string_view, 7> types{
    "array", "boolean", "integer", "null", "number", "object", "string"};
  json list = value.is_array() ? value : json::array({value});
  for (const auto& element : list) {
    const auto* const text = element.get_ptr<const std::string*>();
    if (!text || std::ranges::find(types, *text) == types.end()) {
      refuse(element, pointer, "must name types of JSON");
      return;
    }
  }
  to[std::string{by.name}] = std::move(list);
}

void schema_flattener::take_expression(const std::string& text,
                                       const json_pointer_text& pointer) {
  if (first_) {
    return;
  }
  if (has_nul(text)) {
    first_ =
      error(errc::invalid_argument, "a regular expression must not hold U+0000")
        .at(pointer);
    return;
  }
  if (const auto added = expressions_.add(text); !added) {
    first_ = error(added.error()).at(pointer);
  }
}

} // namespace libsig::schema::internal
