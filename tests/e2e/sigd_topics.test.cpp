// Topics between processes: waiters that are woken, killed, and served again
// after a node that ended or was killed (issue 5).

#include <chrono>
#include <csignal>
#include <list>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <poll.h>

#include "tests/e2e/sig_program.hpp"
#include "tests/e2e/sigd_client.hpp"
#include "tests/support/background_program.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace libsig::testing;

namespace {

using json = nlohmann::json;
using words = std::vector<std::string>;

/// A node over a folder, which can be ended in any way and started again where
/// it was.
class topic_node {
public:
  topic_node() { start(); }

  void start() {
    auto how = sigd(folder_.path() / "data");
    if (port_ != 0) {
      how.arguments = {"--listen", address()};
    }
    node_.emplace(how);
    BOOST_TEST_REQUIRE(node_->ready());
    if (port_ == 0) {
      port_ = node_->port();
      // From here on it is asked where it listens beside a free port.
      end(SIGTERM);
      start();
    }
  }

  void end(int signal) {
    static_cast<void>(node_->end(signal));
    node_.reset();
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

  [[nodiscard]] std::string address() const {
    return "127.0.0.1:" + std::to_string(port_);
  }

  /// A command of sig with this node as its own.
  [[nodiscard]] words sig_words(words arguments) const {
    words all{SIG_PROGRAM};
    all.insert(all.end(), arguments.begin(), arguments.end());
    all.insert(all.end(), {"--url", "http://" + address()});
    return all;
  }

  [[nodiscard]] program_end sig(words arguments) const {
    arguments.insert(arguments.end(), {"--url", "http://" + address()});
    return run_program(libsig::testing::sig(std::move(arguments)));
  }

  void send(const std::string& topic, int number) const {
    const auto end =
      sig({"topic", "send", topic, R"({"n":)" + std::to_string(number) + "}"});
    BOOST_TEST_REQUIRE(end.status == 0, end.complaint);
  }

  [[nodiscard]] json wait(const std::string& body) const {
    return body_of(
      ask(port_, request("POST", "/v1/wait", body, "application/json")));
  }

  /// Waits until so many waits are open.
  void await_open(int waits) const {
    const auto line = "\nlibsig_waits_open " + std::to_string(waits) + "\n";
    const auto patience =
      std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (std::chrono::steady_clock::now() < patience) {
      if (ask(port_, request("GET", "/metrics")).find(line)
          != std::string::npos) {
        return;
      }
    }
    BOOST_FAIL("there are not " + std::to_string(waits) + " waits");
  }

private:
  temporary_folder folder_;
  std::uint16_t port_ = 0;
  std::optional<test::node_process> node_;
};

[[nodiscard]] int number_of(const json& got) {
  BOOST_TEST_REQUIRE(got.value("ok", false), got.dump());
  return got.at("message").at("payload").at("n").get<int>();
}

const std::string mine{
  R"({"topics":["t"],"consumer":"c","start":"earliest","timeout_ms":5000})"};

} // namespace

BOOST_AUTO_TEST_SUITE(sigd_topics)

BOOST_AUTO_TEST_CASE(ten_waiters_are_woken_by_one_sender) {
  const topic_node node;
  std::list<background_program> waiters;
  for (int at = 0; at < 8; ++at) {
    waiters.emplace_back(
      node.sig_words({"topic", "wait", "t", "--consumer",
                      "w" + std::to_string(at), "--timeout", "60s"}));
  }
  waiters.emplace_back(
    node.sig_words({"topic", "wait", "--any", "x", "t", "--timeout", "60s"}));
  waiters.emplace_back(
    node.sig_words({"topic", "wait", "--all", "u", "t", "--timeout", "60s"}));
  node.await_open(10);
  node.send("t", 1);
  int at = 0;
  for (auto& one : waiters) {
    if (++at == 10) {
      node.await_open(1);
      node.send("u", 2);
      BOOST_TEST(one.rest() == "u\t{\"n\":2}\nt\t{\"n\":1}\n");
    } else {
      BOOST_TEST(one.rest() == (at == 9 ? "t\t{\"n\":1}\n" : "{\"n\":1}\n"));
    }
    BOOST_TEST(one.end(0) == 0);
  }
}

BOOST_AUTO_TEST_CASE(a_cursor_survives_a_restart_between_two_waits) {
  topic_node node;
  for (int n = 1; n <= 3; ++n) {
    node.send("t", n);
  }
  BOOST_TEST(number_of(node.wait(mine)) == 1);
  node.end(SIGTERM);
  node.start();
  BOOST_TEST(number_of(node.wait(mine)) == 2);
  // A kill may come before the cursor moved; then the message comes again.
  node.end(SIGKILL);
  node.start();
  const auto next = number_of(node.wait(mine));
  BOOST_TEST((next == 2 || next == 3));
}

BOOST_AUTO_TEST_CASE(a_waiter_that_is_killed_takes_nothing_with_it) {
  const topic_node node;
  {
    background_program waiter{node.sig_words(
      {"topic", "wait", "t", "--consumer", "c", "--timeout", "60s"})};
    node.await_open(1);
    static_cast<void>(waiter.end(SIGKILL));
  }
  node.await_open(0);
  node.send("t", 1);
  BOOST_TEST(number_of(node.wait(mine)) == 1);
}

// An answer that does not arrive moves no cursor, and neither does the death of
// the node meanwhile.
BOOST_AUTO_TEST_CASE(
  a_kill_after_an_answer_that_was_not_written_loses_nothing) {
  topic_node node;
  const std::string large(7u << 20, 'x');
  const auto event =
    R"({"specversion":"1.0","id":"1","type":"t","source":"/me","data":{"n":1,"x":")"
    + large + "\"}}";
  BOOST_TEST_REQUIRE(
    status_of(ask(node.port(), request("POST", "/v1/signals", event))) == 202);
  node.send("t", 2);
  {
    test::client stuck{node.port(), 4'096};
    stuck.send(request("POST", "/v1/wait", mine, "application/json"));
    // Its head is on the way, so that the rest is being written.
    BOOST_TEST_REQUIRE(stuck.readable(20'000));
    node.end(SIGKILL);
  }
  node.start();
  BOOST_TEST(number_of(node.wait(mine)) == 1);
  BOOST_TEST(number_of(node.wait(mine)) == 2);
}

BOOST_AUTO_TEST_CASE(sig_waits_on_while_its_node_starts_again) {
  topic_node node;
  background_program waiter{
    node.sig_words({"topic", "wait", "t", "--timeout", "60s"})};
  node.await_open(1);
  node.end(SIGTERM);
  node.start();
  node.await_open(1);
  node.send("t", 7);
  BOOST_TEST(waiter.rest() == "{\"n\":7}\n");
  BOOST_TEST(waiter.end(0) == 0);
}

BOOST_AUTO_TEST_CASE(sig_waits_on_while_its_node_is_away_for_longer) {
  topic_node node;
  background_program waiter{
    node.sig_words({"topic", "wait", "t", "--timeout", "60s"})};
  node.await_open(1);
  node.end(SIGKILL);
  // Longer than its first pause, so that one try at least meets nobody.
  ::poll(nullptr, 0, 1'000);
  node.start();
  node.await_open(1);
  node.send("t", 7);
  BOOST_TEST(waiter.rest() == "{\"n\":7}\n");
  BOOST_TEST(waiter.end(0) == 0);
}

BOOST_AUTO_TEST_CASE(sig_says_how_a_wait_ended) {
  const topic_node node;
  const auto none =
    node.sig({"topic", "wait", "t", "--timeout", "10ms", "--json"});
  BOOST_TEST(none.status == 124);
  BOOST_TEST(json::parse(none.output).at("ok") == false);
  node.send("t", 1);
  node.send("t", 2);
  const auto expired = node.sig({"topic", "wait", "t", "--last-id", "t=never"});
  BOOST_TEST(expired.status == 2);
  const auto at = expired.complaint.find("--last-id 't=");
  BOOST_TEST_REQUIRE(at != std::string::npos, expired.complaint);
  const auto begin = at + std::string{"--last-id '"}.size();
  const auto cursor = expired.complaint.substr(
    begin, expired.complaint.find('\'', begin) - begin);
  const auto again = node.sig({"topic", "wait", "t", "--last-id", cursor});
  BOOST_TEST(again.status == 0);
  BOOST_TEST(again.output == "{\"n\":1}\n");
  // Conversations are followed by whoever looks on.
  BOOST_TEST(
    node.sig({"topic", "send", "t", "{}", "--conversation", "talk"}).status
    == 0);
  const auto seen =
    ask(node.port(), request("GET", "/stream/talk?max_events=1"));
  BOOST_TEST(seen.find("text/event-stream") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
