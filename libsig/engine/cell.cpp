#include "libsig/engine/cell.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

#include "libsig/core/limits.hpp"

namespace libsig::engine {

namespace {

constexpr std::size_t reason_bytes_max = 1024;

/// Steps that go to the gate together at most, and how long the first of them
/// may have waited when another signal is looked at. A step by itself costs the
/// gate a turn of its loop; of empty steps some sixteen take 20 us.
constexpr unsigned steps_waiting_max = 16;
constexpr std::chrono::microseconds step_waits_max{100};

/// Signals that are finished and not yet counted as such.
constexpr unsigned finished_waiting_max = 64;

/// Tells the answers of a step, or why nobody gets them.
void give(desk& at, std::vector<actor::answer>& answers,
          const result<void>& written) {
  if (!written) {
    for (auto& one : answers) {
      one.what = fail(written.error());
    }
  }
  at.answer(std::move(answers));
}

/// A reactor that the supervisor's spec needs and nobody ever calls.
class silent_reactor final : public actor::reactor {
public:
  [[nodiscard]] actor::step on_signal(const signal_ptr&,
                                      const actor::context&) override {
    return {};
  }
};

} // namespace

cell::cell(const actor::spec& of, std::shared_ptr<const origin> who,
           std::size_t shard, gate& through, const origin& supervisor)
  : spec_{of}, origin_{std::move(who)}, shard_{shard}, gate_{through},
    supervisor_{supervisor}, restarts_{of.restart} {}

cell::~cell() { desk_->close(error(errc::stopped).at(spec_.name)); }

void cell::start() {
  guarded(restarts::task::own, nullptr, [this] {
    make_reactor();
    return actor::step{};
  });
  hand_in();
}

void cell::handle(const signal_ptr& what, bool more) {
  const auto at = now();
  hand_in_early(at);
  if (!what) {
    take_notice(at);
    ++finished_;
  } else if (recovering_ && spec_.reads_log) {
    // It is in the log that the successor is told to have read.
    gate_.missed();
    ++finished_;
  } else if (recovering_) {
    held_.push_back(what);
  } else {
    attend(what, at);
  }
  if (!more || steps_waiting_ >= steps_waiting_max
      || finished_ >= finished_waiting_max) {
    hand_in();
  }
}

/// Hands in what has waited long enough before something else is looked at:
/// whoever waits for an earlier step should not wait for slow ones behind it.
void cell::hand_in_early(const actor::context& at) {
  if (steps_waiting_ > 0 && at.steady_now - waiting_since_ > step_waits_max) {
    hand_in();
  }
  if (steps_waiting_ == 0) {
    waiting_since_ = at.steady_now;
  }
}

/// What a null signal stands for.
void cell::take_notice(const actor::context& at) {
  const auto told = origin_->notices(shard_)->take();
  switch (told.what) {
  case notices::kind::none:
    break;
  case notices::kind::recalled:
    rest_.written = true;
    if (rest_.until <= at.steady_now) {
      recover();
    }
    break;
  case notices::kind::missed:
    // What there is no reactor for now is covered when there is one.
    if (reactor_ && told.up_to > covered_) {
      guarded(restarts::task::own, nullptr,
              [&, this] { return reactor_->on_missed(at); });
    }
    break;
  }
}

bool cell::serve(std::size_t at_most) {
  bool more = true;
  for (; at_most > 0 && (reactor_ || rest_.refuses); --at_most) {
    const auto next = desk_->take();
    if (!next) {
      more = false;
      break;
    }
    if (!reactor_) {
      refuse(*next);
      continue;
    }
    const auto at = now();
    hand_in_early(at);
    guarded(restarts::task::input, nullptr, [&, this] {
      return next->what ? reactor_->on_request(next->which, next->what, at)
                        : reactor_->on_gone(next->which, at);
    });
    if (steps_waiting_ >= steps_waiting_max) {
      hand_in();
    }
  }
  hand_in();
  return more && (reactor_ || rest_.refuses);
}

/// Answers a request in a pause.
void cell::refuse(const desk::errand& what) {
  if (!what.what) {
    return;
  }
  using std::chrono::milliseconds;
  const auto least =
    rest_.written ? milliseconds{1} : limits::restart_pause_first;
  const auto left =
    std::chrono::ceil<milliseconds>(std::max<steady_time::duration>(
      rest_.until - gate_.time().steady_now(), least));
  std::vector<actor::answer> answers;
  answers.push_back(
    {what.which,
     fail(error(errc::actor_crashed, "it recovers from a crash")
            .at(spec_.name)
            .mend("ask again in " + std::to_string(left.count()) + " ms"))});
  desk_->answer(std::move(answers));
}

void cell::waited(std::chrono::nanoseconds since) {
  if (auto* const measured = gate_.measured(); measured != nullptr) {
    measured->deliver.observe(measured->now() - since);
  }
}

void cell::attend(const signal_ptr& what, const actor::context& at) {
  if (reactor_) {
    guarded(restarts::task::input, what,
            [&, this] { return reactor_->on_signal(what, at); });
  } else {
    gate_.dead_letter(
      spec_.name, what,
      error(errc::actor_crashed, "the actor is down").at(spec_.name));
  }
  // A signal that is held back to be tried again is not finished.
  if (held_.empty() || held_.front() != what) {
    ++finished_;
  }
}

/// Lets the gate carry out the steps that wait, and then count their signals as
/// finished.
void cell::hand_in() {
  if (std::exchange(steps_waiting_, 0) > 0) {
    gate_.carry_on();
  }
  if (const auto signals = std::exchange(finished_, 0); signals > 0) {
    gate_.finished(signals);
  }
}

void cell::tick() {
  const auto time = gate_.time().steady_now();
  if (pauses() && rest_.until <= time) {
    recover();
  } else if (is_held_up() && rest_.refuses_from <= time) {
    rest_.refuses = true;
  }
  due_.clear();
  wheel_.advance(time, due_);
  for (const auto key : due_) {
    if (!reactor_) {
      break;
    }
    guarded(restarts::task::own, nullptr, [&, this] {
      return reactor_->on_timer(static_cast<actor::timer_key>(key), now());
    });
  }
  hand_in();
}

actor::context cell::now() const {
  return {gate_.time().wall_now(), gate_.time().steady_now()};
}

/// Runs one call of the reactor; whatever it throws ends here as a crash.
template <class Call>
void cell::guarded(restarts::task at, const signal_ptr& cause, Call call) {
  task_ = at;
  try {
    carry_out(cause, call());
  } catch (const std::exception& thrown) {
    crash(cause, thrown.what());
  } catch (...) {
    crash(cause, "something that is no std::exception");
  }
}

void cell::carry_out(const signal_ptr& cause, actor::step what) {
  for (const auto& timer : what.timers) {
    wheel_.arm(static_cast<std::uint64_t>(timer.key), timer.due);
  }
  if (!what.emissions.empty() || !what.writes.empty()) {
    commit(cause, std::move(what));
  } else if (!what.answers.empty()) {
    desk_->answer(std::move(what.answers));
  }
}

/// Hands a step to the gate; its answers are given when it is written.
void cell::commit(const signal_ptr& cause, actor::step what) {
  ++steps_waiting_;
  gate::rows_handler then;
  std::shared_ptr<std::vector<actor::answer>> answers;
  if (!what.answers.empty()) {
    desk_->settle(what.answers);
    answers =
      std::make_shared<std::vector<actor::answer>>(std::move(what.answers));
    then = [desk = desk_, answers](const result<void>& written) {
      give(*desk, *answers, written);
    };
  }
  const auto done = gate_.commit(*origin_, cause, std::move(what),
                                 engine::hand_in::with_next, std::move(then));
  if (done) {
    return;
  }
  if (answers) {
    give(*desk_, *answers, done);
  }
  // The actor broke its own declaration; what it holds cannot be trusted.
  crash(cause, done.error().message());
}

void cell::crash(const signal_ptr& handled, std::string_view reason) {
  reactor_.reset();
  wheel_ = {};
  notify(actor::crashed_type, handled, reason);
  const auto time = gate_.time().steady_now();
  const auto pause = restarts_.crashed(task_, time);
  const bool goes_on = pause.has_value();
  const auto crashed =
    error(errc::actor_crashed, std::string{reason}).at(spec_.name);
  if (goes_on) {
    desk_->fail_open(crashed);
  } else {
    desk_->close(error(errc::not_found, "the actor is down").at(spec_.name),
                 crashed);
  }
  if (handled && goes_on && keeps(handled)) {
    held_.push_front(handled);
  } else if (handled) {
    gate_.dead_letter(spec_.name, handled,
                      error(errc::actor_crashed, std::string{reason}));
  }
  if (!goes_on) {
    gate_.withdraw_actor(origin_);
    notify(actor::down_type, nullptr, reason);
    return;
  }
  // The gate may not have written the last steps yet: a successor that read the
  // tables now would miss them.
  recovering_ = true;
  rest_ = {time + *pause, time + limits::restart_pause_first,
           pause->count() > 0, false};
  gate_.recall(*origin_, shard_);
}

/// Makes the successor of a reactor that crashed, and hands it what was held
/// back.
void cell::recover() {
  recovering_ = false;
  rest_ = {};
  guarded(restarts::task::own, nullptr, [this] {
    make_reactor();
    return actor::step{};
  });
  // Whatever crashes again is held back again, with all that stands behind it.
  for (auto& what : std::exchange(held_, {})) {
    if (recovering_) {
      held_.push_back(what);
    } else {
      handle(what, true);
    }
  }
}

/// Whether a signal whose handling crashed is tried again.
bool cell::keeps(const signal_ptr& handled) {
  attempts_ = handled->sequence() == tried_ ? attempts_ + 1 : 1;
  tried_ = handled->sequence();
  return attempts_ < spec_.restart.attempts_max;
}

void cell::make_reactor() {
  reactor_ = spec_.make(shard_);
  const auto end = gate_.log().last_sequence();
  std::vector<actor::write> rows;
  for (const auto& table : spec_.tables) {
    auto found = gate_.log().read_table(table);
    if (!found) {
      // Nothing is not what the table holds.
      throw std::runtime_error{found.error().message()};
    }
    for (auto& row : *found) {
      rows.push_back({std::move(row.table), std::move(row.key),
                      std::move(row.value), row.keeps});
    }
  }
  const auto find = [this](std::uint64_t sequence) {
    auto found = gate_.log().find(sequence);
    if (!found) {
      throw std::runtime_error{found.error().message()};
    }
    return *std::move(found);
  };
  auto first = reactor_->recover({rows, end, find}, now());
  for (const auto& timer : first.timers) {
    wheel_.arm(static_cast<std::uint64_t>(timer.key), timer.due);
  }
  if (auto done = gate_.commit(*origin_, nullptr, std::move(first)); !done) {
    throw std::runtime_error{done.error().message()};
  }
  covered_ = end;
  restarts_.made(gate_.time().steady_now());
}

void cell::notify(std::string_view type, const signal_ptr& handled,
                  std::string_view reason) {
  auto notice = std::make_shared<actor::crash_notice>();
  notice->actor = spec_.name;
  notice->shard = shard_;
  notice->reason = reason.substr(0, reason_bytes_max);
  notice->handled = handled;
  actor::step what;
  auto& emission = what.emissions.emplace_back();
  emission.type = type;
  if (handled) {
    emission.subject = handled->subject();
  }
  emission.data = event_data::decoded(std::move(notice));
  // The supervisor declares both types, so a failure here is the journal's, and
  // the gate has made it a dead letter.
  static_cast<void>(gate_.commit(supervisor_, handled, std::move(what)));
  gate_.crashed(spec_.name, reason, type == actor::down_type);
}

actor::spec supervisor_spec() {
  actor::spec of;
  of.name = "supervisor";
  of.source = "/system";
  of.emits = {std::string{actor::crashed_type}, std::string{actor::down_type}};
  of.make = [](std::size_t) { return std::make_unique<silent_reactor>(); };
  return of;
}

} // namespace libsig::engine
