#include "libsig/engine/gate.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "libsig/engine/internal/work.hpp"

namespace libsig::engine {

namespace {

/// Pieces of work for which memory is kept between batches.
constexpr std::size_t batch_kept_max = 4'096;

/// How long the gate's own thread waits before it asks the journal again for
/// space.
constexpr std::chrono::milliseconds retry_after{250};

/// How long it waits before the next piece of a journal's tidying.
constexpr std::chrono::milliseconds more_to_tidy_after{20};

[[nodiscard]] error conflict_of(const journal::entry& done) {
  return error(errc::duplicate_conflict,
               "the id or the key of this signal belongs to a different "
               "signal: id "
                 + done.receipt.id + " of " + done.receipt.source)
    .mend("send it again unchanged, or under a new id");
}

[[nodiscard]] error too_many_topics() {
  return error(errc::overloaded,
               "the log keeps as many types of signals as it may")
    .mend("use a type that is there, or wait until the signals of some have "
          "outlived their retention");
}

[[nodiscard]] result<journal::receipt> answer_of(journal::entry& done) {
  if (done.verdict == journal::verdict::conflict) {
    return fail(conflict_of(done));
  }
  if (done.verdict == journal::verdict::refused) {
    return fail(too_many_topics());
  }
  if (done.verdict == journal::verdict::appended) {
    // The journal leaves out what the signal itself says.
    done.receipt.id = done.what->id();
    done.receipt.source = done.what->source();
  }
  return std::move(done.receipt);
}

} // namespace

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
  in_flight_.fetch_add(sums.delivered + sums.told, std::memory_order_relaxed);
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
      dispatch(entry.what, sums);
    } else {
      count_refused(item, entry, sums);
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

/// Counts what the journal has left out; an emission that may be refused is a
/// dead letter then, unless it is a duplicate.
void gate::count_refused(const work& item, const journal::entry& entry,
                         tally& sums) {
  if (entry.verdict == journal::verdict::duplicate) {
    ++sums.duplicates;
    return;
  }
  const bool conflict = entry.verdict == journal::verdict::conflict;
  if (conflict) {
    ++sums.conflicts;
  } else {
    book_.refused();
  }
  if (entry.refusable) {
    dead_letter(item.by->name(), entry.what,
                conflict ? conflict_of(entry) : too_many_topics());
  }
}

/// Hands a signal to its receivers and times some of them.
void gate::dispatch(const signal_ptr& what, tally& sums) {
  auto* const measured = options_.measured;
  const bool timed =
    measured != nullptr && sums.matched++ % timings::every == 0;
  const auto begun = timed ? measured->now() : std::chrono::nanoseconds{};
  const auto made = routes_.dispatch(what, sums.room);
  if (timed) {
    measured->match.observe(measured->now() - begun);
  }
  sums.delivered += made.delivered;
  sums.room -= made.delivered;
  sums.told += made.told;
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

} // namespace libsig::engine
