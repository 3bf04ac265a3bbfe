#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/time.hpp"
#include "libsig/http/fields.hpp"
#include "libsig/http/router.hpp"
#include "libsig/http/target.hpp"

namespace libsig::http {

/// The other end of a connection.
struct peer {
  /// The address as text, without a port.
  std::string address;
  std::uint16_t port = 0;
  /// Whether the address is one of this machine's loopback addresses.
  bool loopback = false;
};

/// A request. A value: the application may keep, move and change it.
struct request {
  /// As it was sent: methods are case-sensitive.
  std::string method;
  /// The target as it was sent.
  std::string target;
  /// The path, split at `/`, then decoded once.
  std::vector<std::string> segments;
  /// The query, decoded.
  std::vector<query_item> query;
  /// The host of an absolute target, else the value of `Host`.
  std::string host;
  http::fields fields;
  /// The body, whole and without its transfer coding; empty when the
  /// application is asked for admission.
  std::string body;

  /// The client's `X-Request-Id` when it is sane, else one that the server
  /// made; stands on the answer.
  std::string id;
  std::shared_ptr<const http::peer> peer;
  /// Whether it came over TLS.
  bool tls = false;
  /// Whether the version is 1.1, not 1.0.
  bool version_1_1 = true;
  /// The connection, by a number that no other of the server has.
  std::uint64_t connection = 0;
  /// From 1, in the order of the connection.
  std::uint64_t number = 0;
  /// When its first byte was read.
  steady_time first_byte;
  /// The number of the newest request of the connection whose answer's last
  /// byte had been written when this one's first byte was read; 0 when there is
  /// none. This request shows that those answers have left; what it says of
  /// their arrival is the application's to judge.
  std::uint64_t answered_before = 0;

  /// What the path and the method lead to. Null only during admission, when
  /// nothing fits.
  const http::route* route = nullptr;
  /// Where the parameters of the route stand among the segments, in the
  /// order of the route's template.
  std::vector<std::uint16_t> captured;

  /// What `application::admit` has found out, for `application::handle`; the
  /// server does not look at it.
  std::shared_ptr<const void> admission;

  /// The segment that a parameter of the route's template stands for; empty
  /// when the template has none of that name.
  [[nodiscard]] std::string_view
  parameter(std::string_view name) const noexcept;

  /// The value of the first item of the query of that name.
  [[nodiscard]] std::optional<std::string_view>
  query_value(std::string_view name) const noexcept;
};

} // namespace libsig::http
