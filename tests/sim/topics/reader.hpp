#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libsig/journal/journal.hpp"
#include "libsig/topic/requests.hpp"
#include "tests/sim/callers_world.hpp"

namespace libsig::sim {

inline constexpr std::string_view each_once_in_order =
  "each_once_in_order: A consumer with a stored cursor is given every message "
  "of its topic once, in order; one whose answer was not written, again.";
inline constexpr std::string_view no_lost_wake_up =
  "no_lost_wake_up: No wait sleeps or times out while there is a message "
  "behind "
  "its cursor.";
inline constexpr std::string_view always_answered =
  "always_answered: Every wait that nobody cancelled is answered once.";

/// What is known, from outside, of one consumer that begins each topic at its
/// oldest message: where its cursors may stand, and what it has been given.
class reader {
public:
  reader(std::string name, const journal::journal& log)
    : name_{std::move(name)}, log_{log} {}

  // -- types ------------------------------------------------------------------

  using topics = std::vector<std::string>;
  using complain = std::function<void(complaint)>;

  // -- mutators ---------------------------------------------------------------

  /// An answer brought messages: the wait took them from where its cursors
  /// stood.
  void given(const std::vector<topic::message>& what, const complain& tell);

  /// What is asked to be settled: until that is confirmed, and for good where
  /// it is not, cursors may have moved or not.
  struct settlement {
    std::vector<topic::message> of;
    bool written = false;
    std::vector<std::uint64_t> versions;
  };

  [[nodiscard]] settlement settle(std::vector<topic::message> of, bool written);

  void confirm(const settlement& what);

  // -- observers --------------------------------------------------------------

  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// Whether surely something can be had at the topics, of what stands in the
  /// log up to a sequence.
  [[nodiscard]] bool has_message(const topics& of, topic::wait_mode mode,
                                 std::uint64_t up_to) const;

private:
  /// Where a cursor may stand, and how often that was shown by a message.
  struct cursor {
    std::set<std::uint64_t> may_be{0};
    std::uint64_t version = 0;
  };

  [[nodiscard]] std::uint64_t next_behind(const std::string& topic,
                                          std::uint64_t after) const;

  std::string name_;
  const journal::journal& log_;
  std::map<std::string, cursor, std::less<>> at_;
};

} // namespace libsig::sim
