#include "libsig/engine/gate.hpp"

#include <string>
#include <utility>

#include "libsig/core/reserved.hpp"
#include "libsig/engine/internal/work.hpp"

namespace libsig::engine {

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
  item.chore = [this, to = by.cell(shard), tell = by.notices(shard)] {
    tell->recall();
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

// -- observers
// ---------------------------------------------------------------------

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
