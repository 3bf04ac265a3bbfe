// What idle clients of streams cost the built node: memory each, and what they
// take from the rate of publishing.
//
//   bench_node_idle_streams [CLIENTS] [SECONDS] [FOLDER]

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <sys/resource.h>

#include "bench/http_load.hpp"
#include "bench/support.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/node_process.hpp"

namespace {

constexpr int turns = 3;

/// Publishes per second on 64 connections, turn by turn.
void measure(std::uint16_t port, double seconds, std::vector<double>& into) {
  for (int turn = 0; turn < turns; ++turn) {
    bench::publish_request request{600};
    bench::http_load from{port, 64};
    into.push_back(
      from.run(seconds, [&]() -> const std::string& { return request.next(); })
        .per_second);
  }
}

/// Streams of one type each, as clients have them that wait for their own.
[[nodiscard]] std::vector<test::client> connect(std::uint16_t port,
                                                std::size_t clients) {
  std::vector<test::client> made;
  for (std::size_t at = 0; at < clients; ++at) {
    auto& one = made.emplace_back(port);
    one.send("GET /v1/stream?pattern=waits.for." + std::to_string(at)
             + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  }
  for (auto& one : made) {
    if (!one.read_until("retry: 1000\n\n").starts_with("HTTP/1.1 200")) {
      bench::give_up("a stream is refused");
    }
  }
  return made;
}

/// As many descriptors as this process may have; the node inherits it.
void raise_descriptors() {
  rlimit of{};
  ::getrlimit(RLIMIT_NOFILE, &of);
  of.rlim_cur = of.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &of);
}

} // namespace

int main(int argc, char** argv) {
  const auto clients = bench::argument(argc, argv, 1, 5'000);
  const auto seconds = static_cast<double>(bench::argument(argc, argv, 2, 2));
  const std::filesystem::path folder{argc > 3 ? argv[3]
                                              : "bench-node-idle-streams"};
  raise_descriptors();
  std::filesystem::remove_all(folder);
  test::node_process node{{SIGD_PROGRAM, folder.string()}};
  if (!node.ready()) {
    bench::give_up("the node does not start");
  }
  std::vector<double> without;
  std::vector<double> with;
  measure(node.port(), seconds, without);
  const auto before = node.resident_kib();
  std::size_t after = 0;
  double idle_cpu = 0;
  {
    const auto streams = connect(node.port(), clients);
    after = node.resident_kib();
    // Heartbeats included.
    const auto used = node.processor_seconds();
    const auto begin = std::chrono::steady_clock::now();
    ::poll(nullptr, 0, 16'000);
    idle_cpu = (node.processor_seconds() - used) / bench::seconds_since(begin);
    after = std::max(after, node.resident_kib());
    measure(node.port(), seconds, with);
  }
  measure(node.port(), seconds, without);
  (void)node.end(SIGTERM);
  std::filesystem::remove_all(folder);
  const auto alone = bench::median(without);
  const auto beside = bench::median(with);
  std::printf("{\"bench\":\"node_idle_streams\",\"clients\":%zu,"
              "\"kib_each\":%.1f,\"target_kib_each\":40,"
              "\"idle_cpu_percent\":%.2f,\"publish_per_s_without\":%.0f,"
              "\"publish_per_s_with\":%.0f,\"ratio\":%.2f,"
              "\"target_ratio\":0.8}\n",
              clients,
              (static_cast<double>(after) - static_cast<double>(before))
                / static_cast<double>(clients),
              idle_cpu * 100, alone, beside, beside / alone);
  return 0;
}
