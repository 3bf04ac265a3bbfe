#include "libsig/http/request.hpp"

#include <algorithm>

namespace libsig::http {

std::string_view request::parameter(std::string_view name) const noexcept {
  if (route == nullptr) {
    return {};
  }
  const auto& names = route->parameters();
  for (std::size_t at = 0; at < names.size() && at < captured.size(); ++at) {
    if (names[at] == name) {
      return segments[captured[at]];
    }
  }
  return {};
}

std::optional<std::string_view>
request::query_value(std::string_view name) const noexcept {
  const auto found = std::ranges::find(query, name, &query_item::name);
  if (found == query.end()) {
    return std::nullopt;
  }
  return found->value;
}

} // namespace libsig::http
