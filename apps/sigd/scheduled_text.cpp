#include "apps/sigd/scheduled_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "apps/sigd/json_body.hpp"
#include "libsig/codec/base64.hpp"
#include "libsig/codec/json_text.hpp"
#include "libsig/codec/object_view.hpp"
#include "libsig/core/percent.hpp"
#include "libsig/redact/redact.hpp"

namespace libsig::sigd {

namespace {

constexpr std::string_view name = "deliver_at";
constexpr char between = '/';

[[nodiscard]] tl::unexpected<error> wrong_time() {
  return refuse_member(
    name, "must be a time such as 2030-01-02T03:04:05Z, or milliseconds since "
          "1970, up to the year 9999");
}

/// Milliseconds as JSON says them: with a fraction or an exponent too.
[[nodiscard]] std::optional<wall_time>
read_milliseconds(std::string_view json) {
  double value = 0;
  const auto read =
    std::from_chars(json.data(), json.data() + json.size(), value);
  if (read.ec != std::errc{} || read.ptr != json.data() + json.size()) {
    return std::nullopt;
  }
  const auto whole = std::floor(value);
  constexpr auto most =
    static_cast<double>(schedule::deliver_at_max.time_since_epoch().count());
  if (!std::isfinite(whole) || whole < 0 || whole > most) {
    return std::nullopt;
  }
  return wall_time{std::chrono::milliseconds{static_cast<std::int64_t>(whole)}};
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
    out += ",\"data_base64\":\"";
    codec::append_base64(out, *data.bytes());
    out += '"';
    return;
  }
}

/// Base64 as it stands in a query without being escaped (RFC 4648, 5), without
/// padding.
[[nodiscard]] std::string to_base64url(std::string_view bytes) {
  std::string made;
  codec::append_base64(made, bytes);
  made.erase(made.find_last_not_of('=') + 1);
  std::ranges::replace(made, '+', '-');
  std::ranges::replace(made, '/', '_');
  return made;
}

[[nodiscard]] std::optional<std::string> from_base64url(std::string text) {
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', '/');
  text.append((4 - text.size() % 4) % 4, '=');
  auto read = codec::decode_base64(text);
  return read ? std::optional{*std::move(read)} : std::nullopt;
}

/// Takes the part up to a slash, decoded, and moves behind it.
[[nodiscard]] std::optional<std::string> take_part(std::string_view& text,
                                                   bool last) {
  const auto end = text.find(between);
  if ((end == std::string_view::npos) != last) {
    return std::nullopt;
  }
  auto part = percent_decode(text.substr(0, end));
  text.remove_prefix(last ? text.size() : end + 1);
  return part;
}

} // namespace

void append_scheduled(const schedule::scheduled_row& row, bool clear,
                      std::string& out) {
  out += "{\"id\":";
  codec::append_json_string(out, row.id);
  out += ",\"type\":";
  codec::append_json_string(out, row.what.type);
  out += ",\"deliver_at\":\"" + to_rfc3339(row.deliver_at) + "\",\"source\":";
  codec::append_json_string(out, row.what.source);
  const auto hidden = clear ? std::nullopt : redact::redact_data(row.what.data);
  append_data(hidden ? *hidden : row.what.data, out);
  if (!row.repeat_key.empty()) {
    out += ",\"repeat_key\":";
    codec::append_json_string(out, row.repeat_key);
  }
  out += ",\"created_at\":\"" + to_rfc3339(row.created_at) + "\"}";
}

result<wall_time> read_deliver_at(std::optional<std::string_view> json) {
  if (!json || *json == "null") {
    return refuse_member(name, "is required, found nothing");
  }
  if (codec::type_name_of(*json) == "number") {
    if (const auto read = read_milliseconds(*json)) {
      return *read;
    }
    return wrong_time();
  }
  const auto text = codec::string_of(*json);
  const auto read = text ? parse_rfc3339(*text) : std::nullopt;
  if (!read || *read < wall_time{} || *read > schedule::deliver_at_max) {
    return wrong_time();
  }
  return *read;
}

std::string to_cursor(const schedule::row_position& where) {
  auto made = std::to_string(where.deliver_at.time_since_epoch().count());
  for (const auto* const part : {&where.type, &where.id, &where.source}) {
    made += between;
    append_percent_encoded(made, *part);
  }
  return to_base64url(made);
}

std::optional<schedule::row_position> read_cursor(std::string_view cursor) {
  const auto decoded = from_base64url(std::string{cursor});
  if (!decoded) {
    return std::nullopt;
  }
  std::string_view text{*decoded};
  schedule::row_position made;
  const auto time = take_part(text, false);
  auto type = take_part(text, false);
  auto id = take_part(text, false);
  auto source = take_part(text, true);
  if (!time || !type || !id || !source) {
    return std::nullopt;
  }
  std::int64_t count = 0;
  const auto* const end = time->data() + time->size();
  const auto read = std::from_chars(time->data(), end, count);
  if (read.ec != std::errc{} || read.ptr != end) {
    return std::nullopt;
  }
  made.deliver_at = wall_time{std::chrono::milliseconds{count}};
  made.type = *std::move(type);
  made.id = *std::move(id);
  made.source = *std::move(source);
  return made;
}

} // namespace libsig::sigd
