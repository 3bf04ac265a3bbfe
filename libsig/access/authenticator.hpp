#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libsig/access/caller.hpp"
#include "libsig/access/token.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/keyed_hash.hpp"

namespace libsig::access {

/// What of a request says who asks. Views into the request.
struct request_facts {
  /// The value of `Authorization`.
  std::optional<std::string_view> authorization;
  /// The value of `Sig-Identity` as it was sent.
  std::optional<std::string_view> identity;
  /// Whether there is a `Forwarded` or an `X-Forwarded-*`.
  bool forwarded = false;
  /// Whether both ends of the connection are loopback addresses.
  bool loopback = false;
};

/// Tells who asks. Immutable; a reload makes another one. Any thread.
class authenticator {
public:
  // -- constructors -----------------------------------------------------------

  /// Refuses more than `limits::tokens_max` entries, an entry that
  /// `check_token_entry` refuses, and two entries of one hash; the place begins
  /// with the entry's index, counted from 0: `tokens[2].hash`.
  /// `on_loopback` are the grants of callers on a node without tokens.
  [[nodiscard]] static result<authenticator>
  make(std::vector<token_entry> tokens, grant_set on_loopback);

  // -- observers --------------------------------------------------------------

  /// Whether no token is configured.
  [[nodiscard]] bool tokenless() const noexcept { return tokens_.empty(); }

  /// Whether a node may listen: without tokens on loopback alone.
  [[nodiscard]] result<void> check_listener(bool loopback) const;

  /// Who asks; not to be asked of `/livez` and `/readyz`.
  ///
  /// With tokens every request needs one; `errc::unauthorized` (401) is the
  /// same for none, a malformed and a wrong one. A token with names needs one
  /// of them in `Sig-Identity`, a token without names none at all; otherwise
  /// `errc::forbidden` (403). Without tokens the request must come over
  /// loopback and from no proxy (403); a token that is sent then is not looked
  /// at, and any name may be used. What is no name is `errc::invalid_argument`
  /// (400) at `Sig-Identity`.
  [[nodiscard]] result<caller> authenticate(const request_facts& request) const;

  /// Whether a caller of before, of another authenticator perhaps, would still
  /// come in with the same rights.
  [[nodiscard]] bool knows(const caller& by) const;

private:
  using entry = std::shared_ptr<const token_entry>;

  /// Looks at every byte of two hashes, wherever they differ.
  struct equal_hashes {
    using is_transparent = void;
    [[nodiscard]] bool operator()(std::string_view left,
                                  std::string_view right) const noexcept;
  };

  authenticator() = default;

  [[nodiscard]] result<void> add(token_entry&& one);
  [[nodiscard]] entry find(std::string_view authorization) const;
  [[nodiscard]] result<caller>
  over_loopback(const request_facts& request) const;

  // By the hash of a token, which is hashed again under a secret: how long a
  // look-up takes says nothing of how much of a hash was right.
  std::unordered_map<std::string, entry, keyed_hash, equal_hashes> tokens_;
  grant_set on_loopback_;
};

} // namespace libsig::access
