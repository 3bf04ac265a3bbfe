#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace libsig::http::internal {

enum class io_status : std::uint8_t {
  done,    ///< some bytes were moved, or the handshake is complete
  blocked, ///< nothing can be moved now
  ended,   ///< the other side has closed its sending side
  failed,  ///< the connection is of no use any more
};

struct io_result {
  io_status status = io_status::failed;
  std::size_t bytes = 0;
  /// Of a read: whether there may be more at once.
  bool more = false;
};

/// Who is told that a transport can go on.
class transport_listener {
public:
  virtual ~transport_listener() = default;

  virtual void on_readable() = 0;
  virtual void on_writable() = 0;
};

/// A connected socket, plain or with TLS, which never blocks. One thread uses
/// it. Waits keep the listener alive and are forgotten by `close`.
class transport {
public:
  virtual ~transport() = default;

  /// Goes on with the handshake; `done` at once without TLS.
  [[nodiscard]] virtual io_result handshake() = 0;

  [[nodiscard]] virtual io_result read(std::span<char> into) = 0;

  /// Writes as much as goes of some of the pieces, in their order. Pieces are
  /// the same bytes again after `blocked`.
  [[nodiscard]] virtual io_result
  write(std::span<const std::string_view> pieces) = 0;

  /// Calls `on_readable` once when a read, or the handshake, can go on.
  virtual void when_readable(std::shared_ptr<transport_listener> listener) = 0;

  /// Calls `on_writable` once when a write can go on.
  virtual void when_writable(std::shared_ptr<transport_listener> listener) = 0;

  /// Whether bytes that were received wait inside the transport, for which no
  /// `on_readable` comes.
  [[nodiscard]] virtual bool pending() const noexcept = 0;

  /// Tells the other side that nothing more comes.
  virtual void end_writing() noexcept = 0;

  virtual void close() noexcept = 0;
};

} // namespace libsig::http::internal
