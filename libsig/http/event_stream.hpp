#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "libsig/http/fields.hpp"

namespace libsig::http {

namespace internal {
class stream_state;
}

/// Why a stream ended.
enum class stream_end : std::uint8_t {
  finished, ///< the application ended it, and all of it was written
  cut,      ///< too slow a client, or `cut()`; it was sent the last words
  gone,     ///< the client went away, or took nothing for too long
  stopped,  ///< the server stops
};

/// How a stream is sent.
struct stream_options {
  unsigned status = 200;
  /// `Content-Type: text/event-stream` and `Cache-Control: no-store` are there
  /// unless they are given.
  http::fields fields;
  /// The position before the first chunk.
  std::uint64_t position = 0;
  /// What a client is sent when there was nothing for it for a while, so that
  /// it knows that the stream lives: by default a comment of Server-Sent
  /// Events.
  std::string heartbeat = ":\n\n";
  /// What a client that is cut is sent instead of all that waits for it, given
  /// the position of the last chunk that was sent. May be empty.
  std::function<std::string(std::uint64_t position)> last_words;
  /// Called when chunks were written wholly to the transport, with the position
  /// of the last of them. May be empty.
  std::function<void(std::uint64_t position)> written;
  /// Called once when the stream has ended. May be empty.
  std::function<void(stream_end why)> closed;
};

/// A chunk of a stream: shared, so that many streams send one.
using chunk = std::shared_ptr<const std::string>;

/// An answer without an end, such as Server-Sent Events. The handle may be used
/// from any thread and outlive its server; the stream ends with it. Callbacks
/// come on a thread of the server, must not block, and may use the handle.
class event_stream {
public:
  // -- constructors -----------------------------------------------------------

  /// A stream that has ended.
  event_stream() = default;

  explicit event_stream(std::shared_ptr<internal::stream_state> state) noexcept;

  event_stream(event_stream&&) noexcept = default;
  event_stream& operator=(event_stream&& other) noexcept;
  event_stream(const event_stream&) = delete;
  event_stream& operator=(const event_stream&) = delete;

  ~event_stream();

  // -- mutators ---------------------------------------------------------------

  /// Sends a chunk behind all others. False when the stream has ended, or ends
  /// by this: the client has taken so little that the bounds of
  /// `server_limits` are reached.
  ///
  /// Positions are the application's (a sequence, say) and only rise.
  bool write(chunk bytes, std::uint64_t position);

  /// Ends the stream behind what was written to it.
  void finish();

  /// Ends the stream with the last words; what waits is not sent. Has no effect
  /// on one that ends already.
  void cut();

  // -- observers --------------------------------------------------------------

  /// Whether a write has a chance.
  [[nodiscard]] bool open() const;

private:
  std::shared_ptr<internal::stream_state> state_;
};

} // namespace libsig::http
