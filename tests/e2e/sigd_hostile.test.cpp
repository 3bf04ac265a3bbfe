// Clients that mean ill or go away: the node answers what is wrong, goes on for
// all others, and leaks nothing (C2 rows 6, 23 to 26).

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "tests/e2e/sigd_client.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace libsig::testing;
using std::chrono::steady_clock;

namespace {

/// A node for one test; at its end the node must still be well.
struct well_node {
  well_node() { BOOST_REQUIRE(node.ready()); }

  ~well_node() {
    BOOST_TEST(lives(node.port(), 2'000));
    BOOST_TEST(node.end(SIGTERM) == 0);
  }

  [[nodiscard]] std::uint16_t port() const { return node.port(); }

  temporary_folder folder;
  test::node_process node{sigd(folder.path() / "data")};
};

/// The longest that the node took to say that it lives, in so many looks.
[[nodiscard]] int slowest_health(std::uint16_t port, int looks) {
  int slowest = 0;
  for (int look = 0; look < looks; ++look) {
    const auto begin = steady_clock::now();
    BOOST_TEST(lives(port, 5'000));
    slowest = std::max(
      slowest,
      static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(
                         steady_clock::now() - begin)
                         .count()));
  }
  return slowest;
}

/// Bodies that are wrong, each in its own way.
[[nodiscard]] std::vector<std::string> wrong_bodies() {
  std::vector<std::string> made{
    "",
    "{",
    "[]",
    "null",
    "{}",
    "\"text\"",
    std::string("\0\0\0", 3),
    "\xff\xfe",
    R"({"specversion":"1.0","id":"1","type":"a.b","source":"/x","data":NaN})",
    R"({"specversion":"1.0","id":"1","id":"2","type":"a.b","source":"/x"})",
    R"({"specversion":"1.0","id":1,"type":"a.b","source":"/x"})",
    R"({"specversion":"0.3","id":"1","type":"a.b","source":"/x"})",
    R"({"specversion":"1.0","id":"1","type":"","source":"/x"})",
    R"({"specversion":"1.0","id":"1","type":"a.b","source":"/x","data":"\ud800"})",
    R"({"specversion":"1.0","id":"1","type":"a.b","source":"/x","data":1e999})",
  };
  made.push_back(std::string(100'000, '['));
  made.push_back(std::string(100'000, '{'));
  std::string deep = R"({"specversion":"1.0","id":"d","type":"a.b",)"
                     R"("source":"/x","data":)";
  made.push_back(deep + std::string(100, '[') + std::string(100, ']') + '}');
  std::string many = deep + '[';
  for (int at = 0; at < 20'000; ++at) {
    many += "1,";
  }
  made.push_back(many + "1]}");
  made.push_back(deep + '"' + std::string(9u << 20, 'x') + "\"}");
  return made;
}

/// All operations that a node may have, whether this one has them or not.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> operations() {
  return {
    {"POST", "/v1/signals"},
    {"GET", "/v1/signals?limit=x"},
    {"GET", "/v1/signals/x"},
    {"GET", "/v1/stream?pattern=..."},
    {"GET", "/v1/stream?after=-1"},
    {"POST", "/v1/reviews"},
    {"GET", "/v1/reviews?state=x"},
    {"GET", "/v1/reviews/%00"},
    {"GET", "/v1/dead-letters?limit=0"},
    {"POST", "/v1/dead-letters/x/redrive"},
    {"DELETE", "/v1/dead-letters/x"},
    {"POST", "/v1/routes"},
    {"PUT", "/livez"},
    {"POST", "/metrics"},
    {"POST", "/openapi.json"},
    {"GET", "/v1/%zz"},
    {"GET", "/../../etc/passwd"},
    {"POST", "/v1/unknown"},
  };
}

} // namespace

BOOST_AUTO_TEST_SUITE(sigd_hostile)

BOOST_AUTO_TEST_CASE(wrong_bodies_are_refused_on_every_endpoint) {
  const well_node with;
  const auto before = log_behind(with.port(), 0).size();
  for (const auto& [method, target] : operations()) {
    for (const auto& body : wrong_bodies()) {
      for (const auto* const type :
           {"application/cloudevents+json", "application/json",
            "application/cloudevents-batch+json", "text/x-diff"}) {
        // An empty batch is no mistake, nor is a diff without a change.
        if ((body == "[]"
             && type
                  == std::string_view{"application/"
                                      "cloudevents-batch+json"})
            || (body.empty() && target == "/v1/reviews")) {
          continue;
        }
        BOOST_TEST_CONTEXT(method << ' ' << target << ' ' << type << ' '
                                  << body.substr(0, 80)) {
          test::client to{with.port()};
          // It may be refused before all of it is sent.
          to.send(request(method, target, body, type));
          const auto status = status_of(to.read_until("\r\n\r\n"));
          BOOST_TEST(status >= 400);
          BOOST_TEST(status < 500);
        }
      }
    }
  }
  BOOST_TEST(log_behind(with.port(), 0).size() == before);
  BOOST_TEST(with.node.resident_kib_max() < 200u * 1'024);
}

BOOST_AUTO_TEST_CASE(bombs_of_header_fields_are_refused) {
  const well_node with;
  const auto head =
    std::string{"POST /v1/signals HTTP/1.1\r\nHost: localhost\r\n"};
  std::string many = head;
  for (int at = 0; at < 5'000; ++at) {
    many += "X-" + std::to_string(at) + ": 1\r\n";
  }
  const std::vector<std::string> bombs{
    many + "\r\n",
    head + "X: " + std::string(1u << 20, 'x') + "\r\n\r\n",
    "GET /" + std::string(1u << 20, 'x') + " HTTP/1.1\r\n\r\n",
    head + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
    head + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    head + "Content-Length: 99999999999999999999\r\n\r\n",
    head + "ce-id: 1\r\nce-type: a\rb\r\nContent-Length: 0\r\n\r\n",
    head + "ce-id : 1\r\n\r\n",
    head + std::string("ce-id: \0\r\n\r\n", 12),
    "POST /v1/signals HTTP/9.9\r\n\r\n",
    std::string(4'096, '\r'),
    std::string("\x16\x03\x01\x02\x00\x01\x00", 7) + std::string(200, '\0'),
  };
  for (std::size_t at = 0; at < bombs.size(); ++at) {
    BOOST_TEST_CONTEXT("bomb " << at) {
      test::client to{with.port()};
      to.send(bombs[at]);
      to.end_sending();
      const auto status = status_of(to.read_all());
      BOOST_TEST((status == 0 || (status >= 400 && status < 600)),
                 "status " << status);
    }
  }
  BOOST_TEST(slowest_health(with.port(), 20) < 1'000);
  BOOST_TEST(log_behind(with.port(), 0).empty());
}

BOOST_AUTO_TEST_CASE(slow_senders_hold_nobody_up_and_are_closed) {
  const well_node with;
  constexpr std::size_t slow = 300;
  std::vector<test::client> heads;
  std::vector<test::client> bodies;
  for (std::size_t at = 0; at < slow; ++at) {
    heads.emplace_back(with.port()).send("POST /v1/signals HTTP/1.1\r\nHost: ");
    bodies.emplace_back(with.port())
      .send("POST /v1/signals HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
            "application/cloudevents+json\r\nContent-Length: 5000000\r\n\r\n{");
  }
  // A byte now and then does not extend the deadlines of ten seconds.
  int slowest = 0;
  const auto end = steady_clock::now() + std::chrono::milliseconds{11'000};
  while (steady_clock::now() < end) {
    for (std::size_t at = 0; at < slow; ++at) {
      heads[at].send("x");
      bodies[at].send(" ");
    }
    slowest = std::max(slowest, slowest_health(with.port(), 5));
    ::poll(nullptr, 0, 200);
  }
  BOOST_TEST(slowest < 1'000);
  std::size_t closed = 0;
  for (auto& one : heads) {
    closed += one.readable(2'000) ? 1u : 0u;
  }
  BOOST_TEST(closed == slow);
  BOOST_TEST(
    status_of(ask(with.port(), request("POST", "/v1/signals", event("well"))))
    == 202);
}

BOOST_AUTO_TEST_CASE(clients_that_vanish_leave_nothing_behind) {
  const well_node with;
  const auto whole = request("POST", "/v1/signals", event("same", 2'000));
  const std::vector<std::string> parts{
    "",
    "POST /v1/si",
    whole.substr(0, 120),
    whole.substr(0, whole.size() - 5),
    whole,
    whole + whole + whole.substr(0, 300),
    request("GET", "/v1/stream?after=0"),
    request("GET", "/v1/signals"),
    request("POST", "/v1/signals", std::string(3u << 20, '['))
      .substr(0, 1u << 20),
  };
  const auto vanish = [&](int times) {
    for (int time = 0; time < times; ++time) {
      test::client one{with.port()};
      one.send(parts[static_cast<std::size_t>(time) % parts.size()]);
      if (time % 2 == 0) {
        one.reset();
      }
    }
  };
  BOOST_TEST(lives(with.port(), 1'000));
  const auto descriptors = with.node.descriptors();
  vanish(1'000);
  const auto before = with.node.resident_kib();
  vanish(4'000);
  // That the reader of a stream closed it shows when the next comment is sent,
  // after fifteen seconds.
  for (int look = 0; look < 800 && with.node.descriptors() > descriptors + 2;
       ++look) {
    ::poll(nullptr, 0, 50);
  }
  BOOST_TEST(with.node.descriptors() <= descriptors + 2);
  BOOST_TEST(with.node.resident_kib() < before + 16u * 1'024);
}

BOOST_AUTO_TEST_CASE(a_node_without_descriptors_recovers) {
  const temporary_folder folder;
  auto how = sigd(folder.path() / "data");
  how.by = {"sh", "-c", "ulimit -n 64; exec \"$@\"", "sh"};
  test::node_process node{how};
  BOOST_TEST_REQUIRE(node.ready());
  {
    std::vector<test::client> many;
    for (int at = 0; at < 200; ++at) {
      many.emplace_back(node.port()).send("GET /livez HTTP/1.1\r\n");
    }
  }
  bool well = false;
  for (int look = 0; look < 100 && !well; ++look) {
    well = lives(node.port(), 1'000);
  }
  BOOST_TEST(well);
  BOOST_TEST(
    status_of(ask(node.port(), request("POST", "/v1/signals", event("1"))))
    == 202);
  BOOST_TEST(node.end(SIGTERM) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
