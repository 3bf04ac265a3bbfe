// How many requests a second does an actor answer to one foreign thread, with
// one and with 64 of them on their way?
//
// Reference: a message of plain CAF to an actor that answers through the same
// counter, without ids, open requests and a reactor.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include "bench/bare_actor.hpp"
#include "bench/echo.hpp"
#include "bench/support.hpp"
#include "libsig/runtime/runtime.hpp"

namespace {

using namespace libsig;
using steady = std::chrono::steady_clock;

constexpr std::size_t threads = 2;

/// Counts answers; whoever asked waits for them.
class answers {
public:
  void count() {
    answered_.fetch_add(1, std::memory_order_release);
    answered_.notify_one();
  }

  /// Waits until so many were counted.
  void wait_for(std::uint64_t enough) const {
    for (auto seen = answered_.load(std::memory_order_acquire); seen < enough;
         seen = answered_.load(std::memory_order_acquire)) {
      answered_.wait(seen, std::memory_order_acquire);
    }
  }

private:
  std::atomic<std::uint64_t> answered_{0};
};

/// Round trips a second when `send` sends and `outstanding` are on their way.
template <class Send>
[[nodiscard]] double run(std::size_t total, std::size_t outstanding,
                         const answers& got, Send send) {
  const auto begin = steady::now();
  for (std::size_t number = 0; number < total; ++number) {
    if (number >= outstanding) {
      got.wait_for(number - outstanding + 1);
    }
    send();
  }
  got.wait_for(total);
  return static_cast<double>(total) / bench::seconds_since(begin);
}

[[nodiscard]] double run_bare(std::size_t total, std::size_t outstanding) {
  answers got;
  bench::bare_actor clerk{threads, [&got] { got.count(); }};
  return run(total, outstanding, got, [&] { clerk.send(); });
}

[[nodiscard]] double run_libsig(std::size_t total, std::size_t outstanding) {
  answers got;
  runtime::options how;
  how.contracts = std::make_shared<schema::registry>();
  how.threads = threads;
  const auto to = bench::expect(runtime::start(std::move(how)));
  actor::spec of;
  of.name = "clerk";
  of.source = "/agents/clerk";
  of.routes = {{"order.created"}};
  of.make = [](std::size_t) { return std::make_unique<bench::echo>(); };
  bench::expect(to->spawn(std::move(of)));
  return run(total, outstanding, got, [&] {
    to->ask("clerk", std::make_shared<actor::request>(),
            [&](const result<actor::reply_ptr>&) { got.count(); });
  });
}

} // namespace

int main(int argc, char** argv) {
  const auto total = bench::argument(argc, argv, 1, 200'000);
  constexpr int runs = 5;
  for (const std::size_t outstanding : {std::size_t{1}, std::size_t{64}}) {
    std::vector<double> bare;
    std::vector<double> ours;
    for (int round = 0; round < runs; ++round) {
      bare.push_back(run_bare(total, outstanding));
      ours.push_back(run_libsig(total, outstanding));
    }
    std::printf("{\"bench\":\"ask\",\"outstanding\":%zu,"
                "\"bare_caf_per_second\":%.0f,\"libsig_per_second\":%.0f,"
                "\"ratio\":%.3f}\n",
                outstanding, bench::median(bare), bench::median(ours),
                bench::median(ours) / bench::median(bare));
  }
}
