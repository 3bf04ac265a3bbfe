#include "tests/sim/clerk.hpp"

#include <chrono>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace libsig::sim {

namespace {

constexpr std::string_view told_type = "clerk.told";

class clerk final : public actor::reactor {
public:
  clerk(evidence& tell, surroundings& in) : tell_{tell}, in_{in} {}

  [[nodiscard]] actor::step on_signal(const signal_ptr&,
                                      const actor::context&) override {
    actor::step out;
    if (!parked_.empty() && in_.chance.percent(50)) {
      answer_parked(in_.chance.below(parked_.size()), out);
    }
    return out;
  }

  [[nodiscard]] actor::step on_request(actor::request_id which,
                                       const actor::request_ptr&,
                                       const actor::context& now) override {
    actor::step out;
    switch (in_.chance.below(10)) {
    case 0:
    case 1:
      answer(which, out);
      break;
    case 2:
    case 3:
      promise(which, out);
      break;
    case 4:
      // The second one goes nowhere.
      promise(which, out);
      answer(which, out);
      break;
    case 5:
      promise(which, out);
      out.emissions.emplace_back().type = "clerk.undeclared";
      break;
    case 6:
      throw std::runtime_error{"the clerk has a headache"};
    case 7:
    case 8:
      out.timers.push_back(
        {static_cast<actor::timer_key>(which),
         now.steady_now + std::chrono::milliseconds{in_.chance.below(4000)}});
      parked_.push_back(which);
      break;
    default:
      parked_.push_back(which);
      break;
    }
    return out;
  }

  [[nodiscard]] actor::step on_gone(actor::request_id which,
                                    const actor::context&) override {
    if (std::erase(parked_, which) == 0) {
      ++tell_.strange_goings;
    }
    return {};
  }

  [[nodiscard]] actor::step on_timer(actor::timer_key key,
                                     const actor::context&) override {
    actor::step out;
    for (std::size_t at = 0; at < parked_.size(); ++at) {
      if (static_cast<actor::timer_key>(parked_[at]) == key) {
        answer_parked(at, out);
        break;
      }
    }
    return out;
  }

private:
  void answer(actor::request_id which, actor::step& into) const {
    into.answers.push_back({which, std::make_shared<clerk_reply>()});
  }

  /// Answers with what the step writes.
  void promise(actor::request_id which, actor::step& into) const {
    auto made = std::make_shared<clerk_reply>();
    made->promise = std::to_string(static_cast<std::uint64_t>(which));
    if (in_.which != mutant::breaks_promise || !in_.chance.percent(20)) {
      into.writes.push_back(
        {std::string{promises_table}, made->promise, std::string{"kept"}, 0});
    }
    if (in_.relayed_left > 0) {
      --in_.relayed_left;
      into.emissions.emplace_back().type = told_type;
    }
    into.answers.push_back({which, std::move(made)});
  }

  void answer_parked(std::size_t at, actor::step& into) {
    if (in_.chance.percent(50)) {
      promise(parked_[at], into);
    } else {
      answer(parked_[at], into);
    }
    parked_.erase(parked_.begin() + static_cast<std::ptrdiff_t>(at));
  }

  evidence& tell_;
  surroundings& in_;
  std::vector<actor::request_id> parked_;
};

} // namespace

actor::spec clerk_spec(std::size_t shards, evidence& tell, surroundings& in) {
  actor::spec of;
  of.name = clerk_name;
  of.source = "/agents/clerk";
  of.routes = {{draw_pattern(in.chance)}};
  of.emits = {std::string{told_type}};
  of.shards = shards;
  of.key_of = [](const signal& what) -> std::string_view { return what.id(); };
  of.restart.restarts_max = in.chance.percent(80) ? 1'000'000 : 3;
  of.restart.attempts_max = 2;
  of.make = [&tell, &in](std::size_t) {
    return std::make_unique<clerk>(tell, in);
  };
  return shaken(std::move(of), 20, in);
}

} // namespace libsig::sim
