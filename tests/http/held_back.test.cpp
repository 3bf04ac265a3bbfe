#include "harness.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

using namespace test;

namespace {

const std::string get_thing = "GET /things/a HTTP/1.1\r\nHost: here\r\n\r\n";

/// Refuses `/` after a while, and answers all else at once.
struct held_harness : harness {
  held_harness() {
    what.handling = echo;
    what.admitting =
      [](const http::request& head) -> std::optional<http::response> {
      if (head.target != "/" && head.target != "/echo") {
        return std::nullopt;
      }
      auto no = http::make_response(401, "text/plain", "no");
      no.held_back = 2s;
      return no;
    };
    start();
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(held_back)

BOOST_AUTO_TEST_CASE(a_refusal_waits_its_time_and_no_longer) {
  held_harness node;
  auto client = node.connect();
  client.send(get_root);
  BOOST_TEST(
    node.eventually([](const auto& now) { return now.requests == 1; }));
  node.clock->advance(1'999ms);
  BOOST_TEST(!client.readable(50));
  node.clock->advance(2ms);
  BOOST_TEST(client.read_answer().starts_with("HTTP/1.1 401"));
  client.send(get_thing);
  BOOST_TEST(client.read_answer().starts_with("HTTP/1.1 200"));
  BOOST_TEST(node.server->numbers().deadlines_missed == 0u);
}

// C2 row 27: who guesses does not slow down who does not. The server has one
// thread.
BOOST_AUTO_TEST_CASE(others_are_answered_meanwhile) {
  held_harness node;
  std::vector<client> waiting;
  for (int each = 0; each < 100; ++each) {
    waiting.push_back(node.connect());
    waiting.back().send(get_root);
  }
  BOOST_TEST(
    node.eventually([](const auto& now) { return now.requests == 100; }));
  auto other = node.connect();
  other.send(get_thing);
  BOOST_TEST(other.read_answer().starts_with("HTTP/1.1 200"));
  node.clock->advance(2s);
  for (auto& each : waiting) {
    BOOST_TEST(each.read_answer().starts_with("HTTP/1.1 401"));
  }
}

BOOST_AUTO_TEST_CASE(answers_keep_the_order_of_their_requests) {
  held_harness node;
  auto client = node.connect();
  client.send(get_thing + get_root + get_thing);
  BOOST_TEST(client.read_answer().starts_with("HTTP/1.1 200"));
  BOOST_TEST(
    node.eventually([](const auto& now) { return now.requests == 3; }));
  BOOST_TEST(!client.readable(50));
  node.clock->advance(2s);
  BOOST_TEST(client.read_answer().starts_with("HTTP/1.1 401"));
  BOOST_TEST(client.read_answer().starts_with("HTTP/1.1 200"));
}

BOOST_AUTO_TEST_CASE(the_body_of_a_refused_request_is_passed_over) {
  held_harness node;
  auto client = node.connect();
  client.send(post("/echo", std::string(1'000, 'x')) + get_thing);
  BOOST_TEST(
    node.eventually([](const auto& now) { return now.requests == 2; }));
  node.clock->advance(2s);
  BOOST_TEST(client.read_answer().starts_with("HTTP/1.1 401"));
  BOOST_TEST(client.read_answer().starts_with("HTTP/1.1 200"));
}

BOOST_AUTO_TEST_CASE(a_client_that_goes_away_leaves_nothing) {
  held_harness node;
  auto client = node.connect();
  client.send(get_root);
  BOOST_TEST(
    node.eventually([](const auto& now) { return now.requests == 1; }));
  client.reset();
  BOOST_TEST(
    node.eventually([](const auto& now) { return now.connections_open == 0; }));
  node.clock->advance(2s);
  auto other = node.connect();
  other.send(get_thing);
  BOOST_TEST(other.read_answer().starts_with("HTTP/1.1 200"));
}

BOOST_AUTO_TEST_CASE(a_server_that_drains_sends_it_at_once) {
  held_harness node;
  auto client = node.connect();
  client.send(get_root);
  BOOST_TEST(
    node.eventually([](const auto& now) { return now.requests == 1; }));
  node.server->drain();
  const auto got = client.read_answer();
  BOOST_TEST(got.starts_with("HTTP/1.1 401"));
  BOOST_TEST(got.find("Connection: close") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
