#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libsig/core/error.hpp"
#include "libsig/http/options.hpp"

namespace libsig::sigd {

/// An address to listen on, as it is written.
struct listen_text {
  http::listen_address at;
  /// Whether the text says `https://` or `http://`; nothing when neither.
  std::optional<bool> tls;
};

/// Reads `HOST:PORT`, perhaps behind `http://` or `https://`. The host is
/// `localhost` or an address; one of IPv6 stands in brackets. Errors are
/// `errc::invalid_argument`; their detail follows the name of what is read.
[[nodiscard]] result<listen_text> read_listen(std::string_view text);

/// The address as it is read: `[::1]:7733`.
[[nodiscard]] std::string to_text(const http::listen_address& at);

} // namespace libsig::sigd
