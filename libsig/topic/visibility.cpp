#include "libsig/topic/visibility.hpp"

#include "libsig/codec/json_text.hpp"

namespace libsig::topic {

namespace {

[[nodiscard]] std::string_view name_of(visibility_kind kind) noexcept {
  return kind == visibility_kind::sent ? "signal_send" : "signal_recv";
}

} // namespace

std::string to_json(const visibility_event& what) {
  std::string out{"{\"event\":\""};
  out += name_of(what.kind);
  out += "\",\"topic\":";
  codec::append_json_string(out, what.topic);
  out += ",\"message_id\":";
  codec::append_json_string(out, what.message_id);
  out += ",\"payload_len\":";
  codec::append_json_integer(out, what.payload_bytes);
  out += '}';
  return out;
}

std::string to_json(const visibility_event& what, std::size_t bytes_max) {
  auto whole = to_json(what);
  if (bytes_max == 0 || whole.size() <= bytes_max) {
    return whole;
  }
  std::string out{"{\"event\":\""};
  out += name_of(what.kind);
  out += "\",\"truncated\":true,\"cap_bytes\":";
  codec::append_json_integer(out, bytes_max);
  out += '}';
  return out.size() <= bytes_max ? out
                                 : std::string{"{\"event\":\"truncated\"}"};
}

} // namespace libsig::topic
