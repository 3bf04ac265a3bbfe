#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/actor/request.hpp"

/// What people who look on see of a conversation: small events of sends and
/// receipts, which are no signals and carry no payload.
namespace libsig::topic {

/// The name of the actor that keeps them.
inline constexpr std::string_view visibility_actor_name = "visibility";

enum class visibility_kind : std::uint8_t { sent, received };

/// One event; see document 000.
struct visibility_event {
  /// Rises within a conversation, also over restarts; set by the actor.
  std::uint64_t position = 0;
  visibility_kind kind = visibility_kind::sent;
  std::string topic;
  std::string message_id;
  /// Bytes of the payload itself.
  std::uint64_t payload_bytes = 0;
};

/// The event as compact JSON:
/// `{"event":"signal_send","topic","message_id","payload_len"}`.
[[nodiscard]] std::string to_json(const visibility_event& what);

/// The JSON within a number of bytes (M32): without a `text` that could be cut
/// it becomes `{"event","truncated":true,"cap_bytes":n}`, and where even that
/// does not fit `{"event":"truncated"}`. 0 bounds nothing.
[[nodiscard]] std::string to_json(const visibility_event& what,
                                  std::size_t bytes_max);

/// Keeps an event. Its failure never fails what it tells of.
struct note_request final : actor::request {
  std::string tenant;
  /// Trimmed, not empty.
  std::string conversation;
  visibility_event what;
};

/// Reads events behind a position; parks until there is one, until who asks is
/// gone.
struct follow_request final : actor::request {
  std::string tenant;
  std::string conversation;
  /// From the oldest when absent. One that is unknown is answered with a gap.
  std::optional<std::uint64_t> after;
  std::size_t limit = 100;
};

struct follow_reply final : actor::reply {
  std::vector<visibility_event> events;
  /// `after` was unknown or gone: the events begin with the oldest that is
  /// kept, whose position this is (0 when there is none).
  std::optional<std::uint64_t> gap_to;
};

/// The answer to `note_request`.
struct noted_reply final : actor::reply {};

} // namespace libsig::topic
