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

} // namespace

topic_world::topic_world(std::uint64_t seed, topic_mutant which)
  : callers_world{seed, topic::actor_name}, mutant_{which},
    topics_{surroundings_, log_, evidence_, which, {}} {
  log_.meanwhile([this] { meanwhile(); });
  surroundings_.shakes_left = dice_.percent(60) ? dice_.below(8) : 0;
  // Where little is sent, readers sleep; where much, they lag behind.
  sends_percent_ = dice_.between(2, 25);
  const auto crashes_per_mille = dice_.between(1, 80);
  for (std::size_t who = dice_.between(1, 4); who > 0; --who) {
    readers_.emplace_back("reader" + std::to_string(who), log_);
  }
  settling_.resize(readers_.size());
  enter(engine::supervisor_spec());
  enter(topics_in(topics_, crashes_per_mille));
}

topic_evidence topic_world::play() {
  for (auto step = dice_.between(60, 300); step > 0; --step) {
    act();
  }
  wind_down();
  seen_.crashes = evidence_.crashes;
  seen_.signals = log_.last_sequence();
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
  publish_noted(std::move(what), {});
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
  const auto which = requests_ + 1;
  const auto asked =
    std::make_shared<const topic::wait_request>(std::move(what));
  waits_[which] = {who, asked, 0, false, false};
  recorder_.note("wait " + std::to_string(which) + " of " + readers_[who].name()
                 + " for " + asked->topics.front() + " +"
                 + std::to_string(asked->topics.size() - 1));
  ask(asked, [this, which](const result<actor::reply_ptr>& got) {
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
  ask(std::move(said), [](const result<actor::reply_ptr>&) {});
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
  recorder_.note("settle " + std::to_string(requests_ + 1) + " of "
                 + readers_[what.who].name()
                 + (written ? "" : ", not written"));
  ++settling_[what.who];
  auto said_of = readers_[what.who].settle(what.got->messages, written);
  ask(std::move(said),
      [this, who = what.who, at = what.at,
       said_of = std::move(said_of)](const result<actor::reply_ptr>& got) {
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

void topic_world::look_at_sleepers() {
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

bool topic_world::all_are_answered() const {
  return std::ranges::all_of(waits_,
                             [](const auto& one) { return one.second.over; });
}

void topic_world::settle_all() {
  while (!unsettled_.empty()) {
    settle(std::move(unsettled_.front()), true);
    unsettled_.pop_front();
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
  return run_world<topic_evidence, topic_world>(seed, which);
}

} // namespace libsig::sim
