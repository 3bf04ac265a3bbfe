#include "tests/sim/run.hpp"

#include <exception>
#include <utility>

#include "tests/sim/checkers/checker.hpp"
#include "tests/sim/world.hpp"

namespace libsig::sim {

outcome run_seed(std::uint64_t seed, mutant which) {
  outcome made;
  try {
    auto seen = world{seed, which, 0}.play();
    const auto again = world{seed, which, 1}.play();
    for (const auto& one : all_checkers()) {
      if (auto wrong = one->check(seen, again)) {
        made.failures.push_back({seed, std::string{one->name()},
                                 std::string{one->rule()}, std::move(*wrong)});
      }
    }
    made.signals = seen.log.size();
    made.deliveries = seen.deliveries.size();
    made.crashes = seen.crashes;
    made.transcript = std::move(seen.transcript);
  } catch (const std::exception& thrown) {
    made.failures.push_back(
      {seed, "run", "A run does not throw.", thrown.what()});
  }
  return made;
}

} // namespace libsig::sim
