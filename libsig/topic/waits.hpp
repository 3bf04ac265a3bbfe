#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "libsig/actor/reactor.hpp"
#include "libsig/actor/step.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/topic/age_clock.hpp"
#include "libsig/topic/cursor_table.hpp"
#include "libsig/topic/log_view.hpp"
#include "libsig/topic/look.hpp"
#include "libsig/topic/parked_waits.hpp"
#include "libsig/topic/requests.hpp"

namespace libsig::topic {

struct wait_bounds {
  parking_bounds parked;
  /// Of one tenant, those that answers on their way may store counted. An
  /// answer that would store one more is `overloaded`.
  std::size_t cursors_max = limits::topics_max;
  /// A cursor that is not used for so long goes; nothing for never. Time in
  /// which the node does not run counts as the wall clock has it, but it is not
  /// looked for such cursors until `limits::cursor_sweep_interval` after the
  /// start; a wall clock that is set meanwhile makes no cursor older.
  std::optional<std::chrono::milliseconds> cursor_age =
    limits::cursor_unused_max;
};

/// Waits and cursors as a state machine: requests and signals in, answers and
/// rows out. Checking the log and parking is one call, so that no message can
/// come between the two; what the log shows before the signal is heard is told
/// by its sequence. Pure but for the log that it reads; not synchronised.
class waits {
public:
  // -- constructors -----------------------------------------------------------

  /// `ages` may have begun with one of these before, and outlives it.
  waits(std::shared_ptr<const log_view> log, const wait_bounds& bounds,
        std::shared_ptr<age_clock> ages);

  /// Takes the rows that were kept; before everything else.
  void recall(std::span<const actor::write> rows, const actor::context& now);

  // -- mutators ---------------------------------------------------------------

  /// Looks whether the wall clock was set; before each other call, since the
  /// node may end behind it.
  void compare_clocks(const actor::context& now, actor::step& out);

  void wait(actor::request_id who, std::shared_ptr<const wait_request> what,
            const actor::context& now, actor::step& out);

  void settle(std::uint64_t pending, bool written, const actor::context& now,
              actor::step& out);

  [[nodiscard]] result<cursor_reply> get(const get_cursor_request& what,
                                         const actor::context& now,
                                         actor::step& out);

  /// Lets the request be answered once the answers before it are settled;
  /// false when there is nothing to wait for.
  [[nodiscard]] bool read_later(actor::request_id who,
                                std::shared_ptr<const get_cursor_request> what);

  [[nodiscard]] result<cursor_reply> put(const put_cursor_request& what,
                                         const actor::context& now,
                                         actor::step& out);

  [[nodiscard]] result<cursor_reply> remove(const remove_cursor_request& what,
                                            actor::step& out);

  /// A signal that was committed; they come in the order of their sequences.
  void hear(const signal_ptr& what, const actor::context& now,
            actor::step& out);

  /// Signals went by that are not heard; they are in the log. Until
  /// `look_again` is through, a parked wait takes what it finds there.
  void miss() noexcept;

  /// Lets parked waits look into the log for what was missed, a bounded number
  /// of their topics; whether there are more.
  [[nodiscard]] bool look_again(const actor::context& now, actor::step& out);

  /// Who asked is gone.
  void forget(actor::request_id who);

  /// Ends what is due, at most `limits::timeouts_per_step_max`.
  void expire(const actor::context& now, actor::step& out);

  /// Forgets cursors that nobody uses, at most `limits::cursors_per_sweep_max`;
  /// whether there may be more.
  [[nodiscard]] bool sweep(const actor::context& now, actor::step& out);

  // -- observers --------------------------------------------------------------

  /// When `expire` is to be called next.
  [[nodiscard]] std::optional<steady_time> next_due() const;

  [[nodiscard]] std::size_t parked() const noexcept { return parked_.size(); }

  [[nodiscard]] std::size_t cursors() const noexcept { return table_.size(); }

  /// Answers that are not settled.
  [[nodiscard]] std::size_t unsettled() const noexcept {
    return pending_.size();
  }

private:
  using handle = parked_waits::handle;

  /// A wait that is asked, woken or at its end, with what is known so far.
  struct attempt {
    parked_wait wait;
    /// The message of each place, null where there is none or where it was not
    /// fetched.
    std::vector<signal_ptr> found;
    /// It does not look any more, and ends.
    bool over = false;

    [[nodiscard]] const wait_request& asked() const { return *wait.what; }
  };

  /// How an answer moves a cursor when it is written.
  struct move {
    cursor_entry* entry = nullptr;
    std::uint32_t version = 0;
    position to;
    /// Where it began at `new` without a cursor: from there the next wait goes
    /// on when the answer was not written.
    std::optional<position> otherwise;
  };

  /// Somebody who reads a cursor.
  struct reader {
    actor::request_id who{};
    std::shared_ptr<const get_cursor_request> what;
  };

  /// A walk through the parked waits, each of which looks into the log once.
  struct walk {
    /// Those from here on have not looked.
    handle next = 0;
    /// More was missed meanwhile.
    bool once_more = false;
  };

  /// The moment of a call, and what it wants done.
  struct turn {
    const actor::context& now;
    actor::step& out;
  };

  // -- the way of a wait ------------------------------------------------------

  void go_on(attempt what, const turn& at);
  [[nodiscard]] bool queue(attempt& what, const turn& at);
  void resume(cursor_entry& entry, const turn& at);
  void answer_readers(const cursor_entry& entry, const turn& at);
  [[nodiscard]] result<void> check_room(const wait_request& what);
  [[nodiscard]] result<bool> place(attempt& what, const turn& at);
  [[nodiscard]] result<std::optional<wait_place>>
  find_place(const wait_request& what, const std::string& topic,
             cursor_entry* entry) const;
  [[nodiscard]] result<bool> look_around(attempt& what, const turn& at);
  [[nodiscard]] result<bool> look_at(attempt& what, std::size_t place,
                                     const turn& at);
  [[nodiscard]] result<bool> answer_found(attempt& what, const turn& at);
  void park(attempt what, const turn& at);
  void wake(const parked_waits::woken& which, const signal_ptr& by,
            const turn& at);
  void end(handle which, const turn& at);
  void leave_queue(cursor_entry& entry, std::uint64_t ticket);
  [[nodiscard]] bool is_behind(handle which) const noexcept {
    return walk_ && (walk_->once_more || which >= walk_->next);
  }
  std::size_t look_once(handle which, const turn& at);
  [[nodiscard]] result<void> go_to_start(attempt& what) const;

  // -- answers ----------------------------------------------------------------

  void answer_expired(const attempt& what, std::size_t place, const turn& at);
  [[nodiscard]] result<void> answer_one(attempt& what, std::size_t place,
                                        const turn& at);
  [[nodiscard]] result<void> answer_all(attempt& what, const turn& at);
  [[nodiscard]] result<void> answer_timeout(attempt& what, const turn& at);
  [[nodiscard]] result<bool> fetch_held(attempt& what, const turn& at);
  void add_message(const attempt& what, std::size_t place,
                   wait_reply& to) const;
  [[nodiscard]] result<void> add_positions(const attempt& what,
                                           wait_reply& to) const;
  [[nodiscard]] std::vector<std::size_t> begun_places(const attempt& what);
  [[nodiscard]] result<std::uint64_t>
  expect(const attempt& what, const std::vector<std::size_t>& places);

  // -- cursors ----------------------------------------------------------------

  [[nodiscard]] result<void> check_room(const wait_request& what,
                                        const std::vector<std::size_t>& places);
  void carry_out(const move& what, bool written, const turn& at);
  void store(cursor_entry& entry, const position& to, const turn& at);
  void touch(cursor_entry& entry, const turn& at);
  [[nodiscard]] result<position> position_to_put(const topic_log& in,
                                                 std::string_view text) const;
  [[nodiscard]] topic_log log_of(const wait_request& what,
                                 const std::string& topic) const {
    return {*log_, what.owner.tenant, topic};
  }

  std::shared_ptr<const log_view> log_;
  wait_bounds bounds_;
  parked_waits parked_;
  cursor_table table_;
  std::shared_ptr<age_clock> ages_;
  std::unordered_map<std::uint64_t, std::vector<move>> pending_;
  /// Who reads a cursor once its answers are settled, in the order in which
  /// they came; at most as many together as waits.
  std::unordered_map<const cursor_entry*, std::vector<reader>> readers_;
  std::size_t readers_waiting_ = 0;
  std::uint64_t next_ticket_ = 0;
  /// All signals up to here were heard, but for those that were missed, as far
  /// as the wait is behind.
  std::uint64_t heard_ = 0;
  /// While waits look into the log.
  std::optional<walk> walk_;
  std::vector<parked_waits::woken> woken_;
};

} // namespace libsig::topic
