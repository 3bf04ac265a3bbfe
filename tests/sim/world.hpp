#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "libsig/actor/request.hpp"
#include "tests/sim/frame.hpp"
#include "tests/sim/traffic.hpp"

namespace libsig::sim {

/// How one world is, drawn from its seed.
struct scenario {
  std::size_t steps = 0;
  std::size_t shards = 1;
  std::size_t specialists = 0;
  std::size_t in_flight_max = limits::mailbox_signals_max;
  std::size_t coordinator_crashes_per_mille = 0;
  /// How often the coordinator crashes at most. Each crash assigns all open
  /// reviews again, so that more would keep themselves going.
  std::size_t shakes_max = 0;
  std::size_t relayed_max = 0;
  faulty_journal::faults faults;
  /// Somebody asks. Only in every sixth world: the others are drawn as they
  /// were before there were requests, so that the seeds of regressions.txt,
  /// none of which is such a world, keep what they stand for.
  bool asks = false;
};

/// One run of one seed: the real gate, journal and coordinator among random
/// traffic, random scheduling and faults.
class world final : frame {
public:
  /// `run` tells two runs of the same seed apart, for the mutant that leaks.
  world(std::uint64_t seed, mutant which, std::size_t run);
  ~world();

  /// Lets everything happen and end, and gives what was seen.
  [[nodiscard]] evidence play();

private:
  /// A scenario, and the dice after it was drawn.
  struct drawn {
    dice by;
    scenario of;
  };

  world(std::uint64_t seed, mutant which, std::size_t run, const drawn& from);

  [[nodiscard]] static drawn draw_scenario(std::uint64_t seed, mutant which);
  void raise_curtain();
  void act();
  void publish();
  void ask();
  void forget_one();
  void ask_or_forget();
  void answered(std::size_t number, const result<actor::reply_ptr>& got);
  [[nodiscard]] bool is_written(const std::string& promise) const;
  void enter_another();
  void withdraw_one();
  void meanwhile();
  void wind_down();
  void conclude();

  mutant mutant_;
  scenario scenario_;
  traffic traffic_;
  std::vector<std::shared_ptr<const engine::origin>> guests_;
  std::size_t names_ = 0;
  bool ended_ = false;
};

} // namespace libsig::sim
