// What do 100,000 parked waits on 10,000 topics of ten callers cost: memory,
// processor time while nothing happens, and until all are woken?
//
// Reference: 1 KiB each, and the same runtime without waits.

#include <atomic>
#include <cstdio>
#include <fstream>
#include <thread>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include "bench/topic_support.hpp"

namespace {

using namespace libsig;
using bench::steady;

constexpr std::size_t callers = 10;

[[nodiscard]] double resident_bytes() {
  std::ifstream from{"/proc/self/statm"};
  double whole = 0;
  double resident = 0;
  from >> whole >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

[[nodiscard]] double processor_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec)
           + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

/// The share of a processor that is used while nothing happens.
[[nodiscard]] double idle_share() {
  constexpr std::chrono::seconds idle{5};
  const auto before = processor_seconds();
  std::this_thread::sleep_for(idle);
  return (processor_seconds() - before)
         / std::chrono::duration<double>(idle).count();
}

/// Answers once everything that was asked before has been handled.
void settle_down(runtime& on) {
  std::atomic<bool> done{false};
  on.ask(topic::actor_name, std::make_shared<topic::settle_request>(),
         [&](result<actor::reply_ptr> got) {
           bench::expect(std::move(got));
           done.store(true);
           done.notify_one();
         });
  done.wait(false);
}

[[nodiscard]] std::string topic_of(std::size_t number) {
  return "signal:bench:topic:" + std::to_string(number);
}

} // namespace

int main(int argc, char** argv) {
  const auto waits = bench::argument(argc, argv, 1, 100'000);
  const auto topics = bench::argument(argc, argv, 2, 10'000);
  const auto on = bench::start_topics(topics + 1);
  settle_down(*on);
  const auto at_rest = idle_share();
  const auto bytes_before = resident_bytes();
  std::atomic<std::size_t> answered{0};
  const auto parking = steady::now();
  for (std::size_t number = 0; number < waits; ++number) {
    on->ask(topic::actor_name,
            bench::wait_on(topic_of(number % topics),
                           "caller " + std::to_string(number % callers)),
            [&answered](result<actor::reply_ptr> got) {
              static_cast<void>(bench::hit(bench::expect(std::move(got))));
              ++answered;
            });
    if (number % 10'000 == 0) {
      settle_down(*on);
    }
  }
  settle_down(*on);
  const auto parked_per_second =
    static_cast<double>(waits) / bench::seconds_since(parking);
  const auto bytes = resident_bytes() - bytes_before;

  const auto with_waits = idle_share();

  const auto waking = steady::now();
  for (std::size_t number = 0; number < topics; ++number) {
    on->publish(
      bench::timed_message(topic_of(number), waking),
      [](result<journal::receipt> got) { bench::expect(std::move(got)); });
  }
  while (answered.load() < waits) {
    std::this_thread::yield();
  }
  const auto each = bytes / static_cast<double>(waits);
  std::printf("{\"bench\":\"topic_parked\",\"waits\":%zu,\"topics\":%zu,"
              "\"bytes_each\":%.0f,\"reference_bytes\":1024,\"ratio\":%.2f,"
              "\"idle_share\":%.5f,\"idle_share_without_waits\":%.5f,"
              "\"target_idle_share\":0.005,"
              "\"parked_per_second\":%.0f,\"all_woken_ms\":%.0f}\n",
              waits, topics, each, each / 1024.0, with_waits, at_rest,
              parked_per_second, bench::seconds_since(waking) * 1e3);
}
