#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/draft.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/signal.hpp"

/// CloudEvents 1.0 over HTTP: which mode a message has, and binary mode both
/// ways. The bodies of structured and batch mode are `cloudevents.hpp`'s. Pure;
/// knows no server.
namespace libsig::codec {

/// A header field.
struct http_field {
  std::string_view name;
  std::string_view value;
};

/// How a message carries CloudEvents.
enum class http_mode : std::uint8_t {
  binary,      ///< attributes in `ce-` fields, data as the body
  structured,  ///< `application/cloudevents+json`
  batch,       ///< `application/cloudevents-batch+json`
  unsupported, ///< no CloudEvent, or one in a format that is not JSON: 415
};

/// The mode that the fields of a message name. A media type of CloudEvents goes
/// before `ce-` fields.
[[nodiscard]] http_mode http_mode_of(std::span<const http_field> fields);

/// Reads a message in binary mode: values of `ce-` fields are decoded by
/// `decode_field_value`, then hold the rules of `read_event`. The body is JSON
/// when its media type says so (guarded, kept as it is), a JSON string when it
/// is text, else bytes; an empty one is absent data.
///
/// Refusals are those of `read_event`, placed at `/<attribute>` or, in the
/// body, at a pointer behind `/data`; a field that stands there twice is
/// `errc::duplicate_member`.
[[nodiscard]] result<draft>
read_binary_event(std::span<const http_field> fields, std::string body);

/// A message to be sent.
struct http_event {
  struct field {
    std::string name;
    std::string value;
  };

  /// `Content-Type`, when there is data that has one, and `ce-` fields.
  std::vector<field> fields;
  std::string body;
};

/// A signal in binary mode, with what the node stamped. Text data goes out as
/// text, all other JSON as JSON.
[[nodiscard]] http_event to_binary_event(const signal& what);

/// The same for a signal that was never admitted: no stamps.
[[nodiscard]] http_event to_binary_event(const draft& what);

/// A signal in structured mode.
[[nodiscard]] http_event to_structured_event(const signal& what);
[[nodiscard]] http_event to_structured_event(const draft& what);

} // namespace libsig::codec
