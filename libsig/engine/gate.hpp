#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libsig/actor/spec.hpp"
#include "libsig/actor/step.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/id.hpp"
#include "libsig/core/keyed_hash.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/pattern.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/core/time.hpp"
#include "libsig/engine/executor.hpp"
#include "libsig/engine/observer.hpp"
#include "libsig/journal/journal.hpp"
#include "libsig/route/table.hpp"
#include "libsig/schema/registry.hpp"

namespace libsig::engine {

/// What a publisher outside of the runtime may do.
struct rights {
  /// Emit the types of `is_reserved_type`.
  bool emit_reserved = false;
};

/// Who emits: what the gate needs to know of an actor. Made by
/// `gate::register_actor`, immutable then.
class origin {
public:
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  [[nodiscard]] const std::string& source() const noexcept { return source_; }

  /// Whether the actor declared that it emits the type.
  [[nodiscard]] bool declares(std::string_view type) const {
    return names(type) || matches(type);
  }

  /// The cell of one shard.
  [[nodiscard]] cell_id cell(std::size_t shard) const noexcept {
    return static_cast<cell_id>(first_cell_ + shard);
  }

private:
  friend class gate;

  /// Whether a declaration is the type itself, which then needs no check as an
  /// attribute.
  [[nodiscard]] bool names(std::string_view type) const;

  [[nodiscard]] bool matches(std::string_view type) const;

  std::string name_;
  std::string source_;
  /// The source needs no check as an attribute.
  bool plain_source_ = false;
  std::vector<std::string> emits_exact_;
  std::vector<pattern> emits_wild_;
  std::size_t first_cell_ = 0;
  std::size_t shards_ = 1;
  actor::spec::shard_key key_of_;
};

/// The one gate: whatever becomes a signal passes here – contract, rights,
/// hops, dedupe, sequence, journal, routes, mailboxes, in this order.
///
/// All functions may be called from any thread. Work is combined: the thread
/// that finds the gate idle carries out what the others hand in meanwhile, so
/// the journal sees batches (group commit), deliveries happen in the order of
/// the log, and nobody else waits. Callbacks run on whichever thread that is
/// and must not block.
class gate {
public:
  // -- types ------------------------------------------------------------------

  struct options {
    const clock* time = nullptr;
    id_source* ids = nullptr;
    const schema::registry* contracts = nullptr;
    journal::journal* log = nullptr;
    executor* out = nullptr;
    /// May be null.
    observer* watcher = nullptr;
    std::string tenant = "default";
    /// Signals in mailboxes and steps under way together. At the bound
    /// publishing is refused; emissions go on, since they are what empties the
    /// mailboxes, up to four times the bound, beyond which they become dead
    /// letters.
    std::size_t in_flight_max = limits::mailbox_signals_max;
  };

  using receipt_handler = std::function<void(result<journal::receipt>)>;

  // -- constructors -----------------------------------------------------------

  explicit gate(options how);

  gate(const gate&) = delete;
  gate& operator=(const gate&) = delete;

  ~gate();

  // -- actors -----------------------------------------------------------------

  /// Registers an actor's routes and gives its shards their cells. Signals are
  /// delivered to them from here on, so the executor must be ready to queue
  /// them: it is told by `prepare`, which is called with the origin before the
  /// first delivery.
  [[nodiscard]] result<std::shared_ptr<const origin>> register_actor(
    const actor::spec& of,
    const std::function<void(const std::shared_ptr<const origin>&)>& prepare);

  /// Withdraws an actor's routes; what is in its mailboxes stays.
  void withdraw_actor(const std::shared_ptr<const origin>& who);

  // -- publishing -------------------------------------------------------------

  /// Publishes from outside and waits until the signal is as durable as the
  /// journal promises.
  ///
  /// Errors: what the contract says; `reserved_type` without the right;
  /// `duplicate_conflict` naming the first; `overloaded`; `stopped`; `io`.
  [[nodiscard]] result<journal::receipt> publish(draft what, const rights& by);

  /// The same without waiting.
  void publish(draft what, const rights& by, receipt_handler done);

  /// Carries out an actor's step: all emissions and writes in one transaction.
  ///
  /// An error (an undeclared type, a broken contract) means that nothing of it
  /// happens; it is the actor's fault. Emissions beyond `limits::hops_max`
  /// become dead letters and do not stop the others.
  [[nodiscard]] result<void> commit(const origin& by, const signal_ptr& cause,
                                    actor::step what);

  /// Says that a delivered signal was not handled, and why.
  void dead_letter(std::string_view actor, const signal_ptr& what,
                   const error& why);

  /// Says that a reactor threw, or with `down` that it will not be restarted.
  void crashed(std::string_view actor, std::string_view reason, bool down);

  /// Delivers a null signal to the cell once all that it committed before is
  /// written, so that what it then reads of the journal is complete.
  void recall(const origin& by, std::size_t shard);

  /// Says that a cell has finished a delivered signal, its step included.
  void finished(std::size_t signals = 1) noexcept;

  // -- shutdown ---------------------------------------------------------------

  /// Refuses publishing from now on.
  void stop() noexcept;

  /// Waits until nothing is in flight, at most so long; whether that came true.
  /// Not to be called from a cell.
  [[nodiscard]] bool wait_idle(std::chrono::milliseconds at_most);

  // -- observers --------------------------------------------------------------

  [[nodiscard]] const counters& counted() const noexcept { return counters_; }

  [[nodiscard]] journal::journal& log() const noexcept { return *options_.log; }

  [[nodiscard]] const clock& time() const noexcept { return *options_.time; }

  [[nodiscard]] std::size_t in_flight() const noexcept {
    return in_flight_.load(std::memory_order_relaxed);
  }

  [[nodiscard]] observer* watcher() const noexcept { return options_.watcher; }

private:
  struct work;
  struct destination;

  [[nodiscard]] result<void> admit(draft&& what, const vouched& by,
                                   std::uint32_t hops,
                                   journal::transaction& into) const;
  [[nodiscard]] result<void> emit(draft&& what, const origin& by,
                                  const signal_ptr& cause, wall_time now,
                                  journal::transaction& into) const;
  [[nodiscard]] result<void> may_publish(const draft& what,
                                         const rights& by) const;
  void submit(work&& item);
  void drain();
  void carry_out(std::vector<work>& batch);
  void conclude(work& item, const result<void>& written);
  void dispatch(const signal_ptr& what);
  [[nodiscard]] const std::vector<const origin*>&
  receivers_of(const std::string& type);
  [[nodiscard]] result<void> add_routes(const actor::spec& of,
                                        const std::shared_ptr<origin>& who);
  void remove_routes(const origin* who);

  options options_;
  counters counters_;
  std::atomic<bool> stopped_{false};
  /// Delivered signals that no cell has finished, and work handed in.
  std::atomic<std::size_t> in_flight_{0};

  // Publishers are foreign threads and cells alike, so no actor owns the queue;
  // the lock is held for a push or a swap.
  std::mutex mutex_;
  std::vector<work> queue_;
  bool draining_ = false;

  // Idle waiters are rare (shutdown, tests), so they have a lock of their own.
  std::mutex idle_mutex_;
  std::condition_variable idle_;
  std::atomic<unsigned> idle_waiters_{0};

  // Used by the draining thread alone.
  route::table routes_;
  std::vector<destination> destinations_;
  std::vector<std::size_t> free_destinations_;
  std::vector<route::match> matches_;
  /// The receivers of the types that came last, forgotten when routes change
  /// and when there are too many; strangers choose the types.
  std::unordered_map<std::string, std::vector<const origin*>, keyed_hash>
    receivers_;
  std::vector<work> batch_;
  std::vector<journal::transaction*> transactions_;
  std::size_t cells_ = 0;
};

} // namespace libsig::engine
