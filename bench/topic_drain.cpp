// How many messages of a backlog a second does a consumer with a stored cursor
// take through `wait`, one by one, and does a message of a long backlog cost
// more?
//
// Reference: asking an actor that answers at once, one by one.

#include <atomic>
#include <cstdio>
#include <vector>

#include "bench/echo.hpp"
#include "bench/topic_support.hpp"

namespace {

using namespace libsig;
using bench::steady;

constexpr std::string_view topic_name = "signal:bench:drain";

struct nothing final : actor::request {};

/// Asks again as soon as it was answered.
template <class Next>
class chain {
public:
  chain(runtime& on, std::string_view of, std::size_t total, Next next)
    : on_{on}, of_{of}, left_{total}, next_{std::move(next)} {}

  /// How many were answered per second.
  [[nodiscard]] double run() {
    const auto total = left_;
    const auto begin = steady::now();
    ask(next_(nullptr));
    done_.wait(false);
    return static_cast<double>(total) / bench::seconds_since(begin);
  }

private:
  void ask(actor::request_ptr what) {
    on_.ask(of_, std::move(what), [this](result<actor::reply_ptr> got) {
      const auto reply = bench::expect(std::move(got));
      if (--left_ > 0) {
        ask(next_(reply.get()));
        return;
      }
      done_.store(true);
      done_.notify_one();
    });
  }

  runtime& on_;
  std::string_view of_;
  std::size_t left_;
  Next next_;
  std::atomic<bool> done_{false};
};

[[nodiscard]] double run_echo(std::size_t total) {
  const auto on = bench::start_topics(16);
  actor::spec of;
  of.name = "echo";
  of.source = "/agents/echo";
  of.make = [](std::size_t) { return std::make_unique<bench::echo>(); };
  bench::expect(on->spawn(std::move(of)));
  const auto what = std::make_shared<const nothing>();
  return chain{*on, "echo", total,
               [&](const actor::reply*) -> actor::request_ptr { return what; }}
    .run();
}

void fill(runtime& on, std::size_t total) {
  const auto data = std::make_shared<const std::string>(R"({"n":1})");
  std::atomic<std::size_t> stored{0};
  for (std::size_t number = 0; number < total; ++number) {
    draft what;
    what.type = topic_name;
    what.source = "/processes/bench";
    what.data = event_data::json(data);
    on.publish(std::move(what), [&stored](result<journal::receipt> got) {
      bench::expect(std::move(got));
      ++stored;
    });
  }
  while (stored.load() < total) {
    std::this_thread::yield();
  }
}

/// With `settles` each wait says that the answer before it has arrived; else
/// that is a request of its own, as for an answer over a network.
[[nodiscard]] double run_drain(std::size_t total, bool settles) {
  const auto on = bench::start_topics(total + 1);
  fill(*on, total);
  std::uint64_t expected = 0;
  const auto next = [&](const actor::reply* before) -> actor::request_ptr {
    auto what = bench::wait_on(std::string{topic_name}, "bench");
    what->owner.consumer = "bench";
    what->start.is = topic::start_position::kind::earliest;
    if (before == nullptr) {
      return what;
    }
    const auto& reply = dynamic_cast<const topic::wait_reply&>(*before);
    if (reply.is != topic::wait_reply::outcome::hit
        || reply.messages.front().what->sequence() <= expected) {
      std::fprintf(stderr, "the drain lost its way\n");
      std::exit(1);
    }
    expected = reply.messages.front().what->sequence();
    if (settles) {
      what->settles = reply.pending;
    } else {
      auto settled = std::make_shared<topic::settle_request>();
      settled->pending = reply.pending;
      settled->written = true;
      on->ask(topic::actor_name, std::move(settled),
              [](const result<actor::reply_ptr>&) {});
    }
    return what;
  };
  return chain{*on, topic::actor_name, total, next}.run();
}

} // namespace

int main(int argc, char** argv) {
  const auto total = bench::argument(argc, argv, 1, 100'000);
  constexpr int runs = 3;
  std::vector<double> bare;
  std::vector<double> whole;
  std::vector<double> apart;
  for (int run = 0; run < runs; ++run) {
    bare.push_back(run_echo(total));
    whole.push_back(run_drain(total, true));
    apart.push_back(run_drain(total, false));
  }
  std::printf("{\"bench\":\"topic_drain\",\"messages\":%zu,"
              "\"bare_ask_per_second\":%.0f,\"per_second\":%.0f,"
              "\"settled_apart_per_second\":%.0f,\"ratio\":%.2f,"
              "\"target_per_second\":50000,\"us_each\":{",
              total, bench::median(bare), bench::median(whole),
              bench::median(apart), bench::median(whole) / bench::median(bare));
  std::string_view separator{""};
  for (std::size_t size = total / 100; size <= total; size *= 10) {
    std::vector<double> each;
    for (int run = 0; run < runs; ++run) {
      each.push_back(1e6 / run_drain(size, true));
    }
    std::printf("%s\"%zu\":%.2f", separator.data(), size, bench::median(each));
    separator = ",";
  }
  std::printf("}}\n");
}
