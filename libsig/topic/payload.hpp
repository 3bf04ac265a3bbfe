#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libsig/core/data.hpp"

namespace libsig::topic {

/// Appends what `message.payload` is: the data as JSON as it is, `{}` when it
/// is absent, `{"data_base64":"…"}` when it is binary. What is secret in it is
/// hidden (M13) unless the reader may see it in clear.
void append_payload(const event_data& data, bool clear, std::string& out);

/// The bytes that a JSON text has when it is compact and nothing is escaped
/// that need not be (M9): `é` counts 2 bytes however it is written. The text
/// is valid JSON. Linear.
[[nodiscard]] std::uint64_t compact_json_bytes(std::string_view json);

/// The size of a payload as visibility events state it, for senders and for
/// receivers alike (M29): the compact bytes of the payload, in clear.
[[nodiscard]] std::uint64_t payload_bytes(const event_data& data);

} // namespace libsig::topic
