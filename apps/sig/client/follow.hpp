#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "apps/sig/client/node.hpp"
#include "apps/sig/outcome.hpp"

namespace libsig::sig::client {

/// What to follow.
struct follow_request {
  /// Empty for all types.
  std::string pattern;
  /// The sequence behind which it begins.
  std::uint64_t after = 0;
};

/// Who hears what is followed.
struct follow_receiver {
  /// Takes a CloudEvent in JSON; an error ends the following.
  std::function<result<void>(std::string_view event)> signal;
  /// Takes a sentence about the stream itself: a gap, a node that went away.
  std::function<void(const std::string& sentence)> note;
};

/// Follows `GET /v1/stream` until it is interrupted.
///
/// Each signal is handed on once, in order: after a lost connection, a restart
/// of the node or a cut the stream is resumed behind the last one, as often as
/// it takes, with pauses that grow to five seconds. Only the first connection
/// must succeed, and a refusal (4xx) ends it at any time. An interruption is
/// the refusal `errc::stopped`.
[[nodiscard]] outcome<void> follow(node& from, const follow_request& what,
                                   const follow_receiver& to);

} // namespace libsig::sig::client
