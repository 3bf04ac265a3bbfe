#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/actor/request.hpp"
#include "libsig/actor/spec.hpp"
#include "libsig/core/draft.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/id.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/core/time.hpp"
#include "libsig/engine/gate.hpp"
#include "libsig/engine/observer.hpp"
#include "libsig/engine/timings.hpp"
#include "libsig/journal/journal.hpp"
#include "libsig/schema/registry.hpp"

namespace libsig {

/// A running system of actors that exchange signals. Safe to use from any
/// thread; handlers run on the runtime's threads.
class runtime {
  class impl;

public:
  // -- types ------------------------------------------------------------------

  struct options {
    /// The contracts of signal types. Needed.
    std::shared_ptr<const schema::registry> contracts;
    /// Where signals are kept; a memory journal when null.
    std::unique_ptr<journal::journal> log;
    /// The machine's clock when null.
    std::shared_ptr<const clock> time;
    /// UUIDv7 when null.
    std::shared_ptr<id_source> ids;
    /// Is told of crashes, dead letters, unrouted signals. May be null.
    std::shared_ptr<engine::observer> watcher;
    /// Is filled with how long signals take. May be null.
    std::shared_ptr<engine::timings> measured;
    std::string tenant = "default";
    /// Threads of the scheduler; 0: one per processor.
    std::size_t threads = 0;
    /// Signals in mailboxes at once; beyond them publishing is refused.
    std::size_t in_flight_max = limits::mailbox_signals_max;
  };

  using signal_handler = std::function<void(const signal_ptr&)>;

  // -- constructors -----------------------------------------------------------

  /// Starts a runtime without actors.
  [[nodiscard]] static result<std::unique_ptr<runtime>> start(options how);

  /// For `start` alone, since nobody else can name an `impl`.
  explicit runtime(std::unique_ptr<impl> made);

  runtime(const runtime&) = delete;
  runtime& operator=(const runtime&) = delete;

  /// Stops as `stop` does.
  ~runtime();

  // -- actors -----------------------------------------------------------------

  /// Registers the actor's routes, then spawns it.
  [[nodiscard]] result<void> spawn(actor::spec of);

  /// Calls the handler with each signal of matching types from now on, one at a
  /// time, until the runtime stops or `withdraw` names it. The handler must
  /// not block for long; one that throws is a crash of its actor.
  [[nodiscard]] result<void>
  subscribe(std::string name, std::string_view pattern, signal_handler handler);

  /// Withdraws a subscription or an actor; the signals in its mailbox are
  /// handled, its open requests answered with `stopped`.
  [[nodiscard]] result<void> withdraw(std::string_view name);

  // -- asking -----------------------------------------------------------------

  /// Asks an actor. `done` is told the answer once, or why there is none
  /// (`actor::reply_handler`): on a thread of the runtime, on that of whoever
  /// publishes just then, or, when the request is refused at once
  /// (`not_found`, `overloaded`, `stopped`, `invalid_argument` for none), on
  /// the caller's before this returns. It must not block or throw, may ask and
  /// publish again, and what it refers to must live until it was called or
  /// `forget` has returned; the runtime's end answers whatever is open.
  ///
  /// Requests to one shard of an actor are handed to it in the order of the
  /// calls. With several shards `request::shard_key` picks one.
  actor::request_id ask(std::string_view actor, actor::request_ptr what,
                        actor::reply_handler done);

  /// Whoever asked does not wait any more. The handler is not called from here
  /// on; another thread that has begun to call it may still be at it. The actor
  /// is told if it has the request and did not answer it. Does nothing when
  /// the request is not open or the actor is gone.
  void forget(std::string_view actor, actor::request_id which);

  // -- publishing -------------------------------------------------------------

  /// Publishes and waits for the receipt. Not to be called from a handler on
  /// which the journal waits; see `gate::publish` for errors.
  [[nodiscard]] result<journal::receipt> publish(draft what);

  /// The same without waiting.
  void publish(draft what, engine::gate::receipt_handler done) {
    publish(std::move(what), {}, std::move(done));
  }

  /// The same for a caller whose rights were looked at.
  void publish(draft what, const engine::rights& by,
               engine::gate::receipt_handler done);

  /// Writes rows that belong to no actor; see `gate::write`.
  void write(std::vector<journal::keyed_write> rows,
             engine::gate::rows_handler done);

  /// Hands a signal once more to one actor; see `gate::redeliver`.
  void redeliver(std::string actor, signal_ptr what,
                 engine::gate::rows_handler done);

  // -- shutdown ---------------------------------------------------------------

  /// Waits until no signal is in flight; whether that came true in time.
  [[nodiscard]] bool wait_idle(std::chrono::milliseconds at_most);

  /// Refuses publishing, lets what is in flight end (at most so long), and ends
  /// all actors. Later calls do nothing.
  void stop(std::chrono::milliseconds drain = std::chrono::seconds{5});

  // -- observers --------------------------------------------------------------

  /// The route graph: every actor that runs.
  [[nodiscard]] std::vector<actor::spec> actors() const;

  [[nodiscard]] const engine::counters& counted() const noexcept;

  /// See `gate::writable`.
  [[nodiscard]] bool writable() const noexcept;

  /// Signals in mailboxes and work handed in.
  [[nodiscard]] std::size_t in_flight() const noexcept;

  /// The log, to be read.
  [[nodiscard]] const journal::journal& log() const noexcept;

  [[nodiscard]] const clock& time() const noexcept;

private:
  std::unique_ptr<impl> impl_;
};

} // namespace libsig
