// How many small requests a second the transport answers over 64 keep-alive
// connections, and how that compares with the least that Beast needs: a loop of
// its own read, a constant answer, its own write. Client and server share the
// machine. Arguments: seconds, connections, threads of each server.

#include "libsig/http/server.hpp"

#include "support.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using steady = std::chrono::steady_clock;

constexpr std::size_t body_bytes = 600;

// -- the transport ------------------------------------------------------------

class constant final : public libsig::http::application {
public:
  std::optional<libsig::http::response> admit(libsig::http::request&) override {
    return std::nullopt;
  }

  void handle(libsig::http::request, libsig::http::responder answer) override {
    libsig::http::response made;
    made.status = 202;
    answer.answer(std::move(made));
  }
};

// -- bare Beast ---------------------------------------------------------------

class bare_session : public std::enable_shared_from_this<bare_session> {
public:
  explicit bare_session(tcp::socket socket) : socket_{std::move(socket)} {}

  void read() {
    request_ = {};
    beast::http::async_read(
      socket_, buffer_, request_,
      [self = shared_from_this()](beast::error_code reason, std::size_t) {
        if (!reason) {
          self->write();
        }
      });
  }

private:
  void write() {
    answer_ = {beast::http::status::accepted, 11};
    answer_.keep_alive(true);
    answer_.prepare_payload();
    beast::http::async_write(
      socket_, answer_,
      [self = shared_from_this()](beast::error_code reason, std::size_t) {
        if (!reason) {
          self->read();
        }
      });
  }

  tcp::socket socket_;
  beast::flat_buffer buffer_;
  beast::http::request<beast::http::string_body> request_;
  beast::http::response<beast::http::empty_body> answer_;
};

class bare_server {
public:
  explicit bare_server(std::size_t threads) {
    for (std::size_t at = 0; at < threads; ++at) {
      loops_.push_back(std::make_unique<asio::io_context>(1));
      guards_.emplace_back(loops_.back()->get_executor());
    }
    acceptor_.emplace(*loops_.front(),
                      tcp::endpoint{asio::ip::address_v4::loopback(), 0});
    accept();
    for (const auto& each : loops_) {
      threads_.emplace_back([&loop = *each] { loop.run(); });
    }
  }

  ~bare_server() {
    for (const auto& each : loops_) {
      each->stop();
    }
    for (auto& each : threads_) {
      each.join();
    }
  }

  [[nodiscard]] std::uint16_t port() const {
    return acceptor_->local_endpoint().port();
  }

private:
  void accept() {
    acceptor_->async_accept(
      *loops_[next_++ % loops_.size()],
      [this](beast::error_code reason, tcp::socket socket) {
        if (!reason) {
          socket.set_option(tcp::no_delay{true});
          std::make_shared<bare_session>(std::move(socket))->read();
          accept();
        }
      });
  }

  std::vector<std::unique_ptr<asio::io_context>> loops_;
  std::vector<asio::executor_work_guard<asio::io_context::executor_type>>
    guards_;
  std::optional<tcp::acceptor> acceptor_;
  std::size_t next_ = 0;
  std::vector<std::thread> threads_;
};

// -- the load -----------------------------------------------------------------

struct outcome {
  double per_second = 0;
  double p50_us = 0;
  double p99_us = 0;
};

[[nodiscard]] int connect_to(std::uint16_t port) {
  const int made = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int yes = 1;
  ::setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
  if (::connect(made, reinterpret_cast<const sockaddr*>(&at), sizeof(at))
      != 0) {
    std::perror("connect");
    std::exit(1);
  }
  return made;
}

[[nodiscard]] std::string make_request() {
  return "POST /v1/signals HTTP/1.1\r\nHost: 127.0.0.1\r\n"
         "Content-Type: application/cloudevents+json\r\n"
         "Content-Length: "
         + std::to_string(body_bytes) + "\r\n\r\n"
         + std::string(body_bytes, 'x');
}

/// One request at a time on each connection, until the time is over.
[[nodiscard]] outcome load(std::uint16_t port, std::size_t connections,
                           double seconds) {
  const std::string request = make_request();
  const int poller = ::epoll_create1(0);
  std::vector<int> sockets;
  std::vector<steady::time_point> sent(connections);
  std::vector<double> latencies;
  const auto send = [&](std::size_t at) {
    sent[at] = steady::now();
    if (::send(sockets[at], request.data(), request.size(), MSG_NOSIGNAL)
        != static_cast<ssize_t>(request.size())) {
      std::perror("send");
      std::exit(1);
    }
  };
  for (std::size_t at = 0; at < connections; ++at) {
    sockets.push_back(connect_to(port));
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = at;
    ::epoll_ctl(poller, EPOLL_CTL_ADD, sockets[at], &event);
    send(at);
  }
  const auto begin = steady::now();
  std::array<epoll_event, 64> events{};
  std::array<char, 4096> answer{};
  while (bench::seconds_since(begin) < seconds) {
    const int count = ::epoll_wait(poller, events.data(),
                                   static_cast<int>(events.size()), 1'000);
    for (int each = 0; each < count; ++each) {
      const auto at = static_cast<std::size_t>(
        events[static_cast<std::size_t>(each)].data.u64);
      // The answer is small and has no body: it comes in one piece.
      const auto got = ::recv(sockets[at], answer.data(), answer.size(), 0);
      if (got < 12 || std::string_view{answer.data() + 9, 3} != "202") {
        std::fprintf(stderr, "benchmark failed: not a 202\n");
        std::exit(1);
      }
      latencies.push_back(
        std::chrono::duration<double, std::micro>(steady::now() - sent[at])
          .count());
      send(at);
    }
  }
  const double took = bench::seconds_since(begin);
  for (const int each : sockets) {
    ::close(each);
  }
  ::close(poller);
  outcome made;
  made.per_second = static_cast<double>(latencies.size()) / took;
  made.p50_us = bench::percentile(latencies, 50);
  made.p99_us = bench::percentile(latencies, 99);
  return made;
}

[[nodiscard]] libsig::http::route_table make_routes() {
  libsig::http::route made;
  made.method = "POST";
  made.path = "/v1/signals";
  made.body_limit = 8u << 20;
  return bench::expect(libsig::http::route_table::make({made}));
}

} // namespace

int main(int argc, char** argv) {
  const auto seconds = static_cast<double>(bench::argument(argc, argv, 1, 2));
  const auto connections = bench::argument(argc, argv, 2, 64);
  const auto threads = bench::argument(argc, argv, 3, 1);

  constant what;
  libsig::http::server_options options;
  options.threads = threads;
  auto ours = bench::expect(
    libsig::http::server::start(options, make_routes(), what, nullptr));
  bare_server bare{threads};

  // In turns, so that a slow moment of the machine hits both.
  std::vector<outcome> of_ours;
  std::vector<outcome> of_bare;
  for (int turn = 0; turn < 3; ++turn) {
    of_ours.push_back(
      load(ours.listening().front().port, connections, seconds));
    of_bare.push_back(load(bare.port(), connections, seconds));
  }
  const auto best = [](const std::vector<outcome>& all) {
    return *std::ranges::max_element(all, {}, &outcome::per_second);
  };
  const auto mine = best(of_ours);
  const auto theirs = best(of_bare);
  std::printf("{\"bench\":\"http_transport\",\"connections\":%zu,"
              "\"threads\":%zu,\"requests_per_s\":%.0f,\"p50_us\":%.0f,"
              "\"p99_us\":%.0f,\"bare_beast_per_s\":%.0f,"
              "\"bare_p50_us\":%.0f,\"bare_p99_us\":%.0f,\"ratio\":%.2f}\n",
              connections, threads, mine.per_second, mine.p50_us, mine.p99_us,
              theirs.per_second, theirs.p50_us, theirs.p99_us,
              mine.per_second / theirs.per_second);
  return 0;
}
