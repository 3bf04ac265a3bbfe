#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/actor/reactor.hpp"
#include "libsig/actor/request.hpp"
#include "libsig/actor/step.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/core/time.hpp"
#include "libsig/subscription/log_view.hpp"
#include "libsig/subscription/observer.hpp"
#include "libsig/subscription/post.hpp"
#include "libsig/subscription/progress.hpp"
#include "libsig/subscription/registry.hpp"

namespace libsig::subscription {

/// How much a `matcher` does in one step.
struct match_bounds {
  /// Signals that are read from the log.
  std::size_t signals_max = 1'024;
  /// Items that are added; a signal that more agents listen to is brought to
  /// them in several steps.
  std::size_t items_max = 4'096;
  /// Signals of the log that a request may be behind and is served; they are
  /// read in its step.
  std::size_t ahead_max = 4'096;
  /// Signals that are to be brought once more and are not yet.
  std::size_t repeats_max = 1'024;
  /// How often a signal is tried that cannot be read, before it is left out,
  /// and the rest in between.
  unsigned tries_max = 5;
  std::chrono::milliseconds try_again{1'000};
};

/// Brings signals to the agents that listen to them, in the order of the log.
///
/// A signal from the mailbox is matched at once if it is the next one. While
/// there are others before it, it is read from the log when its turn comes: in
/// pieces, each of them one step. Not synchronised.
class matcher {
public:
  // -- types ------------------------------------------------------------------

  /// What it works with, which must outlive it; `watcher` may be null.
  struct surroundings {
    const registry& agents;
    progress& how_far;
    post& to;
    const log_view& log;
    observer* watcher = nullptr;
  };

  // -- constructors -----------------------------------------------------------

  matcher(const surroundings& in, const match_bounds& keep)
    : in_{in}, bounds_{keep} {}

  // -- mutators ---------------------------------------------------------------

  /// A signal came from the mailbox, where sequences rise. What is missing
  /// before it is for nobody, unless it was expected.
  ///
  /// Each signal is one item for each agent with a subscription to it (D16),
  /// but the one whose signal it is (D18). One with a receiver is nobody
  /// else's, and `internal.**` nobody's.
  void hear(const signal_ptr& what, const actor::context& now,
            actor::step& out);

  /// The log is to be read up to here.
  void expect(std::uint64_t last) noexcept { goal_ = std::max(goal_, last); }

  /// Goes on with what is expected, a piece of it.
  void go_on(const actor::context& now, actor::step& out);

  /// Matches what is committed and was not heard yet, so that a change of who
  /// listens is behind it. `overloaded` when that is too much for one step: the
  /// rest is expected. The log's error when it cannot be read. After either
  /// nothing may be changed.
  [[nodiscard]] result<void> catch_up(const actor::context& now,
                                      actor::step& out);

  /// The same for one who only wants to see what there is, as far as it goes.
  void look_ahead(const actor::context& now, actor::step& out);

  /// Brings a signal that was heard before to everybody once more, and answers
  /// when all have it; to very many in several steps. Who listens may change
  /// meanwhile. `overloaded` when too many are to be repeated.
  void repeat(actor::request_id by, const signal_ptr& what,
              const actor::context& now, actor::step& out);

  /// Nobody waits for the answer any more; what was begun goes on.
  void gone(actor::request_id which);

  /// Brings a signal to one agent alone, once more. `not_found` when none of
  /// its subscriptions matches, `overloaded` at a bound of what waits, and
  /// while an earlier item of it is on its way to the dead letters.
  [[nodiscard]] result<void> bring_back(agent_place to, const signal_ptr& what,
                                        const actor::context& now,
                                        actor::step& out);

  // -- observers --------------------------------------------------------------

  /// How many signals there are to go on with.
  [[nodiscard]] std::uint64_t behind() const noexcept {
    const auto last =
      open_ == nullptr ? goal_ : std::max(goal_, open_->sequence());
    return last - std::min(last, in_.how_far.heard());
  }

  [[nodiscard]] bool is_behind() const noexcept { return behind() > 0; }

  /// Whether there is something to go on with.
  [[nodiscard]] bool has_more() const noexcept {
    return is_behind() || !repeats_.empty();
  }

  /// When to go on, at the earliest.
  [[nodiscard]] steady_time next_piece(steady_time now) const {
    return again_at_ && repeats_.empty() ? std::max(*again_at_, now) : now;
  }

private:
  /// What one step may still do.
  struct budget {
    std::size_t signals = 0;
    std::size_t items = 0;
  };

  /// A signal that is brought once more.
  struct repeated {
    std::optional<actor::request_id> by;
    signal_ptr what;
    wall_time since;
    /// It was brought to every agent up to this name.
    std::string reached = {};
  };

  void read_on(budget& left, const actor::context& now, actor::step& out);
  void repeat_on(budget& left, const actor::context& now, actor::step& out);
  [[nodiscard]] bool bring_again(repeated& what, budget& left,
                                 const actor::context& now, actor::step& out);
  void begin(const signal_ptr& what, budget& left, const actor::context& now,
             actor::step& out);
  void bring(budget& left, const actor::context& now, actor::step& out);
  void sort_by_name(std::vector<hit>& all, std::string_view reached) const;
  void leave_out(std::uint64_t sequence, error why, steady_time now);
  [[nodiscard]] static std::span<hit> first_agent(std::span<hit> of);
  [[nodiscard]] std::span<hit> heeded(agent_place by, std::span<hit> all,
                                      const signal& what) const;

  surroundings in_;
  match_bounds bounds_;
  /// The log is to be read up to here.
  std::uint64_t goal_ = 0;
  /// A signal that not all have got yet, its matches and the next of them. They
  /// hold since nobody subscribes or leaves meanwhile.
  signal_ptr open_;
  std::vector<hit> hits_;
  std::size_t next_ = 0;
  /// The next signal could not be read: how often, why, and when it is tried
  /// again.
  unsigned tries_ = 0;
  std::optional<error> unread_;
  std::optional<steady_time> again_at_;
  std::deque<repeated> repeats_;
};

} // namespace libsig::subscription
