#pragma once

#include <string_view>

namespace libsig {

/// Whether only actors that declare a type may emit it: `internal.*`,
/// `agent:*`, `node.*` by prefix, and `review.result`, `review.summary`,
/// `review.history`.
[[nodiscard]] constexpr bool is_reserved_type(std::string_view type) noexcept {
  return type.starts_with("internal.") || type.starts_with("agent:")
         || type.starts_with("node.") || type == "review.result"
         || type == "review.summary" || type == "review.history";
}

/// Whether a type is the runtime's own business: only a route that begins with
/// the literal segment `internal` leads it anywhere.
[[nodiscard]] constexpr bool is_internal_type(std::string_view type) noexcept {
  return type.starts_with("internal.");
}

} // namespace libsig
