#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

/// A receiver of webhooks on loopback that answers what a test tells it to.
namespace libsig::testing {

/// One request, as it came.
struct received_post {
  std::string head;
  std::string body;

  /// The value of a field of the head, by its name in any case; empty when it
  /// is not there.
  [[nodiscard]] std::string field(std::string_view name) const {
    const auto lower = [](std::string_view text) {
      std::string made{text};
      std::ranges::transform(made, made.begin(), [](unsigned char each) {
        return static_cast<char>(std::tolower(each));
      });
      return made;
    };
    const auto all = lower(head);
    const auto at = all.find("\r\n" + lower(name) + ": ");
    if (at == std::string::npos) {
      return {};
    }
    const auto from = at + name.size() + 4;
    return head.substr(from, head.find("\r\n", from) - from);
  }
};

/// How a request is answered.
struct scripted_answer {
  unsigned status = 200;
  /// Whole lines.
  std::string fields = {};
  std::string body = {};
  /// The connection is closed without a word.
  bool closes = false;
  /// Nothing is answered, ever.
  bool hangs = false;
  /// The connection stays open for the next request.
  bool keeps = false;
};

class receiver {
public:
  explicit receiver(const char* address = "127.0.0.1", std::uint16_t port = 0)
    : bell_{::eventfd(0, EFD_CLOEXEC)} {
    listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    ::setsockopt(listening_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    ::inet_pton(AF_INET, address, &at.sin_addr);
    socklen_t size = sizeof at;
    if (::bind(listening_, reinterpret_cast<sockaddr*>(&at), size) != 0
        || ::listen(listening_, 64) != 0
        || ::getsockname(listening_, reinterpret_cast<sockaddr*>(&at), &size)
             != 0) {
      throw std::runtime_error{"cannot listen"};
    }
    port_ = ntohs(at.sin_port);
    thread_ = std::thread{[this] { serve(); }};
  }

  receiver(const receiver&) = delete;
  receiver& operator=(const receiver&) = delete;

  ~receiver() {
    const std::uint64_t one = 1;
    static_cast<void>(!::write(bell_, &one, sizeof one));
    thread_.join();
    for (const auto each : held_) {
      ::close(each);
    }
    ::close(listening_);
    ::close(bell_);
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

  [[nodiscard]] std::string url(std::string_view host = "127.0.0.1") const {
    return "http://" + std::string{host} + ":" + std::to_string(port_)
           + "/hook";
  }

  /// What the next requests are answered; afterwards 200.
  void answer(std::vector<scripted_answer> with) {
    const std::lock_guard lock{mutex_};
    answers_.assign(with.begin(), with.end());
  }

  /// What every request is answered that has no answer of its own.
  void answer_all(scripted_answer with) {
    const std::lock_guard lock{mutex_};
    usual_ = std::move(with);
  }

  /// The requests so far, once there are so many of them; fewer when they do
  /// not come.
  [[nodiscard]] std::vector<received_post> posts(std::size_t at_least) {
    std::unique_lock lock{mutex_};
    came_.wait_for(lock, std::chrono::seconds{20},
                   [&] { return posts_.size() >= at_least; });
    return posts_;
  }

  [[nodiscard]] std::size_t connections() {
    const std::lock_guard lock{mutex_};
    return connections_;
  }

private:
  /// Whether there is something to read before the end.
  [[nodiscard]] bool wait_for(int descriptor) const {
    std::array<pollfd, 2> wait{{{descriptor, POLLIN, 0}, {bell_, POLLIN, 0}}};
    return ::poll(wait.data(), wait.size(), -1) > 0 && wait[1].revents == 0;
  }

  void serve() {
    while (wait_for(listening_)) {
      const auto taken = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
      {
        const std::lock_guard lock{mutex_};
        ++connections_;
      }
      while (converse(taken)) {
      }
    }
  }

  /// One request and its answer; whether there is another one.
  bool converse(int with) {
    received_post got;
    if (!read(with, got)) {
      ::close(with);
      return false;
    }
    scripted_answer next;
    {
      const std::lock_guard lock{mutex_};
      next = usual_;
      if (!answers_.empty()) {
        next = answers_.front();
        answers_.pop_front();
      }
      posts_.push_back(std::move(got));
    }
    came_.notify_all();
    if (next.hangs) {
      held_.push_back(with);
      return false;
    }
    if (!next.closes) {
      send(with, next);
    }
    if (!next.keeps) {
      ::shutdown(with, SHUT_WR);
      ::close(with);
    }
    return next.keeps;
  }

  bool read(int from, received_post& into) const {
    std::string bytes;
    std::size_t end = std::string::npos;
    std::size_t whole = 0;
    while (end == std::string::npos || bytes.size() < whole) {
      std::array<char, 65'536> room{};
      const auto got =
        wait_for(from) ? ::recv(from, room.data(), room.size(), 0) : 0;
      if (got <= 0) {
        return false;
      }
      bytes.append(room.data(), static_cast<std::size_t>(got));
      end = bytes.find("\r\n\r\n");
      if (end != std::string::npos && whole == 0) {
        into.head = bytes.substr(0, end + 2);
        const auto length = into.field("content-length");
        whole = end + 4 + (length.empty() ? 0 : std::stoul(length));
      }
    }
    into.body = bytes.substr(end + 4);
    return true;
  }

  static void send(int to, const scripted_answer& what) {
    std::string text =
      "HTTP/1.1 " + std::to_string(what.status) + " X\r\n" + what.fields
      + "Content-Length: " + std::to_string(what.body.size()) + "\r\n\r\n";
    text += what.body;
    std::string_view left{text};
    while (!left.empty()) {
      const auto sent = ::send(to, left.data(), left.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        return;
      }
      left.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  int listening_ = -1;
  const int bell_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::condition_variable came_;
  std::deque<scripted_answer> answers_;
  scripted_answer usual_;
  std::vector<received_post> posts_;
  std::size_t connections_ = 0;
  std::vector<int> held_;
  std::thread thread_;
};

} // namespace libsig::testing
