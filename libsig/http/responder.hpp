#pragma once

#include <functional>
#include <memory>

#include "libsig/http/event_stream.hpp"
#include "libsig/http/response.hpp"

namespace libsig::http {

namespace internal {
class exchange;
}

/// The right and the duty to answer one request, exactly once, from any thread.
///
/// One that is destroyed without an answer answers 500, and the observer is
/// told. It may outlive its connection and its server; answers then go nowhere.
class responder {
public:
  /// Told whether the answer's last byte was written without error. Called once
  /// on a thread of the server; must not block.
  using written_callback = std::function<void(bool written)>;

  // -- constructors -----------------------------------------------------------

  /// One that has answered.
  responder() = default;

  explicit responder(std::shared_ptr<internal::exchange> exchange) noexcept;

  responder(responder&&) noexcept = default;
  responder& operator=(responder&& other) noexcept;
  responder(const responder&) = delete;
  responder& operator=(const responder&) = delete;

  ~responder();

  // -- mutators ---------------------------------------------------------------

  /// Answers. Does nothing when it has answered.
  void answer(response what);

  /// The same, and tells what became of it.
  void answer(response what, written_callback written);

  /// Answers with a stream. The connection ends with it, and requests that the
  /// client sent behind this one are not answered. Gives a stream that has
  /// ended when this has answered.
  [[nodiscard]] event_stream stream(stream_options options);

  /// Asks to be told when the client goes away before it is answered: it closed
  /// the connection, or its sending side of it. Called at most once, on a
  /// thread of the server, or within this call when it is so already. An answer
  /// may still be given; whether it arrives is open. The latest callback holds.
  void on_gone(std::function<void()> callback);

  /// The request's body was read and is not kept: it does not count among the
  /// bytes of bodies in flight any more.
  void release_body() noexcept;

  // -- observers --------------------------------------------------------------

  /// Whether there is still something to answer.
  [[nodiscard]] explicit operator bool() const noexcept;

private:
  void drop() noexcept;

  std::shared_ptr<internal::exchange> exchange_;
};

} // namespace libsig::http
