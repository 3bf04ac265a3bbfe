#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/actor/request.hpp"
#include "libsig/core/draft.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/time.hpp"

/// What is asked of the actor of delayed signals, and what it answers.
namespace libsig::schedule {

/// The actor's name.
inline constexpr std::string_view actor_name = "scheduler";

/// A signal that is to come.
struct scheduled_row {
  /// That of the signal that will be.
  std::string id;
  wall_time deliver_at{};
  /// Type, source and data of the signal.
  draft what;
  /// Of one tenant and type at most one row has a key, whoever asked for it
  /// (D25); empty for none.
  std::string repeat_key;
  wall_time created_at{};
  /// See `stamp::on_behalf_of`.
  std::string on_behalf_of;
};

/// Where a row stands in a list (D27): by time, then type, then id, then
/// source.
struct row_position {
  wall_time deliver_at{};
  std::string type;
  std::string id;
  std::string source;

  friend auto operator<=>(const row_position&, const row_position&) = default;
};

[[nodiscard]] row_position position_of(const scheduled_row& row);

/// The latest time at which a signal is delivered: the last millisecond of the
/// year 9999, which is the last that a time in text can say.
inline constexpr wall_time deliver_at_max{
  std::chrono::milliseconds{253'402'300'799'999}};

/// Schedules a signal; one with the same type and repeat key goes (D25). A time
/// that has passed is due at once; one beyond the bounds of time is moved to
/// them. The rights of who asks were looked at; the contract of the type is
/// looked at by who asks as well.
///
/// The same signal again (source and id) for the same time is a duplicate: the
/// row that is there is the answer. Errors: `duplicate_conflict` when it is not
/// the same, `overloaded` at the bounds, `invalid_argument` for a blank type,
/// no id or source, or a repeat key over `limits::repeat_key_bytes_max`.
struct schedule_request final : actor::request {
  std::string tenant;
  /// Its id is the row's; made by who asks, since actors make none. When it was
  /// created is set by the actor. A blank repeat key is none; blanks around one
  /// go.
  scheduled_row row;
};

struct schedule_reply final : actor::reply {
  scheduled_row row;
  /// The row that went for this one; empty for none.
  std::string replaced_id;
  /// The row was there before.
  bool duplicate = false;
};

/// Cancels by type and key, or by id. What is not there is not removed.
struct cancel_request final : actor::request {
  std::string tenant;
  std::string type;
  std::string repeat_key;
  /// When not empty, the other two are not looked at. Signals of several
  /// sources may have it.
  std::string id;
  /// Rows of which this says no are passed over, as if they were not there;
  /// null for none. Called by the actor, must not block.
  std::function<bool(const scheduled_row&)> may_cancel;
};

struct cancel_reply final : actor::reply {
  std::size_t removed = 0;
};

/// Rows of a tenant, by time, type, id (D27).
struct list_request final : actor::request {
  std::string tenant;
  /// The rows behind this; all when absent.
  std::optional<row_position> after;
  /// At most `limits::schedule_page_max`.
  std::size_t limit = limits::schedule_page_max;
};

struct list_reply final : actor::reply {
  std::vector<scheduled_row> rows;
  /// There are rows behind the last one.
  bool more = false;
};

} // namespace libsig::schedule
