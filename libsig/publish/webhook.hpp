#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/core/time.hpp"
#include "libsig/publish/address.hpp"
#include "libsig/publish/sink.hpp"

namespace libsig::publish {

/// Where a webhook posts to, and how.
struct webhook_options {
  /// `http` or `https`, without user and password.
  std::string url;
  /// Signs what is sent; not signed when empty.
  std::string secret = {};
  /// Of a whole try, the name's resolution included.
  std::chrono::milliseconds timeout{10'000};
  std::chrono::milliseconds connect_timeout{5'000};
  /// Where it may connect to.
  address_policy addresses = {};
  /// Ports of this node, which are refused on loopback even when that is
  /// allowed, since the node would answer itself.
  std::vector<std::uint16_t> own_ports = {};
  /// A file of authorities (PEM) in place of the system's; the system's when
  /// empty.
  std::string authorities = {};
  /// The addresses of a host's name; the system's resolver when empty. Asked
  /// for each connection.
  std::function<std::vector<std::string>(const std::string& host)> resolve = {};
  std::shared_ptr<const clock> time;
};

/// What a status of HTTP means for the signal: 2xx is `done`, 410 `gone`; 408,
/// 429 and 5xx are to be tried `again`; all else, redirects included, is
/// `refused`.
[[nodiscard]] outcome outcome_of(long status) noexcept;

/// `x-webhook-signature`: HMAC-SHA256 of `<timestamp>.<body>` as lower-case
/// hexadecimal digits. The timestamp is in seconds since 1970.
[[nodiscard]] std::string webhook_signature(std::string_view secret,
                                            std::string_view timestamp,
                                            std::string_view body);

/// Posts each signal to one endpoint as a redacted CloudEvent in structured
/// mode.
///
/// Beside the body go `x-webhook-event` (the type, percent-encoded as in
/// CloudEvents' header fields), `x-webhook-timestamp` (of this try) and
/// `x-webhook-signature`. Redirects are not followed, proxies not used,
/// certificates verified, cookies not kept. The address of each connection is
/// checked where the socket is made for it, so that no answer of a name server
/// gets around the check.
class webhook final : public sink {
public:
  /// `invalid_argument` for an URL that is none, has another scheme, user,
  /// password, blanks or control characters, or names a refused address.
  [[nodiscard]] static result<std::unique_ptr<webhook>>
  make(webhook_options how);

  ~webhook() override;

  [[nodiscard]] delivery deliver(std::span<const signal_ptr> signals) override;

  void cancel() noexcept override;

private:
  class impl;

public:
  /// For `make` alone, since nobody else can name an `impl`.
  explicit webhook(std::unique_ptr<impl> made) noexcept;

private:
  std::unique_ptr<impl> impl_;
};

} // namespace libsig::publish
