// Agents with the built programs: what is handed out, handled, failed and lost.

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <poll.h>

#include "tests/e2e/sig_program.hpp"
#include "tests/support/background_program.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/node_process.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace libsig::testing;

namespace {

using json = nlohmann::json;
using words = std::vector<std::string>;

/// A node over a folder of its own, which can be killed and started again, and
/// on which the agent Ann hears `a:*` aloud.
class agents_node {
public:
  agents_node() {
    start();
    BOOST_TEST(sig({"agent", "add", "Ann"}).status == 0);
    BOOST_TEST(sig({"subscribe", "a:*", "--agent", "Ann", "--loud"}).status
               == 0);
  }

  /// The first time on a free port, then on that one, too.
  void start() {
    ::test::node_run how{.program = SIGD_PROGRAM, .data = folder.file("data")};
    how.environment = {"SIGD_LOG_LEVEL=off", "SIGD_SUBSCRIPTIONS_BACKOFF=5ms"};
    if (port_ != 0) {
      how.arguments = {"--listen", "127.0.0.1:" + std::to_string(port_)};
    }
    node_.emplace(how);
    BOOST_REQUIRE(node_->ready());
    port_ = port_ == 0 ? node_->port() : port_;
  }

  void kill() {
    BOOST_TEST(node_->end(SIGKILL) == 128 + SIGKILL);
    node_.reset();
  }

  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(port_);
  }

  [[nodiscard]] program_end sig(words arguments) const {
    auto what = libsig::testing::sig(std::move(arguments));
    what.environment = {"SIGD_URL=" + url()};
    return run_program(what);
  }

  /// `sig handle` of Ann with these options and a script.
  [[nodiscard]] words handle(words options, const std::string& script) const {
    words all{SIG_PROGRAM, "handle", "--agent", "Ann", "--url", url()};
    all.insert(all.end(), options.begin(), options.end());
    all.insert(all.end(),
               {"--", "sh", "-c", script, "sh", folder.path().string()});
    return all;
  }

  [[nodiscard]] program_end run_handle(words options,
                                       const std::string& script) const {
    return run_program({.arguments = handle(std::move(options), script)});
  }

  void publish(const std::string& id, const std::string& type = "a:b") const {
    BOOST_TEST(sig({"publish", type, "--id", id, "--source", "/me", "--data",
                    R"({"n":1.50})"})
                 .status
               == 0);
  }

  /// Whether nothing waits for Ann, however long it rests.
  [[nodiscard]] bool is_idle() const {
    return sig({"handle", "--agent", "Ann", "--timeout", "200ms"}).status
           == 124;
  }

  /// The ids of the signals that Ann has handled.
  [[nodiscard]] std::multiset<std::string> handled() const {
    ::test::client to{port_};
    BOOST_REQUIRE(
      to.send("GET /v1/agents/Ann/deliveries?limit=1000 HTTP/1.1\r\n"
              "Host: localhost\r\n\r\n"));
    const auto got = to.read_answer();
    std::multiset<std::string> ids;
    const auto read = json::parse(got.substr(got.find("\r\n\r\n") + 4));
    for (const auto& one : read.at("deliveries")) {
      ids.insert(one.at("signal").at("id"));
    }
    return ids;
  }

  temporary_folder folder;

private:
  std::optional<::test::node_process> node_;
  std::uint16_t port_ = 0;
};

using ids = std::multiset<std::string>;

} // namespace

BOOST_AUTO_TEST_SUITE(sigd_deliveries)

BOOST_AUTO_TEST_CASE(an_item_is_taken_printed_and_settled) {
  const agents_node node;
  node.publish("1");
  const auto end = node.sig({"handle", "--agent", "Ann"});
  BOOST_TEST(end.status == 0);
  BOOST_TEST(end.complaint.empty());
  const auto event = json::parse(end.output);
  BOOST_TEST(event.at("id") == "1");
  BOOST_TEST(contains(end.output, R"("data":{"n":1.50})"));
  BOOST_TEST((node.handled() == ids{"1"}));
  const auto none = node.sig({"handle", "--agent", "Ann", "--timeout", "0s"});
  check_refusal(none, 124, "no item came in time");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_printed_is_not_settled) {
  const agents_node node;
  node.publish("1");
  program_run what{.arguments = {SIG_PROGRAM, "handle", "--agent", "Ann",
                                 "--url", node.url()}};
  what.output_is = standard_stream::closed;
  BOOST_TEST(run_program(what).status == 4);
  BOOST_TEST(node.handled().empty());
  BOOST_TEST(node.sig({"handle", "--agent", "Ann", "--json"})
               .output.find(R"("attempt":2)")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_command_that_fails_gets_the_item_again) {
  const agents_node node;
  node.publish("1");
  const auto end =
    node.run_handle({"-n", "3"}, R"(cat; echo "try $SIG_ATTEMPT" >&2
                                    test "$SIG_ATTEMPT" = 3)");
  BOOST_TEST(end.status == 0);
  BOOST_TEST(contains(end.complaint, "sig: a:b 1: exit status 1: try 2\n"));
  BOOST_TEST(!contains(end.complaint, "exit status 1: try 3"));
  // The item is the input, each time.
  BOOST_TEST(std::count(end.output.begin(), end.output.end(), '\n') == 3);
  BOOST_TEST((node.handled() == ids{"1"}));
  BOOST_TEST(node.is_idle());
}

BOOST_AUTO_TEST_CASE(what_fails_five_times_is_a_dead_letter_and_comes_back) {
  const agents_node node;
  node.publish("1");
  BOOST_TEST(
    node.run_handle({"-n", "5"}, "echo 'no \033[31mway' >&2; exit 9").status
    == 0);
  BOOST_TEST(node.is_idle());
  std::string letters;
  while (letters.empty()) {
    letters = node.sig({"dead-letters", "--json"}).output;
  }
  const auto letter = json::parse(letters);
  BOOST_TEST(letter.at("target") == "agent:Ann");
  BOOST_TEST(letter.at("attempts") == 5);
  const auto reason = letter.at("reason").get<std::string>();
  BOOST_TEST(reason.starts_with("exit status 9: no "));
  BOOST_TEST(is_plain(reason));
  const auto redriven =
    node.sig({"dead-letters", "redrive", letter.at("id").get<std::string>()});
  BOOST_TEST(redriven.status == 0, redriven.complaint);
  const auto again = node.run_handle({"-n", "1"}, "echo $SIG_ATTEMPT");
  BOOST_TEST(again.output == "1\n");
  BOOST_TEST((node.handled() == ids{"1"}));
  BOOST_TEST(node.sig({"dead-letters", "--json"}).output.empty());
}

BOOST_AUTO_TEST_CASE(a_killed_handler_leaves_its_item_to_the_next) {
  const agents_node node;
  node.publish("1");
  {
    // Ends when whoever has started it is gone.
    background_program handler{node.handle(
      {}, "echo $SIG_ATTEMPT; while kill -0 $PPID; do sleep 0.01; done")};
    BOOST_TEST(handler.read_line() == "1");
    BOOST_TEST(handler.end(SIGKILL) == 128 + SIGKILL);
  }
  BOOST_TEST(node.handled().empty());
  BOOST_TEST(node.run_handle({"-n", "1"}, "echo $SIG_ATTEMPT").output == "2\n");
  BOOST_TEST((node.handled() == ids{"1"}));
}

BOOST_AUTO_TEST_CASE(a_node_that_is_killed_learns_of_the_end_when_it_is_back) {
  agents_node node;
  node.publish("1");
  background_program handler{node.handle(
    {"-n", "1"},
    R"(echo begun; until test -e "$1/go"; do sleep 0.01; done; echo over)")};
  BOOST_TEST(handler.read_line() == "begun");
  node.kill();
  static_cast<void>(node.folder.write("go", ""));
  BOOST_TEST(handler.read_line() == "over");
  node.start();
  BOOST_TEST(handler.rest() == "");
  BOOST_TEST((node.handled() == ids{"1"}));
  BOOST_TEST(node.is_idle());
}

BOOST_AUTO_TEST_CASE(an_interrupted_command_decides_about_its_item) {
  const agents_node node;
  node.publish("1");
  for (const auto& [signal, ends, attempt] :
       std::vector<std::tuple<int, std::string, std::string>>{
         {SIGTERM, "exit 1", "1"}, {SIGINT, "exit 0", "2"}}) {
    background_program handler{
      node.handle({}, "trap '" + ends
                        + "' TERM INT; echo $SIG_ATTEMPT; while :; do sleep "
                          "0.01; done")};
    BOOST_TEST(handler.read_line() == attempt);
    BOOST_TEST(handler.end(signal) == 0);
  }
  BOOST_TEST((node.handled() == ids{"1"}));
  BOOST_TEST(node.is_idle());
}

BOOST_AUTO_TEST_CASE(an_idle_handler_ends_at_once_when_it_is_told_to) {
  const agents_node node;
  node.publish("1");
  background_program handler{node.handle({}, "echo $SIG_SIGNAL_ID")};
  BOOST_TEST(handler.read_line() == "1");
  while (node.handled().empty()) {
  }
  BOOST_TEST(handler.end(SIGTERM) == 0);
}

// D17.
BOOST_AUTO_TEST_CASE(unsubscribed_items_are_dropped_and_that_is_said) {
  const agents_node node;
  node.publish("1");
  BOOST_TEST(node.sig({"unsubscribe", "a:*", "--agent", "Ann"}).status == 0);
  const auto end = node.sig({"handle", "--agent", "Ann", "--timeout", "0s"});
  BOOST_TEST(end.status == 124);
  BOOST_TEST(contains(end.complaint, "note: 1 item dropped"));
}

BOOST_AUTO_TEST_CASE(subscriptions_are_shown_for_people_and_for_programs) {
  const agents_node node;
  const auto table = node.sig({"subscriptions"});
  BOOST_TEST(table.output.starts_with("AGENT  PATTERN  ITEMS  ITSELF  SINCE\n"
                                      "Ann    a:*      loud   no      "));
  const auto row = json::parse(node.sig({"subscriptions", "--json"}).output);
  BOOST_TEST(row.at("agent") == "Ann");
  BOOST_TEST(row.at("silent") == false);
  BOOST_TEST(node.sig({"subscriptions", "--agent", "Bob"}).output.empty());
  const auto changed = node.sig(
    {"subscribe", "a:*", "--identity", "Ann", "--include-self", "--json"});
  BOOST_TEST(json::parse(changed.output).at("include_self") == true);
  BOOST_TEST(json::parse(changed.output).at("silent") == false);
  check_refusal(node.sig({"subscribe", "a:*", "--agent", "Bob"}), 2, "Bob");
  check_refusal(node.sig({"handle", "--agent", "Bob", "--timeout", "0s"}), 2,
                "Bob");
  BOOST_TEST(node.sig({"agent", "remove", "Ann"}).status == 0);
  check_refusal(node.sig({"agent", "remove", "Ann"}), 2, "Ann");
}

// C15: neither what was published nor what was matched is lost by a crash.
BOOST_AUTO_TEST_CASE(nothing_is_lost_when_the_node_is_killed_again_and_again) {
  agents_node node;
  background_program handler{node.handle(
    {"--timeout", "20s"}, R"(echo "$SIG_SIGNAL_ID" >> "$1/seen"; echo)")};
  std::set<std::string> published;
  for (int round = 0; round < 4; ++round) {
    for (int one = 0; one < 15; ++one) {
      const auto id = std::to_string(round) + "-" + std::to_string(one);
      node.publish(id);
      published.insert(id);
    }
    // Some of them are handled by now, and one is at hand.
    static_cast<void>(handler.read_line());
    node.kill();
    node.start();
  }
  // The line of an item comes before it is settled, so that lines do not tell.
  for (int turn = 0; node.handled().size() < published.size(); ++turn) {
    BOOST_TEST_REQUIRE(turn < 2'000);
    ::poll(nullptr, 0, 10);
  }
  BOOST_TEST(handler.end(SIGTERM) == 0);
  const auto handled = node.handled();
  BOOST_TEST(
    (std::set<std::string>{handled.begin(), handled.end()} == published));
  // Each is settled once, however often it was handed out.
  BOOST_TEST(handled.size() == published.size());
  const auto seen = node.folder.read("seen");
  for (const auto& one : published) {
    BOOST_TEST(contains("\n" + seen, "\n" + one + "\n"), one);
  }
}

BOOST_AUTO_TEST_SUITE_END()
