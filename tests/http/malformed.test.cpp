#include "harness.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

using namespace test;

namespace {

struct specimen {
  std::string bytes;
  /// 0: the connection may also be closed without a word.
  unsigned status = 400;
};

const std::string host = "Host: h\r\n";

/// What a careful server refuses, and what two servers could read differently.
[[nodiscard]] std::vector<specimen> specimens() {
  const std::string start = "POST /echo HTTP/1.1\r\n" + host;
  return {
    {"nonsense\r\n\r\n"},
    {"GET /\r\n\r\n"},
    {"GET  / HTTP/1.1\r\n" + host + "\r\n"},
    {" GET / HTTP/1.1\r\n" + host + "\r\n"},
    {"GET / HTTP/1.1\r\n\r\n"},
    {"GET / HTTP/1.1\r\n" + host + host + "\r\n"},
    {"GET / HTTP/1.1\nHost: h\n\n", 505},
    {"GET / HTTP/2.0\r\n" + host + "\r\n", 505},
    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
    {"GET nowhere HTTP/1.1\r\n" + host + "\r\n"},
    {"GET /%zz HTTP/1.1\r\n" + host + "\r\n"},
    {"GET /% HTTP/1.1\r\n" + host + "\r\n"},
    {"GET /%ff HTTP/1.1\r\n" + host + "\r\n"},
    {"GET /?a=%c3 HTTP/1.1\r\n" + host + "\r\n"},
    {"GET /#part HTTP/1.1\r\n" + host + "\r\n"},
    {"CONNECT h:1 HTTP/1.1\r\n" + host + "\r\n"},
    {start + "Bad Name: x\r\n\r\n"},
    {start + "Name : x\r\n\r\n"},
    {start + "No colon\r\n\r\n"},
    {start + std::string{"A: \0b\r\n\r\n", 10}},
    {start + "A: b\rc\r\n\r\n"},
    {start + "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx"},
    {start + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxy"},
    {start + "Content-Length: 1, 1\r\n\r\nx"},
    {start + "Content-Length: +1\r\n\r\nx"},
    {start + "Content-Length: -1\r\n\r\n"},
    {start + "Content-Length: 0x1\r\n\r\nx"},
    {start + "Content-Length: 99999999999999999999999\r\n\r\n"},
    {start + "Content-Length:\r\n\r\n"},
    {start
     + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"},
    {start
     + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {start + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
    {start + "Transfer-Encoding: identity\r\n\r\n", 501},
    {start + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501},
    {start
     + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"},
    {"POST /echo HTTP/1.0\r\n" + host
     + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {start + "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n"},
    {start + "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n"},
    {start + "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n"},
    {start + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n"},
    {start + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(20'000, 'e')},
    {start + "Expect: something\r\nContent-Length: 1\r\n\r\nx", 417},
    {std::string(64, '\n') + get_root},
    {"\x16\x03\x01\x02\x05\x01\x01\xfc\x03\x03 hello of TLS\r\n\r\n"},
  };
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_malformed)

BOOST_AUTO_TEST_CASE(what_is_malformed_is_refused_and_the_server_goes_on) {
  harness node;
  node.what.handling = echo;
  node.start();
  for (const auto& each : specimens()) {
    auto client = node.connect();
    client.send(each.bytes);
    const auto answer = client.read_answer();
    BOOST_TEST_CONTEXT(each.bytes.substr(0, 100)) {
      BOOST_REQUIRE(answer.size() > 12u);
      BOOST_TEST(answer.substr(9, 3) == std::to_string(each.status));
      BOOST_TEST(answer.find("X-Request-Id: ") != std::string::npos);
      BOOST_TEST(answer.find("\"status\":" + std::to_string(each.status))
                 != std::string::npos);
    }
  }
  auto client = node.connect();
  client.send(get_root);
  BOOST_TEST(client.read_answer().starts_with("HTTP/1.1 200 "));
}

BOOST_AUTO_TEST_CASE(what_stands_behind_a_malformed_request_is_not_read) {
  harness node;
  node.what.handling = echo;
  node.start();
  for (const auto& each : specimens()) {
    if (each.status == 417 || each.bytes.starts_with("GET /%")
        || each.bytes.starts_with("GET nowhere")
        || each.bytes.starts_with("GET /?") || each.bytes.starts_with("GET /#")
        || each.bytes.starts_with("CONNECT")) {
      // Its end is known, so the connection is kept.
      continue;
    }
    auto client = node.connect();
    client.send(each.bytes + get_root);
    client.read_answer();
    BOOST_TEST_CONTEXT(each.bytes.substr(0, 100)) {
      BOOST_TEST(client.read_all().find("HTTP/1.1 200") == std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(every_start_of_a_request_may_be_its_end) {
  harness node;
  node.what.handling = echo;
  node.start();
  const auto whole =
    "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    "2\r\nab\r\n0\r\n\r\n"
    + post("/echo", "cd");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    auto client = node.connect();
    client.send(whole.substr(0, size));
    size % 2 == 0 ? client.close() : client.reset();
  }
  BOOST_TEST(node.eventually([](const auto& numbers) {
    return numbers.connections_open == 0 && numbers.body_bytes_in_flight == 0;
  }));
}

BOOST_AUTO_TEST_CASE(random_bytes_do_no_harm) {
  harness node;
  node.what.handling = echo;
  node.start();
  std::uint64_t state = 88'172'645'463'325'252u;
  const auto whole = post("/echo", "hello", "A: b\r\nC: d\r\n");
  for (int turn = 0; turn < 300; ++turn) {
    auto bytes = whole + whole;
    for (int change = 0; change < 4; ++change) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      bytes[state % bytes.size()] = static_cast<char>(state >> 32);
    }
    auto client = node.connect();
    client.send(bytes);
  }
  auto client = node.connect();
  client.send(get_root);
  BOOST_TEST(client.read_answer().starts_with("HTTP/1.1 200 "));
  BOOST_TEST(node.eventually(
    [](const auto& numbers) { return numbers.connections_open == 1; }));
}

BOOST_AUTO_TEST_SUITE_END()
