#include "libsig/http/target.hpp"

#include "libsig/core/percent.hpp"
#include "libsig/core/utf8.hpp"
#include "libsig/http/fields.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace libsig::http {

namespace {

[[nodiscard]] tl::unexpected<error> refusal(std::string detail) {
  return fail(errc::invalid_argument, std::move(detail));
}

/// Takes the part before the next separator off the text.
[[nodiscard]] std::string_view take_part(std::string_view& rest,
                                         char separator) noexcept {
  const auto end = std::min(rest.find(separator), rest.size());
  const auto part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

/// Takes `http://host` off an absolute target.
[[nodiscard]] std::string_view take_authority(std::string_view& raw) noexcept {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (equal_ignoring_case(raw.substr(0, scheme.size()), scheme)) {
      raw.remove_prefix(scheme.size());
      const auto end = std::min(raw.find_first_of("/?"), raw.size());
      const auto authority = raw.substr(0, end);
      raw.remove_prefix(end);
      return authority;
    }
  }
  return {};
}

[[nodiscard]] result<void> read_path(std::string_view path, target& into) {
  path.remove_prefix(1);
  const auto slashes = std::ranges::count(path, '/');
  if (static_cast<std::size_t>(slashes) >= segments_max) {
    return refusal("the path has more than " + std::to_string(segments_max)
                   + " segments");
  }
  into.segments.reserve(static_cast<std::size_t>(slashes) + 1);
  for (auto left = slashes; left >= 0; --left) {
    auto segment = percent_decode(take_part(path, '/'));
    if (!segment || !is_utf8(*segment)) {
      return refusal(segment ? "the path does not decode to UTF-8"
                             : "the path has a '%' that starts no escape");
    }
    into.segments.push_back(*std::move(segment));
  }
  return {};
}

[[nodiscard]] result<void> read_query(std::string_view query, target& into) {
  while (!query.empty()) {
    std::string_view item = take_part(query, '&');
    if (item.empty()) {
      continue;
    }
    if (into.query.size() == query_items_max) {
      return refusal("the query has more than "
                     + std::to_string(query_items_max) + " items");
    }
    auto name = percent_decode_query(take_part(item, '='));
    auto value = percent_decode_query(item);
    if (!name || !value) {
      return refusal("the query has a '%' that starts no escape");
    }
    if (!is_utf8(*name) || !is_utf8(*value)) {
      return refusal("the query does not decode to UTF-8");
    }
    into.query.push_back({*std::move(name), *std::move(value)});
  }
  return {};
}

} // namespace

result<target> parse_target(std::string_view raw) {
  target made;
  if (raw == "*") {
    return made;
  }
  made.authority = take_authority(raw);
  std::string_view rest = raw;
  std::string_view path = take_part(rest, '?');
  if (path.empty() && !made.authority.empty()) {
    path = "/";
  }
  if (path.empty() || path.front() != '/') {
    return refusal("the target is no path");
  }
  if (raw.find('#') != std::string_view::npos) {
    return refusal("the target has a fragment");
  }
  if (const auto read = read_path(path, made); !read) {
    return fail(read.error());
  }
  if (const auto read = read_query(rest, made); !read) {
    return fail(read.error());
  }
  return made;
}

} // namespace libsig::http
