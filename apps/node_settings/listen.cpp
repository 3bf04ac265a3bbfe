#include "apps/node_settings/listen.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <system_error>
#include <utility>

#include <arpa/inet.h>

namespace libsig::sigd {

namespace {

[[nodiscard]] bool is_address(int family, const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return inet_pton(family, host.c_str(), bytes.data()) == 1;
}

/// The host of `HOST:PORT`, without brackets; nothing when it is none.
[[nodiscard]] std::optional<std::string> read_host(std::string_view text) {
  std::string host{text};
  if (text.starts_with('[') && text.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    // A zone, as in fe80::1%eth0, is the system's to understand.
    return is_address(AF_INET6, host.substr(0, host.find('%')))
             ? std::optional{std::move(host)}
             : std::nullopt;
  }
  return host == "localhost" || is_address(AF_INET, host)
           ? std::optional{std::move(host)}
           : std::nullopt;
}

[[nodiscard]] tl::unexpected<error> refusal(std::string detail) {
  return fail(error(errc::invalid_argument, std::move(detail))
                .mend("write HOST:PORT, as in 127.0.0.1:7733, [::1]:7733 or "
                      "https://0.0.0.0:7733"));
}

} // namespace

result<listen_text> read_listen(std::string_view text) {
  listen_text made;
  for (const auto& [scheme, tls] :
       {std::pair{std::string_view{"https://"}, true},
        std::pair{std::string_view{"http://"}, false}}) {
    if (text.starts_with(scheme)) {
      text.remove_prefix(scheme.size());
      made.tls = tls;
      made.at.tls = tls;
    }
  }
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return refusal("must be HOST:PORT");
  }
  auto host = read_host(text.substr(0, colon));
  if (!host) {
    return refusal("must name an address, or localhost");
  }
  made.at.host = *std::move(host);
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data() + colon + 1, end, made.at.port);
  if (read.ec != std::errc{} || read.ptr != end) {
    return refusal("must have a port in 0..65535");
  }
  return made;
}

std::string to_text(const http::listen_address& at) {
  const bool long_form = at.host.find(':') != std::string::npos;
  return (long_form ? '[' + at.host + ']' : at.host) + ':'
         + std::to_string(at.port);
}

} // namespace libsig::sigd
