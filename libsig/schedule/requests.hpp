#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/actor/request.hpp"
#include "libsig/core/draft.hpp"
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
  /// Of one tenant and type at most one row has a key; empty for none.
  std::string repeat_key;
  wall_time created_at{};
  /// See `stamp::on_behalf_of`.
  std::string on_behalf_of;
};

/// Schedules a signal; one with the same type and repeat key goes. A time that
/// has passed is due at once. The rights of who asks were looked at; the
/// contract of the type is looked at by who asks as well. `overloaded` at the
/// bound.
struct schedule_request final : actor::request {
  std::string tenant;
  /// Its id is the row's; made by who asks, since actors make none.
  scheduled_row row;
};

struct schedule_reply final : actor::reply {
  scheduled_row row;
  /// The row that went for this one; empty for none.
  std::string replaced_id;
};

/// Cancels by type and key, or by id.
struct cancel_request final : actor::request {
  std::string tenant;
  std::string type;
  std::string repeat_key;
  /// When not empty, the other two are not looked at.
  std::string id;
};

struct cancel_reply final : actor::reply {
  std::size_t removed = 0;
};

/// All rows of a tenant, by time, type, id (D27).
struct list_request final : actor::request {
  std::string tenant;
};

struct list_reply final : actor::reply {
  std::vector<scheduled_row> rows;
};

} // namespace libsig::schedule
