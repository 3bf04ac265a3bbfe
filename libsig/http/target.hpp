#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/error.hpp"

namespace libsig::http {

/// A name and a value of a query, decoded.
struct query_item {
  std::string name;
  std::string value;

  friend bool operator==(const query_item&, const query_item&) = default;
};

/// What the target of a request says.
struct target {
  /// The path, split at `/`, then decoded once: an encoded slash stays inside
  /// its segment. `/` is one empty segment; `*` is none.
  std::vector<std::string> segments;
  /// The query in its order; `+` is a blank, an item without `=` has an empty
  /// value, empty items are left out.
  std::vector<query_item> query;
  /// The host and port of an absolute target, which beat the field `Host`;
  /// else empty.
  std::string authority;
};

/// Reads the target of a request: a path with or without a query, the same
/// behind `http://host` or `https://host`, or `*`.
///
/// Refused with `errc::invalid_argument` are any other form, a `%` that starts
/// no escape, what decodes to bytes that are not UTF-8, and more than
/// `segments_max` segments or `query_items_max` items.
[[nodiscard]] result<target> parse_target(std::string_view raw);

inline constexpr std::size_t segments_max = 32;
inline constexpr std::size_t query_items_max = 256;

} // namespace libsig::http
