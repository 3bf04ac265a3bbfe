// SIGTERM under load ends the node in time with what it acknowledged (C2 row
// 39), and a node that works for long does not grow (row 38).

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "tests/e2e/kill_rounds.hpp"

using namespace libsig::testing;
using std::chrono::seconds;

namespace {

void publish(acknowledged& record, std::uint16_t port,
             const std::string& prefix, int most,
             std::vector<std::thread>& all) {
  for (int which = 0; which < 4; ++which) {
    all.emplace_back(
      [&record, port, most, name = prefix + std::to_string(which) + '-'] {
        record.publish(port, name, most, 200);
      });
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(sigd_stop)

BOOST_AUTO_TEST_CASE(a_node_that_is_told_to_end_keeps_what_it_acknowledged) {
  const int rounds = std::min(rounds_or(6), 60);
  const temporary_folder folder;
  acknowledged record;
  for (int round = 0; round < rounds; ++round) {
    test::node_process node{sigd(folder.path() / "data")};
    BOOST_TEST_REQUIRE(node.ready());
    record.check(node.port());
    // Streams do not hold it up; a request that never comes whole does, as long
    // as it may.
    test::client stream{node.port()};
    stream.send(request("GET", "/v1/stream?after=0"));
    test::client half{node.port()};
    if (round == 0) {
      half.send("POST /v1/signals HTTP/1.1\r\nHost: localhost\r\n");
    }
    std::vector<std::thread> all;
    publish(record, node.port(), std::to_string(round) + '-', 1'000'000, all);
    ::poll(nullptr, 0, 20 + round * 7 % 60);
    const auto begin = std::chrono::steady_clock::now();
    node.signal(SIGTERM);
    const auto status = node.wait(seconds{15});
    for (auto& one : all) {
      one.join();
    }
    BOOST_TEST_REQUIRE(status.has_value());
    BOOST_TEST(*status == 0);
    BOOST_TEST(
      (round == 0 || std::chrono::steady_clock::now() - begin < seconds{4}));
  }
  test::node_process node{sigd(folder.path() / "data")};
  BOOST_TEST_REQUIRE(node.ready());
  record.check(node.port());
  record.check_reviews(node.port());
  for (const auto& each : record.violations()) {
    BOOST_ERROR(each);
  }
  BOOST_TEST(record.receipts() > static_cast<std::size_t>(rounds) * 10);
}

BOOST_AUTO_TEST_CASE(a_second_signal_ends_it_at_once) {
  const temporary_folder folder;
  test::node_process node{sigd(folder.path() / "data")};
  BOOST_TEST_REQUIRE(node.ready());
  // Its answer cannot be given before the deadline.
  test::client half{node.port()};
  half.send("POST /v1/signals HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
            "application/cloudevents+json\r\nContent-Length: 100\r\n\r\n{");
  BOOST_TEST(lives(node.port(), 1'000));
  node.signal(SIGTERM);
  const auto early = node.wait(std::chrono::milliseconds{300});
  if (!early) {
    node.signal(SIGTERM);
  }
  const auto status = early ? early : node.wait(seconds{2});
  BOOST_TEST_REQUIRE(status.has_value());
  BOOST_TEST((*status == 0 || *status == 128 + SIGTERM));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(sigd_soak)

BOOST_AUTO_TEST_CASE(a_node_that_works_for_long_does_not_grow) {
  const int signals = std::min(rounds_or(20), 200) * 100;
  const temporary_folder folder;
  test::node_process node{sigd(folder.path() / "data")};
  BOOST_TEST_REQUIRE(node.ready());
  acknowledged record;
  const auto work = [&](const std::string& name) {
    std::vector<std::thread> all;
    publish(record, node.port(), name, signals, all);
    for (auto& one : all) {
      one.join();
    }
    record.check(node.port());
    record.check_reviews(node.port());
  };
  // Caches and pools fill.
  work("first-");
  const auto descriptors = node.descriptors();
  const auto before = node.resident_kib();
  work("second-");
  work("third-");
  BOOST_TEST(node.descriptors() <= descriptors + 2);
  BOOST_TEST(node.resident_kib() < before + 12u * 1'024,
             before << " KiB before, " << node.resident_kib() << " behind");
  for (const auto& each : record.violations()) {
    BOOST_ERROR(each);
  }
  BOOST_TEST(node.end(SIGTERM) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
