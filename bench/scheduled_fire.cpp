// How late are 100,000 delayed signals, due within one second or all at one
// instant, when their subscriber has them?
//
// Reference: the 500 ms that they may be late.

#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "actors/scheduler.hpp"
#include "bench/support.hpp"
#include "libsig/runtime/runtime.hpp"

namespace {

using namespace libsig;

/// Requests that are asked and not answered.
constexpr std::size_t window = 1'000;

/// What it takes to ask for all of them, with room to spare.
constexpr std::chrono::seconds ahead{10};

struct figures {
  double asked_per_second = 0;
  double p50 = 0;
  double p99 = 0;
  double last = 0;
};

[[nodiscard]] std::unique_ptr<runtime> start() {
  runtime::options how;
  how.contracts = std::make_shared<schema::registry>();
  how.threads = 2;
  return bench::expect(runtime::start(std::move(how)));
}

[[nodiscard]] std::shared_ptr<const schedule::schedule_request>
request_for(std::size_t number, wall_time due) {
  auto made = std::make_shared<schedule::schedule_request>();
  made->tenant = "default";
  made->row.deliver_at = due;
  // The time stands in the id, so that the receiver knows it.
  made->row.id = std::to_string(due.time_since_epoch().count()) + '-'
                 + std::to_string(number);
  made->row.what.type = "report.due";
  made->row.what.source = "/processes/bench";
  made->row.what.data = event_data::json(std::string{R"({"report":1})"});
  return made;
}

/// Milliseconds that a signal is late.
[[nodiscard]] double lateness_of(const signal& what, wall_time now) {
  std::int64_t due = 0;
  const auto& id = what.id();
  std::from_chars(id.data(), id.data() + id.size(), due);
  return static_cast<double>(now.time_since_epoch().count() - due);
}

/// Asks for all of them, a window at a time; how many a second.
double schedule_all(runtime& to, std::size_t total, wall_time first,
                    std::chrono::milliseconds spread) {
  std::atomic<std::size_t> answered{0};
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t number = 0; number < total; ++number) {
    while (number - answered.load() >= window) {
      std::this_thread::yield();
    }
    const auto later = spread * static_cast<std::int64_t>(number)
                       / static_cast<std::int64_t>(total);
    to.ask(schedule::actor_name, request_for(number, first + later),
           [&answered](result<actor::reply_ptr> got) {
             bench::expect(std::move(got));
             ++answered;
           });
  }
  while (answered.load() < total) {
    std::this_thread::yield();
  }
  return static_cast<double>(total) / bench::seconds_since(begin);
}

[[nodiscard]] figures measure(std::size_t total,
                              std::chrono::milliseconds spread) {
  const auto to = start();
  std::vector<double> late;
  late.reserve(total);
  std::atomic<bool> done{false};
  bench::expect(to->subscribe("sink", "report.*", [&](const signal_ptr& what) {
    late.push_back(lateness_of(*what, to->time().wall_now()));
    if (late.size() == total) {
      done.store(true);
      done.notify_one();
    }
  }));
  bench::expect(to->spawn(actors::scheduler_spec({})));
  figures found;
  const auto first = to->time().wall_now() + ahead;
  found.asked_per_second = schedule_all(*to, total, first, spread);
  if (to->time().wall_now() >= first) {
    std::fprintf(stderr, "asking took longer than there was time\n");
    std::exit(1);
  }
  done.wait(false);
  found.p50 = bench::percentile(late, 50);
  found.p99 = bench::percentile(late, 99);
  found.last = late.back();
  return found;
}

void print(const char* name, const figures& of) {
  std::printf("\"%s\":{\"p50_ms\":%.0f,\"p99_ms\":%.0f,\"max_ms\":%.0f,"
              "\"asked_per_second\":%.0f}",
              name, of.p50, of.p99, of.last, of.asked_per_second);
}

} // namespace

int main(int argc, char** argv) {
  const auto total = bench::argument(argc, argv, 1, 100'000);
  const auto spread = measure(total, std::chrono::seconds{1});
  const auto at_once = measure(total, std::chrono::milliseconds{0});
  std::printf("{\"bench\":\"scheduled_fire\",\"signals\":%zu,", total);
  print("over_a_second", spread);
  std::printf(",");
  print("at_once", at_once);
  std::printf(",\"reference_ms\":500,\"ratio\":%.2f}\n",
              std::max(spread.last, at_once.last) / 500.0);
  return 0;
}
