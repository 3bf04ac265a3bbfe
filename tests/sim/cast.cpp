#include "tests/sim/cast.hpp"

#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <stdexcept>
#include <utility>

#include "libsig/review/record.hpp"
#include "libsig/review/signals.hpp"
#include "tests/support/reactors.hpp"

namespace libsig::sim {

namespace {

using namespace std::chrono_literals;

/// Tells the recorder which signal the reactor is given, and breaks when the
/// dice say so.
class shaken_reactor final : public actor::reactor {
public:
  shaken_reactor(std::unique_ptr<actor::reactor> inner,
                 std::size_t crashes_per_mille, surroundings& in)
    : inner_{std::move(inner)}, crashes_per_mille_{crashes_per_mille}, in_{in} {
  }

  [[nodiscard]] actor::step on_signal(const signal_ptr& what,
                                      const actor::context& now) override {
    in_.seen.handles(what->sequence());
    shake();
    auto made = inner_->on_signal(what, now);
    shake();
    return mutated(std::move(made));
  }

  [[nodiscard]] actor::step on_timer(actor::timer_key key,
                                     const actor::context& now) override {
    in_.seen.handles(0);
    shake();
    auto made = inner_->on_timer(key, now);
    shake();
    return mutated(std::move(made));
  }

  [[nodiscard]] actor::step on_request(actor::request_id which,
                                       const actor::request_ptr& what,
                                       const actor::context& now) override {
    in_.seen.handles(0);
    shake();
    auto made = inner_->on_request(which, what, now);
    shake();
    return made;
  }

  [[nodiscard]] actor::step on_gone(actor::request_id which,
                                    const actor::context& now) override {
    in_.seen.handles(0);
    return inner_->on_gone(which, now);
  }

  [[nodiscard]] actor::step on_missed(const actor::context& now) override {
    in_.seen.handles(0);
    shake();
    return mutated(inner_->on_missed(now));
  }

  [[nodiscard]] actor::step recover(const actor::kept& what,
                                    const actor::context& now) override {
    in_.seen.handles(0);
    shake();
    return mutated(inner_->recover(what, now));
  }

private:
  void shake() {
    if (in_.shakes_left > 0 && in_.chance.per_mille(crashes_per_mille_)) {
      --in_.shakes_left;
      throw std::runtime_error{"shaken"};
    }
  }

  [[nodiscard]] actor::step mutated(actor::step made) {
    if (in_.which == mutant::swallows_timers) {
      made.timers.clear();
    }
    if (in_.which == mutant::loses_record) {
      std::erase_if(made.writes, [this](const actor::write& one) {
        return one.table == review::closed_reviews_table
               && in_.chance.percent(20);
      });
    }
    if (in_.which == mutant::second_summary) {
      const auto count = made.emissions.size();
      for (std::size_t index = 0; index < count; ++index) {
        if (made.emissions[index].type == review::summary_type
            && in_.chance.percent(20)) {
          made.emissions.push_back(made.emissions[index]);
        }
      }
    }
    return made;
  }

  std::unique_ptr<actor::reactor> inner_;
  std::size_t crashes_per_mille_;
  surroundings& in_;
};

class relay final : public actor::reactor {
public:
  explicit relay(std::string emits, surroundings& in)
    : emits_{std::move(emits)}, in_{in} {}

  [[nodiscard]] actor::step on_signal(const signal_ptr& what,
                                      const actor::context&) override {
    actor::step out;
    if (in_.chance.per_mille(10)) {
      throw std::runtime_error{"the relay is tired"};
    }
    if (in_.relayed_left == 0) {
      return out;
    }
    --in_.relayed_left;
    auto& emission = out.emissions.emplace_back();
    emission.type = emits_;
    emission.emit_reserved = true;
    emission.data =
      event_data::json("{\"of\":" + std::to_string(what->sequence()) + "}");
    if (in_.which == mutant::leaks_chance) {
      emission.subject = "run " + std::to_string(in_.run);
    }
    if (in_.chance.percent(10)) {
      out.writes.push_back({"relayed", emits_, what->id()});
    }
    return out;
  }

private:
  std::string emits_;
  surroundings& in_;
};

class fickle_specialist final : public actor::reactor {
public:
  explicit fickle_specialist(surroundings& in) : in_{in} {}

  [[nodiscard]] actor::step on_signal(const signal_ptr& what,
                                      const actor::context& now) override {
    const auto work = what->data().as<review::assignment>();
    if (!work) {
      throw std::invalid_argument{"not an assignment"};
    }
    actor::step out;
    auto answer = test::answer_to(*work, *what);
    switch (in_.chance.below(12)) {
    case 0:
      return out;
    case 1:
      throw std::runtime_error{"the diff hurts"};
    case 2:
      answer.type = "review.undeclared";
      break;
    case 3:
      out.emissions.push_back(answer);
      break;
    case 4:
      answer = for_another(*work, *what);
      break;
    case 5:
    case 6: {
      const auto wait = std::chrono::milliseconds{in_.chance.below(6000)};
      late_.emplace(++timers_, std::move(answer));
      out.timers.push_back(
        {static_cast<actor::timer_key>(timers_), now.steady_now + wait});
      return out;
    }
    default:
      break;
    }
    out.emissions.push_back(std::move(answer));
    return out;
  }

  [[nodiscard]] actor::step on_timer(actor::timer_key key,
                                     const actor::context&) override {
    actor::step out;
    const auto found = late_.find(static_cast<std::uint64_t>(key));
    if (found != late_.end()) {
      out.emissions.push_back(std::move(found->second));
      late_.erase(found);
    }
    return out;
  }

private:
  [[nodiscard]] draft for_another(const review::assignment& work,
                                  const signal& of) {
    auto other = work;
    other.agent =
      in_.chance.percent(50) ? "specialist0" : "nobody who was asked";
    return test::answer_to(other, of);
  }

  surroundings& in_;
  std::uint64_t timers_ = 0;
  std::map<std::uint64_t, draft> late_;
};

/// Draws how often an actor may be restarted.
void draw_restarts(actor::spec& of, dice& by) {
  constexpr std::array<unsigned, 4> bounds{0, 1, 5, 1'000'000};
  of.restart.restarts_max = by.pick(bounds);
}

} // namespace

const std::vector<std::string>& traffic_types() {
  static const std::vector<std::string> types{
    "a",   "b",  "a.b", "b.a", "a.b.a",      "a:b",          "b:a",  "a::b",
    "a..", ":a", "a:",  ".",   "internal.a", "internal.a.b", "a.b:b"};
  return types;
}

std::string draw_pattern(dice& by) {
  static const std::vector<std::string> patterns{
    "a",    "*",        "**",       "a.b",  "a.*",  "a.**",
    "**.a", "a:b",      "a:**",     "*:b",  "**:a", "internal.**",
    "*.a",  "*.*",      "*:*",      "b.**", "**.b", "internal.a",
    "*.**", "internal", "review.*", "a:*:b"};
  return by.pick(patterns);
}

actor::spec subscriber_spec(std::string name, surroundings& in) {
  auto of = test::scripted_spec(
    std::move(name), draw_pattern(in.chance), {},
    [](const signal_ptr&, const actor::context&) { return actor::step{}; });
  for (auto more = in.chance.below(3); more > 0; --more) {
    of.routes.push_back(
      {draw_pattern(in.chance), static_cast<int>(in.chance.below(5)) - 2});
  }
  return of;
}

actor::spec relay_spec(std::string name, surroundings& in) {
  actor::spec of;
  of.source = "/agents/" + name;
  of.name = std::move(name);
  of.routes = {{draw_pattern(in.chance)}};
  auto emits = in.chance.pick(traffic_types());
  // Half of the relays declare what they emit by a pattern.
  of.emits = {in.chance.percent(50) ? "**" : emits};
  if (!pattern::parse(of.emits.front())) {
    of.emits = {"**"};
  }
  draw_restarts(of, in.chance);
  of.make = [emits, &in](std::size_t) {
    return std::make_unique<relay>(emits, in);
  };
  return shaken(std::move(of), 0, in);
}

actor::spec specialist_spec(std::string name, surroundings& in) {
  actor::spec of;
  of.source = review::agent_source("/synapse", name);
  of.routes = {{review::assignment_type(name)}};
  of.name = std::move(name);
  of.emits = {std::string{review::result_type}};
  draw_restarts(of, in.chance);
  of.make = [&in](std::size_t) {
    return std::make_unique<fickle_specialist>(in);
  };
  return shaken(std::move(of), 0, in);
}

actor::spec shaken(actor::spec of, std::size_t crashes_per_mille,
                   surroundings& in) {
  of.make = [make = std::move(of.make), crashes_per_mille,
             &in](std::size_t shard) {
    return std::make_unique<shaken_reactor>(make(shard), crashes_per_mille, in);
  };
  return of;
}

} // namespace libsig::sim
