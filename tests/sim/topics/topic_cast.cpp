#include "tests/sim/topics/topic_cast.hpp"

#include <optional>
#include <string_view>
#include <utility>

#include "actors/topics.hpp"
#include "apps/hub/journal_view.hpp"
#include "libsig/topic/cursor_table.hpp"
#include "libsig/topic/requests.hpp"

namespace libsig::sim {

namespace {

/// The log, or what a mutant sees of it.
class simulated_view final : public topic::log_view {
public:
  explicit simulated_view(topic_surroundings& in) : in_{in}, log_{in.log} {}

  [[nodiscard]] result<signal_ptr> next(std::string_view tenant,
                                        std::string_view topic,
                                        std::uint64_t after) const override {
    auto found = log_.next(tenant, topic, after);
    if (found && *found && chance(topic_mutant::misses_message)) {
      return log_.next(tenant, topic, (*found)->sequence());
    }
    return found;
  }

  [[nodiscard]] result<signal_ptr> last(std::string_view tenant,
                                        std::string_view topic) const override {
    return log_.last(tenant, topic);
  }

  [[nodiscard]] result<std::optional<std::uint64_t>>
  find(std::string_view tenant, std::string_view topic,
       std::string_view id) const override {
    return log_.find(tenant, topic, id);
  }

  [[nodiscard]] std::uint64_t end() const override {
    return log_.end() + (chance(topic_mutant::parks_too_high) ? 20 : 0);
  }

  [[nodiscard]] std::uint64_t complete_from() const override {
    return log_.complete_from();
  }

  [[nodiscard]] result<std::uint64_t> at(wall_time time) const override {
    return log_.at(time);
  }

  [[nodiscard]] std::uint64_t epoch() const noexcept override {
    return log_.epoch();
  }

private:
  [[nodiscard]] bool chance(topic_mutant of) const {
    return in_.which == of && in_.all.chance.percent(20);
  }

  topic_surroundings& in_;
  hub::journal_view log_;
};

/// Notes how the world was when the actor decided, and spoils what goes in
/// and out as the mutant demands.
class witnessed final : public actor::reactor {
public:
  witnessed(std::unique_ptr<actor::reactor> inner, topic_surroundings& in)
    : inner_{std::move(inner)}, in_{in} {}

  [[nodiscard]] actor::step on_signal(const signal_ptr& what,
                                      const actor::context& now) override {
    if (chance(topic_mutant::hears_nothing)) {
      return {};
    }
    return noted(inner_->on_signal(what, now));
  }

  [[nodiscard]] actor::step on_request(actor::request_id which,
                                       const actor::request_ptr& what,
                                       const actor::context& now) override {
    return noted(inner_->on_request(which, spoiled(what), now));
  }

  [[nodiscard]] actor::step on_gone(actor::request_id which,
                                    const actor::context& now) override {
    if (in_.which == topic_mutant::ignores_gone) {
      return {};
    }
    return noted(inner_->on_gone(which, now));
  }

  [[nodiscard]] actor::step on_timer(actor::timer_key key,
                                     const actor::context& now) override {
    return noted(inner_->on_timer(key, now));
  }

  [[nodiscard]] actor::step on_missed(const actor::context& now) override {
    return noted(inner_->on_missed(now));
  }

  [[nodiscard]] actor::step recover(const actor::kept& what,
                                    const actor::context& now) override {
    return noted(inner_->recover(what, now));
  }

private:
  [[nodiscard]] bool chance(topic_mutant of) const {
    return in_.which == of && in_.all.chance.percent(20);
  }

  [[nodiscard]] actor::request_ptr
  spoiled(const actor::request_ptr& what) const {
    const auto* const settle =
      dynamic_cast<const topic::settle_request*>(what.get());
    if (settle == nullptr) {
      return what;
    }
    auto other = std::make_shared<topic::settle_request>(*settle);
    if (!settle->written && chance(topic_mutant::moves_early)) {
      other->written = true;
    } else if (settle->written && chance(topic_mutant::never_moves)) {
      other->written = false;
    }
    return other;
  }

  [[nodiscard]] actor::step noted(actor::step made) {
    for (const auto& one : made.answers) {
      in_.decided[static_cast<std::uint64_t>(one.to)] = {
        in_.log.last_sequence(), in_.seen.crashes};
    }
    if (in_.which == topic_mutant::forgets_cursor) {
      std::erase_if(made.writes, [this](const actor::write& one) {
        return one.table == topic::cursors_table
               && chance(topic_mutant::forgets_cursor);
      });
    }
    return made;
  }

  std::unique_ptr<actor::reactor> inner_;
  topic_surroundings& in_;
};

} // namespace

actor::spec topics_in(topic_surroundings& in, std::size_t crashes_per_mille) {
  actors::topics_options how;
  how.log = std::make_shared<simulated_view>(in);
  auto of = actors::topics_spec(std::move(how));
  of.make = [make = std::move(of.make), &in](std::size_t shard) {
    return std::make_unique<witnessed>(make(shard), in);
  };
  return shaken(std::move(of), crashes_per_mille, in.all);
}

} // namespace libsig::sim
