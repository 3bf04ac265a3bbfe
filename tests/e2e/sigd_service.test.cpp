// A node as systemd and its operators see it: the states that it tells, the
// lines that it logs, what a scrape finds.

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/e2e/sigd_client.hpp"
#include "tests/support/notify_socket.hpp"
#include "tests/support/prometheus_text.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using namespace std::chrono_literals;
using namespace libsig::testing;

/// The next state that is no sign of life.
[[nodiscard]] std::string next_state(const notify_socket& heard) {
  std::string got;
  do {
    got = heard.next();
  } while (got == "WATCHDOG=1");
  return got;
}

[[nodiscard]] std::string text_of(const std::string& path) {
  std::ifstream from{path};
  return {std::istreambuf_iterator<char>{from}, {}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(sigd_service)

// B2 Ops: Type=notify, the watchdog, reload and drain.
BOOST_AUTO_TEST_CASE(a_node_tells_its_manager_how_it_is) {
  const temporary_folder folder;
  const notify_socket heard{folder.file("notify")};
  auto how = sigd(folder.path() / "data");
  how.environment = {"NOTIFY_SOCKET=" + folder.file("notify"),
                     "WATCHDOG_USEC=100000"};
  how.complaint_file = folder.file("log");
  test::node_process node{how};
  BOOST_REQUIRE(node.ready());
  BOOST_TEST(next_state(heard)
             == "READY=1\nSTATUS=listening on 127.0.0.1:"
                  + std::to_string(node.port()));
  BOOST_TEST(heard.next() == "WATCHDOG=1");
  BOOST_TEST(heard.next() == "WATCHDOG=1");
  node.signal(SIGHUP);
  BOOST_TEST(next_state(heard).starts_with("RELOADING=1\nMONOTONIC_USEC="));
  BOOST_TEST(next_state(heard).starts_with("READY=1\n"));
  node.signal(SIGTERM);
  BOOST_TEST(next_state(heard) == "STOPPING=1\nSTATUS=draining");
  BOOST_TEST((node.wait(20s) == 0));
}

BOOST_AUTO_TEST_CASE(a_node_without_a_manager_s_watchdog_tells_it_no_more) {
  const temporary_folder folder;
  const notify_socket heard{folder.file("notify")};
  auto how = sigd(folder.path() / "data");
  how.environment = {"NOTIFY_SOCKET=" + folder.file("notify"),
                     "WATCHDOG_USEC=100000", "WATCHDOG_PID=1"};
  how.complaint_file = folder.file("log");
  test::node_process node{how};
  BOOST_TEST(heard.next().starts_with("READY=1\n"));
  node.signal(SIGTERM);
  BOOST_TEST(heard.next().starts_with("STOPPING=1\n"));
  BOOST_TEST((node.wait(20s) == 0));
}

BOOST_AUTO_TEST_CASE(a_node_logs_its_life_in_lines) {
  const temporary_folder folder;
  auto how = sigd(folder.path() / "data");
  how.environment = {"SIGD_LOG_FORMAT=json", "SIGD_LOG_LEVEL=debug"};
  how.complaint_file = folder.file("log");
  test::node_process node{how};
  BOOST_REQUIRE(node.ready());
  test::client to{node.port()};
  BOOST_REQUIRE(to.send(request("GET", "/v1/signals?access_token=hunter2")));
  static_cast<void>(to.read_answer());
  node.signal(SIGHUP);
  node.signal(SIGTERM);
  BOOST_TEST((node.wait(20s) == 0));
  std::vector<std::string> events;
  std::ifstream from{folder.file("log")};
  for (std::string line; std::getline(from, line);) {
    events.push_back(nlohmann::json::parse(line).at("event"));
  }
  for (const auto* const event :
       {"starting", "ready", "request", "stopping", "stopped"}) {
    BOOST_TEST(std::ranges::count(events, event) == 1, event);
  }
  BOOST_TEST(text_of(folder.file("log")).find("hunter2") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_scrape_of_the_built_node_is_well_formed) {
  const temporary_folder folder;
  auto how = sigd(folder.path() / "data");
  how.complaint_file = folder.file("log");
  test::node_process node{how};
  BOOST_REQUIRE(node.ready());
  test::client to{node.port()};
  BOOST_REQUIRE(to.send(request("GET", "/metrics")));
  const auto got = to.read_answer();
  BOOST_REQUIRE(status_of(got) == 200);
  const prometheus_text page{got.substr(got.find("\r\n\r\n") + 4)};
  BOOST_TEST(page.value("libsig_log_writable") == 1);
  BOOST_TEST(page.value("libsig_reviews_open") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
