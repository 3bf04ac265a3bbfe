#include "libsig/publish/address.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>
#include <utility>

#include <arpa/inet.h>

namespace libsig::publish {

namespace {

struct reserved {
  network of;
  std::string_view why;
};

[[nodiscard]] constexpr network four(std::uint8_t a, std::uint8_t b,
                                     std::uint8_t c, std::uint8_t d,
                                     unsigned bits) {
  return {{{a, b, c, d}, 4}, bits};
}

[[nodiscard]] constexpr network six(std::uint16_t a, std::uint16_t b,
                                    std::uint16_t c, unsigned bits) {
  network made{{}, bits};
  const std::array words{a, b, c};
  for (std::size_t at = 0; at < words.size(); ++at) {
    made.address.bytes[2 * at] = static_cast<std::uint8_t>(words[at] >> 8);
    made.address.bytes[2 * at + 1] =
      static_cast<std::uint8_t>(words[at] & 0xff);
  }
  return made;
}

// The registries of special-purpose addresses (RFC 6890 and what followed).
constexpr std::array reserved_four{
  reserved{four(0, 0, 0, 0, 8), "this network"},
  reserved{four(10, 0, 0, 0, 8), "private"},
  reserved{four(100, 64, 0, 0, 10), "shared by carriers"},
  reserved{four(127, 0, 0, 0, 8), "loopback"},
  reserved{four(169, 254, 0, 0, 16), "link-local"},
  reserved{four(172, 16, 0, 0, 12), "private"},
  reserved{four(192, 0, 0, 0, 24), "reserved"},
  reserved{four(192, 0, 2, 0, 24), "documentation"},
  reserved{four(192, 88, 99, 0, 24), "reserved"},
  reserved{four(192, 168, 0, 0, 16), "private"},
  reserved{four(198, 18, 0, 0, 15), "benchmarking"},
  reserved{four(198, 51, 100, 0, 24), "documentation"},
  reserved{four(203, 0, 113, 0, 24), "documentation"},
  reserved{four(224, 0, 0, 0, 4), "multicast"},
  reserved{four(240, 0, 0, 0, 4), "reserved"},
  // A cloud's metadata service on an address that looks public.
  reserved{four(168, 63, 129, 16, 32), "metadata"},
};

constexpr std::array reserved_six{
  reserved{six(0x0064, 0xff9b, 0x0001, 48), "translated, private"},
  reserved{six(0x0100, 0, 0, 64), "discarded"},
  reserved{six(0x2001, 0x0db8, 0, 32), "documentation"},
  reserved{six(0x2001, 0, 0, 23), "reserved"},
  reserved{six(0x3fff, 0, 0, 20), "documentation"},
  reserved{six(0x5f00, 0, 0, 16), "reserved"},
  reserved{six(0xfc00, 0, 0, 7), "unique-local"},
  reserved{six(0xfe80, 0, 0, 10), "link-local"},
  reserved{six(0xfec0, 0, 0, 10), "site-local"},
  reserved{six(0xff00, 0, 0, 8), "multicast"},
};

[[nodiscard]] address four_at(const address& of, std::size_t place) noexcept {
  address made;
  made.size = 4;
  std::copy_n(of.bytes.begin() + static_cast<std::ptrdiff_t>(place), 4,
              made.bytes.begin());
  return made;
}

/// The address of IPv4 that one of IPv6 carries.
[[nodiscard]] std::optional<address> carried_by(const address& of) noexcept {
  if (of.size != 16) {
    return std::nullopt;
  }
  const auto zeros = static_cast<std::size_t>(
    std::ranges::find_if(of.bytes, [](auto byte) { return byte != 0; })
    - of.bytes.begin());
  const bool mapped =
    zeros == 10 && of.bytes[10] == 0xff && of.bytes[11] == 0xff;
  const bool compatible = zeros >= 12;
  // ::ffff:0:a.b.c.d (RFC 2765).
  const bool translated = zeros == 8 && of.bytes[8] == 0xff
                          && of.bytes[9] == 0xff && of.bytes[10] == 0
                          && of.bytes[11] == 0;
  if (mapped || compatible || translated
      || six(0x0064, 0xff9b, 0, 96).contains(of)) {
    return four_at(of, 12);
  }
  if (six(0x2002, 0, 0, 16).contains(of)) {
    return four_at(of, 2);
  }
  if (six(0x2001, 0, 0, 32).contains(of)) {
    auto client = four_at(of, 12);
    for (std::size_t at = 0; at < client.size; ++at) {
      client.bytes[at] = static_cast<std::uint8_t>(~client.bytes[at]);
    }
    return client;
  }
  return std::nullopt;
}

[[nodiscard]] std::string_view own_use(const address& of) noexcept {
  const auto look = [&](const auto& table) -> std::string_view {
    const auto found = std::ranges::find_if(
      table, [&](const reserved& one) { return one.of.contains(of); });
    return found == table.end() ? std::string_view{} : found->why;
  };
  if (of.size == 4) {
    return look(reserved_four);
  }
  const auto why = look(reserved_six);
  const bool global = six(0x2000, 0, 0, 3).contains(of);
  return why.empty() && !global ? std::string_view{"reserved"} : why;
}

[[nodiscard]] bool is_loopback_six(const address& of) noexcept {
  address one;
  one.bytes[15] = 1;
  return of == one;
}

} // namespace

std::optional<address> parse_address(std::string_view text) {
  const std::string whole{text};
  address made;
  made.size = 4;
  if (::inet_pton(AF_INET, whole.c_str(), made.bytes.data()) == 1) {
    return made;
  }
  made = {};
  if (::inet_pton(AF_INET6, whole.c_str(), made.bytes.data()) == 1) {
    return made;
  }
  return std::nullopt;
}

std::string to_string(const address& of) {
  std::array<char, INET6_ADDRSTRLEN> room{};
  const auto* const text =
    ::inet_ntop(of.size == 4 ? AF_INET : AF_INET6, of.bytes.data(), room.data(),
                room.size());
  return text == nullptr ? std::string{} : std::string{text};
}

bool network::contains(const publish::address& one) const noexcept {
  if (one.size != address.size) {
    return false;
  }
  const auto whole = bits / 8;
  if (!std::equal(address.bytes.begin(),
                  address.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                  one.bytes.begin())) {
    return false;
  }
  const auto rest = bits % 8;
  const auto mask = static_cast<std::uint8_t>(0xff00u >> rest);
  return rest == 0
         || (address.bytes[whole] & mask) == (one.bytes[whole] & mask);
}

result<network> parse_network(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  const auto refuse = [&] {
    return fail(
      error(errc::invalid_argument, "'" + std::string{text} + "' is no network")
        .mend("write it as 10.0.0.0/8, fd00::/8 or one address"));
  };
  if (!address) {
    return refuse();
  }
  const auto most = static_cast<unsigned>(address->size * 8);
  if (slash == std::string_view::npos) {
    return network{*address, most};
  }
  const auto digits = text.substr(slash + 1);
  unsigned bits = 0;
  const auto* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, bits);
  if (digits.empty() || read.ec != std::errc{} || read.ptr != end
      || bits > most) {
    return refuse();
  }
  return network{*address, bits};
}

std::string_view reserved_for(const address& of) noexcept {
  if (of.size == 16 && is_loopback_six(of)) {
    return "loopback";
  }
  if (const auto carried = carried_by(of)) {
    const auto why = own_use(*carried);
    return why.empty() ? "an address of IPv4 inside one of IPv6" : why;
  }
  return own_use(of);
}

std::string_view address_policy::refusal(const address& of) const noexcept {
  const auto carried = carried_by(of);
  const bool allowed = std::ranges::any_of(allowed_, [&](const network& one) {
    return one.contains(of) || (carried && one.contains(*carried));
  });
  return allowed ? std::string_view{} : reserved_for(of);
}

} // namespace libsig::publish
