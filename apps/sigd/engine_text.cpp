#include "apps/sigd/engine_text.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "apps/sigd/event_text.hpp"
#include "libsig/codec/base64.hpp"
#include "libsig/codec/engine_source.hpp"
#include "libsig/codec/json_text.hpp"
#include "libsig/codec/object_view.hpp"
#include "libsig/redact/redact.hpp"

namespace libsig::sigd {

namespace {

constexpr std::string_view problem_type = "application/problem+json";

void append_milliseconds(wall_time time, std::string& out) {
  codec::append_json_integer(out, time.time_since_epoch().count());
}

void append_data(const event_data& data, std::string& out) {
  switch (data.which()) {
  case event_data::kind::absent:
    return;
  case event_data::kind::json:
    out += ",\"data\":";
    data.append_json(out);
    return;
  case event_data::kind::binary:
    out += ",\"data\":{\"data_base64\":\"";
    codec::append_base64(out, *data.bytes());
    out += "\"}";
    return;
  }
}

} // namespace

wall_time created_at(const signal& what) {
  const auto& stated = what.attributes().time;
  const auto read = stated ? parse_rfc3339(*stated) : std::nullopt;
  return read.value_or(what.recorded_time());
}

void append_engine_signal(const signal& what, bool clear, std::string& out) {
  out += "{\"id\":";
  codec::append_json_string(out, what.id());
  out += ",\"type\":";
  codec::append_json_string(out, what.type());
  out += ",\"source\":";
  codec::append_engine_source(codec::engine_source_of(what.source()), out);
  if (const auto bytes = data_bytes(what); bytes > listed_data_bytes_max) {
    out += ",\"dataomitted\":" + std::to_string(bytes);
  } else {
    const auto hidden = clear ? std::nullopt : redact::redact_data(what.data());
    append_data(hidden ? *hidden : what.data(), out);
  }
  out += ",\"createdAt\":";
  append_milliseconds(created_at(what), out);
  out += '}';
}

void append_engine_subscription(const subscription::subscription_row& what,
                                std::string& out) {
  out += "{\"agentId\":";
  codec::append_json_string(out, what.agent);
  out += ",\"pattern\":";
  codec::append_json_string(out, what.pattern);
  out += what.silent ? ",\"silent\":true" : ",\"silent\":false";
  out += ",\"createdAt\":";
  append_milliseconds(what.created_at, out);
  out += ",\"updatedAt\":";
  append_milliseconds(what.updated_at, out);
  out += '}';
}

void add_engine_error(http::response& refused) {
  if (refused.fields.find("Content-Type") != problem_type) {
    return;
  }
  const auto members = codec::read_object(refused.content());
  if (!members) {
    return;
  }
  const auto detail =
    std::ranges::find(*members, "detail", &codec::object_member::name);
  if (detail == members->end()) {
    return;
  }
  std::string body{"{\"ok\":false,\"error\":"};
  body.append(detail->value).append(",");
  body.append(refused.content().substr(1));
  refused.shared_body.reset();
  refused.body = std::move(body);
}

} // namespace libsig::sigd
