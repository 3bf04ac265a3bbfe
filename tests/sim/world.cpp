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
  : world{seed, which, run, draw_scenario(seed, which)} {}

world::world(std::uint64_t seed, mutant which, std::size_t run,
             const drawn& from)
  : frame{{.seed = seed,
           .by = from.by,
           .which = which,
           .run = run,
           .faults = from.of.faults,
           .contracts = make_contracts(from.of.specialists),
           .in_flight_max = from.of.in_flight_max}},
    mutant_{which}, scenario_{from.of}, traffic_{dice_, scenario_.specialists} {
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

world::~world() { close(clerk_name); }

world::drawn world::draw_scenario(std::uint64_t seed, mutant which) {
  drawn made{dice{seed}, {}};
  auto& [by, of] = made;
  of.asks = seed % 6 == 5;
  of.steps = by.between(60, 240);
  of.shards = by.between(1, 4);
  of.specialists = by.below(5);
  of.relayed_max = by.below(120);
  if (by.percent(15)) {
    of.in_flight_max = by.between(2, 30);
  }
  if (by.percent(35)) {
    of.coordinator_crashes_per_mille = by.between(1, 60);
    of.shakes_max = by.between(1, 12);
  }
  if (by.percent(25)) {
    of.faults.failures_per_mille = by.between(1, 40);
  }
  if (by.percent(50)) {
    of.faults.slow_per_mille = by.between(1, 500);
  }
  of.faults.which = which;
  return made;
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
  if (!coordinator) {
    throw std::logic_error{coordinator.error().message()};
  }
  enter(engine::supervisor_spec());
  enter(shaken(std::move(*coordinator), scenario_.coordinator_crashes_per_mille,
               surroundings_));
  for (std::size_t number = 0; number < scenario_.specialists; ++number) {
    enter(specialist_spec(specialist_name(number), surroundings_));
  }
  for (auto more = dice_.below(5); more > 0; --more) {
    enter_another();
  }
  if (scenario_.asks) {
    surroundings_.shakes_left += dice_.below(12);
    enter(clerk_spec(dice_.between(1, 3), evidence_, surroundings_));
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
    pass_time(std::chrono::milliseconds{dice_.below(1500)});
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
  guests_.push_back(enter(std::move(spec)));
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
    pass_time(500ms);
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
