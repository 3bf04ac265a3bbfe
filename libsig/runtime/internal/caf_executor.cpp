#include "libsig/runtime/internal/caf_executor.hpp"

#include <utility>

namespace libsig::runtime_internal {

namespace {

/// The CAF actor around a cell.
class shell final : public caf::event_based_actor {
public:
  shell(caf::actor_config& config, std::shared_ptr<const actor::spec> of,
        std::shared_ptr<const engine::origin> who, std::size_t shard,
        engine::gate* through, const engine::origin* supervisor)
    : caf::event_based_actor{config}, spec_{std::move(of)},
      cell_{std::make_unique<engine::cell>(*spec_, std::move(who), shard,
                                           *through, *supervisor)} {}

  caf::behavior make_behavior() override {
    return {
      [this](const signal_batch& batch) { on_batch(batch); },
      [this](tick) { on_tick(); },
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

  void on_batch(const signal_batch& batch) {
    for (const auto& what : batch.signals) {
      cell_->handle(what);
    }
    arm();
  }

  void on_tick() {
    armed_ = false;
    cell_->tick();
    arm();
  }

  /// One tick for all timers of the cell, and none while it has no timer.
  void arm() {
    if (!armed_ && cell_->has_timers()) {
      armed_ = true;
      tell_after(this, tick_interval, tick{});
    }
  }

  std::shared_ptr<const actor::spec> spec_;
  std::unique_ptr<engine::cell> cell_;
  bool armed_ = false;
};

} // namespace

void caf_executor::add(std::shared_ptr<const actor::spec> of,
                       std::shared_ptr<const engine::origin> who,
                       engine::gate& through,
                       const engine::origin& supervisor) {
  for (std::size_t shard = 0; shard < of->shards; ++shard) {
    auto made = of->isolation == actor::isolation::own_thread
                  ? system_.spawn<shell, caf::detached>(of, who, shard,
                                                        &through, &supervisor)
                  : system_.spawn<shell>(of, who, shard, &through, &supervisor);
    const auto cell = static_cast<std::size_t>(who->cell(shard));
    if (mailboxes_.size() <= cell) {
      mailboxes_.resize(cell + 1);
    }
    tell(made, start{});
    mailboxes_[cell].shell = std::move(made);
  }
}

void caf_executor::stop() {
  for (auto& one : mailboxes_) {
    caf::anon_send_exit(one.shell, caf::exit_reason::user_shutdown);
    one.shell = nullptr;
  }
  mailboxes_.clear();
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
    tell(to.shell, signal_batch{std::exchange(to.held, {})});
  }
  touched_.clear();
}

} // namespace libsig::runtime_internal
