#pragma once

#include <memory>

#include "libsig/core/error.hpp"
#include "libsig/http/options.hpp"

// OpenSSL's own name of its context.
struct ssl_ctx_st;

namespace libsig::http::internal {

/// A certificate and its key, ready for use; shared by connections, which keep
/// it when another takes its place.
using tls_context = std::shared_ptr<ssl_ctx_st>;

/// Reads a certificate and its key: TLS 1.2 and later, HTTP/1.1. A file that
/// cannot be read, that holds no PEM, or a key of another certificate is
/// `errc::invalid_argument`, placed at the file.
[[nodiscard]] result<tls_context> make_tls_context(const tls_files& files);

} // namespace libsig::http::internal
