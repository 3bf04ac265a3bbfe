#include "tests/sim/topics/topic_world.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "libsig/engine/cell.hpp"

namespace libsig::sim {

namespace {

using namespace std::chrono_literals;

[[nodiscard]] std::string topic_name(std::size_t number) {
  return "topic:" + std::to_string(number);
}

constexpr std::size_t topics_max = 4;

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

topic_world::topic_world(std::uint64_t seed, topic_mutant which)
  : mutant_{which}, dice_{seed}, recorder_{evidence_, mutant::none},
    surroundings_{dice_, recorder_, mutant::none, 0, 0, 0},
    time_{wall_time{std::chrono::seconds{1'800'000'000}}},
    ids_{[bits = dice{seed ^ 0x5eed}]() mutable { return bits.word(); },
         recorder_},
    log_{draw_faults(dice_), dice_, evidence_, recorder_}, stage_{dice_,
                                                                  evidence_,
                                                                  recorder_,
                                                                  mutant::none},
    topics_{surroundings_, log_, evidence_, which, {}}, gate_{gate_options()} {
  log_.meanwhile([this] { meanwhile(); });
  surroundings_.shakes_left = dice_.percent(60) ? dice_.below(8) : 0;
  // Where little is sent, readers sleep; where much, they lag behind.
  sends_percent_ = dice_.between(2, 25);
  const auto crashes_per_mille = dice_.between(1, 80);
  for (std::size_t who = dice_.between(1, 4); who > 0; --who) {
    readers_.emplace_back("reader" + std::to_string(who), log_);
  }
  settling_.resize(readers_.size());
  if (!stage_.enter(engine::supervisor_spec(), gate_)
      || !stage_.enter(topics_in(topics_, crashes_per_mille), gate_)) {
    throw std::logic_error{"the actor of topics does not enter"};
  }
}

engine::gate::options topic_world::gate_options() {
  engine::gate::options how;
  how.time = &time_;
  how.ids = &ids_;
  how.contracts = &contracts_;
  how.log = &log_;
  how.out = &stage_;
  how.watcher = &recorder_;
  return how;
}

topic_evidence topic_world::play() {
  for (auto step = dice_.between(60, 300); step > 0; --step) {
    act();
  }
  wind_down();
  seen_.crashes = evidence_.crashes;
  seen_.messages = log_.last_sequence();
  seen_.transcript = std::move(evidence_.transcript);
  return std::move(seen_);
}

/// One thing that happens.
void topic_world::act() {
  if (dice_.percent(sends_percent_)) {
    send();
    return;
  }
  const auto what = dice_.below(100);
  if (what < 20) {
    wait();
  } else if (what < 25) {
    cancel_one();
  } else if (what < 45) {
    settle_one();
  } else if (what < 88) {
    run_one();
  } else if (what < 93) {
    run_all();
    check_sleepers();
  } else {
    let_time_pass(std::chrono::milliseconds{dice_.below(3'000)});
  }
}

// -- what clients do ----------------------------------------------------------

void topic_world::send() {
  draft what;
  what.type = topic_name(dice_.below(topics_max));
  what.source = "/sender";
  if (dice_.percent(10)) {
    // Mail is no message of a topic.
    what.extensions.push_back({"toidentity", std::string{"somebody"}});
  }
  recorder_.note("send " + what.type);
  gate_.publish(std::move(what), {}, [this](const auto& got) {
    recorder_.note(got ? "  at " + std::to_string(got->sequence)
                       : "  " + got.error().message());
  });
}

topic::wait_request topic_world::draw_wait(std::size_t who) {
  topic::wait_request made;
  made.owner.tenant = "default";
  made.owner.consumer = readers_[who].name();
  made.caller = readers_[who].name();
  made.start.is = topic::start_position::kind::earliest;
  made.mode = static_cast<topic::wait_mode>(dice_.below(3));
  made.oldest_first = dice_.percent(30);
  for (std::size_t number = 0; number < topics_max; ++number) {
    if (made.topics.empty() || dice_.percent(40)) {
      made.topics.push_back(topic_name((number + dice_.below(2)) % topics_max));
    }
  }
  std::ranges::sort(made.topics);
  made.topics.erase(std::unique(made.topics.begin(), made.topics.end()),
                    made.topics.end());
  if (made.mode == topic::wait_mode::one) {
    made.topics.resize(1);
  }
  made.timeout =
    std::chrono::milliseconds{dice_.percent(20) ? 0 : dice_.below(5'000)};
  return made;
}

void topic_world::wait() {
  const auto who = dice_.below(readers_.size());
  // Two waits of one consumer may get the same message; one that comes while an
  // answer is not settled does not.
  if (std::ranges::none_of(waits_, [&](const auto& one) {
        return one.second.who == who && !one.second.over;
      })) {
    wait(who, draw_wait(who));
  }
}

void topic_world::wait(std::size_t who, topic::wait_request what) {
  const auto which = ++requests_;
  const auto asked =
    std::make_shared<const topic::wait_request>(std::move(what));
  waits_[which] = {who, asked, 0, false, false};
  recorder_.note("wait " + std::to_string(which) + " of " + readers_[who].name()
                 + " for " + asked->topics.front() + " +"
                 + std::to_string(asked->topics.size() - 1));
  stage_.ask(topic::actor_name, static_cast<actor::request_id>(which), asked,
             [this, which](const result<actor::reply_ptr>& got) {
               answered(which, got);
             });
}

void topic_world::cancel_one() {
  const auto open = std::ranges::find_if(
    waits_, [](const auto& one) { return !one.second.over; });
  if (open == waits_.end()) {
    return;
  }
  recorder_.note("cancel " + std::to_string(open->first));
  open->second.cancelled = open->second.over = true;
  stage_.forget(static_cast<actor::request_id>(open->first));
  if (mutant_ == topic_mutant::ignores_gone) {
    return;
  }
  // What the actor may have answered just then went nowhere.
  auto said = std::make_shared<topic::settle_request>();
  said->pending = open->first;
  stage_.ask(topic::actor_name, static_cast<actor::request_id>(++requests_),
             std::move(said), [](const result<actor::reply_ptr>&) {});
}

void topic_world::answered(std::uint64_t which,
                           const result<actor::reply_ptr>& got) {
  auto& one = waits_.at(which);
  recorder_.note("  answer " + std::to_string(which)
                 + (got ? "" : ": " + got.error().message()));
  if (++one.answers > 1 || one.cancelled) {
    tell({always_answered,
          "wait " + std::to_string(which) + " is answered once more"});
    return;
  }
  one.over = true;
  if (!got) {
    return;
  }
  const auto reply = std::static_pointer_cast<const topic::wait_reply>(*got);
  const auto at = topics_.decided.at(which);
  take(one, *reply, at.log_end);
  if (reply->pending != 0) {
    unsettled_.push_back({one.who, reply, at});
  }
}

void topic_world::take(const open_wait& one, const topic::wait_reply& got,
                       std::uint64_t end) {
  auto& who = readers_[one.who];
  switch (got.is) {
  case topic::wait_reply::outcome::hit:
    seen_.taken += got.messages.size();
    for (const auto& each : got.messages) {
      recorder_.note("    " + who.name() + " gets "
                     + std::to_string(each.what->sequence()) + " of "
                     + each.topic);
    }
    who.given(got.messages, [this](complaint what) { tell(std::move(what)); });
    break;
  case topic::wait_reply::outcome::timeout:
    ++seen_.timeouts;
    if (!is_settling(one.who)
        && who.has_message(one.asked->topics, one.asked->mode, end)) {
      tell(
        {no_lost_wake_up, who.name() + " times out though there is a message"});
    }
    break;
  case topic::wait_reply::outcome::expired:
    tell({each_once_in_order, who.name() + " has an expired cursor"});
    break;
  }
}

/// Whether some answer of the reader is not settled: its next waits are queued
/// behind that.
bool topic_world::is_settling(std::size_t who) const {
  return settling_[who] > 0
         || std::ranges::any_of(
           unsettled_, [&](const auto& one) { return one.who == who; });
}

void topic_world::settle_one() {
  if (unsettled_.empty()) {
    return;
  }
  const auto at = static_cast<std::ptrdiff_t>(dice_.below(unsettled_.size()));
  auto one = std::move(unsettled_[static_cast<std::size_t>(at)]);
  unsettled_.erase(unsettled_.begin() + at);
  settle(std::move(one), dice_.percent(80));
}

void topic_world::settle(unsettled what, bool written) {
  auto said = std::make_shared<topic::settle_request>();
  said->pending = what.got->pending;
  said->written = written;
  const auto which = ++requests_;
  recorder_.note("settle " + std::to_string(which) + " of "
                 + readers_[what.who].name()
                 + (written ? "" : ", not written"));
  ++settling_[what.who];
  auto said_of = readers_[what.who].settle(what.got->messages, written);
  stage_.ask(topic::actor_name, static_cast<actor::request_id>(which),
             std::move(said),
             [this, who = what.who, at = what.at, said_of = std::move(said_of)](
               const result<actor::reply_ptr>& got) {
               --settling_[who];
               // With the actor that gave it the answer was forgotten.
               if (got && evidence_.crashes == at.crashes) {
                 readers_[who].confirm(said_of);
               }
             });
}

// -- what goes on -------------------------------------------------------------

/// What others do while the journal writes.
void topic_world::meanwhile() {
  const auto handled = recorder_.handles(0);
  for (auto more = dice_.between(1, 5); more > 0; --more) {
    const auto what = ended_ ? 99 : dice_.below(100);
    if (what < sends_percent_) {
      send();
    } else if (what < 40) {
      wait();
    } else if (what < 55) {
      settle_one();
    } else if (what < 60) {
      stage_.tick();
    } else {
      run_one();
    }
  }
  recorder_.handles(handled);
}

bool topic_world::run_one() {
  // No two things happen in one moment; an actor numbers its answers by that.
  time_.advance(std::chrono::microseconds{1});
  return stage_.run_one();
}

void topic_world::let_time_pass(std::chrono::milliseconds by) {
  if (dice_.percent(50)) {
    run_all();
    check_sleepers();
  }
  time_.advance(by);
  recorder_.note("time passes: " + std::to_string(by.count()) + " ms");
  stage_.tick();
  gate_.retry();
}

void topic_world::run_all() {
  constexpr std::size_t handled_max = 100'000;
  for (std::size_t handled = 0; run_one(); ++handled) {
    if (handled > handled_max) {
      throw std::runtime_error{"the mailboxes never become empty"};
    }
  }
}

/// Nothing is under way: whoever sleeps has nothing to take.
void topic_world::check_sleepers() {
  if (stage_.has_mail() || gate_.in_flight() > 0) {
    return;
  }
  for (const auto& [which, one] : waits_) {
    if (!one.over && !is_settling(one.who)
        && readers_[one.who].has_message(one.asked->topics, one.asked->mode,
                                         log_.last_sequence())) {
      tell({no_lost_wake_up, "wait " + std::to_string(which) + " of "
                               + readers_[one.who].name()
                               + " sleeps though there is a message"});
    }
  }
}

/// Lets every reader take what is left.
void topic_world::drain() {
  constexpr std::size_t waits_max = 20'000;
  for (std::size_t who = 0; who < readers_.size(); ++who) {
    for (std::size_t number = 0; number < topics_max; ++number) {
      const auto before = seen_.timeouts;
      while (seen_.timeouts == before && waits_.size() < waits_max) {
        auto what = draw_wait(who);
        what.mode = topic::wait_mode::one;
        what.topics = {topic_name(number)};
        what.timeout = 0ms;
        wait(who, std::move(what));
        come_to_rest();
        if (stage_.pauses()) {
          let_time_pass(50ms);
        }
      }
    }
  }
}

/// Lets everything come to its end.
void topic_world::come_to_rest() {
  constexpr int rounds_max = 200;
  for (int round = 0; round < rounds_max; ++round) {
    run_all();
    gate_.retry();
    while (!unsettled_.empty()) {
      settle(std::move(unsettled_.front()), true);
      unsettled_.pop_front();
    }
    if (stage_.has_mail() || gate_.in_flight() > 0) {
      // What is held back in a pause waits for its end.
      if (!stage_.has_mail() && stage_.has_timers()) {
        let_time_pass(50ms);
      }
      continue;
    }
    check_sleepers();
    if (std::ranges::all_of(waits_,
                            [](const auto& one) { return one.second.over; })) {
      break;
    }
    let_time_pass(1s);
  }
}

void topic_world::wind_down() {
  ended_ = true;
  come_to_rest();
  drain();
  for (const auto& [which, one] : waits_) {
    if (!one.over) {
      tell({always_answered,
            "wait " + std::to_string(which) + " is never answered"});
    }
  }
}

void topic_world::tell(complaint what) {
  recorder_.note("!! " + what.saw);
  seen_.complaints.push_back(std::move(what));
}

topic_evidence run_topics(std::uint64_t seed, topic_mutant which) {
  try {
    return topic_world{seed, which}.play();
  } catch (const std::exception& thrown) {
    topic_evidence made;
    made.complaints.push_back({"run: A run does not throw.", thrown.what()});
    return made;
  }
}

} // namespace libsig::sim
