// How long it takes from sending to a topic of the built node until a client
// that waits there over HTTP has its answer, full durability: one waiter after
// the other, and ten of one topic at once. The reference is a round trip to
// /livez in the same run.
//
//   bench_node_longpoll [ROUNDS] [WAITERS] [FOLDER]

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bench/http_load.hpp"
#include "bench/support.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/node_process.hpp"

namespace {

using steady = std::chrono::steady_clock;

/// Until a request that was sent waits in the actor; the message would be found
/// otherwise, but nobody woken.
constexpr std::chrono::milliseconds park{2};

[[nodiscard]] double ms_since(steady::time_point begin) {
  return std::chrono::duration<double, std::milli>(steady::now() - begin)
    .count();
}

[[nodiscard]] std::string post(const std::string& target,
                               const std::string& body) {
  return "POST " + target
         + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
           "application/json\r\nContent-Length: "
         + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// A client that waits at one topic, message after message.
class waiter {
public:
  waiter(std::uint16_t port, std::string topic)
    : to_{port}, topic_{std::move(topic)} {}

  [[nodiscard]] const std::string& topic() const { return topic_; }

  void begin() {
    auto body = "{\"topics\":[\"" + topic_ + "\"],\"start\":\"new\"";
    if (!cursor_.empty()) {
      body += ",\"last_ids\":{\"" + topic_ + "\":\"" + cursor_ + "\"}";
    }
    to_.send(post("/v1/wait", body + '}'));
  }

  void end() {
    const auto got = to_.read_answer();
    constexpr std::string_view name = "\"cursor\":\"";
    const auto at = got.find(name);
    if (got.find("{\"ok\":true") == std::string::npos || at == got.npos) {
      bench::give_up("no message");
    }
    const auto begin = at + name.size();
    cursor_ = got.substr(begin, got.find('"', begin) - begin);
  }

private:
  test::client to_;
  std::string topic_;
  std::string cursor_;
};

/// Sends to a topic; the answer is still to be read.
void send_to(test::client& sender, const std::string& topic) {
  sender.send(post("/v1/topics/" + topic + "/signals",
                   R"({"payload":{"state":"done","n":1}})"));
}

void end_send(test::client& sender) {
  if (!sender.read_answer().starts_with("HTTP/1.1 202")) {
    bench::give_up("not sent");
  }
}

struct times {
  std::vector<double> alone;
  std::vector<double> first;
  std::vector<double> last;
  std::vector<double> livez;
};

void measure(std::uint16_t port, std::size_t rounds, std::size_t count,
             times& into) {
  std::vector<waiter> each;
  std::vector<waiter> same;
  for (std::size_t at = 0; at < count; ++at) {
    each.emplace_back(port, "each." + std::to_string(at));
    same.emplace_back(port, "same");
  }
  test::client sender{port};
  for (std::size_t round = 0; round < rounds; ++round) {
    for (auto& one : each) {
      one.begin();
      std::this_thread::sleep_for(park);
      const auto begin = steady::now();
      send_to(sender, one.topic());
      one.end();
      into.alone.push_back(ms_since(begin));
      end_send(sender);
    }
    for (auto& one : same) {
      one.begin();
    }
    std::this_thread::sleep_for(park);
    const auto begin = steady::now();
    send_to(sender, "same");
    for (auto& one : same) {
      one.end();
      if (&one == &same.front()) {
        into.first.push_back(ms_since(begin));
      }
    }
    into.last.push_back(ms_since(begin));
    end_send(sender);
    const auto asked = steady::now();
    sender.send("GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    (void)sender.read_answer();
    into.livez.push_back(ms_since(asked));
  }
}

} // namespace

int main(int argc, char** argv) {
  const auto rounds = bench::argument(argc, argv, 1, 200);
  const auto count = bench::argument(argc, argv, 2, 10);
  const std::filesystem::path folder{argc > 3 ? argv[3]
                                              : "bench-node-longpoll"};
  std::filesystem::remove_all(folder);
  test::node_process node{{SIGD_PROGRAM, (folder / "node").string()}};
  if (!node.ready()) {
    bench::give_up("the node does not start");
  }
  times warm;
  measure(node.port(), 10, count, warm);
  times got;
  measure(node.port(), rounds, count, got);
  (void)node.end(SIGTERM);
  std::filesystem::remove_all(folder);
  const auto p50 = bench::percentile(got.alone, 50);
  const auto livez = bench::percentile(got.livez, 50);
  std::printf("{\"bench\":\"node_longpoll\",\"waits\":%zu,\"p50_ms\":%.2f,"
              "\"p99_ms\":%.2f,\"target_p50_ms\":2,\"target_p99_ms\":10,"
              "\"livez_p50_ms\":%.3f,\"livez_p99_ms\":%.3f,"
              "\"to_livez_p50\":%.1f,\"waiters\":%zu,"
              "\"first_of_all_p50_ms\":%.2f,\"last_of_all_p50_ms\":%.2f,"
              "\"last_of_all_p99_ms\":%.2f}\n",
              got.alone.size(), p50, bench::percentile(got.alone, 99), livez,
              bench::percentile(got.livez, 99), p50 / livez, count,
              bench::percentile(got.first, 50), bench::percentile(got.last, 50),
              bench::percentile(got.last, 99));
  return 0;
}
