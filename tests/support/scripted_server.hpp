#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace libsig::testing {

/// A request as it came.
struct seen_request {
  std::string method;
  std::string target;
  std::string head; ///< all lines, with their ends
  std::string body;

  /// Whether a whole line of the head is this one.
  [[nodiscard]] bool has_line(std::string_view line) const {
    return head.find("\r\n" + std::string{line} + "\r\n") != std::string::npos;
  }
};

/// A whole answer; the connection ends behind it.
[[nodiscard]] inline std::string reply(unsigned status, std::string_view type,
                                       std::string_view body,
                                       std::string_view fields = {}) {
  std::string text{"HTTP/1.1 " + std::to_string(status) + " Scripted\r\n"};
  text.append("Content-Type: ").append(type).append("\r\n").append(fields);
  text += "Connection: close\r\nContent-Length: " + std::to_string(body.size());
  text.append("\r\n\r\n").append(body);
  return text;
}

[[nodiscard]] inline std::string json_reply(std::string_view body,
                                            unsigned status = 200) {
  return reply(status, "application/json", body);
}

/// A stream of events that ends behind these.
[[nodiscard]] inline std::string stream_reply(std::string_view events) {
  std::string text{"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                   "Connection: close\r\n\r\n"};
  return text.append(events);
}

/// A server on loopback that answers what a test says, one connection after the
/// other, each of one request. An empty answer hangs up.
class scripted_server {
public:
  using script = std::function<std::string(const seen_request&)>;

  explicit scripted_server(script answers)
    : answers_{std::move(answers)}, stops_{::eventfd(0, EFD_CLOEXEC)},
      listens_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const address = reinterpret_cast<sockaddr*>(&at);
    socklen_t size = sizeof(at);
    if (::bind(listens_, address, size) != 0 || ::listen(listens_, 16) != 0
        || ::getsockname(listens_, address, &size) != 0) {
      throw std::runtime_error{"no scripted server"};
    }
    port_ = ntohs(at.sin_port);
    thread_ = std::thread{[this] { serve(); }};
  }

  scripted_server(const scripted_server&) = delete;
  scripted_server& operator=(const scripted_server&) = delete;

  ~scripted_server() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto wrote = ::write(stops_, &one, sizeof(one));
    thread_.join();
    ::close(listens_);
    ::close(stops_);
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(port_);
  }

  /// All requests so far.
  [[nodiscard]] std::vector<seen_request> seen() const {
    const std::lock_guard lock{mutex_};
    return seen_;
  }

private:
  void serve() {
    for (;;) {
      std::array<pollfd, 2> waits{{{stops_, POLLIN, 0}, {listens_, POLLIN, 0}}};
      if (::poll(waits.data(), waits.size(), -1) < 0 || waits[0].revents != 0) {
        return;
      }
      const int peer = ::accept4(listens_, nullptr, nullptr, SOCK_CLOEXEC);
      if (peer >= 0) {
        converse(peer);
        ::close(peer);
      }
    }
  }

  void converse(int peer) {
    seen_request got;
    if (!read_request(peer, got)) {
      return;
    }
    {
      const std::lock_guard lock{mutex_};
      seen_.push_back(got);
    }
    const auto text = answers_(got);
    std::string_view rest{text};
    while (!rest.empty()) {
      const auto sent = ::send(peer, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        return;
      }
      rest.remove_prefix(static_cast<std::size_t>(sent));
    }
    ::shutdown(peer, SHUT_WR);
  }

  [[nodiscard]] bool read_request(int peer, seen_request& into) const {
    std::string all;
    std::size_t end = std::string::npos;
    while ((end = all.find("\r\n\r\n")) == std::string::npos) {
      if (!receive(peer, all)) {
        return false;
      }
    }
    into.head = all.substr(0, end + 4);
    into.method = all.substr(0, all.find(' '));
    const auto begin = into.method.size() + 1;
    into.target = all.substr(begin, all.find(' ', begin) - begin);
    constexpr std::string_view length = "\r\nContent-Length: ";
    const auto at = into.head.find(length);
    const auto bytes = at == std::string::npos
                         ? 0
                         : std::stoul(into.head.substr(at + length.size()));
    while (all.size() < end + 4 + bytes) {
      if (!receive(peer, all)) {
        return false;
      }
    }
    into.body = all.substr(end + 4, bytes);
    return true;
  }

  [[nodiscard]] bool receive(int peer, std::string& into) const {
    std::array<pollfd, 2> waits{{{stops_, POLLIN, 0}, {peer, POLLIN, 0}}};
    if (::poll(waits.data(), waits.size(), -1) < 0 || waits[0].revents != 0) {
      return false;
    }
    std::array<char, 65'536> room{};
    const auto got = ::recv(peer, room.data(), room.size(), 0);
    if (got > 0) {
      into.append(room.data(), static_cast<std::size_t>(got));
    }
    return got > 0;
  }

  script answers_;
  int stops_;
  int listens_;
  std::uint16_t port_ = 0;
  // The server's thread and the test share what was seen.
  mutable std::mutex mutex_;
  std::vector<seen_request> seen_;
  std::thread thread_;
};

} // namespace libsig::testing
