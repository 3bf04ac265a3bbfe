// What the built node uses while nobody wants anything of it: fresh, and after
// some work.
//
//   bench_node_at_rest [SECONDS] [FOLDER]

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>

#include "bench/http_load.hpp"
#include "bench/support.hpp"
#include "tests/support/node_process.hpp"

namespace {

struct usage {
  double megabytes = 0;
  double percent = 0;
};

[[nodiscard]] usage measure(const test::node_process& node, int seconds) {
  const auto begin = std::chrono::steady_clock::now();
  const auto used = node.processor_seconds();
  ::poll(nullptr, 0, seconds * 1'000);
  usage made;
  made.percent =
    100 * (node.processor_seconds() - used) / bench::seconds_since(begin);
  made.megabytes = static_cast<double>(node.resident_kib()) / 1024;
  return made;
}

} // namespace

int main(int argc, char** argv) {
  const auto seconds = static_cast<int>(bench::argument(argc, argv, 1, 10));
  const std::filesystem::path folder{argc > 2 ? argv[2] : "bench-node-at-rest"};
  std::filesystem::remove_all(folder);
  test::node_process node{{SIGD_PROGRAM, folder.string()}};
  if (!node.ready()) {
    bench::give_up("the node does not start");
  }
  const auto fresh = measure(node, seconds);
  {
    bench::publish_request request{600};
    bench::http_load from{node.port(), 64};
    (void)from.run(5, [&]() -> const std::string& { return request.next(); });
  }
  const auto later = measure(node, seconds);
  (void)node.end(SIGTERM);
  std::filesystem::remove_all(folder);
  std::printf("{\"bench\":\"node_at_rest\",\"seconds\":%d,"
              "\"fresh_rss_mb\":%.1f,\"fresh_cpu_percent\":%.3f,"
              "\"after_work_rss_mb\":%.1f,\"after_work_cpu_percent\":%.3f,"
              "\"target_rss_mb\":30,\"target_cpu_percent\":0.5}\n",
              seconds, fresh.megabytes, fresh.percent, later.megabytes,
              later.percent);
  return 0;
}
