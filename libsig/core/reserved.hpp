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

/// Whether a signal of the type may have a receiver: one of a reserved type,
/// and a request for a review, is everybody's.
[[nodiscard]] constexpr bool may_have_receiver(std::string_view type) noexcept {
  return !is_reserved_type(type) && type != "review.request";
}

/// Whether a type is the runtime's own business: only a route that begins with
/// the literal segment `internal` leads it anywhere.
[[nodiscard]] constexpr bool is_internal_type(std::string_view type) noexcept {
  return type.starts_with("internal.");
}

} // namespace libsig
