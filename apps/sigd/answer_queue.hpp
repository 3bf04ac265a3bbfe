#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "apps/sigd/answer_texts.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/core/time.hpp"
#include "libsig/topic/requests.hpp"

namespace libsig::sigd {

/// Bounds of `wait_answers`, in bytes unless it is said otherwise. A caller is
/// who `topic::wait_request::caller` names.
struct answer_bounds {
  /// The data of the messages of one answer; more is `too_large`.
  std::size_t one_max = 64u << 20;
  /// The texts of all answers that are not written yet. One that has more is
  /// made while there is no other. Large answers leave a quarter to small ones.
  std::size_t under_way_max = 256u << 20;
  /// Of those under way: the texts of one caller's large answers, and those of
  /// its small ones. One that has more is made while the caller has no other.
  std::size_t caller_under_way_max = 32u << 20;
  /// The data of the messages of a small answer.
  std::size_t small_max = 256u << 10;
  /// The data of the messages whose answers wait for their turn, each counted
  /// once; and of one caller. One more is `overloaded`.
  std::size_t waiting_max = 256u << 20;
  std::size_t caller_waiting_max = 64u << 20;
  /// Answers that wait for their turn, and those of one caller. One more is
  /// `overloaded`.
  std::size_t orders_max = limits::parked_waits_max;
  std::size_t caller_orders_max = limits::caller_parked_waits_max;
  /// Of those under way: texts that are kept for who is answered next.
  std::size_t kept_max = 8u << 20;
  /// How long an answer waits for its turn; then it is `overloaded`.
  std::chrono::milliseconds turn_max{30'000};
  /// How often it is looked whose time is up, while answers wait.
  std::chrono::milliseconds tick{500};
};

/// An answer to be made.
struct answer_order {
  std::shared_ptr<const topic::wait_request> asked;
  std::shared_ptr<const topic::wait_reply> got;
  /// Whether its reader sees secrets.
  bool clear = false;
  /// Told once: the text, `too_large` or `overloaded` at a bound, `stopped`
  /// when the node ends or its reader is gone. Must not block. The text is
  /// under way until all copies of it are gone.
  std::function<void(result<answer_texts::text> body)> to;
  /// Is handed, once and before anything else, what to call when its reader
  /// goes away; that may be called at any time, on any thread. May be empty.
  std::function<void(std::function<void()> gone)> on_gone = {};

  /// Whether the answer is the text of its message, which others may share.
  [[nodiscard]] bool is_one_hit() const;
};

/// Whose turn is next among the answers of waits. Callers take turns, apart for
/// small and for large answers; one whose share is under way is passed over.
/// Of one caller the answers of each kind keep their order. Not synchronised.
class answer_queue {
public:
  // -- types ------------------------------------------------------------------

  /// Names an order; those that come later have greater ones.
  using order_id = std::uint64_t;

  /// Who has texts under way. Lives as long as it has.
  struct caller;

  /// An order whose turn has come.
  struct turn {
    answer_order what;
    caller* of = nullptr;
    std::size_t lane = 0;
  };

  // -- constructors -----------------------------------------------------------

  /// Both must outlive it.
  answer_queue(const answer_bounds& bounds, const answer_texts& texts);

  answer_queue(const answer_queue&) = delete;
  answer_queue& operator=(const answer_queue&) = delete;

  ~answer_queue();

  // -- mutators ---------------------------------------------------------------

  /// Takes the order, unless a bound refuses it: then it stays where it is.
  [[nodiscard]] result<void> add(order_id which, answer_order& what,
                                 steady_time due);

  /// Takes out the one whose turn has come. To be followed by its `begin`
  /// before the next call.
  [[nodiscard]] std::optional<turn> next();

  /// A text goes to the caller of that turn; of each `begin` one `end`.
  void begin(const turn& of, const std::string& text);
  void end(caller& of, const std::string& text);

  /// Takes out the order of a reader who is gone.
  [[nodiscard]] std::optional<answer_order> remove(order_id which);

  /// Takes out those whose time is up; all of them without a time.
  [[nodiscard]] std::vector<answer_order>
  take_due(std::optional<steady_time> now);

  // -- observers --------------------------------------------------------------

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

  /// Whether an answer's turn would have come were there more room for all.
  [[nodiscard]] bool wants_room() const noexcept;

private:
  /// Answers without a message, which wait for nothing; small ones; large ones.
  static constexpr std::size_t lanes = 3;

  /// Messages that answers wait with, each counted once.
  class holdings {
  public:
    /// How many bytes it has more now.
    std::size_t add(const topic::wait_reply& got);
    void remove(const topic::wait_reply& got);
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

  private:
    struct held {
      std::size_t answers = 0;
      std::size_t bytes = 0;
    };

    std::unordered_map<const signal*, held> all_;
    std::size_t bytes_ = 0;
  };

  struct entry {
    answer_order what;
    steady_time due;
    /// About as many as its text has.
    std::size_t bytes = 0;
    std::size_t lane = 0;
    caller* of = nullptr;
  };

  using entry_map = std::map<order_id, entry>;

  [[nodiscard]] result<void> hold(caller& of, const topic::wait_reply& got,
                                  std::size_t bytes);
  [[nodiscard]] std::size_t lane_of(const entry& what) const;
  [[nodiscard]] caller& caller_of(const std::string& name);
  void forget_idle(caller& of);
  [[nodiscard]] answer_order take_out(entry_map::iterator at);
  [[nodiscard]] bool has_share(const caller& of, const entry& what) const;
  [[nodiscard]] bool has_room(const entry& what) const;
  void look_at(caller& of);

  const answer_bounds& bounds_;
  const answer_texts& texts_;
  entry_map entries_;
  std::unordered_map<std::string, std::unique_ptr<caller>> callers_;
  /// Of each kind of answers: callers who have some and a share that is not
  /// used up, the one that waits longest first.
  std::array<std::map<std::uint64_t, caller*>, lanes> lanes_;
  std::uint64_t turns_ = 0;
  bool large_first_ = false;
  holdings held_;
};

} // namespace libsig::sigd
