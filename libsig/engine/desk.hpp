#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "libsig/actor/request.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/limits.hpp"

namespace libsig::engine {

/// Where a cell is asked: the requests that wait for it, and who is told the
/// answers of those that are open.
///
/// Any thread asks and forgets, the cell alone takes, the cell and the gate
/// answer. Handlers are called without a lock, by whoever settles their
/// request; they must not throw.
class desk {
public:
  // -- types ------------------------------------------------------------------

  /// What the cell has to do next.
  struct errand {
    actor::request_id which{};
    /// Null: who asked went away.
    actor::request_ptr what;
  };

  // -- constructors -----------------------------------------------------------

  /// At most so many errands wait together.
  explicit desk(std::size_t waiting_max = limits::requests_waiting_max)
    : waiting_max_{waiting_max} {}

  desk(const desk&) = delete;
  desk& operator=(const desk&) = delete;

  ~desk() { close(error(errc::stopped)); }

  // -- whoever asks -----------------------------------------------------------

  /// Puts a request behind those that wait; the cell must be told. Refused,
  /// `done` is as it was.
  ///
  /// Errors: `overloaded`; why the desk was closed.
  [[nodiscard]] result<void> ask(actor::request_id which,
                                 actor::request_ptr what,
                                 actor::reply_handler& done);

  /// Nobody waits for the answer any more: the handler is not called from here
  /// on, unless it is already. Returns true when the cell must be told.
  [[nodiscard]] bool forget(actor::request_id which);

  // -- the cell ---------------------------------------------------------------

  /// Takes the next errand, if there is one. What it hands out as a request is
  /// open from here on; one that was forgotten meanwhile is passed over.
  [[nodiscard]] std::optional<errand> take();

  /// Drops the answers to requests that are not open, and lets those of the
  /// others be given later by `answer`.
  void settle(std::vector<actor::answer>& what);

  /// Tells the answers, once each.
  void answer(std::vector<actor::answer>&& what) noexcept;

  /// Answers all open requests, but not those that wait or are settled.
  void fail_open(const error& why) noexcept;

  /// Answers the open requests as stated, those that wait and all that come
  /// with `why`. What is settled is still told by `answer`. The first call
  /// counts.
  void close(const error& why, const error& open);
  void close(const error& why) { close(why, why); }

  // -- observers --------------------------------------------------------------

  /// Whether there may be an errand.
  [[nodiscard]] bool has_errands() const;

  /// Requests that nobody has answered or forgotten.
  [[nodiscard]] std::size_t size() const;

private:
  enum class state : std::uint8_t {
    waiting, ///< not handed to the cell
    open,    ///< the cell has it
    settled, ///< the answer stands, and waits for its step
    leaving, ///< forgotten, and the cell is not told yet
  };

  struct request {
    actor::reply_handler done;
    state is = state::waiting;
  };

  using requests = std::unordered_map<std::uint64_t, request>;

  void fail_all(std::vector<requests::node_type> taken,
                const error& why) noexcept;
  [[nodiscard]] std::vector<requests::node_type> take_all(state of);

  const std::size_t waiting_max_;
  // Foreign threads ask while the cell works and the gate answers; the lock is
  // held for one look at the table.
  mutable std::mutex mutex_;
  requests requests_;
  std::deque<errand> errands_;
  std::optional<error> closed_;
};

} // namespace libsig::engine
