#pragma once

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsig/core/time.hpp"
#include "libsig/engine/cell.hpp"
#include "libsig/engine/gate.hpp"
#include "libsig/journal/journal.hpp"
#include "libsig/schema/registry.hpp"
#include "tests/support/wrapped_journal.hpp"

namespace libsig::test {

/// A reactor whose behaviour is a few functions.
struct script {
  std::function<actor::step(const signal_ptr&)> on_signal;
  std::function<actor::step(actor::timer_key)> on_timer;
  std::function<actor::step(const actor::kept&)> recover;
  std::function<actor::step(actor::request_id, const actor::request_ptr&)>
    on_request = {};
  std::function<actor::step(actor::request_id)> on_gone = {};
  std::function<actor::step()> on_missed = {};
};

class played final : public actor::reactor {
public:
  explicit played(script of) : script_{std::move(of)} {}

  [[nodiscard]] actor::step on_signal(const signal_ptr& what,
                                      const actor::context&) override {
    return script_.on_signal ? script_.on_signal(what) : actor::step{};
  }

  [[nodiscard]] actor::step on_timer(actor::timer_key key,
                                     const actor::context&) override {
    return script_.on_timer ? script_.on_timer(key) : actor::step{};
  }

  [[nodiscard]] actor::step on_request(actor::request_id which,
                                       const actor::request_ptr& what,
                                       const actor::context& now) override {
    return script_.on_request ? script_.on_request(which, what)
                              : actor::reactor::on_request(which, what, now);
  }

  [[nodiscard]] actor::step on_gone(actor::request_id which,
                                    const actor::context&) override {
    return script_.on_gone ? script_.on_gone(which) : actor::step{};
  }

  [[nodiscard]] actor::step on_missed(const actor::context&) override {
    return script_.on_missed ? script_.on_missed() : actor::step{};
  }

  [[nodiscard]] actor::step recover(const actor::kept& what,
                                    const actor::context&) override {
    return script_.recover ? script_.recover(what) : actor::step{};
  }

private:
  script script_;
};

[[nodiscard]] inline actor::spec spec_of(std::string name,
                                         std::vector<std::string> patterns,
                                         std::vector<std::string> emits,
                                         script how) {
  actor::spec made;
  made.source = "/agents/" + name;
  made.name = std::move(name);
  for (auto& one : patterns) {
    made.routes.push_back({std::move(one)});
  }
  made.emits = std::move(emits);
  made.make = [how = std::move(how)](std::size_t) {
    return std::make_unique<played>(how);
  };
  return made;
}

[[nodiscard]] inline draft draft_of(std::string type, std::string id = {}) {
  draft made;
  made.type = std::move(type);
  made.source = "/outside";
  made.id = std::move(id);
  made.data = event_data::json(std::string{"1"});
  return made;
}

/// What an actor emits: the gate knows its source.
[[nodiscard]] inline draft emission_of(std::string type, std::string id = {}) {
  auto made = draft_of(std::move(type), std::move(id));
  made.source.clear();
  return made;
}

/// A step of emissions only.
[[nodiscard]] inline actor::step emits(std::vector<draft> what) {
  actor::step made;
  for (auto& one : what) {
    made.emissions.emplace_back() = std::move(one);
  }
  return made;
}

/// The memory journal, which tells what it is handed and fails on request.
class watched_journal final : public testing::wrapped_journal {
public:
  watched_journal()
    : wrapped_journal{libsig::journal::make_memory_journal({64, 4'096})} {}

  [[nodiscard]] result<void>
  commit(const std::vector<libsig::journal::transaction*>& batch) override {
    if (fails_with) {
      return fail(*fails_with, "the disk is gone");
    }
    for (const auto* const one : batch) {
      transactions.push_back(one->entries.size());
    }
    return kept_->commit(batch);
  }

  [[nodiscard]] bool failed() const noexcept override {
    return fails_from_here;
  }

  /// Has twice something to retire.
  [[nodiscard]] result<bool> tidy(wall_time) override {
    const auto pieces = tidied.fetch_add(1) + 1;
    tidied.notify_all();
    return pieces < 3;
  }

  std::atomic<int> tidied{0};

  /// Lets it keep signals of so many types; before the first one.
  void bound_topics(std::size_t topics_max) {
    kept_ = libsig::journal::make_memory_journal(
      {.records_max = 64, .keys_max = 4'096, .topics_max = topics_max});
  }

  /// Commits still succeed, but the journal says that it is the end.
  bool fails_from_here = false;
  /// Set while commits fail.
  std::optional<errc> fails_with;
  /// The number of signals of each transaction.
  std::vector<std::size_t> transactions;
};

/// Carries signals to cells when it is told to, on the caller's thread.
class hand_executor final : public engine::executor {
public:
  explicit hand_executor(const journal::journal& log) : log_{log} {}

  void deliver(engine::cell_id to, const signal_ptr& what) noexcept override {
    delivered.emplace_back(static_cast<std::size_t>(to), what);
    // A null one is the engine's own business and stands in no log.
    early = early
            || (what
                && (what->sequence() == 0
                    || what->sequence() > log_.last_sequence()));
  }

  void flush() noexcept override { ++flushes; }

  std::deque<std::pair<std::size_t, signal_ptr>> delivered;
  std::size_t flushes = 0;
  /// Something was delivered that is not in the log.
  bool early = false;

private:
  const journal::journal& log_;
};

/// A gate with everything around it, moved by hand.
class hand_world : public engine::observer {
public:
  struct dead_letter {
    std::string actor;
    signal_ptr what;
    errc why;
  };

  explicit hand_world(std::size_t in_flight_max = 100,
                      schema::registry contracts = {}, bool own_thread = false)
    : contracts_{std::move(contracts)}, gate_{options_of(in_flight_max,
                                                         own_thread)} {
    auto made = gate_.register_actor(engine::supervisor_spec(), [](auto&) {});
    BOOST_REQUIRE(made);
    supervisor_ = std::move(*made);
    cells_.emplace_back();
  }

  /// Registers an actor and starts its cells.
  std::shared_ptr<const engine::origin> enter(actor::spec of) {
    auto made = try_enter(std::move(of));
    BOOST_REQUIRE(made);
    return *made;
  }

  [[nodiscard]] result<std::shared_ptr<const engine::origin>>
  try_enter(actor::spec of) {
    const auto spec = std::make_shared<const actor::spec>(std::move(of));
    const auto first = cells_.size();
    auto made = gate_.register_actor(*spec, [&](const auto& who) {
      for (std::size_t shard = 0; shard < spec->shards; ++shard) {
        cells_.push_back(std::make_unique<engine::cell>(*spec, who, shard,
                                                        gate_, *supervisor_));
      }
      specs_.push_back(spec);
    });
    for (auto at = first; at < cells_.size(); ++at) {
      cells_[at]->start();
    }
    return made;
  }

  /// Publishes what must be taken.
  journal::receipt publish(draft what) {
    auto got = gate_.publish(std::move(what), {});
    BOOST_REQUIRE_MESSAGE(got, (got ? "" : got.error().message()));
    return *got;
  }

  /// Why a draft is refused.
  errc refusal(draft what, const engine::rights& by = {}) {
    auto got = gate_.publish(std::move(what), by);
    BOOST_REQUIRE(!got);
    return got.error().code();
  }

  /// Hands every queued signal to its cell until there is none. Any thread may
  /// call it, so it states nothing by the macros of the test framework.
  void run() {
    for (std::size_t turn = 0; !out.delivered.empty(); ++turn) {
      if (turn == 10'000) {
        throw std::logic_error{"the signals do not end"};
      }
      const auto [to, what] = std::move(out.delivered.front());
      out.delivered.pop_front();
      cells_[to]->handle(what);
    }
  }

  void tick(std::chrono::milliseconds later) {
    time.advance(later);
    for (auto& one : cells_) {
      if (one) {
        one->tick();
      }
    }
  }

  /// The types of the log, in order.
  [[nodiscard]] std::vector<std::string> logged() const {
    std::vector<std::string> types;
    const auto all = log.read(0, 1'000);
    BOOST_REQUIRE(all);
    for (const auto& one : *all) {
      types.push_back(one->type());
    }
    return types;
  }

  [[nodiscard]] engine::gate& gate() { return gate_; }

  [[nodiscard]] engine::cell& cell(std::size_t index) { return *cells_[index]; }

  void on_unrouted(const signal&) override { ++unrouted; }

  void on_dead_letter(std::string_view actor, const signal_ptr& what,
                      const error& why) override {
    dead_letters.push_back({std::string{actor}, what, why.code()});
  }

  void on_crash(std::string_view, std::string_view reason, bool down) override {
    (down ? downs : crashes).emplace_back(reason);
  }

  void on_journal_failure(const error& why, bool for_good) override {
    journal_failures.push_back(std::string{to_string(why.code())}
                               + (for_good ? " for good" : ""));
  }

  manual_clock time{wall_time{std::chrono::hours{500'000}}};
  uuid7_source ids{[] { return std::uint64_t{7}; }};
  watched_journal log;
  hand_executor out{log};
  std::size_t unrouted = 0;
  std::vector<dead_letter> dead_letters;
  std::vector<std::string> crashes;
  std::vector<std::string> downs;
  std::vector<std::string> journal_failures;

private:
  [[nodiscard]] engine::gate::options options_of(std::size_t in_flight_max,
                                                 bool own_thread) {
    engine::gate::options made;
    made.time = &time;
    made.ids = &ids;
    made.contracts = &contracts_;
    made.log = &log;
    made.out = &out;
    made.watcher = this;
    made.in_flight_max = in_flight_max;
    made.own_thread = own_thread;
    made.tidy_after = std::chrono::milliseconds{1};
    return made;
  }

  schema::registry contracts_;
  engine::gate gate_;
  std::shared_ptr<const engine::origin> supervisor_;
  std::vector<std::shared_ptr<const actor::spec>> specs_;
  std::vector<std::unique_ptr<engine::cell>> cells_;
};

} // namespace libsig::test
