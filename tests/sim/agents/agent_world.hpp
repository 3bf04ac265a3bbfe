#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsig/core/time.hpp"
#include "libsig/engine/gate.hpp"
#include "libsig/schema/registry.hpp"
#include "libsig/subscription/requests.hpp"
#include "tests/sim/agents/agent_cast.hpp"
#include "tests/sim/evidence.hpp"
#include "tests/sim/faulty_journal.hpp"
#include "tests/sim/random.hpp"
#include "tests/sim/recorder.hpp"
#include "tests/sim/stage.hpp"

namespace libsig::sim {

/// A rule of agents that was broken.
struct agent_complaint {
  std::string_view rule;
  std::string saw;
};

/// All that was seen of one run.
struct agent_evidence {
  std::vector<agent_complaint> complaints;
  std::string transcript;
  std::size_t signals = 0;
  std::size_t taken = 0;
  std::size_t handled = 0;
  std::size_t buried = 0;
  std::uint64_t crashes = 0;
};

/// One run of one seed: the real gate, journal and actor of subscriptions among
/// publishers and agents, who subscribe and unsubscribe, wait, handle, fail,
/// forget what they took and go away; with random scheduling, crashes and a
/// failing disk.
class agent_world {
public:
  agent_world(std::uint64_t seed, agent_mutant which);

  [[nodiscard]] agent_evidence play();

private:
  /// What is known, from outside, of an agent.
  struct agent {
    std::string name;
    /// Subscribed loudly before anything happens, and never given up.
    std::string pattern;
    /// Signals that are surely handled, or are dead letters.
    std::set<std::uint64_t> settled;
    /// Signals that a call named as handled whose end says nothing of that.
    std::set<std::uint64_t> perhaps;
    /// Signals that failed at some time, or were taken and forgotten.
    std::set<std::uint64_t> doubtful;
    /// What it has and did not settle, by delivery id.
    std::map<std::string, std::uint64_t> has;
  };

  /// A call for the next item.
  struct open_call {
    std::size_t who = 0;
    /// What was surely settled when it was asked.
    std::set<std::uint64_t> settled;
    /// What it settles itself.
    std::optional<std::uint64_t> handles;
    bool forgotten = false;
    bool over = false;
  };

  [[nodiscard]] engine::gate::options gate_options();
  void set_up();
  void act();
  void publish();
  void call(std::size_t who, std::chrono::milliseconds timeout);
  void answered(std::uint64_t which, const result<actor::reply_ptr>& got);
  void take(agent& who, const open_call& by,
            const subscription::delivery& what);
  void settle_one(std::size_t who);
  void change_subscription(std::size_t who);
  void forget_one();
  void forget(open_call& one, std::uint64_t which);
  void bury(const subscription::burial& what);
  template <class Done>
  void ask(actor::request_ptr what, Done done);
  void meanwhile();
  bool run_one();
  void run_all();
  void come_to_rest();
  void let_time_pass(std::chrono::milliseconds by);
  void check_sleepers();
  void drain();
  void conclude();
  [[nodiscard]] std::vector<signal_ptr> whole_log() const;
  [[nodiscard]] std::size_t any_agent();
  [[nodiscard]] bool is_for(const agent& who, const signal& what) const;
  [[nodiscard]] std::optional<std::pair<std::string, std::uint64_t>>
  let_go(agent& who);
  void tell(std::string_view rule, std::string saw);

  dice dice_;
  evidence evidence_;
  recorder recorder_;
  surroundings surroundings_;
  manual_clock time_;
  recorded_ids ids_;
  schema::registry contracts_;
  faulty_journal log_;
  stage stage_;
  agent_surroundings post_;
  std::vector<agent> agents_;
  std::map<std::uint64_t, open_call> calls_;
  std::uint64_t requests_ = 0;
  std::set<std::string> ids_given_;
  agent_evidence seen_;
  bool ended_ = false;
  engine::gate gate_;
};

/// Plays a seed.
[[nodiscard]] agent_evidence run_agents(std::uint64_t seed, agent_mutant which);

} // namespace libsig::sim
