#pragma once

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace libsig::testing {

/// What systemd listens on for the state of a service, in its place.
class notify_socket {
public:
  /// `name` is a path, or `@` and an abstract name.
  explicit notify_socket(const std::string& name)
    : descriptor_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)} {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    std::copy(name.begin(), name.end(), std::begin(at.sun_path));
    if (name[0] == '@') {
      at.sun_path[0] = '\0';
    }
    const auto length =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    if (::bind(descriptor_, reinterpret_cast<const sockaddr*>(&at), length)
        != 0) {
      throw std::runtime_error{"no socket " + name};
    }
  }

  notify_socket(const notify_socket&) = delete;
  notify_socket& operator=(const notify_socket&) = delete;

  ~notify_socket() { ::close(descriptor_); }

  /// The next datagram; empty when none comes for long.
  [[nodiscard]] std::string next() const {
    constexpr int patience_ms = 20'000;
    pollfd wait{descriptor_, POLLIN, 0};
    if (::poll(&wait, 1, patience_ms) != 1) {
      return {};
    }
    std::string room(4'096, '\0');
    const auto got = ::recv(descriptor_, room.data(), room.size(), 0);
    room.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    return room;
  }

private:
  int descriptor_;
};

} // namespace libsig::testing
