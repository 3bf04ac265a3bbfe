#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "libsig/core/signal.hpp"

namespace libsig::journal::internal {

/// The keys of a store on a disk. What they are made of must never change: they
/// outlive the program that wrote them. (`journal::key_maker` may change with
/// every version.)
class stable_keys {
public:
  using secret = std::array<unsigned char, 16>;

  /// Bytes of a digest.
  static constexpr std::size_t digest_bytes = 16;
  using digest = std::array<char, digest_bytes>;

  explicit stable_keys(const secret& by) noexcept : secret_{by} {}

  /// Tenant, source, id: the identity of a signal. One whose id is a UUIDv7
  /// begins with its time, so that the keys of new signals stand side by side
  /// in the index and a commit touches few pages.
  [[nodiscard]] digest identity(const signal& what) const;

  /// Tenant, type, claim.
  [[nodiscard]] digest claim(const signal& what, std::string_view claim) const;

  [[nodiscard]] digest claim(std::string_view tenant, std::string_view type,
                             std::string_view claim) const;

  /// What a repeat must share with the first: type and receiver.
  [[nodiscard]] std::uint64_t address(const signal& what) const;

  /// The data as a JSON value, or its bytes.
  [[nodiscard]] std::uint64_t data(const signal& what) const;

  /// A tenant, and a topic of it; neither is ever 0.
  [[nodiscard]] std::uint64_t tenant(std::string_view tenant) const;
  [[nodiscard]] std::uint64_t topic(std::string_view tenant,
                                    std::string_view type) const;

  /// An id in a topic. That of a UUIDv7 begins with its time, so that new ones
  /// stand side by side; ids may meet, and what is found must be compared.
  [[nodiscard]] std::uint64_t name(std::string_view tenant,
                                   std::string_view type,
                                   std::string_view id) const;

  /// What tells a log from others as long as nothing else is said.
  [[nodiscard]] std::uint64_t epoch() const;

private:
  [[nodiscard]] digest of(std::initializer_list<std::string_view> parts) const;

  [[nodiscard]] std::uint64_t
  number_of(std::initializer_list<std::string_view> parts) const;

  secret secret_{};
};

[[nodiscard]] inline std::string_view
view_of(const stable_keys::digest& what) noexcept {
  return {what.data(), what.size()};
}

/// A checksum against damage, not against malice: its key is no secret.
[[nodiscard]] std::uint64_t checksum(std::string_view bytes) noexcept;

/// A checksum of numbers, among them other checksums.
[[nodiscard]] std::uint64_t
checksum(std::initializer_list<std::uint64_t> numbers) noexcept;

} // namespace libsig::journal::internal
