#include "libsig/runtime/internal/caf_executor.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace libsig::runtime_internal {

namespace {

// Looks at an empty inbox before a shell sleeps, about 20 us. A shell under the
// test scheduler finds nobody else at work, so they cost it nothing but time.
constexpr int looks_before_sleep = 400;

/// Tells the processor that this is a waiting loop.
void pause() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// What a shell is made of.
struct parts {
  std::shared_ptr<const actor::spec> spec;
  std::unique_ptr<engine::cell> cell;
  std::shared_ptr<engine::inbox> queue;
  std::atomic<std::size_t>* waiting;
};

/// The CAF actor around a cell.
class shell final : public caf::event_based_actor {
public:
  shell(caf::actor_config& config, const std::shared_ptr<parts>& of)
    : caf::event_based_actor{config}, spec_{std::move(of->spec)},
      cell_{std::move(of->cell)}, queue_{std::move(of->queue)},
      waiting_{of->waiting} {}

  caf::behavior make_behavior() override {
    return {
      [this](wake) { on_wake(); },
      [this](tick which) { on_tick(which); },
      [this](start) { on_start(); },
    };
  }

  // Members of an actor live as long as its last handle, so what they hold is
  // let go here.
  void on_exit() override {
    cell_.reset();
    spec_.reset();
  }

private:
  void on_start() {
    cell_->start();
    arm();
  }

  /// Empties the inbox, but gives the thread back after a bounded number of
  /// batches, so that one busy cell does not starve the others.
  void on_wake() {
    waiting_->fetch_sub(1, std::memory_order_relaxed);
    for (int batch = 0; batch < batches_per_turn; ++batch) {
      if (!take() && !queue_->nudged() && queue_->try_sleep()) {
        arm();
        return;
      }
      serve();
      handle_batch();
    }
    arm();
    waiting_->fetch_add(1, std::memory_order_relaxed);
    tell_self(this, wake{});
  }

  /// Lets the cell see to its requests; the rest after the signals that came
  /// meanwhile.
  void serve() {
    if (queue_->take_nudge() && cell_->serve(requests_per_batch)) {
      static_cast<void>(queue_->nudge());
    }
  }

  void handle_batch() {
    std::size_t mark = 0;
    bool recalled = false;
    for (std::size_t at = 0; at < batch_.size(); ++at) {
      auto& what = batch_[at];
      if (!marks_.empty() && at % engine::timings::every == 0 && what) {
        while (mark + 1 < marks_.size() && marks_[mark + 1].first <= at) {
          ++mark;
        }
        cell_->waited(marks_[mark].since);
      }
      recalled = recalled || !what;
      cell_->handle(what, &what != &batch_.back());
      what.reset();
    }
    batch_.clear();
    // Requests that came while the reactor was made anew.
    if (recalled && cell_->has_errands()) {
      static_cast<void>(queue_->nudge());
    }
  }

  /// Takes what is in the inbox, waiting a little for it.
  bool take() {
    for (int look = 0; look < looks_before_sleep; ++look) {
      if (queue_->has_mail()) {
        return queue_->take(batch_, marks_);
      }
      if (queue_->nudged()) {
        return false;
      }
      if (waiting_->load(std::memory_order_relaxed) > 0) {
        return false;
      }
      pause();
    }
    return false;
  }

  void on_tick(tick which) {
    if (which.number != ticks_) {
      return;
    }
    looks_at_.reset();
    cell_->tick();
    arm();
    // Requests that waited for it, or are refused from now on.
    if (cell_->has_errands() && queue_->nudge()) {
      waiting_->fetch_add(1, std::memory_order_relaxed);
      tell_self(this, wake{});
    }
  }

  /// One tick for all timers of the cell, and none while it has no timer. A
  /// timer that is due well before it has one of its own, which takes its
  /// place.
  void arm() {
    if (!cell_->has_timers()) {
      return;
    }
    using std::chrono::milliseconds;
    const auto now = cell_->time().steady_now();
    const auto at = std::clamp(cell_->next_look(), now + milliseconds{1},
                               now + tick_interval);
    if (looks_at_ && at + actor::timing_wheel::slot_width > *looks_at_) {
      return;
    }
    looks_at_ = at;
    tell_after(this, std::chrono::ceil<milliseconds>(at - now), tick{++ticks_});
  }

  static constexpr int batches_per_turn = 64;
  static constexpr std::size_t requests_per_batch = 256;

  std::shared_ptr<const actor::spec> spec_;
  std::unique_ptr<engine::cell> cell_;
  std::shared_ptr<engine::inbox> queue_;
  std::atomic<std::size_t>* waiting_;
  std::vector<signal_ptr> batch_;
  /// Since when they have waited, when somebody measures.
  std::vector<engine::inbox::mark> marks_;
  /// When the last tick that was sent comes, until then.
  std::optional<steady_time> looks_at_;
  unsigned ticks_ = 0;
};

} // namespace

std::vector<door> caf_executor::add(std::shared_ptr<const actor::spec> of,
                                    std::shared_ptr<const engine::origin> who,
                                    engine::gate& through,
                                    const engine::origin& supervisor) {
  std::vector<door> doors;
  for (std::size_t shard = 0; shard < of->shards; ++shard) {
    const auto made = std::make_shared<parts>();
    made->spec = of;
    made->cell =
      std::make_unique<engine::cell>(*of, who, shard, through, supervisor);
    made->queue = std::make_shared<engine::inbox>();
    made->waiting = &waiting_;
    auto queue = made->queue;
    auto desk = made->cell->asked_at();
    auto spawned = of->isolation == actor::isolation::own_thread
                     ? system_.spawn<shell, caf::detached>(made)
                     : system_.spawn<shell>(made);
    const auto cell = static_cast<std::size_t>(who->cell(shard));
    if (mailboxes_.size() <= cell) {
      mailboxes_.resize(cell + 1);
    }
    tell(spawned, start{});
    doors.push_back({spawned, queue, std::move(desk)});
    mailboxes_[cell] = {std::move(spawned), std::move(queue), {}};
  }
  forget_system();
  return doors;
}

result<void> caf_executor::ask(const door& at, actor::request_id which,
                               actor::request_ptr what,
                               actor::reply_handler& done) {
  auto asked = at.desk->ask(which, std::move(what), done);
  if (asked && at.queue->nudge()) {
    wake_shell(at.shell);
  }
  return asked;
}

void caf_executor::forget(const door& at, actor::request_id which) {
  if (at.desk->forget(which) && at.queue->nudge()) {
    wake_shell(at.shell);
  }
}

void caf_executor::stop() {
  // The gate may still deliver what it writes at its own end, so the inboxes
  // stay; whoever is told to wake is gone then.
  for (auto& one : mailboxes_) {
    caf::anon_send_exit(one.shell, caf::exit_reason::user_shutdown);
  }
}

void caf_executor::committed(std::chrono::nanoseconds at) noexcept {
  committed_ = at;
}

void caf_executor::deliver(engine::cell_id to,
                           const signal_ptr& what) noexcept {
  const auto cell = static_cast<std::size_t>(to);
  auto& held = mailboxes_[cell].held;
  if (held.empty()) {
    touched_.push_back(cell);
  }
  held.push_back(what);
}

void caf_executor::flush() noexcept {
  for (const auto cell : touched_) {
    auto& to = mailboxes_[cell];
    if (to.queue->put(to.held, committed_)) {
      wake_shell(to.shell);
    }
  }
  touched_.clear();
}

void caf_executor::wake_shell(const caf::actor& shell) noexcept {
  waiting_.fetch_add(1, std::memory_order_relaxed);
  tell(shell, wake{});
}

} // namespace libsig::runtime_internal
