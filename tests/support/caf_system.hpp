#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <caf/scheduler/test_coordinator.hpp>

#include "libsig/core/id.hpp"
#include "libsig/engine/gate.hpp"
#include "libsig/journal/journal.hpp"
#include "libsig/runtime/internal/caf_executor.hpp"
#include "libsig/schema/registry.hpp"

namespace libsig::test {

/// Actors under CAF's test scheduler: nothing runs before `run`, and time
/// stands still but for `advance`.
class caf_system {
public:
  explicit caf_system(schema::registry contracts)
    : contracts_{std::move(contracts)}, system_{config_}, executor_{system_},
      gate_{gate_options()} {
    supervisor_ =
      *gate_.register_actor(engine::supervisor_spec(), [](const auto&) {});
  }

  caf_system(const caf_system&) = delete;
  caf_system& operator=(const caf_system&) = delete;

  ~caf_system() {
    executor_.stop();
    scheduler().run();
  }

  [[nodiscard]] result<void> spawn(actor::spec of) {
    const auto shared = std::make_shared<const actor::spec>(std::move(of));
    auto made = gate_.register_actor(
      *shared, [&](const std::shared_ptr<const engine::origin>& who) {
        doors_[shared->name] = executor_.add(shared, who, gate_, *supervisor_);
      });
    if (!made) {
      return fail(std::move(made).error());
    }
    scheduler().run();
    return {};
  }

  [[nodiscard]] result<journal::receipt> publish(draft what,
                                                 engine::rights by = {}) {
    return gate_.publish(std::move(what), by);
  }

  /// Asks an actor that was spawned; its id is 1, 2, 3 by turns.
  actor::request_id ask(const std::string& name, actor::request_ptr what,
                        actor::reply_handler done) {
    const auto& doors = doors_.at(name);
    const auto shard = actor::shard_of(what->shard_key(), doors.size());
    const auto which = static_cast<actor::request_id>(++asked_);
    if (auto asked = executor_.ask(doors[shard], which, std::move(what), done);
        !asked) {
      done(fail(std::move(asked).error()));
    }
    return which;
  }

  /// Whoever asked went away.
  void forget(const std::string& name, actor::request_id which) {
    for (const auto& door : doors_.at(name)) {
      executor_.forget(door, which);
    }
  }

  /// Runs until every mailbox is empty.
  void run() { scheduler().run(); }

  /// Lets time pass in ticks of the shells, and runs what they do.
  void advance(std::chrono::milliseconds by) {
    constexpr auto step = runtime_internal::tick_interval;
    for (auto left = by; left.count() > 0; left -= std::min(step, left)) {
      time_.advance(std::min(step, left));
      scheduler().advance_time(std::min(step, left));
      scheduler().run();
    }
  }

  /// Every signal of the log of a type, in order.
  [[nodiscard]] std::vector<signal_ptr> logged(std::string_view type) const {
    std::vector<signal_ptr> found;
    const auto all = log_->read(0, limits::memory_journal_records_max);
    for (const auto& one : *all) {
      if (one->type() == type) {
        found.push_back(one);
      }
    }
    return found;
  }

  /// The rows of a table.
  [[nodiscard]] std::vector<journal::keyed_write>
  rows(std::string_view table) const {
    return log_->read_table(table).value();
  }

  [[nodiscard]] engine::gate& gate() noexcept { return gate_; }

  [[nodiscard]] const clock& time() const noexcept { return time_; }

private:
  struct config final : caf::actor_system_config {
    config() {
      runtime_internal::configure(*this, runtime_internal::scheduling::by_hand,
                                  1);
    }
  };

  [[nodiscard]] caf::scheduler::test_coordinator& scheduler() {
    return dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler());
  }

  [[nodiscard]] engine::gate::options gate_options() {
    engine::gate::options how;
    how.time = &time_;
    how.ids = &ids_;
    how.contracts = &contracts_;
    how.log = log_.get();
    how.out = &executor_;
    return how;
  }

  schema::registry contracts_;
  manual_clock time_{wall_time{std::chrono::seconds{1'800'000'000}}};
  uuid7_source ids_{[n = std::uint64_t{0}]() mutable { return ++n; }};
  std::unique_ptr<journal::journal> log_ = journal::make_memory_journal();
  config config_;
  caf::actor_system system_;
  runtime_internal::caf_executor executor_;
  engine::gate gate_;
  std::shared_ptr<const engine::origin> supervisor_;
  std::map<std::string, std::vector<runtime_internal::door>> doors_;
  std::uint64_t asked_ = 0;
};

} // namespace libsig::test
