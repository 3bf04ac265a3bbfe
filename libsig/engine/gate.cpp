#include "libsig/engine/gate.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "libsig/core/reserved.hpp"

namespace libsig::engine {

namespace {

/// Pieces of work for which memory is kept between batches.
constexpr std::size_t batch_kept_max = 4'096;

/// How long the gate's own thread waits before it asks the journal again for
/// space.
constexpr std::chrono::milliseconds retry_after{250};

[[nodiscard]] result<journal::receipt> answer_of(journal::entry& done) {
  if (done.verdict == journal::verdict::conflict) {
    return fail(error(errc::duplicate_conflict,
                      "the id or the key of this signal belongs to a different "
                      "signal: id "
                        + done.receipt.id + " of " + done.receipt.source)
                  .mend("send it again unchanged, or under a new id"));
  }
  if (done.verdict == journal::verdict::appended) {
    // The journal leaves out what the signal itself says.
    done.receipt.id = done.what->id();
    done.receipt.source = done.what->source();
  }
  return std::move(done.receipt);
}

/// Where an emission of a step stands among the entries of its transaction,
/// when some were left out; beyond all of them when it is one of these.
[[nodiscard]] std::size_t place_of(std::size_t emission,
                                   const std::vector<std::size_t>& left_out) {
  const auto before = std::ranges::lower_bound(left_out, emission);
  return before != left_out.end() && *before == emission
           ? std::numeric_limits<std::size_t>::max()
           : emission - static_cast<std::size_t>(before - left_out.begin());
}

/// How long it waits before the next piece of a journal's tidying.
constexpr std::chrono::milliseconds more_to_tidy_after{20};

} // namespace

/// Something for the draining thread to do.
struct gate::work {
  enum class kind : std::uint8_t {
    publication, ///< from outside, to be answered
    step,        ///< an actor's, which must not get lost
    routes,      ///< a change of the routes
    recall,      ///< waits until all before it is written
  };

  kind which = kind::step;
  journal::transaction what;
  /// Gets the answer of a publication.
  receipt_handler done;
  /// Is told when the step is written, or the rows of somebody outside.
  rows_handler rows_done;
  /// Whose step it is, for dead letters.
  const origin* by = nullptr;
  /// What to do for the other kinds.
  std::function<void()> chore;
  /// When it was published, if somebody measures.
  std::chrono::nanoseconds begun{0};
};

/// What a batch did.
struct gate::tally {
  /// How many more cells may get something.
  std::size_t room = 0;
  std::uint64_t admitted = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t conflicts = 0;
  std::uint64_t delivered = 0;
  /// Signals whose routes were looked for.
  std::size_t matched = 0;
};

// -- constructors
// ------------------------------------------------------------------

gate::gate(options how)
  : options_{std::move(how)}, book_{options_.watcher}, routes_{*options_.out,
                                                               book_},
    delivered_up_to_{options_.log->last_sequence()} {
  if (options_.own_thread) {
    thread_ = std::thread{[this] { drain_on_own_thread(); }};
  }
}

gate::~gate() {
  // What is owed for want of space is in nobody's log: after a restart it is
  // done again from the signals that caused it.
  if (thread_.joinable()) {
    {
      const std::lock_guard lock{mutex_};
      ending_ = true;
    }
    handed_in_.notify_one();
    thread_.join();
  }
  for (const auto& item : owed_) {
    if (item.by != nullptr && item.rows_done) {
      item.rows_done(fail(error(errc::stopped)));
    }
  }
}

// -- actors
// ------------------------------------------------------------------------

result<std::shared_ptr<const origin>> gate::register_actor(
  const actor::spec& of,
  const std::function<void(const std::shared_ptr<const origin>&)>& prepare) {
  if (auto checked = actor::check_spec(of); !checked) {
    return fail(std::move(checked).error());
  }
  // The answer outlives this frame's waiting, as in `publish`.
  struct answer {
    std::atomic<bool> ready{false};
    result<std::shared_ptr<const origin>> value;
  };
  const auto waiting = std::make_shared<answer>();
  work item;
  item.which = work::kind::routes;
  item.chore = [&, waiting] {
    waiting->value = routes_.add(of);
    if (waiting->value) {
      prepare(*waiting->value);
      book_.entered(of.name, delivered_up_to_);
    }
    waiting->ready.store(true, std::memory_order_release);
    waiting->ready.notify_one();
  };
  submit(std::move(item));
  waiting->ready.wait(false, std::memory_order_acquire);
  return std::move(waiting->value);
}

void gate::withdraw_actor(const std::shared_ptr<const origin>& who) {
  work item;
  item.which = work::kind::routes;
  item.chore = [this, who] {
    if (routes_.remove(who.get())) {
      book_.left(who->name(), delivered_up_to_);
    }
  };
  submit(std::move(item));
}

// -- publishing
// --------------------------------------------------------------------

result<void> gate::may_publish(const draft& what, const rights& by) const {
  if (stopped_.load(std::memory_order_relaxed)) {
    return fail(error(errc::stopped));
  }
  if (in_flight() >= options_.in_flight_max) {
    return fail(error(errc::overloaded, std::to_string(options_.in_flight_max)
                                          + " signals are in flight")
                  .mend("publish again later"));
  }
  if (storage_.load(std::memory_order_relaxed) != storage::open) {
    return fail(storage_error());
  }
  if (!by.emit_reserved && is_reserved_type(what.type)) {
    return fail(error(errc::reserved_type,
                      "only the actors that declare it emit " + what.type)
                  .at("/type"));
  }
  return {};
}

result<void> gate::admit(draft&& what, const vouched& by, stamp marks,
                         journal::transaction& into) const {
  auto admitted =
    options_.contracts->admit(std::move(what), by, std::move(marks));
  if (!admitted) {
    return fail(std::move(admitted).error());
  }
  auto& made = into.entries.emplace_back();
  // Only the gate vouches for an id: one that it has just made.
  made.fresh = by.id;
  made.claim = std::move(admitted->claim);
  made.what = std::move(admitted->what);
  made.opens = std::move(admitted->opens);
  options_.log->prepare(made);
  return {};
}

/// Does what can be done on the publisher's thread.
result<void> gate::prepare(draft&& what, const rights& by,
                           journal::transaction& into) const {
  if (auto allowed = may_publish(what, by); !allowed) {
    return allowed;
  }
  vouched sure;
  sure.id = what.id.empty();
  if (sure.id) {
    what.id = options_.ids->next(options_.time->wall_now());
  }
  stamp marks;
  marks.tenant = by.tenant.empty() ? options_.tenant : by.tenant;
  marks.on_behalf_of = by.on_behalf_of;
  if (!what.causation_id.empty()) {
    const auto cause = hops_.find(marks.tenant, what.causation_id);
    if (cause && *cause >= limits::hops_max) {
      return fail(error(errc::hops_exceeded, "what caused it is at hop "
                                               + std::to_string(*cause)
                                               + ", the last one")
                    .at("/causationid"));
    }
    marks.hops = cause ? *cause + 1 : 0;
  }
  into.refusable = true;
  return admit(std::move(what), sure, std::move(marks), into);
}

void gate::publish(draft what, const rights& by, receipt_handler done) {
  work item;
  item.which = work::kind::publication;
  if (options_.measured != nullptr) {
    item.begun = options_.measured->now();
  }
  if (auto prepared = prepare(std::move(what), by, item.what); !prepared) {
    book_.refused();
    done(fail(std::move(prepared).error()));
    return;
  }
  item.done = std::move(done);
  submit(std::move(item));
}

result<journal::receipt> gate::publish(draft what, const rights& by) {
  // The answer outlives this frame's waiting: the thread that carries the work
  // out may still be in `notify_one` when this one has read the answer.
  struct answer {
    std::atomic<bool> ready{false};
    result<journal::receipt> value;
  };
  const auto waiting = std::make_shared<answer>();
  publish(std::move(what), by, [waiting](result<journal::receipt> got) {
    waiting->value = std::move(got);
    waiting->ready.store(true, std::memory_order_release);
    waiting->ready.notify_one();
  });
  waiting->ready.wait(false, std::memory_order_acquire);
  return std::move(waiting->value);
}

result<void> gate::commit(const origin& by, const signal_ptr& cause,
                          actor::step what, hand_in when, rows_handler then) {
  if (what.emissions.empty() && what.writes.empty()) {
    return {};
  }
  work item;
  item.by = &by;
  item.rows_done = std::move(then);
  item.what.entries.reserve(what.emissions.size());
  const auto now = options_.time->wall_now();
  std::vector<std::size_t> left_out;
  for (std::size_t at = 0; at < what.emissions.size(); ++at) {
    auto& emission = what.emissions[at];
    const auto& because = emission.cause ? emission.cause : cause;
    if (because && because->hops() >= limits::hops_max) {
      dead_letter(
        by.name(), because,
        error(errc::hops_exceeded, "its effects would be hop "
                                     + std::to_string(because->hops() + 1)));
      left_out.push_back(at);
      continue;
    }
    auto made = emit(std::move(emission), by, because, now, item.what);
    if (!made && made.error().code() == errc::hops_exceeded) {
      dead_letter(by.name(), because, made.error());
      left_out.push_back(at);
    } else if (!made) {
      return made;
    }
  }
  item.what.writes.reserve(what.writes.size());
  for (auto& write : what.writes) {
    auto& row = item.what.writes.emplace_back(
      journal::keyed_write{std::move(write.table), std::move(write.key),
                           std::move(write.value), write.keeps});
    if (write.names_emission) {
      row.names_entry = place_of(*write.names_emission, left_out);
    }
  }
  submit(std::move(item), when);
  return {};
}

/// Completes one emission from what the gate knows of its actor and cause.
result<void> gate::emit(draft&& what, const origin& by, const signal_ptr& cause,
                        wall_time now, journal::transaction& into) const {
  vouched sure;
  sure.type = by.names(what.type);
  if (!sure.type && !by.matches(what.type)) {
    return fail(error(errc::not_declared, "it emits " + what.type)
                  .at("actor " + by.name())
                  .mend("declare the type in the actor's emits"));
  }
  if (what.id.empty()) {
    what.id = options_.ids->next(now);
    sure.id = true;
  }
  if (what.source.empty()) {
    what.source = by.source();
    sure.source = by.plain_source();
  }
  if (what.causation_id.empty() && cause) {
    what.causation_id = cause->id();
    sure.causation_id = true;
  }
  stamp marks;
  marks.hops = cause ? cause->hops() + 1 : 0;
  marks.tenant = cause ? cause->tenant() : options_.tenant;
  return admit(std::move(what), sure, std::move(marks), into);
}

void gate::write(std::vector<journal::keyed_write> rows, rows_handler done) {
  work item;
  item.what.writes = std::move(rows);
  item.rows_done = std::move(done);
  submit(std::move(item));
}

void gate::redeliver(std::string actor, signal_ptr what, rows_handler done) {
  if (stopped_.load(std::memory_order_relaxed)) {
    done(fail(error(errc::stopped)));
    return;
  }
  if (in_flight() >= options_.in_flight_max) {
    done(fail(error(errc::overloaded, "the mailboxes are full")
                .mend("try again later")));
    return;
  }
  work item;
  item.which = work::kind::recall;
  item.chore = [this, actor = std::move(actor), what = std::move(what),
                done = std::move(done)] {
    in_flight_.fetch_add(1, std::memory_order_relaxed);
    if (routes_.redeliver(actor, what)) {
      done({});
      return;
    }
    finished();
    done(fail(error(errc::not_found, "no actor of this name runs")
                .at("actor " + actor)));
  };
  submit(std::move(item));
}

void gate::recall(const origin& by, std::size_t shard) {
  work item;
  item.which = work::kind::recall;
  item.chore = [this, to = by.cell(shard)] {
    in_flight_.fetch_add(1, std::memory_order_relaxed);
    options_.out->deliver(to, nullptr);
  };
  submit(std::move(item));
}

void gate::finished(std::size_t signals) noexcept {
  const auto before = in_flight_.fetch_sub(signals, std::memory_order_acq_rel);
  if (before == signals && idle_waiters_.load(std::memory_order_seq_cst) > 0) {
    const std::lock_guard lock{idle_mutex_};
    idle_.notify_all();
  }
}

// -- the draining thread
// -------------------------------------------------------------

void gate::submit(work&& item, hand_in when) {
  in_flight_.fetch_add(1, std::memory_order_relaxed);
  {
    const std::lock_guard lock{mutex_};
    queue_.push_back(std::move(item));
    if (draining_ || when == hand_in::with_next) {
      return;
    }
    draining_ = true;
  }
  drain();
}

void gate::carry_on() {
  {
    const std::lock_guard lock{mutex_};
    if (draining_ || queue_.empty()) {
      return;
    }
    draining_ = true;
  }
  drain();
}

void gate::retry() {
  if (options_.own_thread
      || storage_.load(std::memory_order_relaxed) != storage::full) {
    return;
  }
  {
    const std::lock_guard lock{mutex_};
    if (draining_) {
      return;
    }
    draining_ = true;
  }
  carry_out_batch();
  drain();
}

/// Carries out whatever is handed in until nothing is left; on the gate's own
/// thread if it has one.
void gate::drain() {
  if (options_.own_thread) {
    handed_in_.notify_one();
    return;
  }
  while (take_batch()) {
    carry_out_batch();
  }
}

void gate::drain_on_own_thread() {
  auto rest = options_.tidy_after;
  for (;;) {
    bool idle = false;
    {
      std::unique_lock lock{mutex_};
      if (storage_.load(std::memory_order_relaxed) == storage::full) {
        handed_in_.wait_for(lock, retry_after, [this] { return ending_; });
      } else {
        idle = !handed_in_.wait_for(
          lock, rest, [this] { return ending_ || !queue_.empty(); });
      }
      if (ending_ && queue_.empty()) {
        return;
      }
      batch_.swap(queue_);
      // Whoever hands something in from here on must wake this thread.
      draining_ = false;
    }
    rest = options_.tidy_after;
    if (!idle) {
      carry_out_batch();
    } else if (tidy()) {
      rest = std::min(rest, more_to_tidy_after);
    }
  }
}

/// Lets the journal retire what has outlived its age, when nothing is written
/// that would do it by the way; whether there is more.
bool gate::tidy() {
  if (storage_.load(std::memory_order_relaxed) != storage::open) {
    return false;
  }
  const auto more = options_.log->tidy(options_.time->wall_now());
  if (options_.log->failed()) {
    storage_.store(storage::broken, std::memory_order_relaxed);
    book_.journal_failed(more ? storage_error() : more.error(), true);
  }
  return more.value_or(false);
}

/// Whether there is something to do; else the draining has ended.
bool gate::take_batch() {
  const std::lock_guard lock{mutex_};
  if (queue_.empty()) {
    draining_ = false;
    return false;
  }
  batch_.swap(queue_);
  return true;
}

void gate::carry_out_batch() {
  if (!owed_.empty()) {
    // What is owed goes first, as it came first.
    owed_.insert(owed_.end(), std::make_move_iterator(batch_.begin()),
                 std::make_move_iterator(batch_.end()));
    batch_.clear();
    batch_.swap(owed_);
  }
  const auto written = write_batch();
  if (options_.measured != nullptr) {
    options_.out->committed(options_.measured->now());
  }
  tally sums;
  const auto room = 4 * options_.in_flight_max;
  sums.room = room - std::min(room, in_flight());
  for (auto& item : batch_) {
    conclude(item, written, sums);
  }
  if (options_.measured != nullptr && written) {
    measure_publications();
  }
  book_.batch(sums.admitted, sums.duplicates, sums.conflicts, sums.delivered);
  in_flight_.fetch_add(sums.delivered, std::memory_order_relaxed);
  options_.out->flush();
  const auto done = batch_.size();
  // The memory stays for the next batch, unless this one was unusual.
  if (batch_.capacity() > batch_kept_max) {
    batch_ = {};
  } else {
    batch_.clear();
  }
  finished(done);
}

/// Hands the batch to the journal. When there is no space for it, publications
/// are refused and the steps tried alone; when there is none for them either,
/// they are owed and leave the batch.
result<void> gate::write_batch() {
  if (storage_.load(std::memory_order_relaxed) == storage::broken) {
    return fail(storage_error());
  }
  auto written = commit_batch();
  if (written && refused_.load(std::memory_order_relaxed) != never_refused
      && std::ranges::any_of(batch_, [](const work& item) {
           return item.which == work::kind::publication;
         })) {
    refused_.store(never_refused, std::memory_order_relaxed);
  }
  if (!written && written.error().code() == errc::storage_full) {
    refuse_publications(written.error());
    written = commit_batch();
    if (!written && written.error().code() == errc::storage_full) {
      if (storage_.exchange(storage::full) != storage::full) {
        book_.journal_failed(written.error(), false);
      }
      owe_steps();
      return {};
    }
  }
  if (!written) {
    storage_.store(storage::broken, std::memory_order_relaxed);
    book_.journal_failed(written.error(), true);
    return written;
  }
  if (storage_.load(std::memory_order_relaxed) == storage::full) {
    storage_.store(storage::open, std::memory_order_relaxed);
  }
  // What this batch wrote is there; what came behind it may not arrive.
  if (options_.log->failed()) {
    storage_.store(storage::broken, std::memory_order_relaxed);
    book_.journal_failed(storage_error(), true);
  }
  return written;
}

result<void> gate::commit_batch() {
  transactions_.clear();
  const auto now = options_.time->wall_now();
  for (auto& item : batch_) {
    if (item.what.entries.empty() && item.what.writes.empty()) {
      continue;
    }
    for (auto& entry : item.what.entries) {
      entry.what->assign_recorded_time(now);
    }
    transactions_.push_back(&item.what);
  }
  return transactions_.empty() ? result<void>{}
                               : options_.log->commit(transactions_);
}

void gate::refuse_publications(const error& why) {
  const auto refused = std::erase_if(batch_, [&](work& item) {
    if (item.which != work::kind::publication) {
      return false;
    }
    book_.refused();
    item.done(fail(why));
    return true;
  });
  if (refused > 0) {
    refused_.store(options_.time->steady_now().time_since_epoch().count(),
                   std::memory_order_relaxed);
  }
  finished(refused);
}

/// Takes out of the batch what must wait for space; changes of routes need not.
void gate::owe_steps() {
  const auto owed =
    std::stable_partition(batch_.begin(), batch_.end(), [](const work& item) {
      return item.which == work::kind::routes;
    });
  owed_.assign(std::make_move_iterator(owed),
               std::make_move_iterator(batch_.end()));
  batch_.erase(owed, batch_.end());
}

/// Delivers what was written, and answers.
void gate::conclude(work& item, const result<void>& written, tally& sums) {
  for (auto& entry : item.what.entries) {
    if (!written) {
      dead_letter(item.by ? item.by->name() : std::string_view{}, entry.what,
                  written.error());
    } else if (entry.verdict == journal::verdict::appended) {
      ++sums.admitted;
      delivered_up_to_ = entry.what->sequence();
      hops_.note(entry.what->tenant(), entry.what->id(), entry.what->hops());
      const auto delivered = dispatch(entry.what, sums);
      sums.delivered += delivered;
      sums.room -= delivered;
    } else {
      ++(entry.verdict == journal::verdict::duplicate ? sums.duplicates
                                                      : sums.conflicts);
    }
  }
  if (item.chore) {
    item.chore();
  }
  if (item.rows_done) {
    item.rows_done(written);
  }
  if (item.done) {
    item.done(written ? answer_of(item.what.entries.front())
                      : result<journal::receipt>{fail(written.error())});
  }
}

/// Hands a signal to its receivers and times some of them.
std::size_t gate::dispatch(const signal_ptr& what, tally& sums) {
  auto* const measured = options_.measured;
  if (measured == nullptr || sums.matched++ % timings::every != 0) {
    return routes_.dispatch(what, sums.room);
  }
  const auto begun = measured->now();
  const auto delivered = routes_.dispatch(what, sums.room);
  measured->match.observe(measured->now() - begun);
  return delivered;
}

/// The receipts of a batch are given within a moment of each other, so that one
/// look at the clock does for all.
void gate::measure_publications() const {
  const auto now = options_.measured->now();
  for (const auto& item : batch_) {
    if (item.which == work::kind::publication) {
      options_.measured->publish.observe(now - item.begun);
    }
  }
}

bool gate::writable() const noexcept {
  if (storage_.load(std::memory_order_relaxed) != storage::open) {
    return false;
  }
  const auto refused = refused_.load(std::memory_order_relaxed);
  return refused == never_refused
         || options_.time->steady_now().time_since_epoch()
              >= steady_time::duration{refused} + refusal_counts;
}

error gate::storage_error() const {
  if (storage_.load(std::memory_order_relaxed) == storage::full) {
    return error(errc::storage_full, "the journal has no space left")
      .mend("free some space; what was accepted before goes on by itself then");
  }
  return error(errc::io, "the journal failed, and nothing is written any more")
    .mend("see what it said first, and start again");
}

// -- shutdown
// --------------------------------------------------------------------------

void gate::stop() noexcept { stopped_.store(true, std::memory_order_relaxed); }

bool gate::wait_idle(std::chrono::milliseconds at_most) {
  idle_waiters_.fetch_add(1, std::memory_order_seq_cst);
  std::unique_lock lock{idle_mutex_};
  const bool idle = idle_.wait_for(lock, at_most, [this] {
    return in_flight_.load(std::memory_order_acquire) == 0;
  });
  idle_waiters_.fetch_sub(1, std::memory_order_relaxed);
  return idle;
}

} // namespace libsig::engine
