#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsig/core/error.hpp"

namespace libsig::publish {

/// An address of IPv4 or IPv6 in the order of the network.
struct address {
  std::array<std::uint8_t, 16> bytes{};
  /// 4 for IPv4, which stands in the first four bytes; 16 for IPv6.
  std::size_t size = 16;

  friend bool operator==(const address&, const address&) = default;
};

/// Reads an address in its usual form (`127.0.0.1`, `fe80::1`); nothing for
/// anything else, forms such as `0x7f.1` included.
[[nodiscard]] std::optional<address> parse_address(std::string_view text);

[[nodiscard]] std::string to_string(const address& of);

/// Addresses that begin alike.
struct network {
  publish::address address;
  /// Bits of the address that count.
  unsigned bits = 0;

  [[nodiscard]] bool contains(const publish::address& one) const noexcept;
};

/// Reads `10.0.0.0/8`, or an address alone, which is a network of one.
[[nodiscard]] result<network> parse_network(std::string_view text);

/// What an address must not be reached for, in words: `loopback`, `private`,
/// `link-local` (where clouds keep their metadata), `multicast` and so on;
/// empty for one of the public internet.
///
/// An address of IPv6 that carries one of IPv4 (mapped, compatible, translated
/// by NAT64, 6to4, Teredo) is what that one is, and never a public one.
[[nodiscard]] std::string_view reserved_for(const address& of) noexcept;

/// Where publishers may connect to.
class address_policy {
public:
  // -- constructors -----------------------------------------------------------

  /// The public internet.
  address_policy() = default;

  /// The public internet and these networks.
  explicit address_policy(std::vector<network> allowed) noexcept
    : allowed_{std::move(allowed)} {}

  // -- observers --------------------------------------------------------------

  /// Why the address is refused; empty when it may be connected to. An address
  /// that carries one of IPv4 is allowed where that one is.
  [[nodiscard]] std::string_view refusal(const address& of) const noexcept;

private:
  std::vector<network> allowed_;
};

} // namespace libsig::publish
