#include "libsig/schedule/row.hpp"

#include <cstdint>
#include <utility>

#include "libsig/codec/cloudevents.hpp"
#include "libsig/codec/json_text.hpp"
#include "libsig/codec/row_object.hpp"

namespace libsig::schedule {

namespace {

// What a row says of itself, the event less its data, and a letter for the kind
// of the data stand on a line each; the data is the rest.
constexpr char line_end = '\n';
constexpr char no_data = '-';
constexpr char json_data = 'j';
constexpr char binary_data = 'b';

void append_head(const scheduled_row& row, std::string& out) {
  out += "{\"at\":";
  codec::append_json_integer(out, row.deliver_at.time_since_epoch().count());
  out += ",\"created\":";
  codec::append_json_integer(out, row.created_at.time_since_epoch().count());
  if (!row.repeat_key.empty()) {
    out += ",\"key\":";
    codec::append_json_string(out, row.repeat_key);
  }
  if (!row.on_behalf_of.empty()) {
    out += ",\"behalf\":";
    codec::append_json_string(out, row.on_behalf_of);
  }
  out += '}';
}

void append_data(const event_data& data, std::string& out) {
  switch (data.which()) {
  case event_data::kind::absent:
    out += no_data;
    break;
  case event_data::kind::json:
    out += json_data;
    out += line_end;
    data.append_json(out);
    return;
  case event_data::kind::binary:
    out += binary_data;
    out += line_end;
    out += *data.bytes();
    return;
  }
  out += line_end;
}

/// Takes the text up to the end of a line, and moves behind it.
[[nodiscard]] std::optional<std::string_view>
take_line(std::string_view& text) {
  const auto end = text.find(line_end);
  if (end == std::string_view::npos) {
    return std::nullopt;
  }
  const auto line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

[[nodiscard]] std::optional<event_data> read_data(std::string_view kind,
                                                  std::string_view rest) {
  if (kind.size() != 1) {
    return std::nullopt;
  }
  switch (kind.front()) {
  case no_data:
    return rest.empty() ? std::optional{event_data{}} : std::nullopt;
  case json_data:
    return event_data::json(std::string{rest});
  case binary_data:
    return event_data::binary(std::string{rest});
  default:
    return std::nullopt;
  }
}

[[nodiscard]] bool read_head(std::string_view text, scheduled_row& into) {
  const auto head = codec::row_object::read(text);
  const auto at = head ? head->whole("at") : std::nullopt;
  const auto created = head ? head->whole("created") : std::nullopt;
  if (!at || !created) {
    return false;
  }
  into.deliver_at = wall_time{std::chrono::milliseconds{*at}};
  into.created_at = wall_time{std::chrono::milliseconds{*created}};
  into.repeat_key = head->text("key");
  into.on_behalf_of = head->text("behalf");
  return true;
}

} // namespace

std::string row_key(std::string_view tenant, const scheduled_row& row) {
  // A tenant has no slash; the length tells the source from the id.
  std::string made{tenant};
  made += '/';
  made += std::to_string(row.what.source.size());
  made += '/';
  made += row.what.source;
  made += row.id;
  return made;
}

std::optional<std::string_view> tenant_of_key(std::string_view key) noexcept {
  const auto end = key.find('/');
  if (end == std::string_view::npos || end == 0) {
    return std::nullopt;
  }
  return key.substr(0, end);
}

std::string to_text(const scheduled_row& row) {
  std::string made;
  append_head(row, made);
  made += line_end;
  auto bare = row.what;
  bare.id = row.id;
  bare.data = {};
  codec::append_event(bare, made);
  made += line_end;
  append_data(row.what.data, made);
  return made;
}

std::optional<scheduled_row> read_row(std::string_view text) {
  scheduled_row made;
  const auto head = take_line(text);
  const auto event = head ? take_line(text) : std::nullopt;
  const auto kind = event ? take_line(text) : std::nullopt;
  if (!kind || !read_head(*head, made)) {
    return std::nullopt;
  }
  auto read = codec::read_event(*event);
  auto data = read_data(*kind, text);
  if (!read || !data) {
    return std::nullopt;
  }
  made.what = std::move(*read);
  made.id = made.what.id;
  made.what.data = *std::move(data);
  return made;
}

} // namespace libsig::schedule
