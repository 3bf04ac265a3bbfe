#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/core/limits.hpp"

/// What document 000 lets through, decided before anything has an effect. Pure.
namespace libsig::topic {

/// The rules of a node, or of a program that uses the library.
struct policy {
  /// What topics begin with; all are allowed when empty. One that does not end
  /// in `:`, `.` or `/` goes up to the end of a segment: `signal:team` allows
  /// `signal:team` and `signal:team:a`, not `signal:teams`.
  std::vector<std::string> prefixes;
  /// Bytes of a payload as compact JSON.
  std::size_t payload_bytes_max = limits::topic_payload_bytes_default;
  /// Bytes of a visibility event's JSON on a stream; 0 for no bound.
  std::size_t event_bytes_max = 0;
};

/// Looks up a name in an environment.
using environment_lookup =
  std::function<std::optional<std::string>(std::string_view)>;

/// What an environment says.
struct policy_reading {
  policy rules;
  /// A sentence for each value that was no good, so that its default stands
  /// (U7).
  std::vector<std::string> warnings;
};

/// Reads `SIGNAL_TOPIC_PREFIX`, `SIGNAL_PAYLOAD_MAX_BYTES` and
/// `GATEWAY_SSE_MAX_BYTES`. A number that is blank, no number or not positive
/// is its default (M8, M32), with a warning unless it is blank.
[[nodiscard]] policy_reading read_policy(const environment_lookup& of);

/// A list of prefixes, separated by commas and trimmed; blank ones are none
/// (M3, M4).
[[nodiscard]] std::vector<std::string> read_prefixes(std::string_view list);

/// A topic that is sent to, trimmed. Errors: `invalid_argument` when it is
/// blank (M1), longer than a type may be, no UTF-8, or has control characters;
/// `forbidden`, with the topic and the prefixes, when the policy denies it.
[[nodiscard]] result<std::string> check_topic(std::string_view topic,
                                              const policy& by);

/// Topics that are waited for: trimmed, blanks dropped (M2), each once (M26),
/// in their order. One that is refused refuses them all (M3): beside the errors
/// of `check_topic`, placed at `/topics/<n>`, `invalid_argument` when none or
/// more than `limits::wait_topics_max` are left, `forbidden` for `internal.*`.
[[nodiscard]] result<std::vector<std::string>>
check_topics(std::span<const std::string> topics, const policy& by);

/// The payload of a send as the JSON text that is stored: `{}` for an empty
/// text and for `null` (M6), else the text as it is. Errors: those of
/// `codec::guard_json` (numbers that are not finite are among them); placed at
/// `/payload`, `invalid_argument` for what is no object (M7) and `too_large`
/// with the topic, the size, the cap and what to do (M9).
[[nodiscard]] result<std::string>
check_payload(std::string_view json, const policy& by, std::string_view topic);

} // namespace libsig::topic
