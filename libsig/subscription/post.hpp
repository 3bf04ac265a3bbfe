#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsig/actor/reactor.hpp"
#include "libsig/actor/step.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/core/time.hpp"
#include "libsig/subscription/agenda.hpp"
#include "libsig/subscription/burials.hpp"
#include "libsig/subscription/ledger.hpp"
#include "libsig/subscription/log_view.hpp"
#include "libsig/subscription/mailbox.hpp"
#include "libsig/subscription/observer.hpp"
#include "libsig/subscription/progress.hpp"
#include "libsig/subscription/registry.hpp"
#include "libsig/subscription/requests.hpp"
#include "libsig/subscription/rows.hpp"
#include "libsig/subscription/text_pool.hpp"

namespace libsig::subscription {

/// Bounds of a `post`.
struct post_bounds {
  /// Items of one agent, and handled ones that are remembered.
  std::size_t items_max = limits::pending_deliveries_max;
  std::size_t handled_max = limits::handled_deliveries_max;
  /// Bytes of the signals that wait for the agents of one tenant, each counted
  /// once.
  std::uint64_t bytes_max =
    limits::store_bytes_max / limits::pending_store_part;
  /// How long an item waits at most; nothing for as long as it takes.
  std::optional<std::chrono::milliseconds> age_max = limits::pending_age_max;
  /// Items that one step lets go since they are too old; more follow at once.
  std::size_t expired_per_step_max = limits::timeouts_per_step_max;
  /// Calls that are parked together; one for each agent at most.
  std::size_t parked_max = limits::parked_waits_max;
  unsigned attempts_max = limits::delivery_attempts_max;
  /// How often an item's signal is tried that cannot be read, with a rest of
  /// `backoff`; then the item is a dead letter. So many of them are passed over
  /// in one call.
  unsigned unread_max = 5;
  /// Items that one step looks at for a call; more follow at once.
  std::size_t looked_max = 4'096;
  /// The rest after the first failure; each later one is twice as long.
  std::chrono::milliseconds backoff = limits::delivery_backoff;
};

/// Where agents get their items: a desk for each agent of a registry, with its
/// mailbox and the call that is parked there.
///
/// What is to be written, said, answered and timed is appended to the step that
/// each function is given. Not synchronised.
class post {
public:
  // -- types ------------------------------------------------------------------

  /// What it works with, which must outlive it; `watcher` may be null.
  struct surroundings {
    const registry* agents = nullptr;
    progress* numbers = nullptr;
    burials* graves = nullptr;
    const log_view* log = nullptr;
    observer* watcher = nullptr;
  };

  // -- constructors -----------------------------------------------------------

  post(const surroundings& in, const post_bounds& keep)
    : in_{in}, bounds_{keep} {}

  // -- what was kept ----------------------------------------------------------

  /// Puts back what a restart found; the agent is in the registry.
  void restore(agent_place where, const agent_row& kept);
  void restore(agent_place where, item_row kept, const actor::context& now);
  void restore_handled(agent_place where, std::uint64_t number);

  /// Everything was put back.
  void restored() { old_rows_.clear(); }

  /// The texts of items.
  [[nodiscard]] text_pool& texts() noexcept { return texts_; }

  // -- agents -----------------------------------------------------------------

  /// The agent's row, as it is to be kept.
  [[nodiscard]] agent_row row_of(agent_place where) const;

  /// Removes the desk and all rows of its items; a parked call ends. Before the
  /// agent leaves the registry.
  void remove_agent(agent_place where, actor::step& out);

  // -- items ------------------------------------------------------------------

  /// A signal that is to wait.
  struct arrival {
    const signal_ptr& what;
    /// From when on its age counts.
    wall_time since;
  };

  /// Adds an item for the subscriptions that a signal matches, which are all
  /// the agent's and not none; nothing when it is there already, or on its way
  /// to the dead letters. At a bound it becomes a dead letter.
  void add(agent_place where, const arrival& which, std::span<const hit> by,
           const actor::context& now, actor::step& out);

  /// A subscription is loud that was silent: a parked call may get what it
  /// slept over (README, Subscriptions).
  void turned_loud(agent_place where, const actor::context& now,
                   actor::step& out);

  [[nodiscard]] bool has(agent_place where, std::uint64_t sequence);

  /// Whether an item is on its way to the dead letters: its letter will remove
  /// its row, so that no other one may have it meanwhile.
  [[nodiscard]] bool is_dying(agent_place where, std::uint64_t sequence) const {
    return in_.graves->size() > 0 && in_.graves->has(name_of(where), sequence);
  }

  /// Why one more signal cannot wait for the agent: a bound, and what to do.
  [[nodiscard]] std::optional<error>
  refuses(agent_place where, std::uint64_t sequence, std::uint64_t bytes);

  /// What waits, of all agents.
  [[nodiscard]] const ledger& waiting() const noexcept { return waiting_; }

  // -- calls ------------------------------------------------------------------

  void next(agent_place where, actor::request_id which,
            std::shared_ptr<const next_request> asked,
            const actor::context& now, actor::step& out);

  void settle(agent_place where, actor::request_id which,
              const settle_request& asked, const actor::context& now,
              actor::step& out);

  [[nodiscard]] result<std::vector<handled_item>> handled(agent_place where,
                                                          std::size_t limit);

  /// Who asked went away.
  void gone(actor::request_id which);

  /// Sees to the calls whose time has come, and to the items that are too old.
  void on_time(const actor::context& now, actor::step& out);

  /// Asks for the timer of `on_time`.
  void arm(actor::timer_key key, actor::step& out) {
    agenda_.arm(key, out.timers);
    // With the burial that makes room it is asked for again.
    if (!in_.graves->has_many()) {
      ages_.arm(key, out.timers);
    }
  }

  /// Calls that are parked.
  [[nodiscard]] std::size_t parked() const noexcept { return parked_.size(); }

private:
  /// A call for the next item.
  struct call {
    actor::request_id which{};
    std::shared_ptr<const next_request> asked;
    steady_time deadline;
    std::size_t dropped = 0;
    /// It looked at ready items up to this sequence, and goes on behind them.
    std::uint64_t looked = 0;
    bool unfinished = false;
    steady_time goes_on{};
    /// It took several steps before it parked.
    bool went_on = false;
    /// Its time is up; it ends once it has looked at all items.
    bool ends = false;
  };

  /// What an agent has.
  struct desk {
    mailbox box;
    std::optional<call> parked;
    /// A call that has not looked at all items yet.
    std::optional<call> looking;
    /// A loud item may have come since the call parked.
    bool loud_came = false;
    bool asleep = false;
    std::uint64_t handled_first = 1;
    std::uint64_t handled_next = 1;
  };

  /// Which of an item's patterns still match.
  struct validity {
    std::vector<std::string> patterns;
    bool silent = true;
  };

  /// What a request settles.
  struct settlement {
    std::span<const std::string> handled;
    std::span<const std::string> failed;
    std::string_view reason;
  };

  [[nodiscard]] desk& desk_of(agent_place where);
  [[nodiscard]] const agent_name& name_of(agent_place where) const {
    return in_.agents->name_of(where);
  }

  /// The rest after so many attempts.
  [[nodiscard]] std::chrono::milliseconds
  rest_after(std::size_t attempts) const noexcept {
    constexpr std::size_t doublings_max = 20;
    return bounds_.backoff * (1u << std::min(attempts - 1, doublings_max));
  }

  // Validity.
  [[nodiscard]] const interest* live(agent_place where, const item& what,
                                     const std::string& pattern) const;
  template <class Call>
  void for_each_live(agent_place where, const item& what, Call with) const;
  [[nodiscard]] std::optional<validity> validate(agent_place where,
                                                 const item& what) const;
  [[nodiscard]] bool is_loud(agent_place where, const item& what) const;

  // Taking.
  void refresh(agent_place where, const actor::context& now);
  [[nodiscard]] std::optional<result<delivery>>
  take(agent_place where, call& by, const signal_ptr& at_hand,
       const actor::context& now, actor::step& out);
  [[nodiscard]] std::optional<result<delivery>>
  try_item(agent_place where, item& what, call& by, const signal_ptr& at_hand,
           const actor::context& now, actor::step& out);
  [[nodiscard]] bool give_up_unread(agent_place where, item& what,
                                    const error& why, const actor::context& now,
                                    actor::step& out);
  [[nodiscard]] delivery hand_out(agent_place where, item& what,
                                  const signal_ptr& of, validity found,
                                  actor::step& out);
  void drop(agent_place where, std::uint64_t sequence, std::string_view why,
            actor::step& out);
  void bury(agent_place where, const item& what, std::string why,
            actor::step& out);

  // Waiting.
  item* let_wait(agent_place where, item what, const actor::context& now);
  void leave(agent_place where, std::uint64_t sequence);
  void complete(item& old, wall_time now);
  void set_age(agent_place where, const actor::context& now);
  void expire(const actor::context& now, actor::step& out);
  void expire_of(agent_place where, std::size_t& left,
                 const actor::context& now, actor::step& out);

  // Parking.
  void answer_or_wait(agent_place where, call by, const actor::context& now,
                      actor::step& out);
  void look_on(agent_place where, call by, const actor::context& now,
               actor::step& out);
  [[nodiscard]] bool has_room(actor::request_id which, actor::step& out) const;
  void supersede(agent_place where, actor::request_id which,
                 actor::step& out) const;
  void park(agent_place where, call what, actor::step& out);
  [[nodiscard]] call unpark(agent_place where);
  void serve(agent_place where, const signal_ptr& at_hand,
             const actor::context& now, actor::step& out);
  void serve_loud(agent_place where, const signal_ptr& at_hand,
                  const actor::context& now, actor::step& out);
  void end_call(agent_place where, const actor::context& now, actor::step& out);
  void set_due(agent_place where);
  static void tell(const call& to, std::optional<result<delivery>> taken,
                   actor::step& out);

  // Settling.
  [[nodiscard]] std::size_t settle_all(agent_place where, const settlement& how,
                                       const actor::context& now,
                                       actor::step& out);
  [[nodiscard]] bool settle_handled(agent_place where, std::string_view id,
                                    const actor::context& now,
                                    actor::step& out);
  [[nodiscard]] bool settle_failed(agent_place where, std::string_view id,
                                   std::string_view reason,
                                   const actor::context& now, actor::step& out);
  void keep_handled(agent_place where, const item& what, std::string_view id,
                    const actor::context& now, actor::step& out);

  // Lifecycle.
  void fall_asleep(agent_place where, actor::step& out);
  void wake_up(agent_place where, const signal_ptr& by, actor::step& out);

  surroundings in_;
  post_bounds bounds_;
  text_pool texts_;
  // Desks stay where they are.
  std::deque<desk> desks_;
  std::map<actor::request_id, agent_place> parked_;
  agenda agenda_;
  ledger waiting_;
  /// When whose oldest item may be too old, at the earliest.
  agenda ages_;
  /// Of the signals of rows that do not say it: their bytes and times.
  std::map<std::uint64_t, std::pair<std::uint64_t, wall_time>> old_rows_;
};

} // namespace libsig::subscription
