#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/http/internal/exchange.hpp"

namespace libsig::http::internal {

/// What was sent wholly by a step of `output_queue`.
struct output_done {
  /// Exchanges whose answer's last byte is among it.
  std::vector<std::shared_ptr<exchange>> answers;
  /// Chunks of a stream, their bytes, and the last one's position.
  std::size_t chunks = 0;
  std::size_t bytes = 0;
  std::uint64_t position = 0;
};

/// What a connection has to send, in order. Small answers are joined, so that
/// those of a pipeline leave in one write; shared bytes are never copied.
class output_queue {
public:
  static constexpr std::size_t pieces_at_once = 64;

  // -- mutators ---------------------------------------------------------------

  /// A text to append the head of an answer, or a small one whole, to.
  [[nodiscard]] std::string& text();

  /// Appends bytes: copied when there are few, else taken.
  void append(std::string bytes);
  void append(chunk bytes);

  /// Appends a chunk of a stream.
  void append(stream_item item);

  /// Names the exchange whose answer ends here. There must be bytes.
  void end_of(std::shared_ptr<exchange> answer);

  /// Forgets the chunks of a stream of which nothing was sent.
  void forget_chunks();

  /// Counts bytes as sent.
  void advance(std::size_t bytes, output_done& done);

  /// All exchanges whose answers were not sent wholly.
  [[nodiscard]] std::vector<std::shared_ptr<exchange>> clear();

  // -- observers --------------------------------------------------------------

  [[nodiscard]] bool empty() const noexcept { return first_ == pieces_.size(); }

  [[nodiscard]] std::size_t pieces() const noexcept {
    return pieces_.size() - first_;
  }

  /// The position of the chunk that was begun and not sent wholly; 0 when there
  /// is none.
  [[nodiscard]] std::uint64_t begun_position() const noexcept;

  /// The next bytes to send.
  [[nodiscard]] std::span<const std::string_view>
  gather(std::array<std::string_view, pieces_at_once>& into) const noexcept;

private:
  struct piece {
    std::string own;
    chunk shared;
    bool of_stream = false;
    std::uint64_t position = 0;
    std::vector<std::shared_ptr<exchange>> ends;

    [[nodiscard]] std::string_view bytes() const noexcept {
      return shared ? std::string_view{*shared} : std::string_view{own};
    }
  };

  // Larger ones are not joined.
  static constexpr std::size_t joined_bytes = 16u << 10;

  [[nodiscard]] piece& next();

  std::vector<piece> pieces_;
  std::size_t first_ = 0;
  // Of the first piece.
  std::size_t sent_ = 0;
  // A text that was sent, for the next one.
  std::string spare_;
};

} // namespace libsig::http::internal
