#include "libsig/http/internal/tls_context.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace libsig::http::internal {

namespace {

/// What OpenSSL says of its first failure, without its codes.
[[nodiscard]] std::string openssl_reason() {
  const auto code = ERR_get_error();
  ERR_clear_error();
  const char* const text = code == 0 ? nullptr : ERR_reason_error_string(code);
  return text == nullptr ? "unknown reason" : text;
}

[[nodiscard]] tl::unexpected<error> refusal(const std::string& file,
                                            std::string detail) {
  return fail(error(errc::invalid_argument, std::move(detail)).at(file));
}

[[nodiscard]] result<void> check_readable(const std::string& file,
                                          std::string_view what) {
  if (file.empty()) {
    return fail(error(errc::invalid_argument,
                      "no file of the " + std::string{what} + " is named")
                  .at("tls"));
  }
  errno = 0;
  const std::ifstream in{file};
  if (!in) {
    return refusal(file, "the file of the " + std::string{what}
                           + " cannot be read: " + std::strerror(errno));
  }
  return {};
}

int select_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* in, unsigned in_size, void*) {
  static constexpr unsigned char http_1_1[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, http_1_1, sizeof(http_1_1) - 1,
                            in, in_size)
      != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

} // namespace

result<tls_context> make_tls_context(const tls_files& files) {
  for (const auto& checked : {check_readable(files.certificate, "certificate"),
                              check_readable(files.key, "key")}) {
    if (!checked) {
      return fail(checked.error());
    }
  }
  ERR_clear_error();
  tls_context made{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
  if (!made) {
    return fail(errc::internal, "TLS: " + openssl_reason());
  }
  SSL_CTX* const context = made.get();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION
                                 | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // Idle connections keep no buffers, and a write that went in part may go on
  // from another place in memory.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS
                              | SSL_MODE_ENABLE_PARTIAL_WRITE
                              | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(context, select_protocol, nullptr);
  // A key with a passphrase is refused instead of asking the terminal for it.
  SSL_CTX_set_default_passwd_cb(context,
                                [](char*, int, int, void*) { return -1; });
  if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str())
      != 1) {
    return refusal(files.certificate,
                   "holds no certificate: " + openssl_reason());
  }
  if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM)
      != 1) {
    const auto reason = ERR_GET_REASON(ERR_peek_error());
    if (reason == X509_R_KEY_VALUES_MISMATCH) {
      ERR_clear_error();
      return refusal(files.key,
                     "is not the key of the certificate " + files.certificate);
    }
    return refusal(files.key, "holds no usable key: " + openssl_reason());
  }
  if (SSL_CTX_check_private_key(context) != 1) {
    ERR_clear_error();
    return refusal(files.key,
                   "is not the key of the certificate " + files.certificate);
  }
  return made;
}

} // namespace libsig::http::internal
