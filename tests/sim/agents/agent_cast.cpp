#include "tests/sim/agents/agent_cast.hpp"

#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "actors/subscriptions.hpp"
#include "libsig/subscription/rows.hpp"

namespace libsig::sim {

namespace {

/// The log, or what a mutant sees of it.
class simulated_log final : public subscription::log_view {
public:
  explicit simulated_log(const agent_surroundings& in) : in_{in} {}

  [[nodiscard]] result<signal_ptr> find(std::uint64_t sequence) const override {
    if (in_.which == agent_mutant::misses_signal
        && in_.all.chance.percent(20)) {
      return signal_ptr{};
    }
    return in_.log.find(sequence);
  }

  [[nodiscard]] std::uint64_t end() const override {
    return in_.log.last_sequence();
  }

  [[nodiscard]] result<std::vector<actor::write>>
  read_rows(std::string_view table, std::string_view after,
            std::size_t limit) const override {
    const auto rows = in_.log.read_rows(table, after, limit);
    if (!rows) {
      return fail(rows.error());
    }
    std::vector<actor::write> made;
    for (const auto& one : *rows) {
      made.push_back({one.table, one.key, one.value, one.keeps});
    }
    return made;
  }

private:
  const agent_surroundings& in_;
};

/// Notes how much there is.
class level_watch final : public subscription::observer {
public:
  explicit level_watch(agent_surroundings& in) : in_{in} {}

  void on_levels(const subscription::levels& now) override { in_.told = now; }

private:
  agent_surroundings& in_;
};

/// Spoils what goes in and out as the mutant demands.
class spoiled_reactor final : public actor::reactor {
public:
  spoiled_reactor(std::unique_ptr<actor::reactor> inner,
                  const agent_surroundings& in)
    : inner_{std::move(inner)}, in_{in} {}

  [[nodiscard]] actor::step on_signal(const signal_ptr& what,
                                      const actor::context& now) override {
    if (chance(agent_mutant::hears_nothing)) {
      return {};
    }
    return spoiled(inner_->on_signal(what, now));
  }

  [[nodiscard]] actor::step on_request(actor::request_id which,
                                       const actor::request_ptr& what,
                                       const actor::context& now) override {
    return spoiled(inner_->on_request(which, what, now));
  }

  [[nodiscard]] actor::step on_gone(actor::request_id which,
                                    const actor::context& now) override {
    return inner_->on_gone(which, now);
  }

  [[nodiscard]] actor::step on_timer(actor::timer_key key,
                                     const actor::context& now) override {
    return spoiled(inner_->on_timer(key, now));
  }

  [[nodiscard]] actor::step on_missed(const actor::context& now) override {
    return spoiled(inner_->on_missed(now));
  }

  [[nodiscard]] actor::step recover(const actor::kept& what,
                                    const actor::context& now) override {
    return spoiled(inner_->recover(what, now));
  }

private:
  [[nodiscard]] bool chance(agent_mutant of) const {
    return in_.which == of && in_.all.chance.percent(20);
  }

  [[nodiscard]] actor::step spoiled(actor::step made) const {
    std::erase_if(made.writes, [this](const actor::write& one) {
      if (one.table == subscription::state_table) {
        return in_.which == agent_mutant::forgets_position;
      }
      return one.table == subscription::items_table
             && chance(one.value ? agent_mutant::forgets_item
                                 : agent_mutant::forgets_settlement);
    });
    if (in_.which == agent_mutant::repeats_numbers) {
      for (auto& one : made.writes) {
        if (one.table == subscription::state_table) {
          const auto position = subscription::read_state_row(one)->watermark;
          one = write_of(subscription::state_row{position, 0});
        }
      }
    }
    return made;
  }

  std::unique_ptr<actor::reactor> inner_;
  const agent_surroundings& in_;
};

} // namespace

actor::spec agents_in(agent_surroundings& in, std::size_t crashes_per_mille) {
  actors::subscriptions_options how;
  how.log = std::make_shared<simulated_log>(in);
  how.watcher = std::make_shared<level_watch>(in);
  // Small, so that what is done in pieces is.
  how.match.signals_max = 4;
  how.match.items_max = 2;
  how.bury = [&in](const subscription::burial& what) { in.bury(what); };
  auto of = actors::subscriptions_spec(std::move(how));
  if (!of) {
    throw std::logic_error{of.error().message()};
  }
  of->make = [make = std::move(of->make), &in](std::size_t shard) {
    return std::make_unique<spoiled_reactor>(make(shard), in);
  };
  return shaken(std::move(*of), crashes_per_mille, in.all);
}

} // namespace libsig::sim
