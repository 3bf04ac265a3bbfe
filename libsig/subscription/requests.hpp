#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/actor/request.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/core/time.hpp"

/// What is asked of the actor of subscriptions, and what it answers.
namespace libsig::subscription {

/// The actor's name.
inline constexpr std::string_view actor_name = "subscriptions";

/// An agent of a tenant; both are names.
struct agent_name {
  std::string tenant;
  std::string agent;

  friend auto operator<=>(const agent_name&, const agent_name&) = default;
};

// -- agents -------------------------------------------------------------------

/// Registers an agent.
struct put_agent_request final : actor::request {
  agent_name who;
};

/// `not_found` for an unknown one.
struct get_agent_request final : actor::request {
  agent_name who;
};

/// Drops the agent, its subscriptions and its items; `not_found` for an unknown
/// one.
struct remove_agent_request final : actor::request {
  agent_name who;
};

/// The answer to all three.
struct agent_reply final : actor::reply {
  std::string agent;
  wall_time created_at{};
  /// It was registered by this request.
  bool created = false;
};

// -- subscriptions ------------------------------------------------------------

/// One row: a pattern of one agent.
struct subscription_row {
  std::string agent;
  std::string pattern;
  /// Its items wake nobody.
  bool silent = true;
  /// Signals of the agent itself are delivered too.
  bool include_self = false;
  wall_time created_at{};
  wall_time updated_at{};
};

/// Subscribes, or changes what is given (D11). `not_found` for an unknown
/// agent (D12), `invalid_pattern`, `overloaded` at the bound.
struct subscribe_request final : actor::request {
  agent_name who;
  std::string pattern;
  std::optional<bool> silent;
  std::optional<bool> include_self;
  /// Registers the agent when it is unknown: a caller that subscribes itself.
  bool registers = false;
};

struct subscribe_reply final : actor::reply {
  subscription_row row;
  bool created = false;
};

/// Removes the row of exactly this pattern, trimmed (D13). `not_found` for an
/// unknown agent.
struct unsubscribe_request final : actor::request {
  agent_name who;
  std::string pattern;
};

struct unsubscribe_reply final : actor::reply {
  bool removed = false;
};

/// Where a row stands in a list; compared byte by byte.
struct row_place {
  std::string agent;
  std::string pattern;

  friend auto operator<=>(const row_place&, const row_place&) = default;
};

/// Rows of a tenant, by agent, then pattern; of one agent when named. Who asks
/// goes on behind the last row, so that no answer need hold all of them.
struct list_request final : actor::request {
  std::string tenant;
  std::optional<std::string> agent;
  /// Only the rows behind this place, whether there is a row at it or not.
  std::optional<row_place> after;
  /// The first rows of those; an answer with fewer is the last.
  std::size_t limit = limits::subscriptions_max;
};

struct list_reply final : actor::reply {
  std::vector<subscription_row> rows;
};

// -- deliveries ---------------------------------------------------------------

/// Settles what it names, then takes the agent's oldest item, waiting for one.
/// One that is parked ends with `already_exists` (HTTP: 409 `superseded`) when
/// a newer one of the agent parks. `not_found` for an unknown agent.
struct next_request final : actor::request {
  agent_name who;
  /// Delivery ids; those that are unknown are passed over.
  std::vector<std::string> handled;
  /// One that is not the id of the item's newest hand-out is passed over.
  std::vector<std::string> failed;
  /// Why those failed; may be empty.
  std::string reason;
  /// 0 to `limits::wait_timeout_max`; 0 looks and does not park.
  std::chrono::milliseconds timeout{0};
  /// Whether the caller may read signals of a type: items of others are passed
  /// over and stay. Null for all. Called on the actor's thread, perhaps long
  /// after the call began.
  std::function<bool(std::string_view type)> may_read;
};

/// An item as it is handed out.
struct delivery {
  /// Names this hand-out.
  std::string delivery_id;
  signal_ptr what;
  /// Those that still match, sorted.
  std::vector<std::string> patterns;
  bool silent = true;
  /// From 1.
  unsigned attempt = 1;
};

struct next_reply final : actor::reply {
  std::optional<delivery> item;
  /// Items whose subscriptions are gone, dropped by this call.
  std::size_t dropped = 0;
};

/// Settles and takes nothing.
struct settle_request final : actor::request {
  agent_name who;
  std::vector<std::string> handled;
  std::vector<std::string> failed;
  std::string reason;
};

struct settle_reply final : actor::reply {
  std::size_t settled = 0;
};

/// The handled items of an agent, the oldest first, the newest `limit`.
struct handled_request final : actor::request {
  agent_name who;
  std::size_t limit = 100;
};

struct handled_item {
  std::string delivery_id;
  /// Null when its body is gone.
  signal_ptr what;
  std::uint64_t sequence = 0;
  std::vector<std::string> patterns;
  bool silent = true;
  wall_time handled_at{};
};

struct handled_reply final : actor::reply {
  std::vector<handled_item> items;
};

// -- dead letters -------------------------------------------------------------

/// The kind of the targets of an agent's dead letters, `agent:<agent>`; the
/// tenant stands in the letter.
inline constexpr std::string_view dead_letter_target = "agent";

/// Puts an item of a dead letter back, at attempt 1; nothing changes when the
/// agent has it already. `not_found` for an unknown agent, and when none of its
/// subscriptions matches the signal.
struct redeliver_request final : actor::request {
  agent_name who;
  /// A signal of the agent's tenant.
  signal_ptr what;
};

/// Matches a signal once more that was heard before: one that became a dead
/// letter of the actor itself. An agent that still has it gets it once.
struct repeat_request final : actor::request {
  signal_ptr what;
};

/// Says what became of an item that was to become a dead letter.
struct buried_request final : actor::request {
  agent_name who;
  /// Of the signal.
  std::uint64_t sequence = 0;
  /// The letter is durable, and the item's row is gone with it. Otherwise it is
  /// tried again after a while.
  bool kept = false;
};

/// The answer to all three.
struct noted_reply final : actor::reply {};

} // namespace libsig::subscription
