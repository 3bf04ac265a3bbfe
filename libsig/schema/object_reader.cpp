#include "libsig/schema/object_reader.hpp"

#include "libsig/codec/json_document.hpp"
#include "libsig/codec/json_pointer.hpp"
#include "libsig/codec/json_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace libsig::schema {

namespace {

using nlohmann::json;

[[nodiscard]] error make_refusal(std::string place, std::string_view rule,
                                 std::string_view found) {
  std::string detail{rule};
  detail += ", found ";
  detail += found;
  return error(errc::schema_violation, std::move(detail)).at(std::move(place));
}

[[nodiscard]] std::string at_most(std::size_t count, std::string_view unit) {
  std::string rule = "must have at most ";
  codec::append_json_integer(rule, count);
  rule += ' ';
  rule += unit;
  return rule;
}

/// The number as people write it: whole numbers without a fraction.
[[nodiscard]] std::string number_text(double value) {
  std::string text;
  codec::append_json_number(text, value);
  if (text.ends_with(".0")) {
    text.resize(text.size() - 2);
  }
  return text;
}

/// The value as a whole number; nothing when it has a fraction or is too large
/// for 64 bits.
[[nodiscard]] std::optional<std::int64_t> whole(const json& value) {
  if (value.is_number_unsigned()) {
    const auto large = value.get<std::uint64_t>();
    return std::in_range<std::int64_t>(large)
             ? std::optional{static_cast<std::int64_t>(large)}
             : std::nullopt;
  }
  if (value.is_number_integer()) {
    return value.get<std::int64_t>();
  }
  // Doubles beyond 2^53 stand for several whole numbers each.
  constexpr double exact_max = 9007199254740992.0;
  const auto real = value.get<double>();
  if (std::abs(real) > exact_max || std::trunc(real) != real) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(real);
}

} // namespace

std::string element_pointer(std::string pointer, std::size_t index) {
  codec::append_pointer_token(pointer, index);
  return pointer;
}

error refusal_of(const json& value, std::string pointer,
                 std::string_view rule) {
  return make_refusal(std::move(pointer), rule, codec::type_name(value));
}

object_reader::object_reader(const json& value, std::string pointer)
  : value_{value}, pointer_{std::move(pointer)} {
  if (!value.is_object()) {
    first_ = refusal_of(value, pointer_, "must be an object");
  }
}

std::string object_reader::pointer_of(std::string_view name) const {
  std::string place = pointer_;
  codec::append_pointer_token(place, name);
  return place;
}

void object_reader::refuse_value(std::string_view name, std::string_view rule,
                                 std::string_view found) {
  if (!first_) {
    first_ = make_refusal(pointer_of(name), rule, found);
  }
}

void object_reader::refuse(std::string_view name, std::string_view rule) {
  const auto found = value_.is_object() ? value_.find(name) : value_.end();
  refuse_value(name, rule,
               found == value_.end() ? "nothing" : codec::type_name(*found));
}

void object_reader::adopt(const result<void>& inner) {
  if (!inner && !first_) {
    first_ = inner.error();
  }
}

const json* object_reader::find(std::string_view name, presence need) {
  known_.push_back(name);
  if (!value_.is_object()) {
    return nullptr;
  }
  const auto found = value_.find(name);
  if (found != value_.end()) {
    return &*found;
  }
  if (need == presence::required) {
    refuse_value(name, "is required", "nothing");
  }
  return nullptr;
}

std::optional<std::string> object_reader::string(std::string_view name,
                                                 presence need,
                                                 std::size_t bytes_max) {
  const json* const value = find(name, need);
  if (!value) {
    return std::nullopt;
  }
  const auto* const text = value->get_ptr<const std::string*>();
  if (!text) {
    refuse(name, "must be a string");
    return std::nullopt;
  }
  if (text->size() > bytes_max) {
    refuse(name, at_most(bytes_max, "bytes"));
    return std::nullopt;
  }
  return *text;
}

std::optional<std::string> object_reader::filled_string(std::string_view name,
                                                        presence need,
                                                        std::size_t bytes_max) {
  auto text = string(name, need, bytes_max);
  if (text && text->empty()) {
    refuse(name, "must not be empty");
    return std::nullopt;
  }
  return text;
}

std::optional<std::vector<std::string>>
object_reader::strings(std::string_view name, presence need,
                       const strings_limits& sizes) {
  const json* const elements = array(name, need, sizes.count_max);
  if (!elements) {
    return std::nullopt;
  }
  std::vector<std::string> texts;
  texts.reserve(elements->size());
  for (const auto& element : *elements) {
    const auto* const text = element.get_ptr<const std::string*>();
    const std::string rule = !text           ? "must be a string"
                             : text->empty() ? "must not be empty"
                             : text->size() > sizes.bytes_max
                               ? at_most(sizes.bytes_max, "bytes")
                               : "";
    if (!rule.empty()) {
      adopt(fail(refusal_of(
        element, element_pointer(pointer_of(name), texts.size()), rule)));
      return std::nullopt;
    }
    texts.push_back(*text);
  }
  return texts;
}

std::optional<double> object_reader::number(std::string_view name,
                                            presence need,
                                            const number_range& range) {
  const json* const value = find(name, need);
  if (!value) {
    return std::nullopt;
  }
  if (!value->is_number()) {
    refuse(name, "must be a number");
    return std::nullopt;
  }
  const auto number = value->get<double>();
  if (number < range.min) {
    refuse(name, "must be >= " + number_text(range.min));
    return std::nullopt;
  }
  if (number > range.max) {
    refuse(name, "must be <= " + number_text(range.max));
    return std::nullopt;
  }
  return number;
}

std::optional<std::int64_t> object_reader::integer(std::string_view name,
                                                   presence need,
                                                   const integer_range& range) {
  const json* const value = find(name, need);
  if (!value) {
    return std::nullopt;
  }
  const auto number = value->is_number() ? whole(*value) : std::nullopt;
  if (!number) {
    refuse(name, "must be an integer");
    return std::nullopt;
  }
  if (*number < range.min) {
    refuse(name, "must be >= " + std::to_string(range.min));
    return std::nullopt;
  }
  if (*number > range.max) {
    refuse(name, "must be <= " + std::to_string(range.max));
    return std::nullopt;
  }
  return number;
}

std::optional<bool> object_reader::boolean(std::string_view name,
                                           presence need) {
  const json* const value = find(name, need);
  if (!value) {
    return std::nullopt;
  }
  if (!value->is_boolean()) {
    refuse(name, "must be a boolean");
    return std::nullopt;
  }
  return value->get<bool>();
}

std::optional<std::size_t>
object_reader::one_of(std::string_view name, presence need,
                      std::span<const std::string_view> choices) {
  const json* const value = find(name, need);
  if (!value) {
    return std::nullopt;
  }
  if (const auto* const text = value->get_ptr<const std::string*>()) {
    const auto found = std::ranges::find(choices, *text);
    if (found != choices.end()) {
      return static_cast<std::size_t>(found - choices.begin());
    }
  }
  std::string rule = "must be one of";
  for (const auto choice : choices) {
    rule += choice == choices.front() ? " " : ", ";
    codec::append_json_string(rule, choice);
  }
  refuse(name, rule);
  return std::nullopt;
}

const json* object_reader::array(std::string_view name, presence need,
                                 std::size_t count_max) {
  const json* const value = find(name, need);
  if (!value) {
    return nullptr;
  }
  if (!value->is_array()) {
    refuse(name, "must be an array");
    return nullptr;
  }
  if (value->size() > count_max) {
    refuse(name, at_most(count_max, "elements"));
    return nullptr;
  }
  return value;
}

const json* object_reader::object(std::string_view name, presence need) {
  const json* const value = find(name, need);
  if (value && !value->is_object()) {
    refuse(name, "must be an object");
    return nullptr;
  }
  return value;
}

const json* object_reader::any(std::string_view name, presence need) {
  return find(name, need);
}

result<void> object_reader::finish() const {
  if (first_) {
    return fail(*first_);
  }
  for (const auto& member : value_.items()) {
    if (std::ranges::find(known_, member.key()) == known_.end()) {
      return fail(refusal_of(member.value(), pointer_of(member.key()),
                             "is no known member"));
    }
  }
  return {};
}

} // namespace libsig::schema
