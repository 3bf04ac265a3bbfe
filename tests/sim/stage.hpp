#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsig/actor/request.hpp"
#include "libsig/actor/spec.hpp"
#include "libsig/core/error.hpp"
#include "libsig/engine/cell.hpp"
#include "libsig/engine/executor.hpp"
#include "libsig/engine/gate.hpp"
#include "tests/sim/evidence.hpp"
#include "tests/sim/mutant.hpp"
#include "tests/sim/random.hpp"
#include "tests/sim/recorder.hpp"

namespace libsig::sim {

/// Where the cells stand: a queue for each, and a scheduler that lets any of
/// them go on, as the dice say.
class stage final : public engine::executor {
public:
  stage(dice& by, evidence& into, recorder& tell, mutant which)
    : dice_{by}, evidence_{into}, recorder_{tell}, mutant_{which} {}

  // -- executor ---------------------------------------------------------------

  void deliver(engine::cell_id to, const signal_ptr& what) noexcept override;
  void flush() noexcept override;

  // -- mutators ---------------------------------------------------------------

  /// Registers an actor with the gate and starts its cells.
  [[nodiscard]] result<std::shared_ptr<const engine::origin>>
  enter(actor::spec of, engine::gate& through);

  /// Asks an actor, as the runtime does; a refusal is told at once.
  void ask(std::string_view actor, actor::request_id which,
           actor::request_ptr what, actor::reply_handler done);

  /// Whoever asked went away.
  void forget(actor::request_id which);

  /// Ends the cells of an actor, which answers what is open there.
  void end(std::string_view actor);

  /// Lets one cell handle one signal, or some of its requests; false when there
  /// is none to be handled.
  bool run_one();

  /// Lets every cell with timers look at the clock, in any order.
  void tick();

  // -- observers --------------------------------------------------------------

  [[nodiscard]] bool has_mail() const;
  [[nodiscard]] bool has_timers() const;
  /// Whether some actor waits before it is made anew.
  [[nodiscard]] bool pauses() const;

private:
  struct place {
    std::string actor;
    std::shared_ptr<const actor::spec> spec;
    std::unique_ptr<engine::cell> cell;
    std::deque<signal_ptr> mail;
    /// Whether it is at work: a cell is called by one thread at a time.
    bool busy = false;
  };

  void handle(std::size_t index, const signal_ptr& what);
  void serve(std::size_t index);
  void put(std::size_t index, const signal_ptr& what);

  dice& dice_;
  evidence& evidence_;
  recorder& recorder_;
  mutant mutant_;
  // A deque keeps the places where they are while a cell is at work.
  std::deque<place> places_;
  std::vector<std::pair<std::size_t, signal_ptr>> held_;
  std::shared_ptr<const engine::origin> supervisor_;
};

} // namespace libsig::sim
