#include "libsig/schema/internal/attributes.hpp"

#include "libsig/codec/json_pointer.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/names.hpp"
#include "libsig/core/reserved.hpp"
#include "libsig/core/time.hpp"
#include "libsig/core/utf8.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace libsig::schema::internal {

namespace {

/// Names that an extension cannot have: they mean something else in an event,
/// or the node alone sets them.
constexpr std::array<std::string_view, 16> reserved_names{
  "causationid",  "data",     "data_base64", "datacontenttype",
  "dataschema",   "hops",     "id",          "onbehalfof",
  "recordedtime", "sequence", "source",      "specversion",
  "subject",      "tenant",   "time",        "type"};
static_assert(std::ranges::is_sorted(reserved_names));

[[nodiscard]] tl::unexpected<error> refusal(std::string_view name,
                                            std::string detail) {
  std::string place;
  codec::append_pointer_token(place, name);
  return fail(
    error(errc::invalid_signal, std::move(detail)).at(std::move(place)));
}

/// Checks a string that may be empty.
[[nodiscard]] result<void> check_string(std::string_view name,
                                        std::string_view value) {
  if (value.size() > limits::attribute_bytes_max) {
    return refusal(name, "must have at most "
                           + std::to_string(limits::attribute_bytes_max)
                           + " bytes, found string");
  }
  if (is_printable_ascii(value)) {
    return {};
  }
  if (!is_utf8(value)) {
    return refusal(name, "must be UTF-8, found string");
  }
  // CloudEvents forbids them in strings.
  if (has_control_character(value)) {
    return refusal(name, "must have no control characters, found string");
  }
  return {};
}

/// Checks a string that must not be empty.
[[nodiscard]] result<void> check_filled(std::string_view name,
                                        std::string_view value) {
  if (value.empty()) {
    return refusal(name, "must not be empty, found string");
  }
  return check_string(name, value);
}

/// What nearly every attribute is, and what needs no closer look.
[[nodiscard]] bool is_plain(std::string_view value) noexcept {
  return value.size() <= limits::attribute_bytes_max
         && is_printable_ascii(value);
}

/// The same of an attribute that may be absent.
[[nodiscard]] bool is_plain(const std::optional<std::string>& value) noexcept {
  return !value || (!value->empty() && is_plain(std::string_view{*value}));
}

/// Whether all attributes are plain, or vouched for.
[[nodiscard]] bool all_plain(const draft& of, const vouched& by) noexcept {
  return (by.type || (!of.type.empty() && is_plain(std::string_view{of.type})))
         && (by.source
             || (!of.source.empty() && is_plain(std::string_view{of.source})))
         && (by.id || is_plain(std::string_view{of.id}))
         && (by.causation_id || is_plain(std::string_view{of.causation_id}))
         && is_plain(of.subject) && is_plain(of.time)
         && is_plain(of.data_content_type) && is_plain(of.data_schema);
}

/// Looks closer, to say what is wrong if something is.
[[nodiscard]] result<void> check_own(const draft& candidate) {
  using optional_text = std::optional<std::string>;
  if (candidate.type.empty()) {
    return refusal("type", "is required, found nothing");
  }
  if (candidate.source.empty()) {
    return refusal("source", "is required, found nothing");
  }
  // An id that is empty is made by the gate; a cause that is empty is none.
  const std::array<std::pair<std::string_view, std::string_view>, 4> strings{{
    {"type", candidate.type},
    {"source", candidate.source},
    {"id", candidate.id},
    {"causationid", candidate.causation_id},
  }};
  for (const auto& [name, value] : strings) {
    if (const auto checked = check_string(name, value); !checked) {
      return checked;
    }
  }
  const std::array<std::pair<std::string_view, const optional_text*>, 4>
    optional_strings{{
      {"subject", &candidate.subject},
      {"time", &candidate.time},
      {"datacontenttype", &candidate.data_content_type},
      {"dataschema", &candidate.data_schema},
    }};
  for (const auto& [name, value] : optional_strings) {
    if (!value->has_value()) {
      continue;
    }
    if (const auto checked = check_filled(name, **value); !checked) {
      return checked;
    }
  }
  return {};
}

[[nodiscard]] bool is_extension_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= limits::attribute_bytes_max
         && std::ranges::all_of(name, [](char letter) {
              return (letter >= 'a' && letter <= 'z')
                     || (letter >= '0' && letter <= '9');
            });
}

[[nodiscard]] result<void> check_extension(const extension& candidate) {
  if (std::ranges::binary_search(reserved_names, candidate.name)) {
    return refusal(candidate.name, "must not be an extension's name");
  }
  if (!is_extension_name(candidate.name)) {
    return refusal(candidate.name,
                   "must be named with lower-case letters and digits");
  }
  const auto* const text = std::get_if<std::string>(&candidate.value);
  return text ? check_string(candidate.name, *text) : result<void>{};
}

/// What a signal with a receiver must be: mail, to a name or to everybody, of a
/// category that there is.
[[nodiscard]] result<void> check_mail(const draft& candidate) {
  if (!candidate.has_receiver()) {
    return {};
  }
  const auto* const name = candidate.receiver();
  if (name == nullptr || (*name != "*" && !check_name(*name))) {
    return refusal(receiver_attribute,
                   "must be the name of an identity, or '*'");
  }
  if (!may_have_receiver(candidate.type)) {
    return refusal(receiver_attribute,
                   "must not stand on a signal of this type");
  }
  const auto* const category = candidate.find_extension("category");
  if (category == nullptr) {
    return {};
  }
  static constexpr std::array<std::string_view, 4> categories{"INFO", "TASK",
                                                              "ASK", "BLOCKER"};
  const auto* const said = std::get_if<std::string>(category);
  if (said == nullptr
      || std::ranges::find(categories, *said) == categories.end()) {
    return refusal("category", "must be INFO, TASK, ASK or BLOCKER");
  }
  return {};
}

} // namespace

result<void> check_attributes(draft& candidate, const vouched& by) {
  if (!all_plain(candidate, by)) {
    if (auto checked = check_own(candidate); !checked) {
      return checked;
    }
  }
  if (candidate.time && !parse_rfc3339(*candidate.time)) {
    return refusal("time", "must be a time of RFC 3339, found string");
  }
  auto& extensions = candidate.extensions;
  if (extensions.empty()) {
    return {};
  }
  if (extensions.size() > limits::extensions_max) {
    return fail(errc::invalid_signal, "must have at most "
                                        + std::to_string(limits::extensions_max)
                                        + " extension attributes");
  }
  for (const auto& each : extensions) {
    if (const auto checked = check_extension(each); !checked) {
      return checked;
    }
  }
  std::ranges::sort(extensions, {}, &extension::name);
  const auto twice =
    std::ranges::adjacent_find(extensions, {}, &extension::name);
  if (twice != extensions.end()) {
    return refusal(twice->name, "must not stand there twice");
  }
  return check_mail(candidate);
}

} // namespace libsig::schema::internal
