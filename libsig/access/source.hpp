#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libsig/access/caller.hpp"
#include "libsig/core/draft.hpp"
#include "libsig/core/error.hpp"

namespace libsig::access {

/// The way on which a draft came, as far as its source depends on it.
enum class path_kind : std::uint8_t {
  event, ///< a CloudEvent, which must bring its source
  typed, ///< a body that may name a source: topics, schedules, 001's paths
  mail,  ///< a signal to an identity
};

/// What a signal's source is going to be.
struct source_decision {
  std::string source;
  /// The claim that was stamped over; empty when there was none.
  std::string on_behalf_of;
};

/// Decides who is said to have sent a signal.
class source_rule {
public:
  static constexpr std::string_view review_prefix_default = "/synapse";

  // -- constructors -----------------------------------------------------------

  /// `review_prefix` is where the sources of reviews begin, as configured; what
  /// lies below it is guarded, and so is what lies below the default.
  explicit source_rule(std::string review_prefix);

  // -- observers --------------------------------------------------------------

  /// The source for a draft.
  ///
  /// One that states none gets its default: `<prefix>/reviews` for a
  /// `review.request`, `/identities/<name>` for mail, else the caller's own
  /// source. A guarded source (`/system`, `/agents/…`, `/identities/…`,
  /// `<prefix>/…`, however it is percent-encoded) is taken when it is the
  /// caller's own, and written as the node writes it then; it is taken from a
  /// nameless caller on loopback without tokens, and `<prefix>/reviews` on a
  /// `review.request` from whoever has the scope `review`. With `claim_source`
  /// another one is stamped over with the caller's own source and kept as
  /// `on_behalf_of`; without, it is `errc::forbidden` at `/source`. All other
  /// sources are taken as they are.
  ///
  /// An event without a source is `errc::invalid_signal`.
  [[nodiscard]] result<source_decision>
  decide(const draft& stated, const caller& by, path_kind came) const;

  /// Whether only its owner may state the source.
  [[nodiscard]] bool is_guarded(std::string_view source) const;

private:
  std::string review_prefix_;
};

} // namespace libsig::access
