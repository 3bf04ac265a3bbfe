// How long does a parked wait sleep on after its message was sent, by an actor
// and by a foreign thread while other signals pass?
//
// Reference: handing a bare CAF actor a message, and waking a thread by a
// condition variable, at the same pace.

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

#include "bench/bare_actor.hpp"
#include "bench/topic_support.hpp"

namespace {

using namespace libsig;
using bench::steady;

constexpr std::string_view topic_name = "signal:bench:wake";

struct figures {
  double p50 = 0;
  double p99 = 0;
};

[[nodiscard]] figures figures_of(std::vector<double>& values) {
  return {bench::percentile(values, 50), bench::percentile(values, 99)};
}

// -- from an actor
// -------------------------------------------------------------

struct poke final : actor::request {};

/// Sends a message when it is asked to.
class sender final : public actor::reactor {
public:
  [[nodiscard]] actor::step on_signal(const signal_ptr&,
                                      const actor::context&) override {
    return {};
  }

  [[nodiscard]] actor::step on_request(actor::request_id which,
                                       const actor::request_ptr&,
                                       const actor::context&) override {
    actor::step out;
    out.emissions.emplace_back(
      bench::timed_message(std::string{topic_name}, steady::now()));
    auto& answer = out.answers.emplace_back();
    answer.to = which;
    answer.what = std::make_shared<const actor::reply>();
    return out;
  }
};

[[nodiscard]] actor::spec sender_spec() {
  actor::spec of;
  of.name = "sender";
  of.source = "/agents/sender";
  of.emits = {std::string{topic_name}};
  of.make = [](std::size_t) { return std::make_unique<sender>(); };
  return of;
}

/// Parks a wait, lets the actor send, and again.
class rounds {
public:
  rounds(runtime& on, std::size_t total) : on_{on}, left_{total} {
    micros_.reserve(total);
  }

  [[nodiscard]] std::vector<double> run() {
    next();
    done_.wait(false);
    return std::move(micros_);
  }

private:
  void next() {
    on_.ask(topic::actor_name, bench::wait_on(std::string{topic_name}, "bench"),
            [this](result<actor::reply_ptr> got) {
              const auto now = steady::now();
              woken(bench::expect(std::move(got)), now);
            });
    // Once this is answered the wait is parked.
    auto barrier = std::make_shared<topic::settle_request>();
    on_.ask(topic::actor_name, barrier, [this](result<actor::reply_ptr> got) {
      bench::expect(std::move(got));
      on_.ask("sender", std::make_shared<poke>(),
              [](const result<actor::reply_ptr>&) {});
    });
  }

  void woken(const actor::reply_ptr& got, steady::time_point now) {
    const auto& message = bench::hit(got).messages.front();
    const auto at = message.what->data().as<bench::sent_at>()->at;
    micros_.push_back(
      std::chrono::duration<double, std::micro>(now - at).count());
    if (--left_ > 0) {
      next();
      return;
    }
    done_.store(true);
    done_.notify_one();
  }

  runtime& on_;
  std::size_t left_;
  std::vector<double> micros_;
  std::atomic<bool> done_{false};
};

[[nodiscard]] figures run_from_actor(std::size_t total) {
  const auto on = bench::start_topics(4'096);
  bench::expect(on->spawn(sender_spec()));
  auto micros = rounds{*on, total}.run();
  return figures_of(micros);
}

// -- under steady load
// ---------------------------------------------------------

/// Calls `send` at a steady pace.
template <class Send>
void keep_pace(double per_second, std::size_t total, Send send) {
  const auto begin = steady::now();
  for (std::size_t number = 0; number < total; ++number) {
    const auto due = begin
                     + std::chrono::duration_cast<steady::duration>(
                       std::chrono::duration<double>(static_cast<double>(number)
                                                     / per_second));
    std::this_thread::sleep_until(due);
    send(number);
  }
}

/// Every so many signals one is a message that somebody waits for.
constexpr std::size_t message_every = 20;

/// A waiter that parks again as soon as it was woken.
class waiter {
public:
  explicit waiter(runtime& on, std::size_t total) : on_{on}, left_{total} {
    micros_.reserve(total);
    wait();
  }

  [[nodiscard]] std::vector<double> finish() {
    done_.wait(false);
    return std::move(micros_);
  }

private:
  void wait() {
    auto what = bench::wait_on(std::string{topic_name}, "bench");
    if (!cursor_.empty()) {
      what->last_ids[std::string{topic_name}] = cursor_;
    }
    on_.ask(topic::actor_name, std::move(what),
            [this](result<actor::reply_ptr> got) {
              const auto now = steady::now();
              const auto reply = bench::expect(std::move(got));
              const auto& message = bench::hit(reply).messages.front();
              const auto at = message.what->data().as<bench::sent_at>()->at;
              micros_.push_back(
                std::chrono::duration<double, std::micro>(now - at).count());
              cursor_ = message.cursor;
              if (--left_ > 0) {
                wait();
              } else {
                done_.store(true);
                done_.notify_one();
              }
            });
  }

  runtime& on_;
  std::size_t left_;
  std::string cursor_;
  std::vector<double> micros_;
  std::atomic<bool> done_{false};
};

[[nodiscard]] figures run_under_load(double per_second, std::size_t total) {
  const auto on = bench::start_topics(100'000);
  waiter parked{*on, total / message_every};
  // The first wait is parked before the first message.
  std::this_thread::sleep_for(std::chrono::milliseconds{100});
  const auto data = std::make_shared<const std::string>(R"({"load":1})");
  keep_pace(per_second, total, [&](std::size_t number) {
    draft what;
    if (number % message_every == message_every - 1) {
      what = bench::timed_message(std::string{topic_name}, steady::now());
    } else {
      what.type = "load.other";
      what.source = "/processes/bench";
      what.data = event_data::json(data);
    }
    on->publish(std::move(what), [](result<journal::receipt> got) {
      bench::expect(std::move(got));
    });
  });
  auto micros = parked.finish();
  return figures_of(micros);
}

// -- references
// ----------------------------------------------------------------

/// When the message under way was sent, and how long each one took.
struct hand_over {
  std::atomic<std::int64_t> at{0};
  std::atomic<std::size_t> arrived{0};
  std::vector<double> micros;

  void send() { at.store(steady::now().time_since_epoch().count()); }

  void arrive() {
    const auto took = steady::now().time_since_epoch().count() - at.load();
    micros.push_back(static_cast<double>(took) / 1'000.0);
    arrived.fetch_add(1);
  }
};

[[nodiscard]] figures run_bare_caf(double per_second, std::size_t total) {
  hand_over told;
  told.micros.reserve(total);
  bench::bare_actor to{2, [&told] { told.arrive(); }};
  keep_pace(per_second, total, [&](std::size_t number) {
    while (told.arrived.load() < number) {
      std::this_thread::yield();
    }
    told.send();
    to.send();
  });
  while (told.arrived.load() < total) {
    std::this_thread::yield();
  }
  return figures_of(told.micros);
}

[[nodiscard]] figures run_condition(double per_second, std::size_t total) {
  hand_over told;
  told.micros.reserve(total);
  std::mutex mutex;
  std::condition_variable woken;
  std::size_t sent = 0;
  std::thread receiver{[&] {
    for (std::size_t number = 1; number <= total; ++number) {
      std::unique_lock lock{mutex};
      woken.wait(lock, [&] { return sent >= number; });
      lock.unlock();
      told.arrive();
    }
  }};
  keep_pace(per_second, total, [&](std::size_t number) {
    while (told.arrived.load() < number) {
      std::this_thread::yield();
    }
    told.send();
    {
      const std::lock_guard lock{mutex};
      ++sent;
    }
    woken.notify_one();
  });
  receiver.join();
  return figures_of(told.micros);
}

void print(const char* name, const figures& of) {
  std::printf("\"%s\":{\"p50_us\":%.1f,\"p99_us\":%.1f},", name, of.p50,
              of.p99);
}

} // namespace

int main(int argc, char** argv) {
  const auto total = bench::argument(argc, argv, 1, 20'000);
  constexpr double load = 20'000;
  constexpr double pace = load / message_every;
  const auto caf = run_bare_caf(pace, total / 4);
  const auto condition = run_condition(pace, total / 4);
  const auto from_actor = run_from_actor(total);
  const auto loaded = run_under_load(load, total * 5);
  std::printf("{\"bench\":\"topic_wake\",\"rounds\":%zu,", total);
  print("bare_caf", caf);
  print("condition_variable", condition);
  print("from_actor", from_actor);
  print("under_load", loaded);
  std::printf("\"load_per_second\":%.0f,\"ratio\":%.2f,"
              "\"target_p50_us\":50,\"target_p99_us\":500}\n",
              load, std::max(from_actor.p50, loaded.p50) / caf.p50);
}
