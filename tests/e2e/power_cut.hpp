#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/e2e/kill_rounds.hpp"

namespace libsig::testing {

/// Rounds after which the store is as a loss of power leaves it: nothing that
/// was not flushed is there.
[[nodiscard]] inline kill_plan power_cuts(int rounds) {
  namespace fs = std::filesystem;
  kill_plan plan;
  plan.rounds = rounds;
  plan.seed = seed_or(plan.seed);
  plan.rounds_of_store = 20;
  // So that checkpoints happen.
  plan.padding = 10'000;
  plan.environment = [](const std::string& data, int) {
    const auto shadow = data + ".shadow";
    fs::remove_all(shadow);
    fs::create_directories(shadow);
    if (fs::exists(data)) {
      fs::copy(data, shadow, fs::copy_options::recursive);
    }
    return std::vector<std::string>{
      "LD_PRELOAD=" DISK_FAULTS, "DISK_FOLDER=" + data, "DISK_SHADOW=" + shadow,
      "ASAN_OPTIONS=verify_asan_link_order=0"};
  };
  plan.between = [](const std::string& data) {
    fs::remove_all(data);
    fs::rename(data + ".shadow", data);
  };
  return plan;
}

} // namespace libsig::testing
