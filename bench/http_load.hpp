#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/support.hpp"

/// Load over HTTP that costs little: one thread, one request at a time on each
/// of its connections.
namespace bench {

[[noreturn]] inline void give_up(const char* why) {
  std::fprintf(stderr, "benchmark failed: %s\n", why);
  std::exit(1);
}

[[nodiscard]] inline int connect_to(std::uint16_t port) {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int yes = 1;
  ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
  if (::connect(made, reinterpret_cast<const sockaddr*>(&at), sizeof(at))
      != 0) {
    give_up("cannot connect");
  }
  return made;
}

/// Requests to publish one CloudEvent each, whose ids are UUIDs of version 7 as
/// publishers of this project make them.
class publish_request {
public:
  /// Events of so many bytes.
  explicit publish_request(std::size_t event_bytes) {
    std::string event{R"({"specversion":"1.0","id":")"};
    const auto id_at = event.size();
    event += "00000000-0000-7000-8000-000000000000";
    event += R"(","source":"/agents/builder-7","type":"build.finished",)"
             R"("data":{"project":"libsig","log":")";
    event += std::string(event_bytes - event.size() - 3, 'x') + "\"}}";
    text_ = "POST /v1/signals HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            "Content-Type: application/cloudevents+json\r\nContent-Length: "
            + std::to_string(event.size()) + "\r\n\r\n";
    id_ = text_.size() + id_at;
    text_ += event;
  }

  [[nodiscard]] const std::string& next() {
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
    if (now != at_) {
      at_ = now;
      const auto value = static_cast<std::uint64_t>(now.count());
      put(0, 8, value >> 16u);
      put(9, 4, value & 0xffffu);
    }
    put(24, 12, ++count_);
    return text_;
  }

private:
  /// Writes so many hexadecimal digits into the id.
  void put(std::size_t at, std::size_t digits, std::uint64_t value) {
    for (auto place = digits; place-- > 0; value >>= 4u) {
      text_[id_ + at + place] = "0123456789abcdef"[value & 0xfu];
    }
  }

  std::string text_;
  std::size_t id_ = 0;
  std::chrono::milliseconds at_{};
  std::uint64_t count_ = 0;
};

struct load_outcome {
  double per_second = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  double max_ms = 0;
};

/// Asks on so many connections for so many seconds; each answer must be a 202.
class http_load {
public:
  using maker = std::function<const std::string&()>;

  http_load(std::uint16_t port, std::size_t connections)
    : poller_{::epoll_create1(EPOLL_CLOEXEC)}, lines_(connections) {
    for (std::size_t at = 0; at < connections; ++at) {
      lines_[at].socket = connect_to(port);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = at;
      ::epoll_ctl(poller_, EPOLL_CTL_ADD, lines_[at].socket, &event);
    }
  }

  http_load(const http_load&) = delete;
  http_load& operator=(const http_load&) = delete;

  ~http_load() {
    for (const auto& each : lines_) {
      ::close(each.socket);
    }
    ::close(poller_);
  }

  [[nodiscard]] load_outcome run(double seconds, const maker& request) {
    std::vector<double> latencies;
    latencies.reserve(1u << 20);
    const auto begin = steady::now();
    for (auto& each : lines_) {
      ask(each, request());
    }
    std::size_t under_way = lines_.size();
    while (under_way > 0) {
      std::array<epoll_event, 64> events{};
      const int count = ::epoll_wait(poller_, events.data(),
                                     static_cast<int>(events.size()), 30'000);
      if (count <= 0) {
        give_up("no answer in 30 s");
      }
      // What is under way at the end is answered, and not counted.
      const bool over = seconds_since(begin) >= seconds;
      for (int each = 0; each < count; ++each) {
        auto& line = lines_[events[static_cast<std::size_t>(each)].data.u64];
        if (!answered(line)) {
          continue;
        }
        if (over) {
          --under_way;
          continue;
        }
        latencies.push_back(
          std::chrono::duration<double, std::milli>(steady::now() - line.sent)
            .count());
        ask(line, request());
      }
    }
    load_outcome made;
    made.per_second = static_cast<double>(latencies.size()) / seconds;
    made.p50_ms = percentile(latencies, 50);
    made.p99_ms = percentile(latencies, 99);
    made.max_ms = latencies.back();
    return made;
  }

private:
  using steady = std::chrono::steady_clock;

  struct connection {
    int socket = -1;
    steady::time_point sent;
    /// An answer that has not come whole.
    std::string part;
  };

  static void ask(connection& line, const std::string& request) {
    line.sent = steady::now();
    if (::send(line.socket, request.data(), request.size(), MSG_NOSIGNAL)
        != static_cast<ssize_t>(request.size())) {
      give_up("the node does not take the request");
    }
  }

  /// Reads what is there; whether the answer is whole.
  [[nodiscard]] static bool answered(connection& line) {
    std::array<char, 4096> room{};
    const auto got = ::recv(line.socket, room.data(), room.size(), 0);
    if (got <= 0) {
      give_up("the node has closed a connection");
    }
    std::string_view text{room.data(), static_cast<std::size_t>(got)};
    if (!line.part.empty()) {
      line.part += text;
      text = line.part;
    }
    if (!is_whole(text)) {
      if (line.part.empty()) {
        line.part = text;
      }
      return false;
    }
    if (text.substr(9, 3) != "202") {
      std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()),
                   text.data());
      give_up("not a 202");
    }
    line.part.clear();
    return true;
  }

  [[nodiscard]] static bool is_whole(std::string_view text) {
    const auto end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) {
      return false;
    }
    constexpr std::string_view length = "Content-Length: ";
    const auto at = text.substr(0, end).find(length);
    const std::size_t body =
      at == std::string_view::npos
        ? 0
        : std::strtoul(text.data() + at + length.size(), nullptr, 10);
    return text.size() >= end + 4 + body;
  }

  int poller_ = -1;
  std::vector<connection> lines_;
};

} // namespace bench
