#include "libsig/codec/http_event.hpp"

#include "libsig/codec/cloudevents.hpp"
#include "libsig/codec/guard.hpp"
#include "libsig/codec/internal/event_reader.hpp"
#include "libsig/codec/internal/json_string.hpp"
#include "libsig/codec/json_text.hpp"
#include "libsig/core/percent.hpp"
#include "libsig/core/time.hpp"
#include "libsig/core/utf8.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

namespace libsig::codec {

namespace {

constexpr std::string_view structured_type = "application/cloudevents+json";
constexpr std::string_view batch_type = "application/cloudevents-batch+json";
constexpr std::string_view prefix = "ce-";
// The one type whose data may be longer than an event's.
constexpr std::string_view long_type = "review.request";

[[nodiscard]] std::string lower(std::string_view text) {
  std::string made{text};
  for (char& letter : made) {
    if (letter >= 'A' && letter <= 'Z') {
      letter = static_cast<char>(letter + 32);
    }
  }
  return made;
}

/// A media type without its parameters, in lower case.
[[nodiscard]] std::string essence(std::string_view media_type) {
  media_type = media_type.substr(0, media_type.find(';'));
  const auto begin = media_type.find_first_not_of(" \t");
  if (begin == std::string_view::npos) {
    return {};
  }
  const auto end = media_type.find_last_not_of(" \t");
  return lower(media_type.substr(begin, end - begin + 1));
}

[[nodiscard]] bool is_json_type(std::string_view essence) noexcept {
  return essence == "application/json" || essence == "text/json"
         || essence.ends_with("+json");
}

[[nodiscard]] bool is_text_type(std::string_view essence) noexcept {
  return essence.starts_with("text/") || essence == "application/xml"
         || essence.ends_with("+xml");
}

[[nodiscard]] std::optional<std::string_view>
content_type(std::span<const http_field> fields) {
  for (const auto& each : fields) {
    if (lower(each.name) == "content-type") {
      return each.value;
    }
  }
  return std::nullopt;
}

[[nodiscard]] bool is_attribute(std::string_view name) {
  return name.size() > prefix.size() && name[2] == '-'
         && lower(name.substr(0, prefix.size())) == prefix;
}

[[nodiscard]] tl::unexpected<error> refusal(errc code, std::string detail,
                                            std::string_view attribute) {
  return fail(error(code, std::move(detail)).at('/' + std::string{attribute}));
}

/// Gives the attributes to the reader of JSON events as members, so that both
/// forms hold the same rules.
class attribute_reader {
public:
  [[nodiscard]] result<void> take(std::string_view field,
                                  std::string_view value);

  [[nodiscard]] result<draft> finish() &&;

private:
  struct attribute {
    std::string name;
    /// As a JSON string.
    std::string value;
  };

  std::vector<attribute> all_;
};

result<void> attribute_reader::take(std::string_view field,
                                    std::string_view value) {
  auto name = lower(field.substr(prefix.size()));
  if (name == "data" || name == "data_base64" || name == "datacontenttype") {
    return refusal(errc::invalid_signal,
                   "must not be a field of its own in binary mode", name);
  }
  // A name is plain text here and must not be read as the inside of a JSON
  // string, where a backslash means something.
  if (name.find('\\') != std::string::npos) {
    return refusal(errc::invalid_signal,
                   "must be named with lower-case letters and digits", name);
  }
  auto text = decode_field_value(value);
  if (!text) {
    return refusal(errc::invalid_signal, text.error().detail(), name);
  }
  std::string quoted;
  append_json_string(quoted, *text);
  all_.push_back({std::move(name), std::move(quoted)});
  return {};
}

result<draft> attribute_reader::finish() && {
  std::ranges::sort(all_, {}, &attribute::name);
  const auto twice = std::ranges::adjacent_find(all_, {}, &attribute::name);
  if (twice != all_.end()) {
    return refusal(errc::duplicate_member, "the field stands there twice",
                   twice->name);
  }
  internal::event_members members;
  members.on_open(internal::json_kind::object);
  for (const auto& each : all_) {
    members.on_name(each.name, false);
    members.on_scalar(internal::json_kind::string, each.value);
  }
  return internal::make_draft(members, {});
}

[[nodiscard]] result<event_data> read_data(const draft& of, std::string body) {
  if (body.empty()) {
    return event_data{};
  }
  const auto bytes_max = of.type == long_type ? limits::review_request_bytes_max
                                              : limits::event_bytes_max;
  if (body.size() > bytes_max) {
    return refusal(errc::too_large,
                   "more than " + std::to_string(bytes_max) + " bytes", "data");
  }
  const auto type = essence(of.data_content_type.value_or(""));
  if (is_json_type(type)) {
    json_limits bounds;
    bounds.bytes_max = bytes_max;
    if (const auto guarded = guard_json(body, bounds); !guarded) {
      const auto& reason = guarded.error();
      const auto& place = reason.place();
      return fail(error(reason.code(), reason.detail())
                    .at(place.starts_with('/') || place.empty()
                          ? "/data" + place
                          : "/data: " + place));
    }
    return event_data::json(std::move(body));
  }
  if (is_text_type(type) && is_utf8(body)) {
    std::string quoted;
    append_json_string(quoted, body);
    return event_data::json(std::move(quoted));
  }
  return event_data::binary(std::move(body));
}

// -- writing ------------------------------------------------------------------

void add(http_event& to, std::string_view attribute, std::string_view text) {
  http_event::field made;
  made.name.append(prefix).append(attribute);
  append_field_value(made.value, text);
  to.fields.push_back(std::move(made));
}

void add_if_any(http_event& to, std::string_view attribute,
                const std::optional<std::string>& text) {
  if (text) {
    add(to, attribute, *text);
  }
}

void add_if_filled(http_event& to, std::string_view attribute,
                   std::string_view text) {
  if (!text.empty()) {
    add(to, attribute, text);
  }
}

/// The text that stands for an extension's value.
struct value_text {
  std::string operator()(bool value) const { return value ? "true" : "false"; }

  std::string operator()(std::int32_t value) const {
    return std::to_string(value);
  }

  std::string operator()(const std::string& value) const { return value; }
};

void add_data(http_event& to, const draft& of) {
  const auto type = of.data_content_type;
  const auto& data = of.data;
  if (data.absent()) {
    if (type) {
      to.fields.push_back({"Content-Type", *type});
    }
    return;
  }
  if (data.which() == event_data::kind::binary) {
    to.body = *data.bytes();
    to.fields.push_back(
      {"Content-Type", type.value_or("application/octet-stream")});
    return;
  }
  auto text = data.json_text();
  const auto known = type ? essence(*type) : std::string{};
  if (type && !is_json_type(known) && text.starts_with('"')) {
    to.body = internal::unquoted(text);
  } else {
    to.body = std::move(text);
  }
  to.fields.push_back({"Content-Type", type.value_or("application/json")});
}

void add_attributes(http_event& to, const draft& of) {
  to.fields.reserve(of.extensions.size() + 14);
  add(to, "specversion", "1.0");
  add_if_filled(to, "id", of.id);
  add(to, "source", of.source);
  add(to, "type", of.type);
  add_if_any(to, "subject", of.subject);
  add_if_any(to, "time", of.time);
  add_if_any(to, "dataschema", of.data_schema);
  for (const auto& each : of.extensions) {
    add(to, each.name, std::visit(value_text{}, each.value));
  }
  add_if_filled(to, "causationid", of.causation_id);
}

template <class Event>
[[nodiscard]] http_event structured(const Event& what) {
  http_event made;
  made.fields.push_back({"Content-Type", std::string{structured_type}});
  append_event(what, made.body);
  return made;
}

} // namespace

http_mode http_mode_of(std::span<const http_field> fields) {
  const auto type = essence(content_type(fields).value_or(""));
  if (type == structured_type) {
    return http_mode::structured;
  }
  if (type == batch_type) {
    return http_mode::batch;
  }
  if (type.starts_with("application/cloudevents")) {
    return http_mode::unsupported;
  }
  const bool has_attributes =
    std::ranges::any_of(fields, is_attribute, &http_field::name);
  return has_attributes ? http_mode::binary : http_mode::unsupported;
}

result<draft> read_binary_event(std::span<const http_field> fields,
                                std::string body) {
  attribute_reader reader;
  for (const auto& each : fields) {
    if (!is_attribute(each.name)) {
      continue;
    }
    if (const auto taken = reader.take(each.name, each.value); !taken) {
      return fail(taken.error());
    }
  }
  auto made = std::move(reader).finish();
  if (!made) {
    return made;
  }
  if (const auto type = content_type(fields); type && !type->empty()) {
    made->data_content_type = std::string{*type};
  }
  auto data = read_data(*made, std::move(body));
  if (!data) {
    return fail(std::move(data).error());
  }
  made->data = *std::move(data);
  return made;
}

http_event to_binary_event(const draft& what) {
  http_event made;
  add_attributes(made, what);
  add_data(made, what);
  return made;
}

http_event to_binary_event(const signal& what) {
  auto made = to_binary_event(what.attributes());
  const stamp& by = what.stamped();
  if (by.sequence != 0) {
    add(made, "sequence", std::to_string(by.sequence));
  }
  add(made, "recordedtime", to_rfc3339(by.recorded_time));
  add(made, "hops", std::to_string(by.hops));
  add_if_filled(made, "tenant", by.tenant);
  add_if_filled(made, "onbehalfof", by.on_behalf_of);
  return made;
}

http_event to_structured_event(const signal& what) { return structured(what); }

http_event to_structured_event(const draft& what) { return structured(what); }

} // namespace libsig::codec
