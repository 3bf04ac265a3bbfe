#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "libsig/core/limits.hpp"
#include "libsig/core/time.hpp"
#include "libsig/engine/gate.hpp"
#include "libsig/schema/registry.hpp"
#include "tests/sim/cast.hpp"
#include "tests/sim/evidence.hpp"
#include "tests/sim/faulty_journal.hpp"
#include "tests/sim/mutant.hpp"
#include "tests/sim/random.hpp"
#include "tests/sim/recorder.hpp"
#include "tests/sim/stage.hpp"

namespace libsig::sim {

/// What stands around the actors of every simulated world: chance, a clock that
/// only the world moves, ids of the seed, a journal that fails, a stage whose
/// cells go on as the dice say, and the real gate.
///
/// A world derives from it and calls `close` in its destructor, since what is
/// still open then is answered to the world.
class frame {
public:
  struct setting {
    std::uint64_t seed = 0;
    /// What is drawn from here on; the world may have drawn from it before.
    dice by;
    mutant which = mutant::none;
    /// Tells two runs of one seed apart, for the mutant that leaks.
    std::size_t run = 0;
    /// Drawn when absent.
    std::optional<faulty_journal::faults> faults = {};
    schema::registry contracts = {};
    std::size_t in_flight_max = limits::mailbox_signals_max;
  };

  explicit frame(setting of);

  frame(const frame&) = delete;
  frame& operator=(const frame&) = delete;

protected:
  ~frame() = default;

  /// Lets an actor in; throws when it cannot be.
  std::shared_ptr<const engine::origin> enter(actor::spec of);

  /// Moves the clock, and lets everybody see.
  void pass_time(std::chrono::milliseconds by);

  /// Ends the gate and then the actor.
  void close(std::string_view actor);

  dice dice_;
  evidence evidence_;
  recorder recorder_;
  surroundings surroundings_;
  manual_clock time_;
  recorded_ids ids_;
  schema::registry contracts_;
  faulty_journal log_;
  stage stage_;

private:
  [[nodiscard]] engine::gate::options gate_options(std::size_t in_flight_max);

  std::unique_ptr<engine::gate> gate_owner_;

protected:
  engine::gate& gate_;
};

} // namespace libsig::sim
