// A node that is killed at any moment has what it acknowledged, and gives every
// review that it admitted exactly one summary after the restart.

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "tests/support/http_client.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using libsig::testing::temporary_folder;

/// The built node in a process of its own.
class node_process {
public:
  explicit node_process(const std::string& data) {
    int ends[2] = {-1, -1};
    BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    child_ = ::fork();
    BOOST_REQUIRE(child_ >= 0);
    if (child_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::execl(SIGD_PROGRAM, SIGD_PROGRAM, "--data", data.c_str(), "--listen",
              "127.0.0.1:0", nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    auto* const from = ::fdopen(ends[0], "r");
    char line[512] = {};
    const bool said = std::fgets(line, sizeof(line), from) != nullptr;
    std::fclose(from);
    BOOST_REQUIRE(said);
    const std::string listen =
      nlohmann::json::parse(line).at("listen").get<std::string>();
    port_ = static_cast<std::uint16_t>(
      std::stoul(listen.substr(listen.rfind(':') + 1)));
  }

  node_process(const node_process&) = delete;
  node_process& operator=(const node_process&) = delete;

  ~node_process() { end(SIGKILL); }

  /// Sends the signal and waits for the end; its status.
  int end(int signal) {
    if (child_ <= 0) {
      return 0;
    }
    ::kill(child_, signal);
    int status = 0;
    ::waitpid(std::exchange(child_, -1), &status, 0);
    return status;
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

private:
  pid_t child_ = -1;
  std::uint16_t port_ = 0;
};

[[nodiscard]] std::string post(const std::string& body) {
  return "POST /v1/signals HTTP/1.1\r\nHost: localhost\r\n"
         "Content-Type: application/cloudevents+json\r\nContent-Length: "
         + std::to_string(body.size()) + "\r\n\r\n" + body;
}

[[nodiscard]] std::string event(const std::string& id, bool review) {
  if (!review) {
    return R"({"specversion":"1.0","id":")" + id
           + R"(","type":"a.b","source":"/me","data":{"n":1}})";
  }
  return R"({"specversion":"1.0","id":")" + id
         + R"(","type":"review.request","source":"/synapse/reviews",)"
           R"("data":{"review_id":")"
         + id + R"(","diff":"--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-a\n+b\n"}})";
}

/// Publishes until the node is gone; the ids that were acknowledged.
[[nodiscard]] std::vector<std::string>
publish_until_the_end(std::uint16_t port, const std::string& prefix) {
  std::vector<std::string> acknowledged;
  test::client to{port};
  for (int number = 0; to.connected(); ++number) {
    const auto id = prefix + std::to_string(number);
    if (!to.send(post(event(id, number % 5 == 0)))
        || to.read_answer().find("HTTP/1.1 202") != 0) {
      break;
    }
    acknowledged.push_back(id);
  }
  return acknowledged;
}

/// All events that the node has, page by page.
[[nodiscard]] std::vector<nlohmann::json> whole_log(std::uint16_t port) {
  std::vector<nlohmann::json> found;
  std::string after{"0"};
  for (;;) {
    test::client from{port};
    BOOST_REQUIRE(from.send("GET /v1/signals?limit=1000&after=" + after
                            + " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    const auto got = from.read_answer();
    const auto page = nlohmann::json::parse(got.substr(got.find("\r\n\r\n")));
    for (const auto& one : page.at("signals")) {
      found.push_back(one);
    }
    if (page.at("next").is_null()) {
      return found;
    }
    after = page.at("next").get<std::string>();
  }
}

/// How many summaries each review has, once all that were admitted have one or
/// patience has ended.
[[nodiscard]] std::map<std::string, int> summaries(std::uint16_t port) {
  constexpr int looks_max = 200;
  for (int look = 0;; ++look) {
    std::map<std::string, int> made;
    std::set<std::string> open;
    for (const auto& one : whole_log(port)) {
      if (one.at("type") == "review.request") {
        const std::string id = one.at("data").at("review_id");
        made.try_emplace(id, 0);
        open.insert(id);
      } else if (one.at("type") == "review.summary") {
        const std::string id = one.at("data").at("review_id");
        ++made[id];
        open.erase(id);
      }
    }
    if (open.empty() || look == looks_max) {
      return made;
    }
    ::poll(nullptr, 0, 50);
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(sigd_kill)

BOOST_AUTO_TEST_CASE(what_was_acknowledged_survives_a_kill_at_any_moment) {
  constexpr int rounds = 12;
  constexpr int publishers = 4;
  const temporary_folder folder;
  std::mt19937_64 random{20'261};
  std::set<std::string> acknowledged;
  for (int round = 0; round < rounds; ++round) {
    node_process node{folder.path().string()};
    std::vector<std::vector<std::string>> ids(publishers);
    std::vector<std::thread> all;
    for (int which = 0; which < publishers; ++which) {
      const auto prefix =
        std::to_string(round) + "-" + std::to_string(which) + "-";
      all.emplace_back([&ids, &node, which, prefix] {
        ids[static_cast<std::size_t>(which)] =
          publish_until_the_end(node.port(), prefix);
      });
    }
    // The moment is the machine's; the test holds whatever it is.
    ::poll(nullptr, 0, static_cast<int>(random() % 120));
    node.end(SIGKILL);
    for (auto& one : all) {
      one.join();
    }
    for (const auto& some : ids) {
      acknowledged.insert(some.begin(), some.end());
    }
  }
  BOOST_TEST(acknowledged.size() > 10u);
  node_process node{folder.path().string()};
  const auto made = summaries(node.port());
  std::map<std::string, int> seen;
  std::uint64_t last = 0;
  for (const auto& one : whole_log(node.port())) {
    ++seen[one.at("id").get<std::string>()];
    const auto sequence = std::stoull(one.at("sequence").get<std::string>());
    BOOST_TEST_REQUIRE(sequence > last);
    last = sequence;
  }
  for (const auto& id : acknowledged) {
    BOOST_TEST(seen[id] == 1,
               "acknowledged " << id << " is there " << seen[id] << " times");
  }
  for (const auto& [id, count] : made) {
    BOOST_TEST(count == 1, "review " << id << " has " << count << " summaries");
  }
  BOOST_TEST(node.end(SIGTERM) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
