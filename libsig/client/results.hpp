#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/data.hpp"
#include "libsig/core/time.hpp"
#include "libsig/topic/requests.hpp"

/// What the calls of a client give, as values and as the JSON of document 000.
namespace libsig::client {

/// A send that is in the log.
struct sent {
  std::string topic;
  std::string message_id;
  std::uint64_t sequence = 0;
  /// It was there before, and nobody was told again.
  bool duplicate = false;
};

/// `{"ok":true,"topic","message_id","sequence"}` (M10).
[[nodiscard]] std::string to_json(const sent& what);

/// One message of a topic.
struct message {
  std::string topic;
  std::string message_id;
  /// JSON: the payload, redacted unless the client is `unredacted`.
  std::string payload;
  /// The position behind it, to be named in `wait_options::last_ids`.
  std::string cursor;
  std::uint64_t sequence = 0;
  std::string source;
};

/// What a wait ends with: messages, its deadline, or a cursor whose messages
/// are gone. Immutable and cheap to copy.
class wait_result {
public:
  // -- types ------------------------------------------------------------------

  using outcome = topic::wait_reply::outcome;
  using texts = std::map<std::string, std::string, std::less<>>;

  // -- constructors -----------------------------------------------------------

  wait_result(std::shared_ptr<const topic::wait_request> asked,
              std::shared_ptr<const topic::wait_reply> got, bool unredacted);

  // -- observers --------------------------------------------------------------

  /// Whether there is what was waited for: a message, or one of each topic.
  [[nodiscard]] bool ok() const noexcept { return is() == outcome::hit; }

  [[nodiscard]] outcome is() const noexcept { return got_->is; }

  /// The message of a wait for one or any; the first one of a wait for all.
  /// There must be one: look at `ok` before.
  [[nodiscard]] const libsig::client::message& message() const {
    return messages_.front();
  }

  /// One of each topic that has one, in the order of the topics; of a wait for
  /// all also after its deadline.
  [[nodiscard]] const std::vector<libsig::client::message>&
  messages() const noexcept {
    return messages_;
  }

  /// Topics for which a wait for all got nothing.
  [[nodiscard]] const std::vector<std::string>& missing() const noexcept {
    return got_->missing;
  }

  /// The topics that were waited for: trimmed, each once.
  [[nodiscard]] const std::vector<std::string>& topics() const noexcept {
    return asked_->topics;
  }

  /// After the deadline: where to go on, by topic.
  [[nodiscard]] const texts& cursors() const noexcept { return got_->cursors; }

  [[nodiscard]] std::chrono::milliseconds elapsed() const noexcept {
    return got_->elapsed;
  }

  /// Of an expired cursor: its topic, the oldest message that is there, and the
  /// cursor from which a wait returns that.
  [[nodiscard]] const std::string& expired_topic() const noexcept {
    return got_->topic;
  }

  [[nodiscard]] const std::string& earliest_id() const noexcept {
    return got_->earliest_id;
  }

  [[nodiscard]] const std::string& earliest_cursor() const noexcept {
    return got_->earliest_cursor;
  }

  /// The shapes M24, M25 and M26.
  [[nodiscard]] std::string json() const;

private:
  std::shared_ptr<const topic::wait_request> asked_;
  std::shared_ptr<const topic::wait_reply> got_;
  std::vector<libsig::client::message> messages_;
  bool unredacted_;
};

[[nodiscard]] inline std::string to_json(const wait_result& what) {
  return what.json();
}

/// A signal that is to come.
struct scheduled_signal {
  /// That of the signal that will be.
  std::string id;
  std::string type;
  std::string source;
  event_data data;
  wall_time deliver_at{};
  /// Empty for none.
  std::string repeat_key;
  wall_time created_at{};
};

} // namespace libsig::client
