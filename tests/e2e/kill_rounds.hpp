#pragma once

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/e2e/acknowledged.hpp"
#include "tests/support/temporary_folder.hpp"

namespace libsig::testing {

/// Rounds of this run: what is usual, unless a soak asks for more.
[[nodiscard]] inline int rounds_or(int usual) {
  const auto* const asked = std::getenv("SIG_SOAK_ROUNDS");
  return asked == nullptr ? usual : std::atoi(asked);
}

[[nodiscard]] inline std::uint64_t seed_or(std::uint64_t usual) {
  const auto* const asked = std::getenv("SIG_SOAK_SEED");
  return asked == nullptr ? usual : std::strtoull(asked, nullptr, 10);
}

/// How a node is killed again and again.
struct kill_plan {
  int rounds = 0;
  /// After so many rounds the store is looked at whole, and another one begun.
  int rounds_of_store = 40;
  int publishers = 4;
  std::size_t padding = 0;
  std::uint64_t seed = 20'261;
  std::vector<std::string> arguments = {};
  /// Of the node in each round. May be empty.
  std::function<std::vector<std::string>(const std::string& data, int round)>
    environment = {};
  /// Done to the store after each kill. May be empty.
  std::function<void(const std::string& data)> between = {};
  /// The environment ends the node; else it is killed at a random moment.
  bool ends_itself = false;
};

struct kill_outcome {
  int rounds = 0;
  /// Rounds in which the node ended while it started.
  int ended_early = 0;
  std::size_t acknowledged = 0;
  std::vector<std::string> violations;
};

/// Starts a node on the same store again and again, lets clients publish, and
/// kills it; each start must have what the clients were told.
class kill_rounds {
public:
  explicit kill_rounds(kill_plan plan)
    : plan_{std::move(plan)}, random_{plan_.seed} {}

  [[nodiscard]] kill_outcome run() {
    while (made_.rounds < plan_.rounds && record_.violations().empty()) {
      const temporary_folder folder;
      const auto data = (folder.path() / "data").string();
      record_.begin_store();
      for (int round = 0; round < plan_.rounds_of_store; ++round) {
        kill_once(data);
        ++made_.rounds;
      }
      judge(data);
    }
    made_.violations = record_.violations();
    return made_;
  }

private:
  void kill_once(const std::string& data) {
    auto how = sigd(data);
    how.arguments = plan_.arguments;
    how.complaint_file = data + ".complaints";
    if (plan_.environment) {
      const auto more = plan_.environment(data, made_.rounds);
      how.environment.insert(how.environment.end(), more.begin(), more.end());
    }
    auto node = test::node_process::begin(how);
    // One of eight is killed while it starts.
    if (!plan_.ends_itself && random_() % 8 == 0) {
      wait_ms(random_() % 60);
      ++made_.ended_early;
      node.end(SIGKILL);
    } else if (node.await_ready(how.patience)) {
      publish_and_kill(node);
    } else {
      ++made_.ended_early;
      node.end(SIGKILL);
      if (!plan_.ends_itself) {
        record_.violate("the node does not start on what it left");
      }
    }
    if (plan_.between) {
      plan_.between(data);
    }
  }

  void publish_and_kill(test::node_process& node) {
    constexpr int signals_max = 60;
    if (!plan_.ends_itself) {
      check_alive(node.port());
    }
    const auto before = record_.receipts();
    std::vector<std::thread> all;
    for (int which = 0; which < plan_.publishers; ++which) {
      const auto prefix =
        std::to_string(made_.rounds) + '-' + std::to_string(which) + '-';
      all.emplace_back([this, port = node.port(), prefix] {
        record_.publish(port, prefix,
                        plan_.ends_itself ? signals_max : 1'000'000,
                        plan_.padding);
      });
    }
    if (!plan_.ends_itself) {
      // The moment is the machine's; the test holds whatever it is.
      wait_ms(random_() % 80);
      node.end(SIGKILL);
    }
    for (auto& one : all) {
      one.join();
    }
    node.end(SIGKILL);
    made_.acknowledged += record_.receipts() - before;
  }

  void check_alive(std::uint16_t port) {
    try {
      record_.check(port);
    } catch (const std::exception& why) {
      record_.violate(why.what());
    }
  }

  /// Without a fault: everything is there, and every review has its summary.
  void judge(const std::string& data) {
    auto how = sigd(data);
    how.arguments = plan_.arguments;
    test::node_process node{how};
    if (!node.ready()) {
      record_.violate("the node does not start on what it left");
      return;
    }
    check_alive(node.port());
    record_.check_reviews(node.port());
    if (node.end(SIGTERM) != 0) {
      record_.violate("the node does not end");
    }
  }

  static void wait_ms(std::uint64_t time) {
    ::poll(nullptr, 0, static_cast<int>(time));
  }

  kill_plan plan_;
  std::mt19937_64 random_;
  acknowledged record_;
  kill_outcome made_;
};

} // namespace libsig::testing
