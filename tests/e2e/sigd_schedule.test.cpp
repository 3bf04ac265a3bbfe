// Delayed signals with the built programs: they outlive the node, fire once,
// and what is refused is kept.

#include <chrono>
#include <csignal>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "tests/e2e/sig_program.hpp"
#include "tests/support/node_process.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace libsig::testing;

namespace {

using json = nlohmann::json;

/// A node over a folder of its own, and the program that talks to it.
class scheduling_node {
public:
  scheduling_node() { start(); }

  void start() {
    node_.emplace(::test::node_run{.program = SIGD_PROGRAM,
                                   .data = folder_.file("data"),
                                   .complaint_file = folder_.file("talk")});
    BOOST_REQUIRE(node_->ready());
  }

  void end(int signal) {
    static_cast<void>(node_->end(signal));
    node_.reset();
  }

  [[nodiscard]] program_end sig(std::vector<std::string> arguments) const {
    auto what = libsig::testing::sig(std::move(arguments));
    what.environment = {"SIGD_URL=http://127.0.0.1:"
                        + std::to_string(node_->port())};
    return run_program(what);
  }

  /// What a command prints, one line of JSON each.
  [[nodiscard]] std::vector<json>
  lines_of(std::vector<std::string> arguments) const {
    const auto end = sig(std::move(arguments));
    BOOST_TEST_REQUIRE(end.status == 0, end.complaint);
    std::vector<json> lines;
    for (std::size_t at = 0; at < end.output.size();) {
      const auto stop = end.output.find('\n', at);
      lines.push_back(json::parse(end.output.substr(at, stop - at)));
      at = stop + 1;
    }
    return lines;
  }

private:
  temporary_folder folder_;
  std::optional<::test::node_process> node_;
};

/// Whether it comes true before the test would be given up.
[[nodiscard]] bool comes_true(const std::function<bool()>& what) {
  const auto until =
    std::chrono::steady_clock::now() + std::chrono::seconds{30};
  while (!what()) {
    if (std::chrono::steady_clock::now() > until) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return true;
}

} // namespace

BOOST_AUTO_TEST_SUITE(sigd_schedule)

// D25, D27: the queue survives a crash, and the signal has the row's id.
BOOST_AUTO_TEST_CASE(what_is_scheduled_fires_once_after_a_crash) {
  scheduling_node node;
  const auto row = node.lines_of(
    {"schedule", "report.due", "--at", "+2s", "--data", R"({"of":"sales"})"});
  BOOST_REQUIRE(row.size() == 1u);
  BOOST_TEST(node.lines_of({"scheduled", "--json"}) == row);
  node.end(SIGKILL);
  node.start();
  const auto fired = [&] {
    return node.lines_of({"list", "--type", "report.due"});
  };
  BOOST_TEST(comes_true([&] { return !fired().empty(); }));
  node.end(SIGKILL);
  node.start();
  BOOST_TEST(node.lines_of({"scheduled", "--json"}).empty());
  const auto found = fired();
  BOOST_REQUIRE(found.size() == 1u);
  BOOST_TEST(found[0].at("id") == row[0].at("id"));
  BOOST_TEST(found[0].at("data").at("of") == "sales");
}

BOOST_AUTO_TEST_CASE(what_was_due_while_the_node_was_down_fires_at_its_start) {
  scheduling_node node;
  static_cast<void>(
    node.lines_of({"schedule", "a", "--at", "+300ms", "--id", "x"}));
  node.end(SIGTERM);
  std::this_thread::sleep_for(std::chrono::milliseconds{400});
  node.start();
  BOOST_TEST(comes_true([&] { return node.lines_of({"list"}).size() == 1u; }));
}

BOOST_AUTO_TEST_CASE(a_repeat_key_replaces_and_cancels_D25_D26) {
  const scheduling_node node;
  static_cast<void>(node.lines_of(
    {"schedule", "a", "--at", "+24h", "--repeat-key", "k", "--id", "1"}));
  static_cast<void>(node.lines_of(
    {"schedule", "a", "--at", "+12h", "--repeat-key", "k", "--id", "2"}));
  const auto rows = node.lines_of({"scheduled", "--json"});
  BOOST_REQUIRE(rows.size() == 1u);
  BOOST_TEST(rows[0].at("id") == "2");
  BOOST_TEST(contains(node.sig({"scheduled"}).output, "REPEAT KEY"));
  BOOST_TEST(contains(node.sig({"cancel", "a", "k"}).complaint, "1 cancelled"));
  BOOST_TEST(node.lines_of({"cancel", "a", "k", "--json"})[0].at("removed")
             == 0);
  BOOST_TEST(node.lines_of({"scheduled", "--json"}).empty());
}

BOOST_AUTO_TEST_CASE(a_firing_that_is_refused_is_a_dead_letter_that_holds_it) {
  scheduling_node node;
  static_cast<void>(node.lines_of({"schedule", "late", "--at", "+24h", "--id",
                                   "x", "--source", "/me", "--data", "7"}));
  // Its id belongs to another signal when it fires.
  static_cast<void>(
    node.lines_of({"publish", "first", "--id", "y", "--source", "/me"}));
  static_cast<void>(node.lines_of({"schedule", "late", "--at", "+0s", "--id",
                                   "y", "--source", "/me", "--data", "8"}));
  std::vector<json> letters;
  BOOST_TEST(comes_true([&] {
    letters = node.lines_of({"dead-letters", "--json"});
    return !letters.empty();
  }));
  BOOST_REQUIRE(letters.size() == 1u);
  BOOST_TEST(letters[0].at("target") == "actor:scheduler");
  BOOST_TEST(letters[0].at("signal").at("type") == "late");
  BOOST_TEST(letters[0].at("signal").at("data") == 8);
  const std::string id = letters[0].at("id");
  // Once more it is refused, and stays; also over a crash.
  BOOST_TEST(node.sig({"dead-letters", "redrive", id}).status == 4);
  node.end(SIGKILL);
  node.start();
  letters = node.lines_of({"dead-letters", "--json"});
  BOOST_REQUIRE(letters.size() == 1u);
  BOOST_TEST(letters[0].at("attempts") == 2);
  BOOST_TEST(node.sig({"dead-letters", "delete", id}).status == 0);
  BOOST_TEST(node.lines_of({"dead-letters", "--json"}).empty());
  BOOST_TEST(node.lines_of({"scheduled", "--json"}).size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_refused_with_status_2) {
  const scheduling_node node;
  BOOST_TEST(node.sig({"schedule", "a"}).status == 2);
  BOOST_TEST(node.sig({"schedule", "a", "--at", "soon"}).status == 2);
  const auto reserved = node.sig({"schedule", "internal.x", "--at", "+1s"});
  BOOST_TEST(reserved.status == 2);
  BOOST_TEST(contains(reserved.complaint, "reserved"));
  BOOST_TEST(node.sig({"cancel", "a"}).status == 2);
}

BOOST_AUTO_TEST_SUITE_END()
