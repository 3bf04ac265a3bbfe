#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

#include "libsig/actor/spec.hpp"
#include "libsig/engine/cell.hpp"
#include "libsig/engine/desk.hpp"
#include "libsig/engine/executor.hpp"
#include "libsig/engine/gate.hpp"
#include "libsig/engine/inbox.hpp"
#include "libsig/runtime/internal/caf.hpp"

namespace libsig::runtime_internal {

/// How long a shell with timers does not look at them at most; one that is due
/// before is looked at within a slot of the wheel.
inline constexpr std::chrono::milliseconds tick_interval{50};

/// Where one cell is asked.
struct door {
  caf::actor shell;
  std::shared_ptr<engine::inbox> queue;
  std::shared_ptr<engine::desk> desk;
};

/// Carries signals to cells: each cell has an inbox and a shell, a CAF actor
/// that empties it.
///
/// A message of CAF only wakes a shell that sleeps. A shell whose inbox is
/// empty looks at it a little longer before it sleeps, as long as no other
/// shell waits for a thread: waking a thread costs more than several signals.
class caf_executor final : public engine::executor {
public:
  explicit caf_executor(caf::actor_system& system) noexcept : system_{system} {}

  /// Spawns the shells of an actor and says where its shards are asked. Called
  /// from `gate::register_actor`.
  [[nodiscard]] std::vector<door> add(std::shared_ptr<const actor::spec> of,
                                      std::shared_ptr<const engine::origin> who,
                                      engine::gate& through,
                                      const engine::origin& supervisor);

  /// Asks a cell; see `engine::desk::ask`. May be called from any thread.
  [[nodiscard]] result<void> ask(const door& at, actor::request_id which,
                                 actor::request_ptr what,
                                 actor::reply_handler& done);

  /// Forgets what was asked of a cell. May be called from any thread.
  void forget(const door& at, actor::request_id which);

  /// Ends all shells; what is delivered afterwards goes nowhere.
  void stop();

  void committed(std::chrono::nanoseconds at) noexcept override;

  void deliver(engine::cell_id to, const signal_ptr& what) noexcept override;

  void flush() noexcept override;

private:
  struct mailbox {
    caf::actor shell;
    std::shared_ptr<engine::inbox> queue;
    std::vector<signal_ptr> held;
  };

  void wake_shell(const caf::actor& shell) noexcept;

  caf::actor_system& system_;
  std::vector<mailbox> mailboxes_;
  std::vector<std::size_t> touched_;
  /// When the batch at hand was committed; zero when nobody measures.
  std::chrono::nanoseconds committed_{0};
  /// Shells that were told to wake and have no thread yet.
  std::atomic<std::size_t> waiting_{0};
};

} // namespace libsig::runtime_internal
