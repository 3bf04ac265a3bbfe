// How many signals a second pass the gate to one local subscriber, and how
// long one takes at half of that load?
//
// Reference: the same signals sent straight to a CAF actor, without gate,
// journal and routes.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "bench/support.hpp"
#include "libsig/runtime/internal/caf.hpp"
#include "libsig/runtime/runtime.hpp"

namespace {

using namespace libsig;
using steady = std::chrono::steady_clock;

class sink final : public caf::event_based_actor {
public:
  sink(caf::actor_config& config, std::size_t total, std::atomic<bool>* ended)
    : caf::event_based_actor{config}, left_{total}, done_{ended} {}

  caf::behavior make_behavior() override {
    return {
      [this](runtime_internal::wake) {
        if (--left_ == 0) {
          done_->store(true);
          done_->notify_one();
        }
      },
    };
  }

private:
  std::size_t left_;
  std::atomic<bool>* done_;
};

/// Messages per second from this thread to one actor of plain CAF.
[[nodiscard]] double run_bare(std::size_t total) {
  caf::actor_system_config config;
  runtime_internal::configure(config, runtime_internal::scheduling::threads, 2);
  caf::actor_system system{config};
  std::atomic<bool> done{false};
  auto to = system.spawn<sink>(total, &done);
  const auto begin = steady::now();
  for (std::size_t number = 0; number < total; ++number) {
    caf::anon_send(to, runtime_internal::wake{});
  }
  done.wait(false);
  return static_cast<double>(total) / bench::seconds_since(begin);
}

[[nodiscard]] draft make_draft(const std::shared_ptr<const std::string>& data) {
  draft what;
  what.type = "order.created";
  what.source = "/processes/bench";
  what.data = event_data::json(data);
  return what;
}

/// Publishes and, when the mailboxes are full, waits for the subscriber.
void publish(runtime& to, draft what) {
  while (true) {
    bool full = false;
    to.publish(what, [&](result<journal::receipt> got) {
      if (!got && got.error().code() == errc::overloaded) {
        full = true;
      } else {
        bench::expect(std::move(got));
      }
    });
    if (!full) {
      return;
    }
    std::this_thread::yield();
  }
}

[[nodiscard]] std::unique_ptr<runtime> start() {
  runtime::options how;
  how.contracts = std::make_shared<schema::registry>();
  how.threads = 2;
  how.in_flight_max = 10'000;
  return bench::expect(runtime::start(std::move(how)));
}

/// Signals per second from this thread to one subscriber.
[[nodiscard]] double run_libsig(std::size_t total) {
  const auto to = start();
  const auto data = std::make_shared<const std::string>(R"({"order":1})");
  std::atomic<bool> done{false};
  std::size_t left = total;
  bench::expect(to->subscribe("sink", "order.*", [&](const signal_ptr&) {
    if (--left == 0) {
      done.store(true);
      done.notify_one();
    }
  }));
  const auto begin = steady::now();
  for (std::size_t number = 0; number < total; ++number) {
    publish(*to, make_draft(data));
  }
  done.wait(false);
  return static_cast<double>(total) / bench::seconds_since(begin);
}

/// A payload that says when it was published.
struct sent final : payload {
  steady::time_point at;

  void append_json(std::string& out) const override { out += "{}"; }
};

/// The 99th percentile in microseconds from publishing to the handler, at so
/// many signals per second.
[[nodiscard]] std::pair<double, double> run_latency(double per_second,
                                                    std::size_t total) {
  const auto to = start();
  std::vector<double> waits;
  waits.reserve(total);
  std::atomic<bool> done{false};
  bench::expect(to->subscribe("sink", "order.*", [&](const signal_ptr& what) {
    const auto at = what->data().as<sent>()->at;
    waits.push_back(bench::seconds_since(at) * 1e6);
    if (waits.size() == total) {
      done.store(true);
      done.notify_one();
    }
  }));
  const auto begin = steady::now();
  for (std::size_t number = 0; number < total; ++number) {
    const auto due = begin
                     + std::chrono::duration_cast<steady::duration>(
                       std::chrono::duration<double>(static_cast<double>(number)
                                                     / per_second));
    while (steady::now() < due) {
      std::this_thread::yield();
    }
    auto what = make_draft(nullptr);
    auto when = std::make_shared<sent>();
    when->at = due;
    what.data = event_data::decoded(std::move(when));
    publish(*to, std::move(what));
  }
  done.wait(false);
  return {bench::percentile(waits, 50), bench::percentile(waits, 99)};
}

} // namespace

int main(int argc, char** argv) {
  const auto total = bench::argument(argc, argv, 1, 1'000'000);
  constexpr int runs = 5;
  std::vector<double> bare;
  std::vector<double> ours;
  std::vector<double> p50;
  std::vector<double> p99;
  for (int run = 0; run < runs; ++run) {
    bare.push_back(run_bare(total));
    ours.push_back(run_libsig(total));
    const auto [half, most] = run_latency(250'000, total / 4);
    p50.push_back(half);
    p99.push_back(most);
  }
  std::printf("{\"bench\":\"publish\",\"signals\":%zu,"
              "\"bare_caf_per_second\":%.0f,\"libsig_per_second\":%.0f,"
              "\"ratio\":%.3f,\"target_per_second\":500000,"
              "\"latency_at_per_second\":250000,\"p50_us\":%.1f,"
              "\"p99_us\":%.1f,\"target_p99_us\":1000}\n",
              total, bench::median(bare), bench::median(ours),
              bench::median(ours) / bench::median(bare), bench::median(p50),
              bench::median(p99));
}
