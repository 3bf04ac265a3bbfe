#pragma once

#include <cstddef>
#include <string_view>

#include "libsig/core/error.hpp"
#include "libsig/core/limits.hpp"

namespace libsig::codec {

/// Bounds of one JSON document.
struct json_limits {
  std::size_t bytes_max = limits::event_bytes_max;
  std::size_t depth_max = limits::json_depth_max;
  std::size_t members_max = limits::json_members_max;
};

/// Reads a JSON text without building anything and refuses what would harm a
/// reader that builds: too many bytes, levels or members, duplicate keys of one
/// object, bytes that are not UTF-8, numbers beyond a double's range, anything
/// after the value. Memory is bounded by depth and by the keys of the open
/// objects.
[[nodiscard]] result<void> guard_json(std::string_view text,
                                      const json_limits& bounds = {});

} // namespace libsig::codec
