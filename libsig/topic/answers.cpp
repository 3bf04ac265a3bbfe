#include "libsig/topic/answers.hpp"

#include "libsig/codec/json_text.hpp"
#include "libsig/topic/payload.hpp"

namespace libsig::topic {

namespace {

using codec::append_json_integer;
using codec::append_json_string;

/// Appends `,"name":"value"`.
void append_text(std::string& out, std::string_view name,
                 std::string_view value) {
  out += ",\"";
  out += name;
  out += "\":";
  append_json_string(out, value);
}

/// Appends `,"name":value`.
template <class Integer>
void append_whole(std::string& out, std::string_view name, Integer value) {
  out += ",\"";
  out += name;
  out += "\":";
  append_json_integer(out, value);
}

/// Appends `,"name":["value",…]`.
void append_list(std::string& out, std::string_view name,
                 const std::vector<std::string>& values) {
  out += ",\"";
  out += name;
  out += "\":[";
  std::string_view separator;
  for (const auto& value : values) {
    out += separator;
    separator = ",";
    append_json_string(out, value);
  }
  out += ']';
}

using text_map = std::map<std::string, std::string, std::less<>>;

/// Appends `,"name":{"topic":"value",…}`.
void append_map(std::string& out, std::string_view name,
                const text_map& values) {
  out += ",\"";
  out += name;
  out += "\":{";
  std::string_view separator;
  for (const auto& [topic, value] : values) {
    out += separator;
    separator = ",";
    append_json_string(out, topic);
    out += ':';
    append_json_string(out, value);
  }
  out += '}';
}

[[nodiscard]] std::string_view value_of(const text_map& values,
                                        std::string_view topic) {
  const auto found = values.find(topic);
  return found == values.end() ? std::string_view{} : found->second;
}

void append_times(const wait_request& asked, const wait_reply& got,
                  std::string& out) {
  append_whole(out, "timeout_ms", asked.timeout.count());
  append_whole(out, "elapsed_ms", got.elapsed.count());
}

/// Each message is appended by `append_each`, told its place.
template <class Append>
void append_all(const wait_request& asked, const wait_reply& got,
                std::string& out, const Append& append_each) {
  const bool complete = got.is == wait_reply::outcome::hit;
  out += complete ? "{\"ok\":true" : "{\"ok\":false";
  out += ",\"messages\":{";
  std::string_view separator;
  for (std::size_t at = 0; at < got.messages.size(); ++at) {
    out += separator;
    separator = ",";
    append_json_string(out, got.messages[at].topic);
    out += ':';
    append_each(at);
  }
  out += '}';
  append_list(out, "missing", got.missing);
  append_times(asked, got, out);
  if (!complete) {
    append_map(out, "cursors", got.cursors);
  }
  out += '}';
}

void append_timeout(const wait_request& asked, const wait_reply& got,
                    std::string& out) {
  out += "{\"ok\":false";
  if (asked.mode == wait_mode::any) {
    append_list(out, "topics", asked.topics);
    append_map(out, "cursors", got.cursors);
  } else {
    const auto& topic = asked.topics.front();
    append_text(out, "topic", topic);
    append_text(out, "last_id", value_of(got.last_ids, topic));
    append_text(out, "cursor", value_of(got.cursors, topic));
  }
  append_times(asked, got, out);
  out += '}';
}

void append_expired(const wait_reply& got, std::string& out) {
  out += "{\"ok\":false,\"error\":\"cursor_expired\"";
  append_text(out, "topic", got.topic);
  append_text(out, "earliest_id", got.earliest_id);
  append_text(out, "earliest_cursor", got.earliest_cursor);
  out += '}';
}

template <class Append>
void append_reply(const wait_request& asked, const wait_reply& got,
                  std::string& out, const Append& append_each) {
  if (got.is == wait_reply::outcome::expired) {
    append_expired(got, out);
  } else if (asked.mode == wait_mode::all) {
    append_all(asked, got, out, append_each);
  } else if (got.is == wait_reply::outcome::hit) {
    append_each(0);
  } else {
    append_timeout(asked, got, out);
  }
}

[[nodiscard]] visibility_event event_of(visibility_kind kind,
                                        const signal& what) {
  visibility_event made;
  made.kind = kind;
  made.topic = what.type();
  made.message_id = what.id();
  made.payload_bytes = payload_bytes(what.data());
  return made;
}

} // namespace

void append_send_reply(std::string_view topic, std::string_view message_id,
                       std::uint64_t sequence, std::string& out) {
  out += "{\"ok\":true";
  append_text(out, "topic", topic);
  append_text(out, "message_id", message_id);
  append_text(out, "sequence", std::to_string(sequence));
  out += '}';
}

void append_wait_reply(const wait_request& asked, const wait_reply& got,
                       bool clear, std::string& out) {
  append_reply(asked, got, out, [&](std::size_t at) {
    append_hit(got.messages[at], clear, out);
  });
}

void append_wait_reply(const wait_request& asked, const wait_reply& got,
                       std::span<const std::string_view> hits,
                       std::string& out) {
  append_reply(asked, got, out, [&](std::size_t at) { out += hits[at]; });
}

void append_hit(const message& what, bool clear, std::string& out) {
  out += "{\"ok\":true";
  append_text(out, "topic", what.topic);
  out += ",\"message\":";
  append_message(what, clear, out);
  append_text(out, "message_id", what.what->id());
  append_text(out, "cursor", what.cursor);
  out += '}';
}

void append_message(const message& what, bool clear, std::string& out) {
  out += "{\"event\":\"signal\",\"payload\":";
  append_payload(what.what->data(), clear, out);
  out += '}';
}

void append_cursor_reply(const cursor_reply& got, std::string& out) {
  out += "{\"last_id\":";
  append_json_string(out, got.last_id);
  out += '}';
}

visibility_event sent_event(const signal& what) {
  return event_of(visibility_kind::sent, what);
}

std::vector<visibility_event> received_events(const wait_request& asked,
                                              const wait_reply& got) {
  std::vector<visibility_event> made;
  if (got.is == wait_reply::outcome::hit
      || (got.is == wait_reply::outcome::timeout && asked.consume_partial)) {
    made.reserve(got.messages.size());
    for (const auto& each : got.messages) {
      made.push_back(event_of(visibility_kind::received, *each.what));
    }
  }
  return made;
}

} // namespace libsig::topic
