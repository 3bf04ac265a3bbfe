#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "libsig/core/error.hpp"
#include "libsig/core/id.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/schema/registry.hpp"
#include "libsig/topic/policy.hpp"
#include "libsig/topic/requests.hpp"

/// What calls of a client can be told beside what they are about. Every member
/// has a default, so that those that are meant can be named alone.
namespace libsig::client {

/// Who a client is and what it may do.
struct client_options {
  std::string tenant = "default";
  /// The agent as which it speaks, waits and subscribes; empty for none.
  std::string name = {};
  /// Payloads reach it in clear text.
  bool unredacted = false;
  /// It may publish and schedule types of `is_reserved_type`.
  bool emit_reserved = false;
  /// Which topics it may use, and how large a payload may be.
  topic::policy allowed = {};
  /// What scheduled signals are checked against at once; when null, one that
  /// breaks its contract becomes a dead letter at its time.
  std::shared_ptr<const schema::registry> contracts = {};
  /// Names scheduled signals; UUIDv7 when null.
  std::shared_ptr<id_source> ids = {};
  /// How long a silent item may lie before a handler gets it, when no loud one
  /// comes; clamped to 1 ms..`limits::wait_timeout_max`.
  std::chrono::milliseconds silent_after = limits::wait_timeout_default;
};

struct publish_options {
  /// Made by the gate when empty. The same again is a duplicate.
  std::string id = {};
  std::optional<std::string> subject = {};
  /// The id of the signal that caused this one.
  std::string causation_id = {};
};

struct send_options {
  /// Who looks on sees the send in `stream:{conversation}`; blank for nobody.
  std::string conversation = {};
  /// See `publish_options`.
  std::string id = {};
};

/// How to wait for topics.
struct wait_options {
  /// At most `limits::wait_timeout_max`, to which it is clamped; 0 looks and
  /// does not sleep, a negative one is refused.
  std::chrono::milliseconds timeout = limits::wait_timeout_default;
  /// Explicit positions by topic: message ids or cursors.
  std::map<std::string, std::string, std::less<>> last_ids = {};
  /// Cursors are those of this conversation; blank for none.
  std::string conversation = {};
  /// Whose cursors; the client's name when empty.
  std::string consumer = {};
  /// Where to begin without a cursor.
  topic::start_position start = {};
  /// `wait_for_any` takes the oldest message, not that of the first topic.
  bool oldest_first = false;
  /// `wait_for_all` takes what has come by the deadline.
  bool consume_partial = false;
};

/// Whose cursor is meant.
struct cursor_options {
  std::string conversation = {};
  /// The client's name when empty.
  std::string consumer = {};
};

struct subscribe_options {
  /// A silent item wakes nobody. What was stored, at first `true`, when absent.
  std::optional<bool> silent = {};
  /// What the client says itself is delivered too. What was stored, at first
  /// `false`, when absent.
  std::optional<bool> include_self = {};
  /// Is told, on the thread of the handlers, when no more items will come:
  /// `already_exists` when somebody else takes this agent's items now,
  /// `not_found` when the agent was removed, `stopped`.
  std::function<void(const error&)> on_end = {};
};

struct schedule_options {
  /// Of one type at most one scheduled signal has a key; blank for none.
  std::string repeat_key = {};
};

} // namespace libsig::client
