#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libsig/core/error.hpp"
#include "libsig/core/time.hpp"
#include "libsig/schedule/requests.hpp"

/// What stands in the bodies and queries of `/v1/scheduled`.
namespace libsig::sigd {

/// Appends a row as lists show it; its data redacted unless `clear`.
void append_scheduled(const schedule::scheduled_row& row, bool clear,
                      std::string& out);

/// Reads a `deliver_at` from JSON (D25): RFC 3339 with any offset as a string,
/// or milliseconds since 1970 as a number, which are floored. What lies before
/// 1970 or behind `schedule::deliver_at_max` is refused at `/deliver_at`.
[[nodiscard]] result<wall_time>
read_deliver_at(std::optional<std::string_view> json);

/// Where a page of the list goes on, as an opaque text that needs no escape in
/// a query, and back; nothing for a text that is none of ours.
[[nodiscard]] std::string to_cursor(const schedule::row_position& where);
[[nodiscard]] std::optional<schedule::row_position>
read_cursor(std::string_view cursor);

} // namespace libsig::sigd
