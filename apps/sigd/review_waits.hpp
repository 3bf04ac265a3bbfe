#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "apps/sigd/alarm_clock.hpp"
#include "libsig/actor/spec.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/journal/journal.hpp"

namespace libsig::sigd {

/// What a wait for a summary ends with: the summary, the receipt when it did
/// not come in time, or why the request was refused.
using wait_end = std::variant<signal_ptr, journal::receipt, error>;

/// Somebody who waits for the summary of a review.
struct review_wait {
  std::string tenant;
  std::string review_id;
  /// The caller's name; may be empty.
  std::string caller;
  std::chrono::milliseconds at_most{0};
  /// Called once, on any thread.
  std::function<void(wait_end)> done;
};

/// The waits for summaries.
///
/// A wait is registered before its request is published, so that no summary is
/// missed, and woken by an actor that hears them. A summary counts only once
/// the request was accepted: before, it is that of another request under the
/// same review id. All functions may be called from any thread.
class review_waits {
public:
  // -- types ------------------------------------------------------------------

  using ticket = std::uint64_t;

  struct options {
    /// Waits together, and of one caller; more is `errc::overloaded`.
    std::size_t waits_max = 100'000;
    std::size_t caller_waits_max = 10'000;
  };

  // -- constructors -----------------------------------------------------------

  /// The alarm must outlive it.
  review_waits(const options& how, alarm_clock& by);

  review_waits(const review_waits&) = delete;
  review_waits& operator=(const review_waits&) = delete;

  /// Closes.
  ~review_waits();

  // -- mutators ---------------------------------------------------------------

  /// The actor that hears summaries; to be spawned before the first wait.
  [[nodiscard]] actor::spec hearer() const;

  /// Registers a wait. `errc::overloaded` at a bound, `errc::stopped` once it
  /// is closed; `done` is not called then.
  [[nodiscard]] result<ticket> park(review_wait what);

  /// Says that the request was accepted.
  void accept(ticket which, journal::receipt got);

  /// Says that it was not.
  void refuse(ticket which, error why);

  /// Ends the wait with a summary that is in the log already.
  void settle(ticket which, signal_ptr summary);

  /// Forgets the wait: who waited went away. Says whether it was there; `done`
  /// is not called then.
  bool leave(ticket which);

  /// Ends all waits with `errc::stopped`, those whose request is on its way
  /// once it is accepted, and takes no more.
  void close();

  // -- observers --------------------------------------------------------------

  [[nodiscard]] std::size_t size() const;

private:
  struct state;

  // Calls and the actor outlive the waits by a moment when the node stops.
  std::shared_ptr<state> state_;
};

} // namespace libsig::sigd
