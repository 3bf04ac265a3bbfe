#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libsig/actor/request.hpp"
#include "libsig/core/draft.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/core/time.hpp"

namespace libsig::actor {

/// Names a timer within one shard of an actor; the reactor gives it a meaning.
enum class timer_key : std::uint64_t {};

/// A wish to be called at a time. Timers are not withdrawn: a reactor ignores
/// one whose reason is gone.
struct timer {
  timer_key key;
  steady_time due;
};

/// A value that must outlive a crash, under a table and key of the actor's.
struct write {
  std::string table;
  std::string key;
  /// Nothing removes the key.
  std::optional<std::string> value;
  /// The sequence of a signal that the journal must not forget while the key is
  /// there; 0 for none.
  std::uint64_t keeps = 0;
  /// An emission of the same step, by its place, whose sequence is appended to
  /// the value in decimal digits; 0 for one that became none.
  std::optional<std::size_t> names_emission = {};
};

/// A signal to be emitted.
struct emission : draft {
  emission() = default;

  // Not explicit: a draft is an emission whose cause is the signal at hand.
  emission(draft what) : draft{std::move(what)} {}

  /// The signal that caused this one, when it is not the one that is being
  /// handled: the gate takes its id and its hops.
  signal_ptr cause;

  /// Whose signal it is, of an actor that works for several tenants; that of
  /// the cause, or the gate's, when empty.
  std::string tenant;
  /// See `stamp::on_behalf_of`.
  std::string on_behalf_of;
  /// One that is refused (its contract, its type, its key, too many hops, a
  /// bound) becomes a dead letter, a signal with the sequence 0, and stops
  /// nothing else of the step.
  bool may_be_refused = false;
  /// The actor has seen to it that the type may be emitted though it is
  /// reserved. Needed when the spec declares it by a pattern alone that begins
  /// with a wildcard.
  bool emit_reserved = false;
};

/// What a reactor wants done after one call: all of it is committed together,
/// then the signals are delivered.
struct step {
  std::vector<emission> emissions;
  std::vector<write> writes;
  std::vector<timer> timers;
  std::vector<answer> answers;

  [[nodiscard]] bool empty() const noexcept {
    return emissions.empty() && writes.empty() && timers.empty()
           && answers.empty();
  }
};

} // namespace libsig::actor
