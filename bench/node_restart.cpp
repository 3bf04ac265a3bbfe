// How long the built node takes from its start until it listens, on a store
// with many records and open reviews, all of which it takes up again.
//
// The reference is what reading the store's whole file takes.
//
//   bench_node_restart [RECORDS] [OPEN REVIEWS] [FOLDER]

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "apps/pipeline/built_in_pipeline.hpp"
#include "bench/support.hpp"
#include "libsig/journal/sqlite_journal.hpp"
#include "libsig/runtime/runtime.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/node_process.hpp"

namespace {

using namespace libsig;
namespace fs = std::filesystem;

constexpr int starts = 3;

[[nodiscard]] draft event_with(std::size_t number) {
  draft made;
  made.id = "event-" + std::to_string(number);
  made.source = "/agents/builder-7";
  made.type = "build.finished";
  made.data = event_data::json(R"({"project":"libsig","log":")"
                               + std::string(200, 'x') + R"("})");
  return made;
}

[[nodiscard]] draft review_with(std::size_t number) {
  const auto id = "review-" + std::to_string(number);
  draft made;
  made.id = id;
  made.source = "/synapse/reviews";
  made.type = "review.request";
  made.data = event_data::json(
    R"({"review_id":")" + id
    + R"(","diff":"--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-a\n+b\n",)"
      R"("metadata":{"options":{"timeout_ms":3600000}}})");
  return made;
}

/// Admits what clients would send, with nobody there who takes the reviews.
void fill(const std::string& path, std::size_t records, std::size_t reviews) {
  runtime::options how;
  how.contracts = bench::expect(pipeline::make_contracts());
  journal::store_options store;
  store.path = path;
  store.durability = journal::durability::relaxed;
  how.log = bench::expect(journal::open_sqlite_journal(std::move(store)));
  auto node = bench::expect(runtime::start(std::move(how)));
  const auto every = records / reviews;
  std::atomic<std::size_t> under_way{0};
  for (std::size_t at = 0; at < records; ++at) {
    under_way.fetch_add(1);
    node->publish(at % every == 0 ? review_with(at) : event_with(at),
                  [&under_way](const result<journal::receipt>& got) {
                    if (!got) {
                      std::fprintf(stderr, "%s\n",
                                   got.error().message().c_str());
                      std::exit(1);
                    }
                    under_way.fetch_sub(1);
                  });
    while (under_way.load() > 4'096) {
      std::this_thread::yield();
    }
  }
  if (!node->wait_idle(std::chrono::minutes{1})) {
    std::exit(1);
  }
  node->stop();
}

/// Seconds to read all of a file, which brings it into memory.
[[nodiscard]] double read_whole(const std::string& path) {
  const auto begin = std::chrono::steady_clock::now();
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  std::vector<char> room(1u << 20);
  while (::read(file, room.data(), room.size()) > 0) {
  }
  ::close(file);
  return bench::seconds_since(begin);
}

/// How many reviews the log says are done.
[[nodiscard]] std::size_t summaries(std::uint16_t port, std::size_t after) {
  std::size_t found = 0;
  std::string from{std::to_string(after)};
  for (;;) {
    test::client to{port};
    to.send("GET /v1/signals?limit=1000&type=review.summary&after=" + from
            + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    const auto page = to.read_answer();
    for (std::size_t at = 0; (at = page.find("\"type\":\"review.summary\"", at))
                             != std::string::npos;
         ++at) {
      ++found;
    }
    const auto next = page.rfind("\"next\":\"");
    if (next == std::string::npos) {
      return found;
    }
    const auto begin = next + 8;
    from = page.substr(begin, page.find('"', begin) - begin);
  }
}

} // namespace

int main(int argc, char** argv) {
  const auto records = bench::argument(argc, argv, 1, 1'000'000);
  const auto reviews = bench::argument(argc, argv, 2, 10'000);
  const fs::path folder{argc > 3 ? argv[3] : "bench-node-restart"};
  fs::remove_all(folder);
  fs::create_directories(folder / "node");
  const auto kept = (folder / "kept.db").string();
  const auto used = (folder / "node" / "signals.db").string();
  fill(kept, records, reviews);
  std::vector<double> ready;
  std::vector<double> reading;
  std::size_t resident = 0;
  double until_done = 0;
  for (int start = 0; start < starts; ++start) {
    // What the node does to its store is not to help the next start.
    fs::copy_file(kept, used, fs::copy_options::overwrite_existing);
    reading.push_back(read_whole(used));
    const auto begin = std::chrono::steady_clock::now();
    test::node_process node{{SIGD_PROGRAM, (folder / "node").string()}};
    if (!node.ready()) {
      std::fprintf(stderr, "benchmark failed: the node does not start\n");
      return 1;
    }
    ready.push_back(bench::seconds_since(begin));
    if (start + 1 == starts) {
      while (summaries(node.port(), records) < reviews
             && bench::seconds_since(begin) < 120) {
        ::poll(nullptr, 0, 200);
      }
      until_done = bench::seconds_since(begin);
      resident = node.resident_kib_max();
    }
    (void)node.end(SIGKILL);
    fs::remove(used + "-wal");
  }
  const auto bytes = fs::file_size(kept);
  fs::remove_all(folder);
  const auto seconds = bench::median(ready);
  std::printf("{\"bench\":\"node_restart\",\"records\":%zu,"
              "\"open_reviews\":%zu,\"store_mb\":%.0f,\"ready_s\":%.3f,"
              "\"target_s\":5,\"read_file_s\":%.3f,\"ratio\":%.2f,"
              "\"all_reviews_done_s\":%.2f,\"rss_max_mb\":%.0f}\n",
              records, reviews, static_cast<double>(bytes) / 1e6, seconds,
              bench::median(reading), seconds / bench::median(reading),
              until_done, static_cast<double>(resident) / 1024);
  return 0;
}
