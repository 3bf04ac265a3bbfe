// A team of agents at work, as its members use the programs, on a node that is
// killed in the middle: nothing is lost, and nothing comes twice.

#include <atomic>
#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "tests/e2e/sig_program.hpp"
#include "tests/e2e/sigd_client.hpp"
#include "tests/support/background_program.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace libsig::testing;

namespace {

using json = nlohmann::json;
using words = std::vector<std::string>;

/// A node over a folder, which is killed and started again where it was.
class team_node {
public:
  team_node() {
    start();
    // Only a port that it was told is one that it has again.
    port_ = node_->port();
    kill();
    start();
  }

  void start() {
    auto how = sigd(folder_.path() / "data");
    if (port_ != 0) {
      how.arguments = {"--listen", "127.0.0.1:" + std::to_string(port_)};
    }
    node_.emplace(how);
    BOOST_TEST_REQUIRE(node_->ready());
  }

  void kill() {
    BOOST_TEST(node_->end(SIGKILL) == 128 + SIGKILL);
    node_.reset();
  }

  /// What a member of the team types.
  [[nodiscard]] words typed(const std::string& member, words what) const {
    what.insert(what.end(), {"--identity", member, "--url",
                             "http://127.0.0.1:" + std::to_string(port_)});
    return what;
  }

  [[nodiscard]] program_end sig(const std::string& member, words what) const {
    return run_program(libsig::testing::sig(typed(member, std::move(what))));
  }

  /// The same, which must go well; its output as JSON.
  [[nodiscard]] json told(const std::string& member, words what) const {
    const auto end = sig(member, std::move(what));
    BOOST_TEST_REQUIRE(end.status == 0, end.complaint);
    return json::parse(end.output);
  }

private:
  temporary_folder folder_;
  std::uint16_t port_ = 0;
  std::optional<test::node_process> node_;
};

/// Sends numbered messages until each is acknowledged, whatever happens to the
/// node; a message that is sent again is the same message.
class reporter {
public:
  static constexpr int reports = 40;

  explicit reporter(const team_node& to)
    : thread_{[this, &to] {
        for (int number = 1; number <= reports; ++number) {
          while (to.sig("Bob", {"topic", "send", "reports",
                                R"({"n":)" + std::to_string(number) + "}",
                                "--id", "report " + std::to_string(number)})
                   .status
                 != 0) {
          }
          acknowledged_ = number;
          acknowledged_.notify_all();
        }
      }} {}

  void await(int number) const {
    for (auto seen = acknowledged_.load(); seen < number;
         seen = acknowledged_.load()) {
      acknowledged_.wait(seen);
    }
  }

private:
  std::atomic<int> acknowledged_{0};
  std::jthread thread_;
};

[[nodiscard]] words wait_for(words topics, const std::string& timeout,
                             const std::string& mode = {}) {
  words made{"topic", "wait"};
  made.insert(made.end(), topics.begin(), topics.end());
  if (!mode.empty()) {
    made.push_back(mode);
  }
  made.insert(made.end(),
              {"--start", "earliest", "--timeout", timeout, "--json"});
  return made;
}

constexpr int out_of_time = 124;

void build(const team_node& at, int number) {
  static_cast<void>(
    at.told("Bob", {"publish", "build:done", "--data",
                    R"({"n":)" + std::to_string(number) + "}"}));
}

/// Ann takes her next item, which must be this one.
void handle(const team_node& at, int number) {
  const auto item = at.told("Ann", {"handle", "--timeout", "20s"});
  BOOST_TEST(item.at("type") == "build:done");
  BOOST_TEST(item.at("source") == "/agents/Bob");
  BOOST_TEST(item.at("data").at("n") == number);
}

} // namespace

BOOST_AUTO_TEST_SUITE(sigd_team)

BOOST_AUTO_TEST_CASE(a_team_goes_on_where_it_was_when_its_node_is_killed) {
  team_node node;
  // Ann hears of builds; what she has not handled waits for her.
  BOOST_TEST(node.sig("Ann", {"subscribe", "build:*", "--loud"}).status == 0);
  for (int number = 1; number <= 4; ++number) {
    build(node, number);
  }
  handle(node, 1);
  handle(node, 2);

  // Two parts of a plan: there is one of them when the node dies.
  const auto half = node.sig("Ann", {"topic", "send", "plan:a", R"({"n":1})"});
  BOOST_TEST(half.status == 0);
  BOOST_TEST(
    node.sig("Ann", wait_for({"plan:a", "plan:b"}, "10ms", "--all")).status
    == out_of_time);

  // What is due while the node may be down; the later one takes its place.
  static_cast<void>(node.told(
    "Ann", {"schedule", "remind", "--at", "+1h", "--repeat-key", "daily"}));
  const auto due =
    node.told("Ann", {"schedule", "remind", "--at", "+1s", "--data",
                      R"({"what":"tea"})", "--repeat-key", "daily"});

  auto asleep = node.typed("Eve", wait_for({"go"}, "60s"));
  asleep.insert(asleep.begin(), SIG_PROGRAM);
  background_program eve{std::move(asleep)};
  {
    const reporter bob{node};
    bob.await(5);
    node.kill();
    node.start();
    bob.await(15);
    node.kill();
    node.start();
    bob.await(reporter::reports);
  }

  // Every report once, in order.
  for (int number = 1; number <= reporter::reports; ++number) {
    const auto got = node.told("Ann", wait_for({"reports"}, "20s"));
    BOOST_TEST(got.at("message_id") == "report " + std::to_string(number));
    BOOST_TEST(got.at("message").at("payload").at("n") == number);
  }
  BOOST_TEST(node.sig("Ann", wait_for({"reports"}, "10ms")).status
             == out_of_time);

  // The items that were left, and then what is new.
  handle(node, 3);
  build(node, 5);
  handle(node, 4);
  handle(node, 5);
  BOOST_TEST(node.sig("Ann", {"handle", "--timeout", "0s"}).status
             == out_of_time);

  // The other part of the plan.
  BOOST_TEST(node.sig("Bob", {"topic", "send", "plan:b", R"({"n":2})"}).status
             == 0);
  const auto plan =
    node.told("Ann", wait_for({"plan:a", "plan:b"}, "20s", "--all"));
  BOOST_TEST(plan.at("messages").size() == 2u);
  BOOST_TEST(plan.at("missing").empty());

  // The reminder came once, with the id that was promised.
  const auto reminded = node.told("Ann", wait_for({"remind"}, "20s"));
  BOOST_TEST(reminded.at("message_id") == due.at("id"));
  BOOST_TEST(node.sig("Ann", wait_for({"remind"}, "10ms")).status
             == out_of_time);
  BOOST_TEST(node.sig("Ann", {"scheduled", "--json"}).output == "");

  // Who slept through all of it wakes up.
  BOOST_TEST(node.sig("Bob", {"topic", "send", "go", R"({"to":"Eve"})"}).status
             == 0);
  const auto woken = json::parse(eve.rest());
  BOOST_TEST(woken.at("message").at("payload").at("to") == "Eve");
  BOOST_TEST(eve.end(0) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
