#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "libsig/actor/request.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/core/time.hpp"

/// What is asked of the actor of topics, and what it answers.
namespace libsig::topic {

/// The actor's name.
inline constexpr std::string_view actor_name = "topics";

/// Whose cursors: durable, one for each topic. One without a consumer and a
/// conversation keeps nothing.
struct cursor_owner {
  std::string tenant;
  std::string consumer;
  /// Trimmed; empty for none.
  std::string conversation;

  [[nodiscard]] bool keeps() const noexcept {
    return !consumer.empty() || !conversation.empty();
  }

  friend bool operator==(const cursor_owner&, const cursor_owner&) = default;
};

/// Where a wait begins that has no cursor.
struct start_position {
  enum class kind : std::uint8_t {
    latest,   ///< the newest message, else the next one
    earliest, ///< the oldest kept message
    fresh,    ///< only what comes from now on (`new`)
    sequence, ///< from a sequence on, inclusive
    time,     ///< from a recorded time on, inclusive
  };

  kind is = kind::latest;
  std::uint64_t sequence = 0;
  wall_time time{};
};

enum class wait_mode : std::uint8_t {
  one, ///< the next message of one topic
  any, ///< the next message of any topic
  all, ///< one message of each topic
};

/// Waits for messages. Nothing of it is checked again but what the actor alone
/// knows: topics, bounds and rights are the asker's business.
struct wait_request final : actor::request {
  cursor_owner owner;
  /// Who is counted for the bound of parked waits; never empty.
  std::string caller;
  wait_mode mode = wait_mode::one;
  /// Trimmed, distinct, 1 to `limits::wait_topics_max`; one for `one`.
  std::vector<std::string> topics;
  /// Explicit positions by topic: ids of messages or cursors; an empty one
  /// counts as none.
  std::map<std::string, std::string, std::less<>> last_ids;
  start_position start;
  /// `any` takes the message that came first, not that of the first topic in
  /// the list.
  bool oldest_first = false;
  /// A wait for all that ends early moves the cursors of what it has got.
  bool consume_partial = false;
  /// 0 to `limits::wait_timeout_max`; 0 looks and does not park.
  std::chrono::milliseconds timeout = limits::wait_timeout_default;
  /// An earlier answer (`wait_reply::pending`) that has been written, settled
  /// before anything else, so that who reads one message after the other asks
  /// once for each; 0 for none.
  std::uint64_t settles = 0;
};

/// One message of a topic.
struct message {
  std::string topic;
  signal_ptr what;
  /// The position of the message, as text.
  std::string cursor;
};

/// What a wait ends with: `overloaded` at a bound and `stopped` are errors of
/// the request.
struct wait_reply final : actor::reply {
  enum class outcome : std::uint8_t { hit, timeout, expired };

  outcome is = outcome::timeout;
  /// `one`, `any`: the message of a hit. `all`: one of each topic that has one,
  /// in the order of the list, also when the time is up.
  std::vector<message> messages;
  /// `all`: topics without a message, in the order of the list.
  std::vector<std::string> missing;
  /// After a timeout: the position at which each topic was waited for.
  std::map<std::string, std::string, std::less<>> cursors;
  /// The explicit or stored cursor that was used, by topic, as it was given;
  /// topics without one are left out.
  std::map<std::string, std::string, std::less<>> last_ids;
  std::chrono::milliseconds elapsed{0};
  /// Expired: the topic, the oldest message's id (empty without one), and the
  /// cursor from which a wait returns that.
  std::string topic;
  std::string earliest_id;
  std::string earliest_cursor;
  /// What to name in `settle_request` once the answer was written, or was not;
  /// 0 when there is nothing to settle. The number of the request, so that who
  /// was made to forget it settles what may have been answered just then.
  std::uint64_t pending = 0;
};

/// Says what became of an answer: its cursors move when it was written. The
/// next wait of the same consumer waits for this.
struct settle_request final : actor::request {
  std::uint64_t pending = 0;
  bool written = false;
};

/// Reads a stored cursor: `not_found` when there is none.
struct get_cursor_request final : actor::request {
  cursor_owner owner;
  std::string topic;
  /// Waits for answers that are on their way and would move it. Not for who has
  /// such an answer in hand.
  bool behind_answers = false;
};

/// Sets a cursor, also back. The text is a message's id or a cursor: one that
/// is unknown or whose message is gone is `not_found`, whose detail says which
/// is the earliest.
struct put_cursor_request final : actor::request {
  cursor_owner owner;
  std::string topic;
  std::string last_id;
};

/// Forgets a cursor; `not_found` when there is none.
struct remove_cursor_request final : actor::request {
  cursor_owner owner;
  std::string topic;
};

/// The answer to all requests about cursors.
struct cursor_reply final : actor::reply {
  /// The id of the message behind which the cursor stands, or the cursor as
  /// text where it stands behind none.
  std::string last_id;
};

/// The answer to `settle_request`.
struct settled_reply final : actor::reply {};

} // namespace libsig::topic
