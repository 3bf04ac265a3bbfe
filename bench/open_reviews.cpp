// What does the coordinator keep of an open review, and how late do deadlines
// fire when a million of them are due within 20 seconds?
//
// The reviews' requests (the bodies) are made and published once without a
// coordinator and once with one; the difference of the resident memory is the
// coordinator's. The journal keeps no bodies beyond what the coordinator needs.

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actors/coordinator.hpp"
#include "bench/support.hpp"
#include "libsig/review/contracts.hpp"
#include "libsig/review/pipeline.hpp"
#include "libsig/runtime/runtime.hpp"

namespace {

using namespace libsig;
using steady = std::chrono::steady_clock;

/// Resident bytes of this process.
[[nodiscard]] double resident_bytes() {
  malloc_trim(0);
  std::ifstream statm{"/proc/self/statm"};
  double total = 0;
  double resident = 0;
  statm >> total >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

/// A specialist that never answers.
class silent final : public actor::reactor {
public:
  [[nodiscard]] actor::step on_signal(const signal_ptr&,
                                      const actor::context&) override {
    return {};
  }
};

struct lateness {
  std::vector<double> milliseconds;
  std::atomic<std::size_t> left{0};
};

[[nodiscard]] std::unique_ptr<runtime> start(bool with_coordinator) {
  auto contracts = std::make_shared<schema::registry>();
  bench::expect(review::add_contracts(*contracts));
  bench::expect(contracts->add(review::assignment_type("silent"),
                               review::assignment_contract()));
  runtime::options how;
  how.contracts = contracts;
  how.threads = 2;
  how.log = journal::make_memory_journal({1'024, 64u << 20});
  auto made = bench::expect(runtime::start(std::move(how)));
  if (with_coordinator) {
    actors::coordinator_options coordinator;
    coordinator.specialists = {"silent"};
    coordinator.shards = 2;
    bench::expect(made->spawn(
      bench::expect(actors::coordinator_spec(std::move(coordinator)))));
    actor::spec specialist;
    specialist.name = "silent";
    specialist.source = "/synapse/agents/silent";
    specialist.routes = {{review::assignment_type("silent")}};
    specialist.make = [](std::size_t) { return std::make_unique<silent>(); };
    bench::expect(made->spawn(std::move(specialist)));
  }
  return made;
}

struct workload {
  std::size_t total;
  steady::time_point first_due;
  std::chrono::milliseconds spread;
};

/// Publishes every request; request n is due at its share of the spread.
void publish(runtime& to, const workload& of) {
  const auto diff = std::make_shared<const std::string>();
  review::request empty;
  empty.diff = diff;
  const auto scope = bench::expect(review::make_scope(empty));
  for (std::size_t number = 0; number < of.total; ++number) {
    auto asked = std::make_shared<review::request>();
    asked->review_id = std::to_string(number);
    asked->diff = diff;
    asked->scope = scope;
    const auto due =
      of.first_due
      + of.spread * static_cast<int>(number) / static_cast<int>(of.total);
    asked->options.timeout =
      std::chrono::ceil<std::chrono::milliseconds>(due - steady::now());
    draft what;
    what.type = review::request_type;
    what.source = "/synapse/reviews";
    what.data = event_data::decoded(std::move(asked));
    bench::expect(to.publish(std::move(what)));
  }
}

/// Bytes of the bodies alone: the same signals, held by a list.
[[nodiscard]] double bytes_of_bodies(const workload& of) {
  auto without = start(false);
  std::vector<signal_ptr> bodies;
  bodies.reserve(of.total);
  bench::expect(without->subscribe(
    "holder", review::request_type,
    [&](const signal_ptr& what) { bodies.push_back(what); }));
  const auto before = resident_bytes();
  publish(*without, of);
  static_cast<void>(without->wait_idle(std::chrono::seconds{60}));
  return resident_bytes() - before;
}

/// The same in a process of its own: what one run gives back to the allocator
/// would hide what the next one needs.
[[nodiscard]] double bytes_of_bodies_apart(const workload& of) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) {
    std::abort();
  }
  const auto child = fork();
  if (child == 0) {
    const auto bytes = bytes_of_bodies(of);
    const auto written = write(ends[1], &bytes, sizeof(bytes));
    _exit(written == sizeof(bytes) ? 0 : 1);
  }
  double bytes = 0;
  const auto got = read(ends[0], &bytes, sizeof(bytes));
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0
      || got != sizeof(bytes)) {
    std::abort();
  }
  return bytes;
}

} // namespace

int main(int argc, char** argv) {
  using std::chrono::milliseconds;
  const auto total = bench::argument(argc, argv, 1, 1'000'000);
  const milliseconds spread{20'000};
  // Everything is open before the first one is due.
  const milliseconds head_start{2'000 + static_cast<std::int64_t>(total) / 25};

  const auto body_bytes =
    bytes_of_bodies_apart({total, steady::now() + head_start, spread});
  auto with = start(true);
  lateness seen;
  seen.milliseconds.reserve(total);
  seen.left = total;
  std::atomic<steady::time_point> first_due{};
  bench::expect(
    with->subscribe("meter", review::summary_type, [&](const signal_ptr& what) {
      const auto summary = what->data().as<review::summary>();
      const auto number = std::stoul(summary->review_id);
      const auto due =
        first_due.load()
        + spread * static_cast<int>(number) / static_cast<int>(total);
      seen.milliseconds.push_back(
        std::chrono::duration<double, std::milli>(steady::now() - due).count());
      if (--seen.left == 0) {
        seen.left.notify_one();
      }
    }));
  const auto before = resident_bytes();
  const auto begin = steady::now();
  first_due = begin + head_start;
  publish(*with, {total, first_due.load(), spread});
  static_cast<void>(with->wait_idle(std::chrono::seconds{60}));
  const auto opened = bench::seconds_since(begin);
  const auto open_bytes = resident_bytes() - before;
  for (auto left = seen.left.load(); left != 0; left = seen.left.load()) {
    seen.left.wait(left);
  }
  const auto latest = bench::percentile(seen.milliseconds, 100);
  const auto p99 = bench::percentile(seen.milliseconds, 99);
  const auto p50 = bench::percentile(seen.milliseconds, 50);
  with.reset();

  const auto count = static_cast<double>(total);
  std::printf("{\"bench\":\"open_reviews\",\"reviews\":%zu,"
              "\"opened_per_second\":%.0f,\"bytes_with_bodies\":%.0f,"
              "\"bytes_of_bodies_and_keys\":%.0f,\"coordinator_bytes\":%.0f,"
              "\"target_bytes\":512,\"late_ms_p50\":%.1f,\"late_ms_p99\":%.1f,"
              "\"late_ms_max\":%.1f,\"target_late_ms\":200}\n",
              total, count / opened, open_bytes / count, body_bytes / count,
              (open_bytes - body_bytes) / count, p50, p99, latest);
}
