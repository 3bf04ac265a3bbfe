#include "libsig/http/router.hpp"

#include "libsig/http/fields.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace libsig::http {

namespace {

[[nodiscard]] tl::unexpected<error> refusal(const route& of,
                                            std::string detail) {
  return fail(error(errc::invalid_argument, std::move(detail))
                .at("route " + of.method + ' ' + of.path));
}

[[nodiscard]] std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  path.remove_prefix(1);
  for (;;) {
    const auto slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) {
      return parts;
    }
    path.remove_prefix(slash + 1);
  }
}

/// A node that is still to be visited.
struct open_node {
  std::size_t at = 0;
  std::size_t depth = 0;
  /// Parameters on the way, which `captured` is cut back to.
  std::size_t captured = 0;
  bool by_parameter = false;
};

} // namespace

result<route_table> route_table::make(std::vector<route> routes) {
  route_table made;
  if (routes.size() > routes_max) {
    return fail(errc::invalid_argument,
                "more than " + std::to_string(routes_max) + " routes");
  }
  made.routes_ = std::make_shared<std::vector<route>>(std::move(routes));
  made.nodes_.emplace_back();
  for (std::size_t at = 0; at < made.routes_->size(); ++at) {
    if (const auto added = made.add(at); !added) {
      return fail(added.error());
    }
  }
  return made;
}

result<void> route_table::add(std::size_t index) {
  route& added = (*routes_)[index];
  added.index_ = index;
  added.parameters_.clear();
  if (added.method.empty() || added.path.empty() || added.path.front() != '/') {
    return refusal(added, "a route has a method and a path that starts with /");
  }
  std::size_t at = 0;
  for (const auto part : split(added.path)) {
    const auto next = step(at, part, added);
    if (!next) {
      return fail(next.error());
    }
    at = *next;
  }
  for (const auto other : nodes_[at].routes) {
    if ((*routes_)[other].method == added.method) {
      return refusal(added, "the route stands there twice");
    }
  }
  nodes_[at].routes.push_back(index);
  return {};
}

result<std::size_t> route_table::step(std::size_t from, std::string_view part,
                                      route& owner) {
  const auto fresh = nodes_.size();
  if (part.size() < 2 || part.front() != '{' || part.back() != '}') {
    auto& literals = nodes_[from].literals;
    const auto place = std::ranges::lower_bound(
      literals, part, {},
      [](const auto& each) -> std::string_view { return each.first; });
    if (place != literals.end() && place->first == part) {
      return place->second;
    }
    literals.emplace(place, std::string{part}, fresh);
    nodes_.emplace_back();
    return fresh;
  }
  const std::string name{part.substr(1, part.size() - 2)};
  if (name.empty() || std::ranges::count(owner.parameters_, name) != 0) {
    return refusal(owner, "names of parameters are filled and distinct");
  }
  owner.parameters_.push_back(name);
  if (nodes_[from].parameter != 0) {
    if (nodes_[from].parameter_name != name) {
      return refusal(owner, "the parameter is called '"
                              + nodes_[from].parameter_name
                              + "' in another route");
    }
    return nodes_[from].parameter;
  }
  nodes_[from].parameter = fresh;
  nodes_[from].parameter_name = name;
  nodes_.emplace_back();
  return fresh;
}

std::size_t route_table::child(std::size_t of, std::string_view segment) const {
  const auto& literals = nodes_[of].literals;
  const auto place = std::ranges::lower_bound(
    literals, segment, {},
    [](const auto& each) -> std::string_view { return each.first; });
  return place != literals.end() && place->first == segment ? place->second : 0;
}

route_match route_table::match(std::string_view method,
                               std::span<const std::string> segments) const {
  route_match made;
  std::set<std::string_view> allowed;
  std::vector<open_node> open{{}};
  while (!open.empty()) {
    const open_node now = open.back();
    open.pop_back();
    made.captured.resize(now.captured);
    if (now.by_parameter) {
      made.captured.push_back(static_cast<std::uint16_t>(now.depth - 1));
    }
    const node& at = nodes_[now.at];
    if (now.depth == segments.size()) {
      for (const auto index : at.routes) {
        const route& each = (*routes_)[index];
        if (each.method == method
            || (method == "HEAD" && each.method == "GET")) {
          made.found = &each;
          // A route of its own for HEAD goes before that for GET.
          if (each.method == method) {
            return made;
          }
        }
        allowed.insert(each.method);
      }
      if (made.found != nullptr) {
        return made;
      }
      continue;
    }
    const std::string& segment = segments[now.depth];
    if (at.parameter != 0 && !segment.empty()) {
      open.push_back({at.parameter, now.depth + 1, made.captured.size(), true});
    }
    if (const auto next = child(now.at, segment); next != 0) {
      open.push_back({next, now.depth + 1, made.captured.size(), false});
    }
  }
  made.captured.clear();
  if (allowed.contains("GET")) {
    allowed.insert("HEAD");
  }
  if (!allowed.empty()) {
    allowed.insert("OPTIONS");
  }
  for (const auto each : allowed) {
    made.allow.append(made.allow.empty() ? "" : ", ").append(each);
  }
  return made;
}

bool accepts_media_type(std::span<const std::string> accepted,
                        std::string_view media_type) noexcept {
  const auto type = trimmed(media_type.substr(0, media_type.find(';')));
  const auto slash = type.find('/');
  if (slash == std::string_view::npos || slash == 0
      || slash + 1 == type.size()) {
    return false;
  }
  return std::ranges::any_of(accepted, [&](std::string_view each) {
    if (each == "*/*") {
      return true;
    }
    if (each.ends_with("/*")) {
      return equal_ignoring_case(each.substr(0, each.size() - 1),
                                 type.substr(0, slash + 1));
    }
    return equal_ignoring_case(each, type);
  });
}

} // namespace libsig::http
