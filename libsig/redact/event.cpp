#include "libsig/codec/cloudevents.hpp"
#include "libsig/redact/internal/json_redactor.hpp"
#include "libsig/redact/redact.hpp"

#include <algorithm>
#include <utility>

namespace libsig::redact {

namespace {

/// Whether the attribute holds something that is not hidden yet.
[[nodiscard]] bool is_open_secret(const extension& attribute) {
  const auto* const text = std::get_if<std::string>(&attribute.value);
  return is_secret_name(attribute.name)
         && (text == nullptr || *text != hidden_text);
}

[[nodiscard]] std::optional<std::string> redact_text(const event_data& data) {
  const auto* const bytes = data.bytes();
  switch (data.which()) {
  case event_data::kind::absent:
    return std::nullopt;
  case event_data::kind::json:
    return bytes != nullptr ? redact_json(*bytes)
                            : redact_json(data.json_text());
  case event_data::kind::binary:
    return internal::redact_bytes(*bytes);
  }
  return std::nullopt;
}

} // namespace

std::optional<event_data> redact_data(const event_data& data) {
  auto text = redact_text(data);
  if (!text) {
    return std::nullopt;
  }
  return event_data::json(*std::move(text));
}

std::optional<draft> redact_event(const draft& event) {
  auto data = redact_data(event.data);
  if (!data && std::ranges::none_of(event.extensions, is_open_secret)) {
    return std::nullopt;
  }
  draft out = event;
  for (auto& attribute : out.extensions) {
    if (is_open_secret(attribute)) {
      attribute.value = std::string{hidden_text};
    }
  }
  if (data) {
    out.data = *std::move(data);
  }
  return out;
}

bool append_redacted_event(const signal& what, std::string& out) {
  const auto begin = out.size();
  codec::append_event(what, out);
  const auto redacted = redact_json(std::string_view{out}.substr(begin));
  if (redacted) {
    out.replace(begin, std::string::npos, *redacted);
  }
  return redacted.has_value();
}

} // namespace libsig::redact
