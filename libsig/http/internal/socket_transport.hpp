#pragma once

#include <memory>

#include "libsig/http/internal/tls_context.hpp"
#include "libsig/http/internal/transport.hpp"

#include <boost/asio/ip/tcp.hpp>

namespace libsig::http::internal {

/// The transport of a connected socket; with TLS when a context is given. Null
/// when the socket cannot be used.
[[nodiscard]] std::unique_ptr<transport>
make_transport(boost::asio::ip::tcp::socket socket, tls_context context);

} // namespace libsig::http::internal
