#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsig/core/time.hpp"
#include "libsig/subscription/text_pool.hpp"

namespace libsig::subscription {

/// Names one hand-out of an item: as text `<sequence>-<number>`.
struct hand_out_id {
  /// Of the item's signal.
  std::uint64_t sequence = 0;
  /// Of the hand-out; no other one, of any item, ever has it.
  std::uint64_t number = 0;

  friend bool operator==(const hand_out_id&, const hand_out_id&) = default;
};

[[nodiscard]] std::string to_string(const hand_out_id& what);

/// Reads what `to_string` wrote; nothing when it is something else.
[[nodiscard]] std::optional<hand_out_id>
read_hand_out_id(std::string_view text);

/// A signal that waits for an agent.
struct item {
  enum class state : std::uint8_t {
    ready,   ///< may be handed out
    out,     ///< was handed out and not settled
    resting, ///< failed, and waits for its next attempt
  };

  std::uint64_t sequence = 0;
  text_ptr type;
  /// Those that matched when the signal came, the most specific first.
  std::vector<text_ptr> patterns;
  /// The agent is the signal's source.
  bool from_self = false;
  /// The numbers of its hand-outs, which are its attempts, the oldest first.
  std::vector<std::uint64_t> hand_outs;
  /// Whether it was silent when it was handed out last.
  bool silent = true;
  /// When its rest ends, of one that failed last; for its row.
  std::optional<wall_time> rests_until;
  /// What its signal takes up in the log, roughly.
  std::uint64_t bytes = 0;
  /// Since when it waits: its signal's recorded time, or when it was brought
  /// back. It never changes.
  wall_time since{};
  // The mailbox's own:
  item::state is = item::state::ready;
  steady_time ready_at{};
  // How often its signal could not be read, and from when on one more time
  // counts.
  unsigned unread = 0;
  steady_time unread_counts_from{};
};

/// The items of one agent, the oldest first: by the sequence of their signals.
/// Not synchronised; whoever has it bounds its size.
class mailbox {
public:
  using items = std::map<std::uint64_t, item>;
  using some = std::map<std::uint64_t, item*>;

  // -- mutators ---------------------------------------------------------------

  /// Adds an item, which is ready; nothing and null when it is there already.
  item* add(item what);

  /// Removes an item that is there.
  void remove(std::uint64_t sequence);

  /// Notes that an item is handed out.
  void hand_out(item& what, std::uint64_t number);

  /// Puts an item that was handed out before a restart back to where it was.
  void mark_out(item& what);

  /// Lets an item rest.
  void rest(item& what, steady_time until);

  /// Makes those ready whose rest is over, and appends them.
  void wake(steady_time now, std::vector<item*>& woken);

  // -- observers --------------------------------------------------------------

  [[nodiscard]] item* find(std::uint64_t sequence);

  /// The items that are out, and those that are ready.
  [[nodiscard]] const some& out() const noexcept { return out_; }

  [[nodiscard]] const some& ready() const noexcept { return ready_; }

  /// When the first rest ends.
  [[nodiscard]] std::optional<steady_time> next_wake() const;

  /// The item that waits longest, or null.
  [[nodiscard]] const item* oldest() const;

  [[nodiscard]] const items& all() const noexcept { return items_; }

  [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }

private:
  void leave_state(const item& what);

  items items_;
  some ready_;
  some out_;
  std::set<std::pair<steady_time, std::uint64_t>> resting_;
  std::set<std::pair<wall_time, std::uint64_t>> by_age_;
};

} // namespace libsig::subscription
