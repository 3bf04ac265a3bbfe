#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "libsig/actor/spec.hpp"
#include "libsig/core/error.hpp"
#include "libsig/subscription/burials.hpp"
#include "libsig/subscription/log_view.hpp"
#include "libsig/subscription/matcher.hpp"
#include "libsig/subscription/observer.hpp"
#include "libsig/subscription/post.hpp"
#include "libsig/subscription/registry.hpp"

namespace libsig::actors {

struct subscriptions_options {
  /// The log; not null.
  std::shared_ptr<const subscription::log_view> log;
  /// Writes dead letters. Without one, items that would become some are
  /// dropped, and the watcher is told.
  subscription::undertaker bury;
  /// May be null.
  std::shared_ptr<subscription::observer> watcher;
  subscription::registry::bounds keep;
  subscription::post_bounds deliver;
  subscription::match_bounds match;
  /// How long a dead letter that could not be written waits for another try.
  std::chrono::milliseconds bury_again{1'000};
};

/// The actor of agents, their subscriptions and their deliveries; asked by
/// libsig/subscription/requests.hpp.
///
/// It hears every signal, and for each agent with a subscription that matches
/// it keeps an item, in a row that keeps the signal's body, until the agent
/// handled it. Not matched are signals with a receiver, and `internal.**` by
/// whatever pattern. How far it has matched the log is written in one step
/// with what that led to: after a crash it goes on from there, so that no
/// signal is lost and none is matched twice. What its mailbox missed it reads
/// from the log. Before it answers about what may be there or changes a
/// subscription it looks at what was committed and has not come to it yet:
/// whoever published before it asked finds the signal. While it is far behind,
/// or brings one signal to very many, a change is refused with `overloaded`.
///
/// What else has to be wired, by whoever spawns it:
///
/// - `bury` adds a `journal::dead_letter` with the burial's sequence, reason,
///   attempts and tenant and the target `agent:<agent>`
///   (`subscription::dead_letter_target`), through `dead_letter_book::add` with
///   the burial's removal as its other row; `done` asks the actor with a
///   `buried_request`.
/// - A redriver for that kind of target asks with a `redeliver_request`, the
///   agent's name being what stands behind the first colon, and tells the book
///   `errc::io` with the reason when the answer is `not_found`.
/// - A redriver of the actor's own dead letters asks with a `repeat_request`:
///   what comes from the mailbox and was heard is passed over.
/// - Who asked and is gone is told to the runtime (`runtime::forget`), so that
///   a parked call does not take an item to nobody.
///
/// Refused: `invalid_argument` for a log that is null and bounds that are 0.
[[nodiscard]] result<actor::spec> subscriptions_spec(subscriptions_options how);

} // namespace libsig::actors
