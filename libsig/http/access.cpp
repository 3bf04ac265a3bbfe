#include "libsig/http/access.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

namespace libsig::http {

namespace {

/// A host apart from its port.
struct authority {
  std::string_view host;
  /// Empty when there is none.
  std::string_view port;
};

[[nodiscard]] std::optional<authority>
parse_authority(std::string_view text) noexcept {
  std::size_t end = 0;
  if (text.starts_with('[')) {
    const auto bracket = text.find(']');
    if (bracket == std::string_view::npos) {
      return std::nullopt;
    }
    end = bracket + 1;
  } else {
    end = std::min(text.find(':'), text.size());
  }
  authority made{text.substr(0, end), {}};
  if (end < text.size()) {
    made.port = text.substr(end + 1);
    if (text[end] != ':' || made.port.empty() || made.port.size() > 5
        || made.port.find_first_not_of("0123456789")
             != std::string_view::npos) {
      return std::nullopt;
    }
  }
  if (made.host.empty()
      || made.host.find_first_of("/@\\ ,") != std::string_view::npos) {
    return std::nullopt;
  }
  return made;
}

/// Four decimal numbers, the first of which is 127.
[[nodiscard]] bool is_loopback_ipv4(std::string_view host) noexcept {
  for (int part = 0; part < 4; ++part) {
    unsigned value = 0;
    const auto read =
      std::from_chars(host.data(), host.data() + host.size(), value);
    const auto digits = static_cast<std::size_t>(read.ptr - host.data());
    if (read.ec != std::errc{} || digits > 3 || value > 255
        || (digits > 1 && host.front() == '0') || (part == 0 && value != 127)) {
      return false;
    }
    host.remove_prefix(digits);
    if (part == 3) {
      return host.empty();
    }
    if (!host.starts_with('.')) {
      return false;
    }
    host.remove_prefix(1);
  }
  return false;
}

[[nodiscard]] bool is_loopback_name(std::string_view host) noexcept {
  return equal_ignoring_case(host, "localhost") || host == "[::1]"
         || is_loopback_ipv4(host);
}

[[nodiscard]] tl::unexpected<error> refusal(std::string place,
                                            std::string detail) {
  return fail(
    error(errc::invalid_argument, std::move(detail)).at(std::move(place)));
}

/// Whether an origin is the request's own: scheme, host and port.
[[nodiscard]] bool is_own_origin(std::string_view origin,
                                 const request& head) noexcept {
  const std::string_view scheme = head.tls ? "https://" : "http://";
  const std::string_view usual_port = head.tls ? "443" : "80";
  if (!equal_ignoring_case(origin.substr(0, scheme.size()), scheme)) {
    return false;
  }
  const auto from = parse_authority(origin.substr(scheme.size()));
  const auto to = parse_authority(head.host);
  if (!from || !to) {
    return false;
  }
  return equal_ignoring_case(from->host, to->host)
         && (from->port.empty() ? usual_port : from->port)
              == (to->port.empty() ? usual_port : to->port);
}

} // namespace

bool is_forwarded(const fields& of) noexcept {
  constexpr std::string_view prefix = "X-Forwarded-";
  for (std::size_t at = 0; at < of.size(); ++at) {
    const auto name = of[at].name;
    if (equal_ignoring_case(name, "Forwarded")
        || equal_ignoring_case(name.substr(0, prefix.size()), prefix)) {
      return true;
    }
  }
  return false;
}

bool speaks_of_proxy(const fields& of) noexcept {
  return of.contains("Via") || is_forwarded(of);
}

bool is_loopback_host(std::string_view host) noexcept {
  const auto parsed = parse_authority(host);
  return parsed && is_loopback_name(parsed->host);
}

result<void> check_host(const request& head, const access_rules& rules) {
  const auto parsed = parse_authority(head.host);
  if (!parsed) {
    return refusal("Host", "the host is malformed");
  }
  const bool known =
    is_loopback_name(parsed->host)
    || std::ranges::any_of(rules.hosts, [&](std::string_view each) {
         return equal_ignoring_case(each, parsed->host);
       });
  if (!known) {
    return refusal("Host", "this server is not called so");
  }
  return {};
}

result<void> check_origin(const request& head, const access_rules& rules) {
  const auto origins = head.fields.find_all("Origin");
  if (origins.empty()) {
    return {};
  }
  const bool allowed =
    origins.size() == 1
    && (is_own_origin(origins.front(), head)
        || std::ranges::any_of(rules.origins, [&](std::string_view each) {
             return equal_ignoring_case(each, origins.front());
           }));
  if (!allowed) {
    return refusal("Origin", "pages of this origin may not call");
  }
  return {};
}

result<void> check_loopback(const request& head, const access_rules& rules) {
  if (!head.peer || !head.peer->loopback) {
    return refusal("peer", "without a token only this machine is served");
  }
  if (is_forwarded(head.fields)) {
    return refusal("Forwarded",
                   "without a token nothing that a proxy sends is served");
  }
  if (const auto checked = check_host(head, rules); !checked) {
    return checked;
  }
  return check_origin(head, rules);
}

} // namespace libsig::http
