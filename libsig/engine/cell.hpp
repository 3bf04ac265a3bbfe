#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "libsig/actor/reactor.hpp"
#include "libsig/actor/spec.hpp"
#include "libsig/actor/wheel.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/core/time.hpp"
#include "libsig/engine/desk.hpp"
#include "libsig/engine/gate.hpp"
#include "libsig/engine/restarts.hpp"

namespace libsig::engine {

/// One shard of an actor at work: its reactor, its timers, the requests that
/// are open, and what happens when the reactor throws. Knows nothing of threads
/// or mailboxes; whoever carries it (CAF, the simulation) calls it from one
/// thread at a time.
class cell {
public:
  // -- constructors -----------------------------------------------------------

  /// `supervisor` is the origin that emits crash notices; all references must
  /// outlive the cell.
  cell(const actor::spec& of, std::shared_ptr<const origin> who,
       std::size_t shard, gate& through, const origin& supervisor);

  cell(const cell&) = delete;
  cell& operator=(const cell&) = delete;

  /// Answers all requests with `stopped` that are open or wait.
  ~cell();

  /// Makes the reactor and hands it what it kept; before the first signal.
  void start();

  // -- mutators ---------------------------------------------------------------

  /// Handles one delivered signal and tells the gate when it is finished. A
  /// null one stands for the next of the cell's `notices`: its steps are
  /// written, so that a reactor that crashed can be made anew, at once or after
  /// a pause; or it missed signals. What comes while there is no reactor is
  /// held back, unless the actor reads the log.
  ///
  /// With `more` the next signal is at hand: steps then go to the gate together
  /// after a while, at the latest with the signal behind which there is none.
  void handle(const signal_ptr& what, bool more = false);

  /// Hands requests of the desk to the reactor, and tells it who went away; at
  /// most so many. Nothing happens before `start` and while the reactor is made
  /// anew at once; during a pause they are refused. Returns true when there may
  /// be more.
  bool serve(std::size_t at_most);

  /// Notes how long a signal has waited that is handled now, when somebody
  /// measures.
  void waited(std::chrono::nanoseconds since);

  /// Fires the timers that are due, or makes the reactor anew when a pause is
  /// over.
  void tick();

  // -- observers --------------------------------------------------------------

  /// Whether `tick` is to be called some time: there are timers, or a pause.
  [[nodiscard]] bool has_timers() const noexcept {
    return pauses() || is_held_up() || !wheel_.empty();
  }

  /// The end of the pause, or see `timing_wheel::next_look`.
  [[nodiscard]] steady_time next_look() const noexcept {
    if (pauses()) {
      return rest_.until;
    }
    return is_held_up() ? rest_.refuses_from : wheel_.next_look();
  }

  /// The clock that the timers go by.
  [[nodiscard]] const clock& time() const noexcept { return gate_.time(); }

  /// Where the cell is asked; may outlive it.
  [[nodiscard]] const std::shared_ptr<desk>& asked_at() const noexcept {
    return desk_;
  }

  /// Whether `serve` may have something to do.
  [[nodiscard]] bool has_errands() const {
    return (reactor_ || rest_.refuses) && desk_->has_errands();
  }

  /// Whether a reactor that crashed is made anew when a time has come.
  [[nodiscard]] bool pauses() const noexcept {
    return recovering_ && rest_.written;
  }

  /// Whether the restart policy has given up.
  [[nodiscard]] bool down() const noexcept {
    return reactor_ == nullptr && !recovering_;
  }

private:
  /// Between a crash and the next making.
  struct rest {
    /// Not before.
    steady_time until{};
    /// When requests are refused even where it is no pause, since what was
    /// committed before is still not written: a store may be full.
    steady_time refuses_from{};
    /// Requests are refused.
    bool refuses = false;
    /// What was committed before is written.
    bool written = false;
  };

  /// Whether requests wait for what is to be written first.
  [[nodiscard]] bool is_held_up() const noexcept {
    return recovering_ && !rest_.written && !rest_.refuses;
  }

  [[nodiscard]] actor::context now() const;
  template <class Call>
  void guarded(restarts::task at, const signal_ptr& cause, Call call);
  void take_notice(const actor::context& at);
  void refuse(const desk::errand& what);
  void carry_out(const signal_ptr& cause, actor::step what);
  void commit(const signal_ptr& cause, actor::step what);
  void attend(const signal_ptr& what, const actor::context& at);
  void hand_in_early(const actor::context& at);
  void hand_in();
  void crash(const signal_ptr& handled, std::string_view reason);
  void recover();
  [[nodiscard]] bool keeps(const signal_ptr& handled);
  void make_reactor();
  void notify(std::string_view type, const signal_ptr& handled,
              std::string_view reason);

  const actor::spec& spec_;
  std::shared_ptr<const origin> origin_;
  std::size_t shard_;
  gate& gate_;
  const origin& supervisor_;
  /// Shared with those who ask and with answers on their way.
  std::shared_ptr<desk> desk_ = std::make_shared<desk>();
  std::unique_ptr<actor::reactor> reactor_;
  actor::timing_wheel wheel_;
  std::vector<std::uint64_t> due_;
  restarts restarts_;
  /// Steps that the gate was handed and told to leave for later, signals that
  /// are finished but for that, and since when.
  unsigned steps_waiting_ = 0;
  unsigned finished_ = 0;
  steady_time waiting_since_;
  /// What the reactor is at work on.
  restarts::task task_ = restarts::task::own;
  /// The reactor crashed and its successor is not made yet.
  bool recovering_ = false;
  rest rest_;
  /// The end of the log when the reactor was made.
  std::uint64_t covered_ = 0;
  /// What came meanwhile; the gate counts it as in flight, which bounds it.
  std::deque<signal_ptr> held_;
  /// The signal whose handling crashed last, and how often in a row.
  std::uint64_t tried_ = 0;
  unsigned attempts_ = 0;
};

/// The spec of the supervisor, which emits `actor::crashed_type` and
/// `actor::down_type` and listens to nothing.
[[nodiscard]] actor::spec supervisor_spec();

} // namespace libsig::engine
