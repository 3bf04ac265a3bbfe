// What does one message cost the built node that many wait for over HTTP: the
// memory at its highest, and the time until the last of them has its answer?
// The reference is the payload's bytes, once for each waiter.
//
//   bench_node_wait_crowd [WAITERS] [PAYLOAD_BYTES] [ROUNDS] [FOLDER]

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/http_load.hpp"
#include "bench/support.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/node_process.hpp"

namespace {

using steady = std::chrono::steady_clock;

[[nodiscard]] std::string post(const std::string& target,
                               const std::string& body) {
  return "POST " + target
         + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
           "application/json\r\nContent-Length: "
         + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// A line of a process's status, in MiB.
[[nodiscard]] double status_mib(pid_t of, std::string_view name) {
  std::ifstream from{"/proc/" + std::to_string(of) + "/status"};
  for (std::string line; std::getline(from, line);) {
    if (line.starts_with(name)) {
      return std::strtod(line.c_str() + name.size() + 1, nullptr) / 1024;
    }
  }
  bench::give_up("no such process");
}

/// Lets the highest memory begin anew.
void forget_peak(pid_t of) {
  std::ofstream{"/proc/" + std::to_string(of) + "/clear_refs"} << '5';
}

void await_parked(test::client& asker, std::size_t count) {
  const auto want = "\nlibsig_waits_parked " + std::to_string(count) + '\n';
  for (int asks = 0; asks < 3'000; ++asks) {
    asker.send("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    if (asker.read_answer().find(want) != std::string::npos) {
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  bench::give_up("they do not wait");
}

/// Many clients that wait at one topic, read by one thread.
class crowd {
public:
  crowd(std::uint16_t port, std::size_t count)
    : poller_{::epoll_create1(EPOLL_CLOEXEC)}, left_(count) {
    for (std::size_t at = 0; at < count; ++at) {
      sockets_.push_back(bench::connect_to(port));
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = at;
      ::epoll_ctl(poller_, EPOLL_CTL_ADD, sockets_.back(), &event);
    }
  }

  crowd(const crowd&) = delete;
  crowd& operator=(const crowd&) = delete;

  ~crowd() {
    for (const auto each : sockets_) {
      ::close(each);
    }
    ::close(poller_);
  }

  void begin() {
    const auto wait = post(
      "/v1/wait", R"({"topics":["crowd"],"start":"new","timeout_ms":600000})");
    for (const auto each : sockets_) {
      if (::send(each, wait.data(), wait.size(), MSG_NOSIGNAL)
          != static_cast<ssize_t>(wait.size())) {
        bench::give_up("the node does not take the request");
      }
    }
  }

  /// Reads until all have so many bytes at least of their answers' bodies.
  void read_all(std::size_t body_bytes) {
    std::ranges::fill(left_, body_bytes);
    auto waiting = sockets_.size();
    std::vector<char> room(256u << 10);
    while (waiting > 0) {
      std::array<epoll_event, 64> events{};
      const int count = ::epoll_wait(poller_, events.data(),
                                     static_cast<int>(events.size()), 60'000);
      if (count <= 0) {
        bench::give_up("no answer in 60 s");
      }
      for (int each = 0; each < count; ++each) {
        const auto at = events[static_cast<std::size_t>(each)].data.u64;
        const auto got = ::recv(sockets_[at], room.data(), room.size(), 0);
        if (got <= 0) {
          bench::give_up("the node has closed a connection");
        }
        auto& left = left_[at];
        const bool was_over = left == 0;
        left -= std::min(left, static_cast<std::size_t>(got));
        waiting -= left == 0 && !was_over ? 1U : 0U;
      }
    }
  }

private:
  int poller_ = -1;
  std::vector<int> sockets_;
  std::vector<std::size_t> left_;
};

struct figures {
  std::vector<double> last_ms;
  std::vector<double> grown_mib;
};

} // namespace

int main(int argc, char** argv) {
  const auto count = bench::argument(argc, argv, 1, 9'900);
  const auto bytes = bench::argument(argc, argv, 2, 64'000);
  const auto rounds = bench::argument(argc, argv, 3, 3);
  const std::filesystem::path folder{argc > 4 ? argv[4]
                                              : "bench-node-wait-crowd"};
  std::filesystem::remove_all(folder);
  test::node_process node{{SIGD_PROGRAM, (folder / "node").string()}};
  if (!node.ready()) {
    bench::give_up("the node does not start");
  }
  crowd waiters{node.port(), count};
  test::client sender{node.port()};
  const auto send =
    post("/v1/topics/crowd/signals", R"({"payload":{"token":"t","text":")"
                                       + std::string(bytes, 'x') + "\"}}");
  figures got;
  for (std::size_t round = 0; round < rounds; ++round) {
    waiters.begin();
    await_parked(sender, count);
    forget_peak(node.pid());
    const auto before = status_mib(node.pid(), "VmRSS");
    const auto begin = steady::now();
    sender.send(send);
    // All but some bytes as many as the head has, which the next round reads.
    waiters.read_all(bytes);
    got.last_ms.push_back(
      std::chrono::duration<double, std::milli>(steady::now() - begin).count());
    if (!sender.read_answer().starts_with("HTTP/1.1 202")) {
      bench::give_up("not sent");
    }
    got.grown_mib.push_back(status_mib(node.pid(), "VmHWM") - before);
    // Until the rest of the answers is written, too.
    std::this_thread::sleep_for(std::chrono::milliseconds{500});
  }
  (void)node.end(SIGTERM);
  std::filesystem::remove_all(folder);
  const auto reference =
    static_cast<double>(count) * static_cast<double>(bytes) / (1u << 20);
  const auto grown = *std::ranges::max_element(got.grown_mib);
  std::printf("{\"bench\":\"node_wait_crowd\",\"waiters\":%zu,"
              "\"payload_bytes\":%zu,\"rounds\":%zu,\"last_ms\":%.0f,"
              "\"grown_mib\":%.1f,\"payloads_mib\":%.0f,"
              "\"to_payloads\":%.3f}\n",
              count, bytes, rounds, bench::median(got.last_ms), grown,
              reference, grown / reference);
  return 0;
}
