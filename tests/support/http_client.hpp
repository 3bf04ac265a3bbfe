#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

/// A raw client over loopback, so that tests decide about every byte. Reads end
/// after a deadline that only a failing test reaches.
namespace test {

inline constexpr int patience_ms = 20'000;

class client {
public:
  explicit client(std::uint16_t port, int receive_buffer = 0)
    : descriptor_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    if (receive_buffer > 0) {
      ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer,
                   sizeof(receive_buffer));
    }
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ =
      ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&at), sizeof(at))
      == 0;
  }

  client(client&& other) noexcept
    : descriptor_{std::exchange(other.descriptor_, -1)},
      connected_{other.connected_}, buffer_{std::move(other.buffer_)} {}
  client& operator=(client&&) = delete;

  ~client() { close(); }

  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] int descriptor() const { return descriptor_; }

  /// Sends all, or as much as the other side takes before it closes.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent =
        ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        return false;
      }
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  void end_sending() { ::shutdown(descriptor_, SHUT_WR); }

  void close() {
    if (descriptor_ >= 0) {
      ::close(std::exchange(descriptor_, -1));
    }
  }

  /// Closes so that the other side sees a reset.
  void reset() {
    const linger now{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    close();
  }

  /// Whether something comes, the end included, within so many milliseconds.
  [[nodiscard]] bool readable(int within_ms) {
    pollfd wait{descriptor_, POLLIN, 0};
    return ::poll(&wait, 1, within_ms) == 1;
  }

  /// Everything up to the text, which is included; all there is when the end or
  /// the deadline comes first.
  std::string read_until(std::string_view text) {
    std::size_t at = 0;
    while ((at = buffer_.find(text)) == std::string::npos) {
      if (!receive()) {
        return std::exchange(buffer_, {});
      }
    }
    auto taken = buffer_.substr(0, at + text.size());
    buffer_.erase(0, at + text.size());
    return taken;
  }

  /// So many bytes, or fewer when the end comes first.
  std::string read_exactly(std::size_t bytes) {
    while (buffer_.size() < bytes && receive()) {
    }
    auto taken = buffer_.substr(0, bytes);
    buffer_.erase(0, taken.size());
    return taken;
  }

  /// Everything until the other side closes.
  std::string read_all() {
    while (receive()) {
    }
    return std::exchange(buffer_, {});
  }

  /// The head of the next answer and, by its length, its body.
  std::string read_answer() {
    auto head = read_until("\r\n\r\n");
    constexpr std::string_view length = "Content-Length: ";
    const auto at = head.find(length);
    if (at == std::string::npos) {
      return head;
    }
    const auto bytes = std::stoul(head.substr(at + length.size()));
    return head + read_exactly(bytes);
  }

  /// Whether the other side has closed, with nothing more to read.
  [[nodiscard]] bool ended() { return read_all().empty() && end_; }

private:
  bool receive() {
    if (end_ || !readable(patience_ms)) {
      return false;
    }
    std::array<char, 65'536> room{};
    const auto got = ::recv(descriptor_, room.data(), room.size(), 0);
    if (got <= 0) {
      end_ = true;
      return false;
    }
    buffer_.append(room.data(), static_cast<std::size_t>(got));
    return true;
  }

  int descriptor_ = -1;
  bool connected_ = false;
  bool end_ = false;
  std::string buffer_;
};

} // namespace test
