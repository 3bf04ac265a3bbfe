#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "libsig/core/error.hpp"
#include "libsig/core/time.hpp"

namespace libsig::sig {

/// Where a reading of the log starts, both inclusive.
using log_start = std::variant<std::uint64_t, wall_time>;

/// Reads a sequence or a time in RFC 3339.
[[nodiscard]] result<log_start> parse_log_start(std::string_view text);

} // namespace libsig::sig
