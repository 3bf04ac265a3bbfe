#pragma once

#include <chrono>
#include <string_view>

#include "libsig/core/error.hpp"

namespace libsig::sig {

/// Reads a duration such as `500ms`, `30s`, `2m` or `1h`: digits and a unit,
/// no sign, no fraction, no blank. Zero and everything above
/// `limits::review_deadline_max` are `errc::invalid_argument`, as is anything
/// else.
[[nodiscard]] result<std::chrono::milliseconds>
parse_duration(std::string_view text);

} // namespace libsig::sig
