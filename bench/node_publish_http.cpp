// How many events of 600 bytes a second the built node takes over 64 keep-alive
// connections, each answered once it is on the disk, and how long one waits;
// beside it, in the same turns, what SQLite alone commits in batches of at most
// that many signals, and what the transport alone answers. The load comes from
// the same machine.
//
//   bench_node_publish_http [SECONDS] [CONNECTIONS] [FOLDER]

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bench/bare_store.hpp"
#include "bench/http_load.hpp"
#include "bench/support.hpp"
#include "libsig/http/server.hpp"
#include "libsig/journal/sqlite_journal.hpp"
#include "tests/support/node_process.hpp"

namespace {

constexpr int turns = 5;
constexpr std::size_t event_bytes = 600;

/// Answers as the node does, at once.
class constant final : public libsig::http::application {
public:
  std::optional<libsig::http::response> admit(libsig::http::request&) override {
    return std::nullopt;
  }

  void handle(libsig::http::request, libsig::http::responder answer) override {
    answer.answer(libsig::http::make_response(
      202, "application/json",
      R"({"id":"00-000000000001","source":"/agents/builder-7",)"
      R"("sequence":"1234567","duplicate":false})"));
  }
};

[[nodiscard]] libsig::http::route_table make_routes() {
  libsig::http::route made;
  made.method = "POST";
  made.path = "/v1/signals";
  made.body_limit = 8u << 20;
  return bench::expect(libsig::http::route_table::make({made}));
}

[[nodiscard]] bench::load_outcome
load(std::uint16_t port, std::size_t connections, double seconds) {
  bench::publish_request request{event_bytes};
  bench::http_load from{port, connections};
  return from.run(seconds,
                  [&]() -> const std::string& { return request.next(); });
}

/// Signals a second that SQLite alone commits in batches of so many.
class reference {
public:
  reference(const std::string& path, std::size_t size)
    : bare_{path + "-bare"}, size_{size} {
    libsig::journal::store_options how;
    how.path = path + "-ahead";
    log_ = bench::expect(libsig::journal::open_sqlite_journal(how));
  }

  [[nodiscard]] double measure(double seconds) {
    double in_commit = 0;
    std::size_t signals = 0;
    while (in_commit < seconds) {
      std::vector<libsig::journal::transaction> batch(size_);
      std::vector<libsig::journal::transaction*> pointers;
      for (auto& one : batch) {
        one.entries.push_back(from_.next(false));
        log_->prepare(one.entries.front());
        pointers.push_back(&one);
      }
      const auto begin = std::chrono::steady_clock::now();
      bare_.commit(pointers);
      in_commit += bench::seconds_since(begin);
      signals += size_;
    }
    return static_cast<double>(signals) / in_commit;
  }

private:
  bench::maker from_;
  bench::bare_store bare_;
  std::unique_ptr<libsig::journal::journal> log_;
  std::size_t size_;
};

[[nodiscard]] double middle(const std::vector<bench::load_outcome>& of,
                            double bench::load_outcome::*what) {
  std::vector<double> values;
  for (const auto& each : of) {
    values.push_back(each.*what);
  }
  return bench::median(std::move(values));
}

} // namespace

int main(int argc, char** argv) {
  const auto seconds = static_cast<double>(bench::argument(argc, argv, 1, 3));
  const auto connections = bench::argument(argc, argv, 2, 64);
  const std::filesystem::path folder{argc > 3 ? argv[3]
                                              : "bench-node-publish-http"};
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  test::node_process node{{SIGD_PROGRAM, (folder / "node").string()}};
  if (!node.ready()) {
    bench::give_up("the node does not start");
  }
  constant what;
  auto transport = bench::expect(
    libsig::http::server::start({}, make_routes(), what, nullptr));
  reference bare{(folder / "reference.db").string(), connections};

  std::vector<bench::load_outcome> of_node;
  std::vector<bench::load_outcome> of_transport;
  std::vector<double> of_bare;
  (void)load(node.port(), connections, 1);
  const auto before = node.processor_seconds();
  double published = 0;
  for (int turn = 0; turn < turns; ++turn) {
    of_node.push_back(load(node.port(), connections, seconds));
    published += of_node.back().per_second * seconds;
    of_transport.push_back(
      load(transport.listening().front().port, connections, 0.5));
    of_bare.push_back(bare.measure(0.5));
  }
  const auto used = node.processor_seconds() - before;
  const auto resident = node.resident_kib();
  const auto status = node.end(SIGTERM);
  std::filesystem::remove_all(folder);

  using bench::load_outcome;
  const auto rate = middle(of_node, &load_outcome::per_second);
  const auto bare_rate = bench::median(of_bare);
  const auto transport_rate = middle(of_transport, &load_outcome::per_second);
  std::printf("{\"bench\":\"node_publish_http\",\"connections\":%zu,"
              "\"event_bytes\":%zu,\"per_s\":%.0f,\"p50_ms\":%.2f,"
              "\"p99_ms\":%.2f,\"max_ms\":%.1f,\"target_per_s\":25000,"
              "\"target_p99_ms\":25,\"bare_sqlite_per_s\":%.0f,"
              "\"to_bare_sqlite\":%.2f,\"transport_per_s\":%.0f,"
              "\"to_transport\":%.2f,\"node_cpu_us_each\":%.1f,"
              "\"node_rss_kib\":%zu,\"exit\":%d}\n",
              connections, event_bytes, rate,
              middle(of_node, &load_outcome::p50_ms),
              middle(of_node, &load_outcome::p99_ms),
              middle(of_node, &load_outcome::max_ms), bare_rate,
              rate / bare_rate, transport_rate, rate / transport_rate,
              used / published * 1e6, resident, status);
  return 0;
}
