#include "tests/sim/callers_world.hpp"

#include <stdexcept>
#include <utility>

namespace libsig::sim {

using namespace std::chrono_literals;

callers_world::callers_world(std::uint64_t seed, std::string_view actor)
  : frame{{.seed = seed, .by = dice{seed}}}, actor_{actor} {}

void callers_world::publish_noted(draft what, const engine::rights& by) {
  gate_.publish(std::move(what), by, [this](const auto& got) {
    recorder_.note(got ? "  at " + std::to_string(got->sequence)
                       : "  " + got.error().message());
  });
}

bool callers_world::run_one() {
  time_.advance(std::chrono::microseconds{1});
  return stage_.run_one();
}

void callers_world::run_all() {
  constexpr std::size_t handled_max = 100'000;
  for (std::size_t handled = 0; run_one(); ++handled) {
    if (handled > handled_max) {
      throw std::runtime_error{"the mailboxes never become empty"};
    }
  }
}

void callers_world::let_time_pass(std::chrono::milliseconds by) {
  if (dice_.percent(50)) {
    run_all();
    check_sleepers();
  }
  pass_time(by);
}

void callers_world::check_sleepers() {
  if (!stage_.has_mail() && gate_.in_flight() == 0) {
    look_at_sleepers();
  }
}

void callers_world::come_to_rest() {
  constexpr int rounds_max = 200;
  for (int round = 0; round < rounds_max; ++round) {
    run_all();
    gate_.retry();
    settle_all();
    if (stage_.has_mail() || gate_.in_flight() > 0) {
      // What is held back in a pause waits for its end.
      if (!stage_.has_mail() && stage_.has_timers()) {
        let_time_pass(50ms);
      }
      continue;
    }
    check_sleepers();
    if (all_are_answered()) {
      break;
    }
    let_time_pass(1s);
  }
}

} // namespace libsig::sim
