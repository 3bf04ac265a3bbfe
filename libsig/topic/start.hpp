#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "libsig/core/error.hpp"
#include "libsig/topic/requests.hpp"

namespace libsig::topic {

/// Reads where a wait without a cursor begins: `latest`, `earliest`, `new`,
/// `sequence:N` or `time:T` (RFC 3339); `invalid_argument` for everything else.
[[nodiscard]] result<start_position> parse_start(std::string_view text);

/// What `parse_start` reads.
[[nodiscard]] std::string to_string(const start_position& from);

/// A timeout as a client states it, in milliseconds: 0 to
/// `limits::wait_timeout_max`, else `invalid_argument`.
[[nodiscard]] result<std::chrono::milliseconds>
check_timeout(std::int64_t milliseconds);

/// The same for a library call: the nearest that is allowed (U7), but a
/// negative one is `invalid_argument`.
[[nodiscard]] result<std::chrono::milliseconds>
clamp_timeout(std::chrono::milliseconds timeout);

} // namespace libsig::topic
