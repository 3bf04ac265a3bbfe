#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libsig/access/rights.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/pattern.hpp"
#include "libsig/core/signal.hpp"

namespace libsig::access {

/// Who asks: a tenant, perhaps a name, and what they may do. Made by
/// `authenticator`; immutable and cheap to copy, so that a stream keeps the
/// rights with which it began.
///
/// Functions that check answer `errc::forbidden` (403) with what is missing.
class caller {
public:
  // -- constructors -----------------------------------------------------------

  /// Who shows a token; the name is one that it may use. `hash` is the token's,
  /// by which `authenticator::knows` finds it again.
  [[nodiscard]] static caller
  with_token(std::shared_ptr<const access::rights> of,
             std::optional<std::string> name,
             std::shared_ptr<const std::string> hash = nullptr);

  /// Who asks over loopback on a node without tokens: tenant `default`, all
  /// scopes, any name and the grants of `[loopback]`.
  [[nodiscard]] static caller on_loopback(grant_set grants,
                                          std::optional<std::string> name);

  // -- who --------------------------------------------------------------------

  [[nodiscard]] const std::string& tenant() const noexcept {
    return rights_->tenant;
  }

  [[nodiscard]] const std::optional<std::string>& name() const noexcept {
    return name_;
  }

  /// The source of what the caller publishes: `/agents/<name>`, the name
  /// percent-encoded, or `/system` without a name.
  [[nodiscard]] std::string own_source() const;

  /// The source of the caller's mail: `/identities/<name>`, or `/system`
  /// without a name.
  [[nodiscard]] std::string mail_source() const;

  /// Whether no token was asked for and no name was given: such a caller may
  /// state any source.
  [[nodiscard]] bool may_state_any_source() const noexcept {
    return tokenless_ && !name_;
  }

  /// Whether this name of a path or a body (`{me}`, `consumer`, and apart from
  /// subscriptions `{agent}`) may be used: it is the caller's, or the caller is
  /// `admin`.
  [[nodiscard]] result<void> check_self(std::string_view stated) const;

  /// Whether no token was asked for.
  [[nodiscard]] bool tokenless() const noexcept { return tokenless_; }

  /// The hash of the token that was shown; null when it is not known.
  [[nodiscard]] const std::string* token_hash() const noexcept {
    return token_hash_.get();
  }

  /// The rights with which the caller came.
  [[nodiscard]] const access::rights& rights() const noexcept {
    return *rights_;
  }

  // -- what -------------------------------------------------------------------

  [[nodiscard]] bool may(scope what) const noexcept {
    return rights_->scopes.has(what);
  }

  [[nodiscard]] bool has(grant what) const noexcept {
    return rights_->grants.has(what);
  }

  [[nodiscard]] bool is_admin() const noexcept { return may(scope::admin); }

  /// Whether payloads go to this caller unredacted.
  [[nodiscard]] bool sees_secrets() const noexcept {
    return has(grant::unredacted);
  }

  [[nodiscard]] result<void> check_scope(scope what) const;

  /// Whether the caller has the scope, and the token's patterns let the type
  /// through.
  [[nodiscard]] bool may_type(scope what, std::string_view type) const;

  /// The same for what names a type itself, such as a wait.
  [[nodiscard]] result<void> check_type(scope what,
                                        std::string_view type) const;

  /// Whether a signal of the type may be published or scheduled:
  /// `review.request` needs the scope `review`, all else `publish`; the token's
  /// patterns must match; a reserved type needs `emit_reserved`, and is
  /// `errc::reserved_type` (403) without.
  [[nodiscard]] result<void> check_publish(std::string_view type) const;

  /// Whether signals of the type reach the caller: the token's patterns let
  /// them through, and `internal.*` never does. What does not is left out, as
  /// if it were not there.
  [[nodiscard]] bool may_read(std::string_view type) const;

  /// Whether a list or a stream that was asked for with a pattern (null when
  /// with none) shows the signal: it matches, is of the caller's tenant, may be
  /// read, and when it has a receiver, the caller is its sender, its receiver
  /// or `admin`. `internal.*` is shown to `admin` alone, when the pattern names
  /// it.
  [[nodiscard]] bool may_see(const signal& what, const pattern* asked) const;

private:
  caller(std::shared_ptr<const access::rights> of,
         std::optional<std::string> name,
         std::shared_ptr<const std::string> token_hash, bool tokenless);

  [[nodiscard]] bool lets_through(std::string_view type) const;
  [[nodiscard]] bool takes_part_in(const signal& what) const;

  std::shared_ptr<const access::rights> rights_;
  std::optional<std::string> name_;
  std::shared_ptr<const std::string> token_hash_;
  bool tokenless_;
};

} // namespace libsig::access
