#include "apps/sigd/wait_answers.hpp"

#include <string>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "tests/sigd/topic_calls.hpp"

using namespace libsig;
using namespace libsig::testing;

namespace {

/// A node with messages whose answer together is more than one caller's share.
class large_answers {
public:
  large_answers() : node{settings()} {
    const auto payload = "{\"x\":\"" + std::string(7u << 20, 'x') + "\"}";
    for (const auto* topic : {"a", "b", "c", "d", "e"}) {
      send(node, topic, payload);
    }
  }

  /// A client with an answer that is ready and not to be written yet, and one
  /// that has no room beside it.
  [[nodiscard]] ::test::client hold_up() const {
    // Without a name, since the waits of one consumer come one after the other.
    auto to =
      begin_wait(node, R"({"topics":["none"],"timeout_ms":600000})", {});
    await_metric(node, "waits_parked", "1");
    const auto more =
      "POST /v1/wait HTTP/1.1\r\nHost: localhost\r\n" + std::string{json_field}
      + "Content-Length: " + std::to_string(all.size()) + "\r\n\r\n" + all;
    BOOST_REQUIRE(to.send(more + more));
    await_metric(node, R"(waits_total{outcome="hit"})", "2");
    await_metric(node, "wait_answers_waiting", "1");
    return to;
  }

  running_node node;
  const std::string all =
    R"({"mode":"all","topics":["a","b","c","d","e"],"timeout_ms":0})";

private:
  [[nodiscard]] static sigd::node_settings settings() {
    sigd::node_settings how;
    how.topics.payload_bytes_max = 8u << 20;
    return how;
  }
};

} // namespace

// What becomes of the answers of waits within a node.
BOOST_AUTO_TEST_SUITE(topics_answers)

BOOST_AUTO_TEST_CASE(who_does_not_take_answers_holds_up_nobody_else) {
  const large_answers world;
  auto slow = world.hold_up();
  BOOST_TEST(wait(world.node, R"({"topics":["a"]})", named("ann")).status
             == 200u);
  BOOST_TEST(wait(world.node, world.all, named("bob")).status == 200u);
  BOOST_TEST(metric(world.node, "wait_answers_waiting") == "1");
  // What waits for who has gone is taken out.
  slow.reset();
  await_metric(world.node, "wait_answers_waiting", "0");
  await_metric(world.node, "waits_open", "0");
}

BOOST_AUTO_TEST_CASE(a_node_that_ends_makes_no_answers_any_more) {
  large_answers world;
  auto slow = world.hold_up();
  std::thread stopping{[&] { world.node.stop(); }};
  // By then it has ended what waits; what is ready is still written.
  BOOST_TEST(end_wait(slow).status == 503u);
  BOOST_TEST(end_wait(slow).status == 200u);
  BOOST_TEST(end_wait(slow).status == 503u);
  stopping.join();
}

BOOST_AUTO_TEST_CASE(a_wait_that_was_read_keeps_no_body) {
  const running_node node;
  auto waiting = begin_wait(node, R"({"topics":["a"]})");
  await_metric(node, "waits_parked", "1");
  BOOST_TEST(metric(node, "http_request_bodies_in_flight_bytes") == "0");
}

BOOST_AUTO_TEST_SUITE_END()
