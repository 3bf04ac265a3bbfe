#include "libsig/codec/internal/event_reader.hpp"

#include "libsig/codec/base64.hpp"
#include "libsig/codec/internal/json_string.hpp"
#include "libsig/codec/json_pointer.hpp"
#include "libsig/core/time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace libsig::codec::internal {

namespace {

/// An attribute of CloudEvents that has a place of its own in a draft.
struct own_attribute {
  std::string_view name;
  void (*set)(draft&, std::string);
};

constexpr std::array own_attributes{
  own_attribute{"id",
                [](draft& to, std::string text) { to.id = std::move(text); }},
  own_attribute{
    "source", [](draft& to, std::string text) { to.source = std::move(text); }},
  own_attribute{"type",
                [](draft& to, std::string text) { to.type = std::move(text); }},
  own_attribute{
    "subject",
    [](draft& to, std::string text) { to.subject = std::move(text); }},
  own_attribute{"time",
                [](draft& to, std::string text) { to.time = std::move(text); }},
  own_attribute{"datacontenttype",
                [](draft& to, std::string text) {
                  to.data_content_type = std::move(text);
                }},
  own_attribute{
    "dataschema",
    [](draft& to, std::string text) { to.data_schema = std::move(text); }},
  own_attribute{
    "causationid",
    [](draft& to, std::string text) { to.causation_id = std::move(text); }},
};

/// What the node alone says of a signal; a client's word is dropped.
constexpr std::array<std::string_view, 4> stamped{"recordedtime", "hops",
                                                  "tenant", "onbehalfof"};

/// Takes the members of one event, one by one, into a draft.
class draft_reader {
public:
  // -- constructors -----------------------------------------------------------

  explicit draft_reader(const std::string& pointer) : pointer_{pointer} {}

  // -- mutators ---------------------------------------------------------------

  [[nodiscard]] result<void> take(const event_member& member);

  [[nodiscard]] result<draft> finish() &&;

private:
  [[nodiscard]] tl::unexpected<error> refusal(std::string_view name,
                                              std::string_view rule,
                                              std::string_view found) const;

  [[nodiscard]] result<std::string> filled_text(const event_member& member);
  [[nodiscard]] result<void> version(const event_member& member);
  [[nodiscard]] result<void> own(const own_attribute& attribute,
                                 const event_member& member);
  [[nodiscard]] result<void> binary(const event_member& member);
  [[nodiscard]] result<void> other(const event_member& member);
  [[nodiscard]] result<void> data(event_data value, const event_member& member);

  const std::string& pointer_;
  draft draft_;
  bool has_version_ = false;
  std::optional<extension::value_type> foreign_sequence_;
};

tl::unexpected<error> draft_reader::refusal(std::string_view name,
                                            std::string_view rule,
                                            std::string_view found) const {
  std::string place = pointer_;
  append_pointer_token(place, name);
  std::string detail{rule};
  detail += ", found ";
  detail += found;
  return fail(
    error(errc::invalid_signal, std::move(detail)).at(std::move(place)));
}

result<void> draft_reader::take(const event_member& member) {
  if (member.name == "data") {
    return data(event_data::json(std::string{member.text}), member);
  }
  // A null attribute is an absent one.
  if (member.kind == json_kind::null
      || std::ranges::find(stamped, member.name) != stamped.end()) {
    return {};
  }
  if (member.name == "data_base64") {
    return binary(member);
  }
  if (member.name == "specversion") {
    return version(member);
  }
  const auto found =
    std::ranges::find(own_attributes, member.name, &own_attribute::name);
  return found != own_attributes.end() ? own(*found, member) : other(member);
}

result<std::string> draft_reader::filled_text(const event_member& member) {
  if (member.kind != json_kind::string) {
    return refusal(member.name, "must be a string", to_string(member.kind));
  }
  std::string text = unquoted(member.text);
  if (text.empty()) {
    return refusal(member.name, "must not be empty", "string");
  }
  return text;
}

result<void> draft_reader::version(const event_member& member) {
  const auto text = filled_text(member);
  if (!text) {
    return fail(text.error());
  }
  if (*text != "1.0" && *text != "1.0.2") {
    return refusal(member.name, "must be \"1.0\"", "string");
  }
  has_version_ = true;
  return {};
}

result<void> draft_reader::own(const own_attribute& attribute,
                               const event_member& member) {
  auto text = filled_text(member);
  if (!text) {
    return fail(std::move(text).error());
  }
  if (attribute.name == "time" && !parse_rfc3339(*text)) {
    return refusal(member.name, "must be a time of RFC 3339", "string");
  }
  attribute.set(draft_, *std::move(text));
  return {};
}

result<void> draft_reader::data(event_data value, const event_member& member) {
  if (!draft_.data.absent()) {
    return refusal(member.name, "must not stand beside other data",
                   to_string(member.kind));
  }
  draft_.data = std::move(value);
  return {};
}

result<void> draft_reader::binary(const event_member& member) {
  if (member.kind != json_kind::string) {
    return refusal(member.name, "must be a string", to_string(member.kind));
  }
  auto bytes = decode_base64(unquoted(member.text));
  if (!bytes) {
    return refusal(member.name, "must be base64 (RFC 4648)", "string");
  }
  return data(event_data::binary(*std::move(bytes)), member);
}

[[nodiscard]] bool is_extension_name(std::string_view name) noexcept {
  return !name.empty() && std::ranges::all_of(name, [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
  });
}

[[nodiscard]] std::optional<extension::value_type>
extension_value(const event_member& member) {
  if (member.kind == json_kind::string) {
    return unquoted(member.text);
  }
  if (member.kind == json_kind::boolean) {
    return member.text == "true";
  }
  if (member.kind != json_kind::number) {
    return std::nullopt;
  }
  std::int32_t value = 0;
  const char* const end = member.text.data() + member.text.size();
  const auto read = std::from_chars(member.text.data(), end, value);
  if (read.ec != std::errc{} || read.ptr != end) {
    return std::nullopt;
  }
  return value;
}

result<void> draft_reader::other(const event_member& member) {
  if (!is_extension_name(member.name)) {
    return refusal(member.name,
                   "must be named with lower-case letters and digits",
                   to_string(member.kind));
  }
  auto value = extension_value(member);
  if (!value) {
    return refusal(member.name,
                   "must be a string, a boolean or a whole number of 32 bits",
                   to_string(member.kind));
  }
  if (member.name == "sequence") {
    foreign_sequence_ = std::move(value);
  } else {
    draft_.extensions.push_back({member.name, *std::move(value)});
  }
  return {};
}

result<draft> draft_reader::finish() && {
  const std::array<std::pair<std::string_view, bool>, 4> required{{
    {"specversion", has_version_},
    {"id", !draft_.id.empty()},
    {"source", !draft_.source.empty()},
    {"type", !draft_.type.empty()},
  }};
  for (const auto& [name, present] : required) {
    if (!present) {
      return refusal(name, "is required", "nothing");
    }
  }
  if (foreign_sequence_) {
    // What the last node said beats what it had kept of the one before it.
    std::erase_if(draft_.extensions, [](const extension& known) {
      return known.name == "originsequence";
    });
    draft_.extensions.push_back(
      {"originsequence", *std::move(foreign_sequence_)});
  }
  std::ranges::sort(draft_.extensions, {}, &extension::name);
  return std::move(draft_);
}

} // namespace

void event_members::on_open(json_kind kind) {
  if (depth_ == 0) {
    outermost_ = kind;
  }
  ++depth_;
}

void event_members::on_name(std::string_view inside, bool) {
  if (depth_ == 1) {
    name_.clear();
    append_unescaped(name_, inside);
  }
}

void event_members::on_scalar(json_kind kind, std::string_view text) {
  if (depth_ == 0) {
    outermost_ = kind;
  }
  add(kind, text);
}

void event_members::on_close(json_kind kind, std::string_view text) {
  --depth_;
  add(kind, text);
}

void event_members::add(json_kind kind, std::string_view text) {
  if (depth_ == 1 && outermost_ == json_kind::object) {
    all_.push_back({name_, kind, text});
  }
}

result<draft> make_draft(const event_members& members,
                         const std::string& pointer) {
  if (members.outermost() != json_kind::object) {
    return fail(error(errc::invalid_signal,
                      "a CloudEvent must be an object, found "
                        + std::string{to_string(members.outermost())})
                  .at(pointer));
  }
  draft_reader reader{pointer};
  for (const auto& member : members.all()) {
    if (const auto taken = reader.take(member); !taken) {
      return fail(taken.error());
    }
  }
  return std::move(reader).finish();
}

} // namespace libsig::codec::internal
