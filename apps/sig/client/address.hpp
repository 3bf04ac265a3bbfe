#pragma once

#include <string>
#include <string_view>

#include "libsig/core/error.hpp"

namespace libsig::sig::client {

/// Where a node is.
struct address {
  /// Scheme, host, port and a path prefix, without a slash at its end.
  std::string base;
  /// Whether what is sent stays on this machine.
  bool loopback = false;
  /// Whether it goes over TLS.
  bool secure = false;
};

/// Reads a URL of `http` or `https`, with a host, perhaps a port and a path.
///
/// A user or a password in it, a query, a fragment and a control character are
/// `errc::invalid_argument`: arguments and variables are no place for secrets,
/// and the paths below the URL are the command's.
[[nodiscard]] result<address> parse_address(std::string_view url);

} // namespace libsig::sig::client
