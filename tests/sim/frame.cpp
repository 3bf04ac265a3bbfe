#include "tests/sim/frame.hpp"

#include <stdexcept>
#include <utility>

namespace libsig::sim {

namespace {

[[nodiscard]] faulty_journal::faults draw_faults(dice& by) {
  faulty_journal::faults made;
  if (by.percent(25)) {
    made.failures_per_mille = by.between(1, 60);
  }
  if (by.percent(60)) {
    made.slow_per_mille = by.between(1, 500);
  }
  return made;
}

} // namespace

frame::frame(setting of)
  : dice_{of.by}, recorder_{evidence_, of.which},
    surroundings_{dice_, recorder_, of.which, of.run, 0, 0},
    time_{wall_time{std::chrono::seconds{1'800'000'000}}},
    ids_{[bits = dice{of.seed ^ 0x5eed}]() mutable { return bits.word(); },
         recorder_},
    contracts_{std::move(of.contracts)}, log_{of.faults ? *of.faults
                                                        : draw_faults(dice_),
                                              dice_, evidence_, recorder_},
    stage_{dice_, evidence_, recorder_, of.which},
    gate_owner_{std::make_unique<engine::gate>(gate_options(of.in_flight_max))},
    gate_{*gate_owner_} {}

engine::gate::options frame::gate_options(std::size_t in_flight_max) {
  engine::gate::options how;
  how.time = &time_;
  how.ids = &ids_;
  how.contracts = &contracts_;
  how.log = &log_;
  how.out = &stage_;
  how.watcher = &recorder_;
  how.in_flight_max = in_flight_max;
  return how;
}

std::shared_ptr<const engine::origin> frame::enter(actor::spec of) {
  const auto name = of.name;
  auto entered = stage_.enter(std::move(of), gate_);
  if (!entered) {
    throw std::logic_error{name
                           + " does not enter: " + entered.error().message()};
  }
  return std::move(*entered);
}

void frame::pass_time(std::chrono::milliseconds by) {
  time_.advance(by);
  recorder_.note("time passes: " + std::to_string(by.count()) + " ms");
  stage_.tick();
  gate_.retry();
}

void frame::close(std::string_view actor) {
  gate_owner_.reset();
  stage_.end(actor);
}

} // namespace libsig::sim
