// How long it takes from sending a signal to the built node until its event is
// at a client that waits on a stream, full durability: for one publisher, and
// beside a load of others. The reference is what SQLite alone takes for a
// commit of one signal on the same disk.
//
//   bench_node_stream [EVENTS] [LOAD CONNECTIONS] [FOLDER]

#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "bench/bare_store.hpp"
#include "bench/http_load.hpp"
#include "bench/support.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/node_process.hpp"

namespace {

using steady = std::chrono::steady_clock;

struct latency {
  double p50_ms = 0;
  double p99_ms = 0;
};

[[nodiscard]] latency sum_up(std::vector<double> values) {
  return {bench::percentile(values, 50), bench::percentile(values, 99)};
}

[[nodiscard]] std::string request_with(const std::string& id) {
  const auto event = R"({"specversion":"1.0","id":")" + id
                     + R"(","source":"/me","type":"probe.sent",)"
                       R"("data":{"text":")"
                     + std::string(500, 'x') + "\"}}";
  return "POST /v1/signals HTTP/1.1\r\nHost: 127.0.0.1\r\n"
         "Content-Type: application/cloudevents+json\r\nContent-Length: "
         + std::to_string(event.size()) + "\r\n\r\n" + event;
}

/// One signal after the other: from sending it until its event is there.
[[nodiscard]] latency measure(std::uint16_t port, std::size_t events,
                              const std::string& name) {
  test::client stream{port};
  stream.send("GET /v1/stream?pattern=probe.* HTTP/1.1\r\nHost: "
              "127.0.0.1\r\n\r\n");
  stream.read_until("retry: 1000\n\n");
  test::client publisher{port};
  std::vector<double> found;
  for (std::size_t at = 0; at < events; ++at) {
    const auto id = name + std::to_string(at);
    const auto request = request_with(id);
    const auto begin = steady::now();
    publisher.send(request);
    const auto event = stream.read_until("\"" + id + "\"");
    found.push_back(
      std::chrono::duration<double, std::milli>(steady::now() - begin).count());
    if (!event.ends_with('"')
        || !publisher.read_answer().starts_with("HTTP/1.1 202")) {
      bench::give_up("no event");
    }
  }
  return sum_up(std::move(found));
}

[[nodiscard]] latency bare_commits(const std::string& path) {
  bench::bare_store bare{path};
  bench::maker from;
  libsig::journal::store_options ahead;
  ahead.path = path + "-ahead";
  const auto log = bench::expect(libsig::journal::open_sqlite_journal(ahead));
  std::vector<double> found;
  for (int at = 0; at < 1'000; ++at) {
    libsig::journal::transaction one;
    one.entries.push_back(from.next(false));
    log->prepare(one.entries.front());
    const auto begin = steady::now();
    bare.commit({&one});
    found.push_back(
      std::chrono::duration<double, std::milli>(steady::now() - begin).count());
  }
  return sum_up(std::move(found));
}

} // namespace

int main(int argc, char** argv) {
  const auto events = bench::argument(argc, argv, 1, 2'000);
  const auto connections = bench::argument(argc, argv, 2, 16);
  const std::filesystem::path folder{argc > 3 ? argv[3] : "bench-node-stream"};
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const auto bare = bare_commits((folder / "bare.db").string());
  test::node_process node{{SIGD_PROGRAM, (folder / "node").string()}};
  if (!node.ready()) {
    bench::give_up("the node does not start");
  }
  (void)measure(node.port(), 100, "warm-");
  const auto alone = measure(node.port(), events, "alone-");

  std::atomic<bool> over{false};
  double load_per_second = 0;
  std::thread others{[&] {
    bench::publish_request request{600};
    bench::http_load from{node.port(), connections};
    std::vector<double> rates;
    while (!over) {
      rates.push_back(
        from.run(0.5, [&]() -> const std::string& { return request.next(); })
          .per_second);
    }
    load_per_second = bench::median(rates);
  }};
  const auto beside = measure(node.port(), events, "beside-");
  over = true;
  others.join();
  (void)node.end(SIGTERM);
  std::filesystem::remove_all(folder);
  std::printf("{\"bench\":\"node_stream\",\"events\":%zu,\"p50_ms\":%.2f,"
              "\"p99_ms\":%.2f,\"target_p50_ms\":3,\"target_p99_ms\":15,"
              "\"bare_commit_p50_ms\":%.2f,\"bare_commit_p99_ms\":%.2f,"
              "\"to_bare_p50\":%.2f,\"load_per_s\":%.0f,"
              "\"load_connections\":%zu,\"beside_load_p50_ms\":%.2f,"
              "\"beside_load_p99_ms\":%.2f}\n",
              events, alone.p50_ms, alone.p99_ms, bare.p50_ms, bare.p99_ms,
              alone.p50_ms / bare.p50_ms, load_per_second, connections,
              beside.p50_ms, beside.p99_ms);
  return 0;
}
