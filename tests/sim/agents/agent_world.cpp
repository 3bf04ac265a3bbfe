#include "tests/sim/agents/agent_world.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "libsig/core/pattern.hpp"
#include "libsig/subscription/lifecycle.hpp"
#include "libsig/subscription/mailbox.hpp"

namespace libsig::sim {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view none_lost =
  "none_lost: Every signal that a standing subscription matches is handled, or "
  "becomes a dead letter.";
constexpr std::string_view settled_for_good =
  "settled_for_good: What was handled, or is a dead letter, is not handed out "
  "by a later call.";
constexpr std::string_view as_subscribed =
  "as_subscribed: An agent gets signals of others that match the patterns "
  "which "
  "are named.";
constexpr std::string_view each_hand_out_once =
  "each_hand_out_once: No two hand-outs have one id.";
constexpr std::string_view no_lost_wake_up =
  "no_lost_wake_up: No call sleeps while a loud item waits for its agent.";
constexpr std::string_view always_answered =
  "always_answered: Every call that nobody forgot is answered, once.";

constexpr std::array<const char*, 4> stable_patterns{"**", "job:*", "job:**",
                                                     "agent:**"};
constexpr std::array<const char*, 5> types{"job:a", "job:b", "job:a:b", "free",
                                           "internal.job"};
constexpr std::array<const char*, 4> other_patterns{"free", "job:a", "*:a",
                                                    "*"};

} // namespace

agent_world::agent_world(std::uint64_t seed, agent_mutant which)
  : callers_world{seed, subscription::actor_name},
    post_{surroundings_, log_, which,
          [this](const subscription::burial& what) { bury(what); }} {
  const auto crashes_per_mille = dice_.between(1, 80);
  for (auto count = dice_.between(1, 3); count > 0; --count) {
    auto& made = agents_.emplace_back();
    made.name = "agent" + std::to_string(count);
    made.pattern = dice_.pick(stable_patterns);
  }
  enter(engine::supervisor_spec());
  enter(agents_in(post_, crashes_per_mille));
}

agent_evidence agent_world::play() {
  set_up();
  log_.meanwhile([this] { meanwhile(); });
  surroundings_.shakes_left = dice_.percent(70) ? dice_.below(10) : 0;
  for (auto step = dice_.between(60, 300); step > 0; --step) {
    act();
  }
  ended_ = true;
  come_to_rest();
  check_accounts();
  drain();
  check_accounts();
  conclude();
  seen_.crashes = evidence_.crashes;
  seen_.signals = log_.last_sequence();
  seen_.transcript = std::move(evidence_.transcript);
  return std::move(seen_);
}

/// The subscriptions that stand for the whole run.
void agent_world::set_up() {
  for (const auto& one : agents_) {
    auto asked = std::make_shared<subscription::subscribe_request>();
    asked->who = {"default", one.name};
    asked->pattern = one.pattern;
    asked->silent = false;
    asked->registers = true;
    bool done = false;
    ask(std::move(asked),
        [&](const result<actor::reply_ptr>& got) { done = got.has_value(); });
    for (int round = 0; round < 100 && !done; ++round) {
      run_all();
      gate_.retry();
    }
    if (!done) {
      throw std::logic_error{one.name + " cannot subscribe"};
    }
  }
}

/// One thing that happens.
void agent_world::act() {
  const auto what = dice_.below(100);
  if (what < 18) {
    publish();
  } else if (what < 32) {
    call(any_agent(), dice_.percent(50)
                        ? 0ms
                        : std::chrono::milliseconds{dice_.below(4'000)});
  } else if (what < 44) {
    settle_one(any_agent());
  } else if (what < 49) {
    change_subscription(any_agent());
  } else if (what < 51) {
    forget_one();
  } else if (what < 94) {
    run_one();
  } else {
    let_time_pass(std::chrono::milliseconds{dice_.below(3'000)});
  }
}

std::vector<signal_ptr> agent_world::whole_log() const {
  auto read = log_.read(0, 16'384);
  return read ? *std::move(read) : std::vector<signal_ptr>{};
}

std::size_t agent_world::any_agent() { return dice_.below(agents_.size()); }

// -- what clients do ----------------------------------------------------------

void agent_world::publish() {
  draft what;
  what.type = dice_.pick(types);
  what.source = dice_.percent(30)
                  ? subscription::source_of(agents_[any_agent()].name)
                  : "/sender";
  if (dice_.percent(10)) {
    what.extensions.push_back({"toidentity", std::string{"somebody"}});
  }
  engine::rights by;
  by.emit_reserved = true;
  if (what.type.starts_with("internal.")) {
    what.extensions.clear();
  }
  recorder_.note("publish " + what.type);
  publish_noted(std::move(what), by);
}

/// One of what the agent has, which it has no more.
std::optional<std::pair<std::string, std::uint64_t>>
agent_world::let_go(agent& who) {
  if (who.has.empty()) {
    return std::nullopt;
  }
  auto at = who.has.begin();
  std::advance(at, static_cast<std::ptrdiff_t>(dice_.below(who.has.size())));
  const std::pair<std::string, std::uint64_t> found{at->first, at->second};
  who.has.erase(at);
  return found;
}

void agent_world::call(std::size_t who, std::chrono::milliseconds timeout) {
  auto asked = std::make_shared<subscription::next_request>();
  asked->who = {"default", agents_[who].name};
  asked->timeout = timeout;
  open_call made{who, agents_[who].settled, std::nullopt, false, false};
  if (ended_ || dice_.percent(60)) {
    if (const auto mine = let_go(agents_[who])) {
      asked->handled = {mine->first};
      made.handles = mine->second;
    }
  }
  const auto which = requests_ + 1;
  calls_[which] = std::move(made);
  recorder_.note("call " + std::to_string(which) + " of " + agents_[who].name
                 + (asked->handled.empty() ? "" : ", " + asked->handled[0]));
  ask(std::move(asked), [this, which](const result<actor::reply_ptr>& got) {
    answered(which, got);
  });
}

void agent_world::answered(std::uint64_t which,
                           const result<actor::reply_ptr>& got) {
  auto& one = calls_.at(which);
  recorder_.note("  answer " + std::to_string(which)
                 + (got ? "" : ": " + got.error().message()));
  if (one.over || one.forgotten) {
    tell(always_answered,
         "call " + std::to_string(which) + " is answered though it is over");
  }
  one.over = true;
  auto& who = agents_[one.who];
  // A call that a newer one ended has settled what it named.
  const bool settled = got || got.error().code() == errc::already_exists;
  if (one.handles && settled) {
    who.settled.insert(*one.handles);
    ++seen_.handled;
  } else if (one.handles) {
    who.perhaps.insert(*one.handles);
  }
  if (got) {
    const auto& reply = static_cast<const subscription::next_reply&>(**got);
    if (reply.item) {
      take(who, one, *reply.item);
    }
  }
}

void agent_world::take(agent& who, const open_call& by,
                       const subscription::delivery& what) {
  ++seen_.taken;
  const auto sequence = what.what->sequence();
  const auto text = who.name + " gets " + what.delivery_id + ", "
                    + what.what->type() + ", attempt "
                    + std::to_string(what.attempt);
  recorder_.note("    " + text);
  if (by.settled.contains(sequence) || by.handles == sequence) {
    tell(settled_for_good, text);
  }
  if (!ids_given_.insert(what.delivery_id).second
      || subscription::read_hand_out_id(what.delivery_id)->sequence
           != sequence) {
    tell(each_hand_out_once, text);
  }
  const bool fits =
    !what.patterns.empty()
    && what.what->source() != subscription::source_of(who.name)
    && what.what->attributes().find_extension("toidentity") == nullptr
    && !what.what->type().starts_with("internal.")
    && std::ranges::all_of(what.patterns, [&](const std::string& one) {
         return pattern::parse(one)->matches(what.what->type());
       });
  if (!fits) {
    tell(as_subscribed, text);
  }
  who.has[what.delivery_id] = sequence;
  // Until it is settled nobody knows whether it waits.
  who.doubtful.insert(sequence);
}

void agent_world::settle_one(std::size_t who) {
  const auto mine = let_go(agents_[who]);
  if (!mine || dice_.percent(15)) {
    // It forgets what it had.
    return;
  }
  const bool handled = dice_.percent(50);
  auto asked = std::make_shared<subscription::settle_request>();
  asked->who = {"default", agents_[who].name};
  (handled ? asked->handled : asked->failed) = {mine->first};
  recorder_.note(agents_[who].name + (handled ? " handled " : " failed ")
                 + mine->first);
  ask(std::move(asked), [this, who, handled, sequence = mine->second](
                          const result<actor::reply_ptr>& got) {
    if (got && handled) {
      agents_[who].settled.insert(sequence);
      ++seen_.handled;
    }
  });
}

void agent_world::change_subscription(std::size_t who) {
  const auto& name = agents_[who].name;
  const std::string pattern = dice_.pick(other_patterns);
  recorder_.note(name + " changes " + pattern);
  const auto done = [](const result<actor::reply_ptr>&) {};
  // The standing one keeps its flag, and may be asked for again.
  if (pattern == agents_[who].pattern || dice_.percent(60)) {
    auto asked = std::make_shared<subscription::subscribe_request>();
    asked->who = {"default", name};
    asked->pattern = pattern;
    if (pattern != agents_[who].pattern) {
      asked->silent = dice_.percent(50);
    }
    ask(std::move(asked), done);
  } else {
    auto asked = std::make_shared<subscription::unsubscribe_request>();
    asked->who = {"default", name};
    asked->pattern = pattern;
    ask(std::move(asked), done);
  }
}

void agent_world::forget_one() {
  for (auto& [which, one] : calls_) {
    if (!one.over && !one.forgotten && dice_.percent(50)) {
      forget(one, which);
      return;
    }
  }
}

/// What it would have got may be out, and what it settles settled.
void agent_world::forget(open_call& one, std::uint64_t which) {
  recorder_.note("forget " + std::to_string(which));
  one.forgotten = true;
  stage_.forget(static_cast<actor::request_id>(which));
  auto& who = agents_[one.who];
  if (one.handles) {
    who.perhaps.insert(*one.handles);
  }
  for (const auto& each : whole_log()) {
    who.doubtful.insert(each->sequence());
  }
}

/// As the hub does: the letter with the row's removal, then the actor is told.
void agent_world::bury(const subscription::burial& what) {
  if (!burials_.insert({what.who, what.sequence}).second) {
    // The actor asks after one that is under way.
    return;
  }
  recorder_.note("bury " + std::to_string(what.sequence) + " of "
                 + what.who.agent);
  const auto& row = what.removal;
  gate_.write({{row.table, row.key, row.value, row.keeps}},
              [this, who = what.who,
               sequence = what.sequence](const result<void>& written) {
                auto told = std::make_shared<subscription::buried_request>();
                told->who = who;
                told->sequence = sequence;
                told->kept = written.has_value();
                burials_.erase({who, sequence});
                for (auto& one : agents_) {
                  if (one.name == who.agent && written) {
                    one.settled.insert(sequence);
                    ++seen_.buried;
                  }
                }
                ask(std::move(told), [](const auto&) {});
              });
}

// -- what goes on -------------------------------------------------------------

/// What others do while the journal writes.
void agent_world::meanwhile() {
  const auto handled = recorder_.handles(0);
  for (auto more = dice_.between(1, 5); more > 0; --more) {
    const auto what = ended_ ? 99 : dice_.below(100);
    if (what < 20) {
      publish();
    } else if (what < 35) {
      call(any_agent(), std::chrono::milliseconds{dice_.below(2'000)});
    } else if (what < 45) {
      settle_one(any_agent());
    } else if (what < 50) {
      change_subscription(any_agent());
    } else if (what < 60) {
      stage_.tick();
    } else {
      run_one();
    }
  }
  recorder_.handles(handled);
}

/// Whether the agent's standing subscription matches.
bool agent_world::is_for(const agent& who, const signal& what) const {
  return pattern::parse(who.pattern)->matches(what.type())
         && !what.type().starts_with("internal.")
         && what.source() != subscription::source_of(who.name)
         && what.attributes().find_extension("toidentity") == nullptr;
}

/// Whoever sleeps has nothing loud to take.
void agent_world::look_at_sleepers() {
  if (post_.told.behind > 0) {
    // Its next piece of the log is under way.
    return;
  }
  const auto log = whole_log();
  for (const auto& [which, one] : calls_) {
    const auto& who = agents_[one.who];
    if (one.over || one.forgotten) {
      continue;
    }
    for (const auto& what : log) {
      if (is_for(who, *what) && !who.settled.contains(what->sequence())
          && !who.doubtful.contains(what->sequence())) {
        // Somebody else may have what is out, by an answer that was lost.
        const bool busy =
          std::ranges::any_of(who.doubtful, [&](std::uint64_t each) {
            return !who.settled.contains(each);
          });
        if (!busy) {
          tell(no_lost_wake_up, "call " + std::to_string(which) + " of "
                                  + who.name + " sleeps before "
                                  + std::to_string(what->sequence()));
        }
        break;
      }
    }
  }
}

bool agent_world::all_are_answered() const {
  return std::ranges::all_of(calls_, [](const auto& one) {
    return one.second.over || one.second.forgotten;
  });
}

/// Lets every agent take and handle what is left, whatever rests, and what is
/// said of that.
void agent_world::drain() {
  constexpr int rounds_max = 10'000;
  surroundings_.shakes_left = 0;
  int quiet = 0;
  for (int round = 0; round < rounds_max && quiet < 4; ++round) {
    const auto before = seen_.taken;
    for (std::size_t who = 0; who < agents_.size(); ++who) {
      call(who, 0ms);
      come_to_rest();
    }
    if (seen_.taken == before) {
      // While pieces of the log are read, more is to come.
      quiet = post_.told.behind > 0 ? 0 : quiet + 1;
      let_time_pass(5s);
      come_to_rest();
    } else {
      quiet = 0;
    }
  }
}

void agent_world::conclude() {
  for (const auto& [which, one] : calls_) {
    if (!one.over && !one.forgotten) {
      tell(always_answered,
           "call " + std::to_string(which) + " is never answered");
    }
  }
  for (const auto& what : whole_log()) {
    for (const auto& one : agents_) {
      if (is_for(one, *what) && !one.settled.contains(what->sequence())
          && !one.perhaps.contains(what->sequence())) {
        tell(none_lost, one.name + " never settled "
                          + std::to_string(what->sequence()) + ", "
                          + what->type());
      }
    }
  }
}

void agent_world::tell(std::string_view rule, std::string saw) {
  recorder_.note("!! " + saw);
  seen_.complaints.push_back({rule, std::move(saw)});
}

agent_evidence run_agents(std::uint64_t seed, agent_mutant which) {
  return run_world<agent_evidence, agent_world>(seed, which);
}

} // namespace libsig::sim
