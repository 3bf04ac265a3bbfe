#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libsig/core/error.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/topic/cursor.hpp"
#include "libsig/topic/log_view.hpp"
#include "libsig/topic/requests.hpp"

/// What waits and cursors want to know of the log. Errors are those of the log.
namespace libsig::topic {

/// One topic of one tenant in the log; views that the caller keeps.
struct topic_log {
  const log_view& log;
  std::string_view tenant;
  std::string_view topic;
};

/// The position that a client's text names: a cursor of this log, else the
/// first message with that id. Nothing when it is unknown: of another log, from
/// an end that the log has not reached, or of no message that is kept.
[[nodiscard]] result<std::optional<position>>
position_of(const topic_log& in, std::string_view text);

/// Whether nothing behind the position was retired that its reader has not seen
/// or does not know of.
[[nodiscard]] bool is_complete(const log_view& log, const position& at);

/// Where a wait without a cursor begins. What was retired before is known to be
/// gone: that is no expired cursor.
[[nodiscard]] result<position> begin_at(const topic_log& in,
                                        const start_position& from);

/// What stands behind a position.
struct sight {
  /// The first kept message behind it; null when there is none.
  signal_ptr message;
  /// Without a message: the furthest position that has as little behind it, at
  /// least the end of the log. What is committed later stands behind it.
  position up_to;
  /// See `is_complete`; looked at after the message.
  bool complete = true;
};

[[nodiscard]] result<sight> look(const topic_log& in, const position& from);

/// The oldest kept message, for who has lost its place.
struct oldest_message {
  /// Empty when there is none.
  std::string id;
  /// From here a wait returns it; else what comes next.
  std::string cursor;
};

[[nodiscard]] result<oldest_message> find_oldest(const topic_log& in);

/// A position as its readers know it: the id of the message behind which it
/// stands, when that leads back to it, else its cursor.
[[nodiscard]] result<std::string> name_of(const topic_log& in,
                                          const position& at);

} // namespace libsig::topic
