#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "libsig/core/error.hpp"

/// Sizes and durations as people write them: digits and a unit, no sign, no
/// fraction, no blank.
namespace libsig::config {

/// Reads bytes such as `512`, `64KiB`, `8GiB` or `2TiB`; without a unit the
/// digits are bytes. What is no size, or more than 2^63-1 bytes, is
/// `errc::invalid_argument`.
[[nodiscard]] result<std::uint64_t> parse_size(std::string_view text);

/// Reads a duration such as `500ms`, `10s`, `2m`, `1h` or `30d`. What is no
/// duration, or longer than 100 years, is `errc::invalid_argument`.
[[nodiscard]] result<std::chrono::milliseconds>
parse_duration(std::string_view text);

/// The same of a duration within bounds, both inclusive; the error quotes the
/// text and states the bounds.
[[nodiscard]] result<std::chrono::milliseconds>
parse_duration_within(std::string_view text, std::chrono::milliseconds least,
                      std::chrono::milliseconds most);

/// The bytes in the largest unit that needs no fraction: `8GiB`, `1000`.
[[nodiscard]] std::string format_size(std::uint64_t bytes);

/// The same of a duration, which must not be negative: `30d`, `1500ms`, `0s`.
[[nodiscard]] std::string format_duration(std::chrono::milliseconds time);

} // namespace libsig::config
