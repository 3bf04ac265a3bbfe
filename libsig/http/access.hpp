#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/http/request.hpp"

/// Whom a request may come from, as far as its head tells: pure rules that an
/// application asks during admission.
namespace libsig::http {

/// What a server is called, beside the names of loopback.
struct access_rules {
  /// Hosts without port, as in `Host`.
  std::vector<std::string> hosts;
  /// Origins of other sites whose pages may call, such as
  /// `https://board.example`.
  std::vector<std::string> origins;
};

/// Whether fields say that the request came through a proxy: `Forwarded` or any
/// `X-Forwarded-…`.
[[nodiscard]] bool is_forwarded(const fields& of) noexcept;

/// The same, and `Via`.
[[nodiscard]] bool speaks_of_proxy(const fields& of) noexcept;

/// Whether a host, with or without a port, is one of loopback: `localhost`, an
/// address in 127.0.0.0/8 or `[::1]`.
[[nodiscard]] bool is_loopback_host(std::string_view host) noexcept;

/// Refuses a `Host` that is neither of loopback nor in the rules, so that no
/// page can reach a server on loopback by a name that it makes lead there.
/// Refusals are `errc::invalid_argument`, placed at `Host`.
[[nodiscard]] result<void> check_host(const request& head,
                                      const access_rules& rules);

/// Refuses the page of another site: an `Origin` must be that of the request's
/// own host, or in the rules. Without one, it is no page's call that could
/// change something. Refusals are placed at `Origin`.
[[nodiscard]] result<void> check_origin(const request& head,
                                        const access_rules& rules);

/// Whether a request may be served without a token: it comes from loopback,
/// through no proxy, to a host and from an origin that the rules allow.
[[nodiscard]] result<void> check_loopback(const request& head,
                                          const access_rules& rules);

} // namespace libsig::http
