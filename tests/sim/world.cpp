#include "tests/sim/world.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

#include "actors/coordinator.hpp"
#include "libsig/codec/cloudevents.hpp"
#include "libsig/core/reserved.hpp"
#include "libsig/review/contracts.hpp"
#include "libsig/review/record.hpp"
#include "libsig/review/signals.hpp"
#include "tests/sim/clerk.hpp"

namespace libsig::sim {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t log_read_max = 16'384;

[[nodiscard]] std::string specialist_name(std::size_t number) {
  return "specialist" + std::to_string(number);
}

[[nodiscard]] schema::registry make_contracts(std::size_t specialists) {
  schema::registry made;
  auto added = review::add_contracts(made);
  for (std::size_t number = 0; added && number < specialists; ++number) {
    added = made.add(review::assignment_type(specialist_name(number)),
                     review::assignment_contract());
  }
  if (!added) {
    throw std::logic_error{added.error().message()};
  }
  return made;
}

} // namespace

world::world(std::uint64_t seed, mutant which, std::size_t run)
  : mutant_{which}, dice_{seed}, recorder_{evidence_, which},
    surroundings_{dice_, recorder_, which, run, 0, 0},
    scenario_{draw_scenario(seed)}, time_{wall_time{
                                      std::chrono::seconds{1'800'000'000}}},
    ids_{[bits = dice{seed ^ 0x5eed}]() mutable { return bits.word(); },
         recorder_},
    contracts_{make_contracts(scenario_.specialists)}, log_{scenario_.faults,
                                                            dice_, evidence_,
                                                            recorder_},
    stage_{dice_, evidence_, recorder_, which},
    traffic_{dice_, scenario_.specialists}, gate_{gate_options()} {
  surroundings_.relayed_left = scenario_.relayed_max;
  surroundings_.shakes_left = scenario_.shakes_max;
  log_.meanwhile([this] { meanwhile(); });
  recorder_.note(
    "world: shards " + std::to_string(scenario_.shards) + ", specialists "
    + std::to_string(scenario_.specialists) + ", in flight "
    + std::to_string(scenario_.in_flight_max) + ", per mille: crashes "
    + std::to_string(scenario_.coordinator_crashes_per_mille) + ", failures "
    + std::to_string(scenario_.faults.failures_per_mille) + ", slow "
    + std::to_string(scenario_.faults.slow_per_mille));
}

scenario world::draw_scenario(std::uint64_t seed) {
  scenario of;
  of.asks = seed % 6 == 5;
  of.steps = dice_.between(60, 240);
  of.shards = dice_.between(1, 4);
  of.specialists = dice_.below(5);
  of.relayed_max = dice_.below(120);
  if (dice_.percent(15)) {
    of.in_flight_max = dice_.between(2, 30);
  }
  if (dice_.percent(35)) {
    of.coordinator_crashes_per_mille = dice_.between(1, 60);
    of.shakes_max = dice_.between(1, 12);
  }
  if (dice_.percent(25)) {
    of.faults.failures_per_mille = dice_.between(1, 40);
  }
  if (dice_.percent(50)) {
    of.faults.slow_per_mille = dice_.between(1, 500);
  }
  of.faults.which = mutant_;
  return of;
}

engine::gate::options world::gate_options() {
  engine::gate::options how;
  how.time = &time_;
  how.ids = &ids_;
  how.contracts = &contracts_;
  how.log = &log_;
  how.out = &stage_;
  how.watcher = &recorder_;
  how.in_flight_max = scenario_.in_flight_max;
  return how;
}

evidence world::play() {
  raise_curtain();
  for (std::size_t step = 0; step < scenario_.steps; ++step) {
    act();
  }
  wind_down();
  ended_ = true;
  stage_.end(clerk_name);
  conclude();
  return std::move(evidence_);
}

/// Lets the actors in that are there from the start.
void world::raise_curtain() {
  actors::coordinator_options how;
  how.shards = scenario_.shards;
  how.deadline = 5s;
  how.records = true;
  for (std::size_t number = 0; number < scenario_.specialists; ++number) {
    how.specialists.push_back(specialist_name(number));
  }
  auto coordinator = actors::coordinator_spec(std::move(how));
  if (!coordinator || !stage_.enter(engine::supervisor_spec(), gate_)
      || !stage_.enter(shaken(std::move(*coordinator),
                              scenario_.coordinator_crashes_per_mille,
                              surroundings_),
                       gate_)) {
    throw std::logic_error{"the coordinator does not enter"};
  }
  for (std::size_t number = 0; number < scenario_.specialists; ++number) {
    if (!stage_.enter(specialist_spec(specialist_name(number), surroundings_),
                      gate_)) {
      throw std::logic_error{"a specialist does not enter"};
    }
  }
  for (auto more = dice_.below(5); more > 0; --more) {
    enter_another();
  }
  if (scenario_.asks) {
    surroundings_.shakes_left += dice_.below(12);
    if (!stage_.enter(clerk_spec(dice_.between(1, 3), evidence_, surroundings_),
                      gate_)) {
      throw std::logic_error{"the clerk does not enter"};
    }
  }
}

/// One thing that happens.
void world::act() {
  if (scenario_.asks && dice_.percent(30)) {
    ask_or_forget();
    return;
  }
  const auto what = dice_.below(100);
  if (what < 35) {
    publish();
  } else if (what < 38) {
    enter_another();
  } else if (what < 40) {
    withdraw_one();
  } else if (what < 88) {
    stage_.run_one();
  } else {
    let_time_pass(std::chrono::milliseconds{dice_.below(1500)});
  }
}

void world::publish() {
  const auto kind = dice_.below(100);
  auto what = kind < 25   ? traffic_.request()
              : kind < 35 ? traffic_.stray_result()
                          : traffic_.free();
  engine::rights by;
  by.emit_reserved = is_reserved_type(what.type) && dice_.percent(70);
  const auto number = evidence_.attempts.size();
  evidence_.attempts.push_back({what.type, what.id, what.source, {}});
  recorder_.note("publish " + what.type + ' ' + what.id);
  const auto before = recorder_.handles(0);
  gate_.publish(std::move(what), by,
                [this, number](result<journal::receipt> got) {
                  recorder_.note(got ? "  at " + std::to_string(got->sequence)
                                     : "  " + got.error().message());
                  evidence_.attempts[number].answers.push_back(std::move(got));
                });
  recorder_.handles(before);
}

void world::ask_or_forget() {
  if (dice_.percent(75)) {
    ask();
  } else {
    forget_one();
  }
}

void world::ask() {
  const auto number = evidence_.questions.size();
  evidence_.questions.emplace_back();
  recorder_.note("ask " + std::to_string(number + 1));
  const auto before = recorder_.handles(0);
  stage_.ask(clerk_name, static_cast<actor::request_id>(number + 1),
             std::make_shared<question_request>(std::to_string(number)),
             [this, number](const result<actor::reply_ptr>& got) {
               answered(number, got);
             });
  recorder_.handles(before);
}

void world::answered(std::size_t number, const result<actor::reply_ptr>& got) {
  recorder_.note("  answer " + std::to_string(number + 1)
                 + (got ? "" : ": " + got.error().message()));
  auto& one = evidence_.questions[number];
  ++one.answers;
  one.answered_late = one.answered_late || one.forgotten;
  if (got) {
    const auto& said = static_cast<const clerk_reply&>(**got);
    one.broken_promise = !said.promise.empty() && !is_written(said.promise);
  }
  // Whoever is answered may ask again.
  if (!ended_ && dice_.percent(10)) {
    ask();
  }
}

bool world::is_written(const std::string& promise) const {
  const auto rows = log_.read_table(promises_table);
  return rows && std::ranges::any_of(*rows, [&](const auto& row) {
           return row.key == promise;
         });
}

void world::forget_one() {
  if (evidence_.questions.empty()) {
    return;
  }
  // Mostly one of those that may be open.
  const auto recent = std::min<std::size_t>(evidence_.questions.size(), 8);
  const auto number = evidence_.questions.size() - 1 - dice_.below(recent);
  recorder_.note("forget " + std::to_string(number + 1));
  stage_.forget(static_cast<actor::request_id>(number + 1));
  evidence_.questions[number].forgotten = true;
}

void world::enter_another() {
  if (guests_.size() > 12) {
    return;
  }
  const auto name = "guest" + std::to_string(names_++);
  auto spec = dice_.percent(40) ? relay_spec(name, surroundings_)
                                : subscriber_spec(name, surroundings_);
  auto entered = stage_.enter(std::move(spec), gate_);
  if (!entered) {
    throw std::logic_error{entered.error().message()};
  }
  guests_.push_back(std::move(*entered));
}

void world::withdraw_one() {
  if (guests_.empty()) {
    return;
  }
  auto& leaving = dice_.pick(guests_);
  recorder_.note(leaving->name() + " leaves");
  gate_.withdraw_actor(leaving);
  leaving = std::move(guests_.back());
  guests_.pop_back();
}

/// What other threads do while the journal writes: cells go on, publishers
/// publish; what they hand to the gate waits for its next batch.
void world::meanwhile() {
  const auto handled = recorder_.handles(0);
  for (auto more = dice_.between(1, 6); more > 0; --more) {
    if (dice_.percent(25)) {
      publish();
    } else if (scenario_.asks && dice_.percent(20)) {
      ask_or_forget();
    } else if (dice_.percent(5)) {
      stage_.tick();
    } else {
      stage_.run_one();
    }
  }
  recorder_.handles(handled);
}

void world::let_time_pass(std::chrono::milliseconds by) {
  time_.advance(by);
  recorder_.note("time passes: " + std::to_string(by.count()) + " ms");
  stage_.tick();
  gate_.retry();
}

/// Stops the publishers and lets everything else come to its end.
void world::wind_down() {
  gate_.stop();
  publish();
  // Far more rounds than all deadlines and restarts need; a world that is not
  // done then never is.
  constexpr int rounds_max = 1'000;
  constexpr std::size_t handled_max = 100'000;
  std::size_t handled = 0;
  for (int round = 0; round < rounds_max; ++round) {
    while (stage_.run_one()) {
      if (++handled > handled_max) {
        throw std::runtime_error{"the mailboxes never become empty"};
      }
      if (mutant_ == mutant::leaves_mail && dice_.percent(2)) {
        return;
      }
    }
    gate_.retry();
    if (stage_.has_mail()) {
      continue;
    }
    if (!stage_.has_timers()) {
      return;
    }
    let_time_pass(500ms);
  }
}

void world::conclude() {
  if (auto all = log_.read(0, log_read_max)) {
    evidence_.log = std::move(*all);
  }
  const std::pair<std::string_view, std::vector<journal::keyed_write>*>
    tables[]{{review::open_reviews_table, &evidence_.open_reviews},
             {review::closed_reviews_table, &evidence_.closed_reviews}};
  for (const auto& [table, into] : tables) {
    if (auto rows = log_.read_table(table)) {
      *into = std::move(*rows);
    }
  }
  const auto& from = gate_.counted();
  auto& to = evidence_.counted;
  to.admitted = from.admitted;
  to.duplicates = from.duplicates;
  to.conflicts = from.conflicts;
  to.refused = from.refused;
  to.delivered = from.delivered;
  to.unrouted = from.unrouted;
  to.dead_letters = from.dead_letters;
  to.crashes = from.crashes;
  evidence_.in_flight = gate_.in_flight();
  for (const auto& one : evidence_.log) {
    codec::append_event(*one, evidence_.transcript);
    evidence_.transcript += '\n';
  }
}

} // namespace libsig::sim
