#include "libsig/engine/gate.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "libsig/core/reserved.hpp"
#include "libsig/core/utf8.hpp"

namespace libsig::engine {

namespace {

[[nodiscard]] bool is_literal(const pattern& of) {
  return std::ranges::all_of(of.segments(), [](const auto& segment) {
    return segment.kind == pattern::kind::literal;
  });
}

[[nodiscard]] bool names_internal(const pattern& of) {
  const auto& first = of.segments().front();
  return first.kind == pattern::kind::literal && first.text == "internal";
}

/// Whether a text is fit for every attribute.
[[nodiscard]] bool is_plain(std::string_view text) {
  return !text.empty() && text.size() <= limits::attribute_bytes_max
         && is_printable_ascii(text);
}

/// Pieces of work for which memory is kept between batches.
constexpr std::size_t batch_kept_max = 4'096;

/// Types of which the gate remembers the receivers.
constexpr std::size_t receivers_max = 1'024;

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

} // namespace

/// Something for the draining thread to do: a transaction, or a change of the
/// routes.
struct gate::work {
  journal::transaction what;
  /// Gets the answer of the first entry; empty for steps.
  receipt_handler done;
  /// The name of the actor whose step it is, for dead letters.
  const origin* by = nullptr;
  /// When set, this is done instead.
  std::function<void()> instead;
  /// When set, this is done in its turn, after all that was handed in before
  /// was written and delivered.
  std::function<void()> afterwards;
};

/// Where one route leads.
struct gate::destination {
  std::shared_ptr<const origin> who;
  route::route_id id{};
  bool names_internal = false;
};

// -- origin
// ----------------------------------------------------------------------

bool origin::names(std::string_view type) const {
  return std::ranges::find(emits_exact_, type) != emits_exact_.end();
}

bool origin::matches(std::string_view type) const {
  return std::ranges::any_of(
    emits_wild_, [&](const pattern& one) { return one.matches(type); });
}

// -- constructors
// ------------------------------------------------------------------

gate::gate(options how) : options_{std::move(how)} {}

gate::~gate() = default;

// -- actors
// ------------------------------------------------------------------------

result<std::shared_ptr<const origin>> gate::register_actor(
  const actor::spec& of,
  const std::function<void(const std::shared_ptr<const origin>&)>& prepare) {
  if (auto checked = actor::check_spec(of); !checked) {
    return fail(std::move(checked).error());
  }
  auto who = std::make_shared<origin>();
  who->name_ = of.name;
  who->source_ = of.source;
  who->plain_source_ = is_plain(of.source);
  who->shards_ = of.shards;
  who->key_of_ = of.key_of;
  for (const auto& text : of.emits) {
    auto one = pattern::parse(text);
    if (is_literal(*one) && is_plain(one->text())) {
      who->emits_exact_.push_back(one->text());
    } else {
      who->emits_wild_.push_back(std::move(*one));
    }
  }
  result<void> added;
  std::atomic<bool> ready{false};
  work item;
  item.instead = [&] {
    who->first_cell_ = cells_;
    added = add_routes(of, who);
    if (added) {
      cells_ += of.shards;
      prepare(who);
    }
    ready.store(true, std::memory_order_release);
    ready.notify_one();
  };
  submit(std::move(item));
  ready.wait(false, std::memory_order_acquire);
  if (!added) {
    return fail(std::move(added).error());
  }
  return who;
}

result<void> gate::add_routes(const actor::spec& of,
                              const std::shared_ptr<origin>& who) {
  const auto taken =
    std::ranges::any_of(destinations_, [&](const destination& other) {
      return other.who && other.who->name() == of.name;
    });
  if (taken) {
    return fail(error(errc::already_exists, "an actor of this name runs")
                  .at("actor " + of.name));
  }
  receivers_.clear();
  for (const auto& one : of.routes) {
    auto where = pattern::parse(one.pattern);
    std::size_t slot = destinations_.size();
    if (free_destinations_.empty()) {
      destinations_.emplace_back();
    } else {
      slot = free_destinations_.back();
      free_destinations_.pop_back();
    }
    auto id =
      routes_.add(*where, static_cast<route::target>(slot), one.priority);
    if (!id) {
      free_destinations_.push_back(slot);
      remove_routes(who.get());
      return fail(std::move(id).error());
    }
    destinations_[slot] = {who, *id, names_internal(*where)};
  }
  return {};
}

void gate::remove_routes(const origin* who) {
  receivers_.clear();
  for (std::size_t slot = 0; slot < destinations_.size(); ++slot) {
    if (destinations_[slot].who.get() == who) {
      routes_.remove(destinations_[slot].id);
      destinations_[slot] = {};
      free_destinations_.push_back(slot);
    }
  }
}

void gate::withdraw_actor(const std::shared_ptr<const origin>& who) {
  work item;
  item.instead = [this, who] { remove_routes(who.get()); };
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
  if (!by.emit_reserved && is_reserved_type(what.type)) {
    return fail(error(errc::reserved_type,
                      "only the actors that declare it emit " + what.type)
                  .at("/type"));
  }
  return {};
}

result<void> gate::admit(draft&& what, const vouched& by, std::uint32_t hops,
                         journal::transaction& into) const {
  auto checked = options_.contracts->validate(std::move(what), by);
  if (!checked) {
    return fail(std::move(checked).error());
  }
  auto& made = into.entries.emplace_back();
  // Only the gate vouches for an id: one that it has just made.
  made.fresh = by.id;
  made.claim = checked->take_claim();
  stamp marks;
  marks.hops = hops;
  marks.tenant = options_.tenant;
  made.what = std::make_shared<signal>(std::move(*checked), std::move(marks));
  return {};
}

void gate::publish(draft what, const rights& by, receipt_handler done) {
  auto allowed = may_publish(what, by);
  work item;
  if (allowed) {
    vouched sure;
    sure.id = what.id.empty();
    if (sure.id) {
      what.id = options_.ids->next(options_.time->wall_now());
    }
    allowed = admit(std::move(what), sure, 0, item.what);
  }
  if (!allowed) {
    counters_.refused.fetch_add(1, std::memory_order_relaxed);
    done(fail(std::move(allowed).error()));
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
                          actor::step what) {
  if (what.emissions.empty() && what.writes.empty()) {
    return {};
  }
  work item;
  item.by = &by;
  item.what.entries.reserve(what.emissions.size());
  const auto now = options_.time->wall_now();
  for (auto& emission : what.emissions) {
    const auto& because = emission.cause ? emission.cause : cause;
    if (because && because->hops() >= limits::hops_max) {
      dead_letter(
        by.name(), because,
        error(errc::hops_exceeded, "its effects would be hop "
                                     + std::to_string(because->hops() + 1)));
      continue;
    }
    auto made = emit(std::move(emission), by, because, now, item.what);
    if (!made) {
      return made;
    }
  }
  item.what.writes.reserve(what.writes.size());
  for (auto& write : what.writes) {
    item.what.writes.push_back({std::move(write.table), std::move(write.key),
                                std::move(write.value), write.keeps});
  }
  submit(std::move(item));
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
    sure.source = by.plain_source_;
  }
  if (what.causation_id.empty() && cause) {
    what.causation_id = cause->id();
    sure.causation_id = true;
  }
  const std::uint32_t hops = cause ? cause->hops() + 1 : 0;
  return admit(std::move(what), sure, hops, into);
}

void gate::crashed(std::string_view actor, std::string_view reason, bool down) {
  if (!down) {
    counters_.crashes.fetch_add(1, std::memory_order_relaxed);
  }
  if (options_.watcher != nullptr) {
    options_.watcher->on_crash(actor, reason, down);
  }
}

void gate::recall(const origin& by, std::size_t shard) {
  work item;
  item.afterwards = [this, to = by.cell(shard)] {
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

void gate::submit(work&& item) {
  in_flight_.fetch_add(1, std::memory_order_relaxed);
  {
    const std::lock_guard lock{mutex_};
    queue_.push_back(std::move(item));
    if (draining_) {
      return;
    }
    draining_ = true;
  }
  drain();
}

void gate::drain() {
  for (;;) {
    {
      const std::lock_guard lock{mutex_};
      if (queue_.empty()) {
        draining_ = false;
        return;
      }
      batch_.swap(queue_);
    }
    carry_out(batch_);
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
}

void gate::carry_out(std::vector<work>& batch) {
  transactions_.clear();
  const auto now = options_.time->wall_now();
  for (auto& item : batch) {
    if (item.instead) {
      item.instead();
      continue;
    }
    if (item.afterwards) {
      continue;
    }
    for (auto& entry : item.what.entries) {
      entry.what->assign_recorded_time(now);
    }
    transactions_.push_back(&item.what);
  }
  result<void> written;
  if (!transactions_.empty()) {
    written = options_.log->commit(transactions_);
  }
  for (auto& item : batch) {
    conclude(item, written);
  }
}

/// Delivers what was written, and answers.
void gate::conclude(work& item, const result<void>& written) {
  for (auto& entry : item.what.entries) {
    if (!written) {
      dead_letter(item.by ? item.by->name() : std::string_view{}, entry.what,
                  written.error());
    } else if (entry.verdict == journal::verdict::appended) {
      counters_.admitted.fetch_add(1, std::memory_order_relaxed);
      dispatch(entry.what);
    } else {
      auto& count = entry.verdict == journal::verdict::duplicate
                      ? counters_.duplicates
                      : counters_.conflicts;
      count.fetch_add(1, std::memory_order_relaxed);
    }
  }
  if (item.afterwards) {
    item.afterwards();
  }
  if (item.done) {
    item.done(written ? answer_of(item.what.entries.front())
                      : result<journal::receipt>{fail(written.error())});
  }
}

/// Who receives a type, each once, in the order of the routes.
const std::vector<const origin*>& gate::receivers_of(const std::string& type) {
  if (const auto known = receivers_.find(type); known != receivers_.end()) {
    return known->second;
  }
  if (receivers_.size() >= receivers_max) {
    receivers_.clear();
  }
  auto& found = receivers_[type];
  matches_.clear();
  routes_.match(type, matches_);
  const bool internal = is_internal_type(type);
  for (const auto& one : matches_) {
    const auto& to = destinations_[static_cast<std::size_t>(one.target)];
    const auto* const who = to.who.get();
    if (who != nullptr && (!internal || to.names_internal)
        && std::ranges::find(found, who) == found.end()) {
      found.push_back(who);
    }
  }
  return found;
}

void gate::dispatch(const signal_ptr& what) {
  const auto& receivers = receivers_of(what->type());
  for (const auto* const who : receivers) {
    const std::size_t shard =
      who->shards_ == 1 ? 0
                        : actor::shard_of(who->key_of_(*what), who->shards_);
    if (in_flight() >= 4 * options_.in_flight_max) {
      dead_letter(who->name(), what,
                  error(errc::overloaded, "the mailboxes are full"));
      continue;
    }
    in_flight_.fetch_add(1, std::memory_order_relaxed);
    counters_.delivered.fetch_add(1, std::memory_order_relaxed);
    options_.out->deliver(who->cell(shard), what);
  }
  if (receivers.empty()) {
    counters_.unrouted.fetch_add(1, std::memory_order_relaxed);
    if (options_.watcher != nullptr) {
      options_.watcher->on_unrouted(*what);
    }
  }
}

void gate::dead_letter(std::string_view actor, const signal_ptr& what,
                       const error& why) {
  counters_.dead_letters.fetch_add(1, std::memory_order_relaxed);
  if (options_.watcher != nullptr) {
    options_.watcher->on_dead_letter(actor, what, why);
  }
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
