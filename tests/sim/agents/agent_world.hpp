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

#include "libsig/subscription/requests.hpp"
#include "tests/sim/agents/agent_cast.hpp"
#include "tests/sim/callers_world.hpp"

namespace libsig::sim {

/// All that was seen of one run.
struct agent_evidence : callers_evidence {
  std::size_t handled = 0;
  std::size_t buried = 0;
};

/// One run of one seed: the real gate, journal and actor of subscriptions among
/// publishers and agents, who subscribe and unsubscribe, wait, handle, fail,
/// forget what they took and go away; with random scheduling, crashes and a
/// failing disk.
class agent_world final : callers_world {
public:
  agent_world(std::uint64_t seed, agent_mutant which);
  ~agent_world() { close(); }

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
  void meanwhile();
  void look_at_sleepers() override;
  [[nodiscard]] bool all_are_answered() const override;
  void check_accounts();
  [[nodiscard]] bool is_told(const subscription::levels& kept) const;
  [[nodiscard]] subscription::levels levels_kept() const;
  void drain();
  void conclude();
  [[nodiscard]] std::vector<signal_ptr> whole_log() const;
  [[nodiscard]] std::size_t any_agent();
  [[nodiscard]] bool is_for(const agent& who, const signal& what) const;
  [[nodiscard]] std::optional<std::pair<std::string, std::uint64_t>>
  let_go(agent& who);
  void tell(std::string_view rule, std::string saw);

  agent_surroundings post_;
  std::vector<agent> agents_;
  std::map<std::uint64_t, open_call> calls_;
  std::set<std::string> ids_given_;
  /// Burials that are being written.
  std::set<std::pair<subscription::agent_name, std::uint64_t>> burials_;
  agent_evidence seen_;
};

/// Plays a seed.
[[nodiscard]] agent_evidence run_agents(std::uint64_t seed, agent_mutant which);

} // namespace libsig::sim
