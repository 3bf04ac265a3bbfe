#include "libsig/publish/event_line.hpp"

#include "libsig/codec/base64.hpp"
#include "libsig/codec/json_text.hpp"
#include "libsig/core/percent.hpp"
#include "libsig/redact/redact.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace libsig::publish {

namespace {

struct variant {
  std::string_view prefix;
  std::string_view name;
  bool needs_id;
};

constexpr std::array variants{
  variant{"/agents", "agent", true},
  variant{"/webhooks", "webhook", false},
  variant{"/processes", "process", false},
};

void append_source(std::string& out, std::string_view type,
                   const std::optional<std::string>& id) {
  out.append("{\"type\":\"").append(type).append("\"");
  if (id) {
    out += ",\"id\":";
    codec::append_json_string(out, *id);
  }
  out += '}';
}

/// The id that stands behind the variant's prefix; nothing when the source has
/// another form.
[[nodiscard]] std::optional<std::string> id_in(std::string_view source,
                                               std::string_view prefix) {
  if (!source.starts_with(prefix) || source.size() < prefix.size() + 2
      || source[prefix.size()] != '/') {
    return std::nullopt;
  }
  const auto rest = source.substr(prefix.size() + 1);
  return rest.find('/') == std::string_view::npos ? percent_decode(rest)
                                                  : std::nullopt;
}

void append_source(std::string& out, const std::string& source) {
  if (source == "/system") {
    append_source(out, "system", std::nullopt);
    return;
  }
  for (const auto& one : variants) {
    if (source == one.prefix && !one.needs_id) {
      append_source(out, one.name, std::nullopt);
      return;
    }
    if (auto id = id_in(source, one.prefix)) {
      append_source(out, one.name, id);
      return;
    }
  }
  append_source(out, "process", source);
}

/// JSON on one line: its strings hold no raw ends of lines, so that all of
/// these are blanks.
void append_on_one_line(std::string& out, std::string_view json) {
  for (const char each : json) {
    if (each != '\n' && each != '\r') {
      out += each;
    }
  }
}

void append_data(std::string& out, const event_data& stated) {
  const auto redacted = redact::redact_data(stated);
  const auto& data = redacted ? *redacted : stated;
  switch (data.which()) {
  case event_data::kind::absent:
    return;
  case event_data::kind::json:
    out += ",\"data\":";
    if (const auto* const text = data.bytes()) {
      append_on_one_line(out, *text);
    } else {
      append_on_one_line(out, data.json_text());
    }
    return;
  case event_data::kind::binary:
    out += ",\"data\":{\"data_base64\":\"";
    codec::append_base64(out, *data.bytes());
    out += "\"}";
    return;
  }
}

[[nodiscard]] wall_time created(const signal& what) {
  const auto& stated = what.attributes().time;
  return (stated ? parse_rfc3339(*stated) : std::nullopt)
    .value_or(what.recorded_time());
}

} // namespace

void append_event_line(const signal& what, std::string& out) {
  out += "{\"id\":";
  codec::append_json_string(out, what.id());
  out += ",\"type\":";
  codec::append_json_string(out, what.type());
  out += ",\"source\":";
  append_source(out, what.source());
  append_data(out, what.data());
  out += ",\"createdAt\":";
  codec::append_json_integer(out, created(what).time_since_epoch().count());
  out += '}';
}

} // namespace libsig::publish
