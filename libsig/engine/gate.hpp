#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "libsig/actor/spec.hpp"
#include "libsig/actor/step.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/id.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/core/time.hpp"
#include "libsig/engine/dispatcher.hpp"
#include "libsig/engine/executor.hpp"
#include "libsig/engine/hop_memory.hpp"
#include "libsig/engine/ledger.hpp"
#include "libsig/engine/observer.hpp"
#include "libsig/engine/origin.hpp"
#include "libsig/engine/timings.hpp"
#include "libsig/journal/journal.hpp"
#include "libsig/schema/registry.hpp"

namespace libsig::engine {

/// What a publisher outside of the runtime may do.
struct rights {
  /// Emit the types of `is_reserved_type`.
  bool emit_reserved = false;
  /// Whose signal it is; the gate's own tenant when empty.
  std::string tenant = {};
  /// See `stamp::on_behalf_of`.
  std::string on_behalf_of = {};
};

/// When what was handed in is carried out.
enum class hand_in : std::uint8_t {
  now,       ///< at once, by the caller if nobody else is at it
  with_next, ///< with the next piece of work, or at `gate::carry_on`
};

/// The one gate: whatever becomes a signal passes here – contract, rights,
/// hops, dedupe, sequence, journal, routes, mailboxes, in this order.
///
/// All functions may be called from any thread. Work is combined, so that the
/// journal sees batches (group commit) and deliveries happen in the order of
/// the log. With a journal in memory the thread that finds the gate idle
/// carries out what the others hand in meanwhile; with one that waits for a
/// disk the gate has a thread of its own. Nobody else waits. Callbacks run on
/// whichever thread that is and must not block.
///
/// A step that the journal could not take for want of space is kept, in its
/// place, and tried again; publishing is refused meanwhile. After any other
/// failure of the journal nothing is written any more, since nobody knows what
/// was: the observer is told, and the process is to end.
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
    /// Is filled when not null; must outlive the gate.
    timings* measured = nullptr;
    /// The tenant of what is published without one, and of what actors emit
    /// without a cause; with one, they emit for its tenant.
    std::string tenant = "default";
    /// Signals in mailboxes and steps under way together. At the bound
    /// publishing is refused; emissions go on, since they are what empties the
    /// mailboxes, up to four times the bound, beyond which they become dead
    /// letters, or are missed by actors that read the log.
    std::size_t in_flight_max = limits::mailbox_signals_max;
    /// Write on a thread of the gate's own, which also tries again by itself
    /// when the journal had no space.
    bool own_thread = false;
    /// How long that thread lies idle before it lets the journal tidy up.
    std::chrono::milliseconds tidy_after{60'000};
  };

  using receipt_handler = std::function<void(result<journal::receipt>)>;
  using rows_handler = std::function<void(const result<void>&)>;

  // -- constructors -----------------------------------------------------------

  explicit gate(options how);

  gate(const gate&) = delete;
  gate& operator=(const gate&) = delete;

  /// Carries out what was handed in.
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
  /// A signal that says what caused it has one hop more than that, if that is
  /// among those of late (`hop_memory`).
  ///
  /// Errors: what the contract says; `reserved_type` without the right;
  /// `hops_exceeded`; `duplicate_conflict` naming the first; `overloaded`;
  /// `storage_full`; `stopped`; `io`.
  [[nodiscard]] result<journal::receipt> publish(draft what, const rights& by);

  /// The same without waiting.
  void publish(draft what, const rights& by, receipt_handler done);

  /// Carries out an actor's step: all emissions and writes in one transaction.
  ///
  /// An error (an undeclared type, a broken contract) means that nothing of it
  /// happens; it is the actor's fault. Emissions beyond `limits::hops_max`, and
  /// those that are refused and may be (`actor::emission`), become dead letters
  /// and do not stop the others.
  ///
  /// A declared pattern that begins with a wildcard covers a reserved type only
  /// with `emission::emit_reserved`.
  ///
  /// The step's answers are the caller's business. When there is no error,
  /// `then` is told once that the step is as durable as the journal promises,
  /// or why it never will be: `io` after the journal has failed, `stopped` when
  /// the gate ends before there was space.
  [[nodiscard]] result<void> commit(const origin& by, const signal_ptr& cause,
                                    actor::step what,
                                    hand_in when = hand_in::now,
                                    rows_handler then = {});

  /// Writes rows that belong to no actor, all in one transaction, behind
  /// everything that was handed in before, and says when they are as durable as
  /// the journal promises. Rows that there is no space for wait until there is.
  /// Goes on after `stop`. Whoever calls bounds what it hands in.
  ///
  /// Errors: `io` after the journal has failed.
  void write(std::vector<journal::keyed_write> rows, rows_handler done);

  /// Hands a signal of the log once more to an actor that could not handle it,
  /// and says when it is in the actor's mailbox. What fails again is a dead
  /// letter again.
  ///
  /// Errors: `not_found` when no actor of the name runs, `overloaded`,
  /// `stopped`.
  void redeliver(std::string actor, signal_ptr what, rows_handler done);

  /// Carries out what was handed in and waits for company.
  void carry_on();

  /// Tries again what the journal had no space for. To be called now and then
  /// by whoever carries the time of a gate without a thread of its own.
  void retry();

  /// Says that a delivered signal was not handled, and why.
  void dead_letter(std::string_view actor, const signal_ptr& what,
                   const error& why) {
    book_.dead_letter(actor, what, why);
  }

  /// Says that a reactor threw, or with `down` that it will not be restarted.
  void crashed(std::string_view actor, std::string_view reason, bool down) {
    book_.crashed(actor, reason, down);
  }

  /// Says that an actor that reads the log was not handed a signal.
  void missed() noexcept { book_.missed(); }

  /// Tells the cell (`notices::kind::recalled`) once all that it committed
  /// before is written, so that what it then reads of the journal is complete.
  void recall(const origin& by, std::size_t shard);

  /// Says that a cell has finished delivered signals, their steps included.
  void finished(std::size_t signals = 1) noexcept;

  // -- shutdown ---------------------------------------------------------------

  /// Refuses publishing from now on.
  void stop() noexcept;

  /// Waits until nothing is in flight, at most so long; whether that came true.
  /// Not to be called from a cell.
  [[nodiscard]] bool wait_idle(std::chrono::milliseconds at_most);

  // -- observers --------------------------------------------------------------

  [[nodiscard]] const counters& counted() const noexcept {
    return book_.counted();
  }

  [[nodiscard]] journal::journal& log() const noexcept { return *options_.log; }

  [[nodiscard]] const clock& time() const noexcept { return *options_.time; }

  [[nodiscard]] std::size_t in_flight() const noexcept {
    return in_flight_.load(std::memory_order_relaxed);
  }

  /// Whether the journal takes signals, as far as the last commits told: it is
  /// not broken, owes no steps, and has not refused a publication for want of
  /// space for `refusal_counts`. Whoever is led elsewhere meanwhile comes back
  /// then to find out.
  [[nodiscard]] bool writable() const noexcept;

  static constexpr std::chrono::seconds refusal_counts{10};

  /// What is measured; null when nobody does.
  [[nodiscard]] timings* measured() const noexcept { return options_.measured; }

private:
  struct work;
  struct tally;

  /// What the journal lets happen.
  enum class storage : std::uint8_t {
    open,
    full,   ///< steps wait until there is space
    broken, ///< for good
  };

  [[nodiscard]] result<void> admit(draft&& what, const vouched& by, stamp marks,
                                   journal::transaction& into) const;
  [[nodiscard]] result<bool> take(actor::emission&& what, const origin& by,
                                  const signal_ptr& cause, wall_time now,
                                  work& into);
  [[nodiscard]] result<void> emit(actor::emission& what, const origin& by,
                                  const signal_ptr& cause, wall_time now,
                                  stamp marks,
                                  journal::transaction& into) const;
  [[nodiscard]] result<void> may_publish(const draft& what,
                                         const rights& by) const;
  [[nodiscard]] result<void> prepare(draft&& what, const rights& by,
                                     journal::transaction& into) const;
  void submit(work&& item, hand_in when = hand_in::now);
  void drain();
  void drain_on_own_thread();
  [[nodiscard]] bool tidy();
  [[nodiscard]] bool take_batch();
  void carry_out_batch();
  [[nodiscard]] result<void> write_batch();
  [[nodiscard]] result<void> commit_batch();
  void refuse_publications(const error& why);
  void owe_steps();
  void conclude(work& item, const result<void>& written, tally& sums);
  void count_refused(const work& item, const journal::entry& entry,
                     tally& sums);
  void dispatch(const signal_ptr& what, tally& sums);
  void measure_publications() const;
  [[nodiscard]] error storage_error() const;

  options options_;
  ledger book_;
  std::atomic<bool> stopped_{false};
  std::atomic<storage> storage_{storage::open};
  /// When publications were refused last for want of space, of the steady
  /// clock; `never_refused` when one was written since.
  std::atomic<steady_time::rep> refused_{never_refused};
  static constexpr auto never_refused =
    std::numeric_limits<steady_time::rep>::min();
  /// Delivered signals that no cell has finished, and work handed in.
  std::atomic<std::size_t> in_flight_{0};

  // Publishers are foreign threads and cells alike, so no actor owns the queue;
  // the lock is held for a push or a swap.
  std::mutex mutex_;
  std::vector<work> queue_;
  bool draining_ = false;
  bool ending_ = false;
  /// Wakes the gate's own thread.
  std::condition_variable handed_in_;

  // Idle waiters are rare (shutdown, tests), so they have a lock of their own.
  std::mutex idle_mutex_;
  std::condition_variable idle_;
  std::atomic<unsigned> idle_waiters_{0};

  // Used by the draining thread alone.
  dispatcher routes_;
  std::vector<work> batch_;
  std::vector<journal::transaction*> transactions_;
  /// Noted by the draining thread, asked by publishers.
  hop_memory hops_;
  /// The last signal that was delivered.
  std::uint64_t delivered_up_to_ = 0;
  /// What the journal had no space for, before all that came later.
  std::vector<work> owed_;

  std::thread thread_;
};

} // namespace libsig::engine
