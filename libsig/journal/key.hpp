#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "libsig/core/keyed_hash.hpp"
#include "libsig/core/signal.hpp"

namespace libsig::journal {

/// A keyed 128-bit hash, which stands for a key whose parts are not kept.
/// Whoever does not know the hash's secret cannot make two keys meet.
struct digest {
  std::array<std::uint64_t, 2> words{};

  friend bool operator==(const digest&, const digest&) = default;
};

/// For tables in memory; the digest is uniform already.
struct digest_hash {
  [[nodiscard]] std::size_t operator()(const digest& of) const noexcept {
    return static_cast<std::size_t>(of.words[0]);
  }
};

/// Makes digests under one secret.
class key_maker {
public:
  using secret = std::array<unsigned char, 16>;

  /// A secret from the operating system.
  key_maker();

  explicit key_maker(const secret& by) noexcept
    : secret_{by}, ids_{short_text_hash{by, 1}, short_text_hash{by, 2}} {}

  /// The digest of the parts, each with its length, so that ("ab", "c") and
  /// ("a", "bc") differ (SipHash-2-4 by libsodium).
  [[nodiscard]] digest of(std::initializer_list<std::string_view> parts) const;

  /// The identity of a signal for ever: tenant, source, id.
  [[nodiscard]] digest identity(const signal& what) const {
    return identity(scope(what), what.id());
  }

  /// What an id is unique in: tenant and source. Few, so that it pays to
  /// remember their digests.
  [[nodiscard]] digest scope(const signal& what) const {
    return of({what.tenant(), what.source()});
  }

  /// The identity in two steps.
  [[nodiscard]] digest identity(const digest& scope, std::string_view id) const;

  /// What a repeat must share with the first: type and receiver. Compared for
  /// equality under one identity only, so a plain hash does.
  [[nodiscard]] std::uint64_t address(const signal& what) const;

  /// The data as a JSON value (members in any order, numbers by value), or its
  /// bytes.
  [[nodiscard]] std::uint64_t data(const signal& what) const;

private:
  secret secret_{};
  /// One for each word of a digest.
  std::array<short_text_hash, 2> ids_;
};

/// The text under which two JSON values are equal exactly when their data are:
/// the decoded form writes equal data in one way, and so does canonical JSON.
[[nodiscard]] std::string comparable_json(const event_data& data);

} // namespace libsig::journal
