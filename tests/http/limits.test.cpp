#include "harness.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

using namespace test;

namespace {

/// A request for `/` whose head has so many bytes.
[[nodiscard]] std::string head_of(std::size_t bytes) {
  std::string head = "GET / HTTP/1.1\r\nHost: h\r\nFill: ";
  head.append(bytes - head.size() - 4, 'x');
  return head + "\r\n\r\n";
}

[[nodiscard]] unsigned status_of(const std::string& answer) {
  return answer.size() < 12
           ? 0
           : static_cast<unsigned>(std::stoul(answer.substr(9, 3)));
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_limits)

BOOST_AUTO_TEST_CASE(a_head_may_have_its_bytes_and_no_more) {
  harness node;
  node.what.handling = echo;
  node.start();
  for (const std::size_t bytes : {65'535u, 65'536u, 65'537u, 200'000u}) {
    auto client = node.connect();
    client.send(head_of(bytes));
    BOOST_TEST(status_of(client.read_answer())
               == (bytes <= 65'536 ? 200u : 431u));
  }
}

BOOST_AUTO_TEST_CASE(a_head_without_an_end_is_refused) {
  for (const std::string line : {"A: b\r\n", "x"}) {
    harness node;
    node.options.limits.head_bytes = 1'024;
    node.options.limits.fields = 10'000;
    node.start();
    auto client = node.connect();
    client.send("GET / HTTP/1.1\r\nHost: h\r\n");
    for (int at = 0; at < 2'000 && client.send(line); ++at) {
    }
    BOOST_TEST(status_of(client.read_answer()) == 431u);
    BOOST_TEST(client.ended());
  }
}

BOOST_AUTO_TEST_CASE(a_head_may_have_its_fields_and_no_more) {
  harness node;
  node.what.handling = echo;
  node.options.limits.fields = 5;
  node.start();
  for (const int more : {4, 5}) {
    auto client = node.connect();
    std::string head = "GET / HTTP/1.1\r\nHost: h\r\n";
    for (int at = 0; at < more; ++at) {
      head += "a: b\r\n";
    }
    client.send(head + "\r\n");
    BOOST_TEST(status_of(client.read_answer()) == (more == 4 ? 200u : 431u));
  }
}

BOOST_AUTO_TEST_CASE(a_body_may_have_its_bytes_and_no_more) {
  harness node;
  node.what.handling = echo;
  node.start();
  auto client = node.connect();
  for (const std::size_t bytes : {1'000u, 1'001u, 0u}) {
    client.send(post("/echo", std::string(bytes, 'b')));
    BOOST_TEST(status_of(client.read_answer())
               == (bytes <= 1'000 ? 200u : 413u));
  }
  client.send("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx"
              + get_root);
  BOOST_TEST(status_of(client.read_answer()) == 413u);
  BOOST_TEST(status_of(client.read_answer()) == 200u);
}

BOOST_AUTO_TEST_CASE(a_chunked_body_has_the_same_bound) {
  harness node;
  node.what.handling = echo;
  node.start();
  for (const std::size_t last : {500u, 501u}) {
    auto client = node.connect();
    client.send("POST /echo HTTP/1.1\r\nHost: h\r\n"
                "Transfer-Encoding: chunked\r\n\r\n"
                "1f4\r\n"
                + std::string(500, 'a') + "\r\n"
                + (last == 500 ? "1f4\r\n" : "1f5\r\n") + std::string(last, 'b')
                + "\r\n0\r\n\r\n");
    BOOST_TEST(status_of(client.read_answer()) == (last == 500 ? 200u : 413u));
  }
}

BOOST_AUTO_TEST_CASE(a_length_that_is_only_claimed_is_refused_at_once) {
  harness node;
  node.start();
  auto client = node.connect();
  client.send("POST /echo HTTP/1.1\r\nHost: h\r\n"
              "Content-Length: 99999999999\r\n\r\n");
  BOOST_TEST(status_of(client.read_answer()) == 413u);
  BOOST_TEST(client.ended());
}

BOOST_AUTO_TEST_CASE(a_client_that_asks_first_is_told_before_it_sends) {
  harness node;
  node.what.handling = echo;
  node.start();
  auto client = node.connect();
  client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n"
              "Expect: 100-continue\r\n\r\n");
  BOOST_TEST(client.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("body");
  BOOST_TEST(client.read_answer().ends_with("\r\n\r\nbody"));
  client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n"
              "Expect: 100-continue\r\n\r\n");
  BOOST_TEST(status_of(client.read_answer()) == 413u);
  BOOST_TEST(client.ended());
}

BOOST_AUTO_TEST_CASE(a_body_of_another_media_type_is_refused) {
  harness node;
  node.what.handling = echo;
  node.start();
  auto client = node.connect();
  const auto ask = [&](const std::string& type) {
    client.send(post("/json", "{}", type));
    return status_of(client.read_answer());
  };
  BOOST_TEST(ask("Content-Type: application/json\r\n") == 200u);
  BOOST_TEST(ask("Content-Type: Application/JSON; charset=utf-8\r\n") == 200u);
  BOOST_TEST(ask("Content-Type: text/x-diff\r\n") == 200u);
  BOOST_TEST(ask("Content-Type: application/jsonx\r\n") == 415u);
  BOOST_TEST(ask("Content-Type: text\r\n") == 415u);
  BOOST_TEST(ask("") == 415u);
  BOOST_TEST(ask("Content-Type: text/x\r\nContent-Encoding: gzip\r\n") == 415u);
  client.send("POST /json HTTP/1.1\r\nHost: h\r\n\r\n");
  BOOST_TEST(status_of(client.read_answer()) == 200u);
}

BOOST_AUTO_TEST_CASE(the_bytes_of_all_bodies_together_are_bounded) {
  harness node;
  node.options.limits.body_bytes_in_flight = 1'500;
  node.start();
  auto first = node.connect();
  first.send(post("/echo", std::string(1'000, 'a')));
  auto held = node.what.calls.take();
  BOOST_TEST(node.server->numbers().body_bytes_in_flight == 1'000u);
  auto second = node.connect();
  second.send(post("/echo", std::string(501, 'b')));
  const auto refused = second.read_answer();
  BOOST_TEST(status_of(refused) == 429u);
  BOOST_TEST(refused.find("Retry-After: 1\r\n") != std::string::npos);
  auto chunked = node.connect();
  chunked.send("POST /echo HTTP/1.1\r\nHost: h\r\n"
               "Transfer-Encoding: chunked\r\n\r\n1f5\r\n"
               + std::string(501, 'b') + "\r\n0\r\n\r\n");
  BOOST_TEST(status_of(chunked.read_answer()) == 429u);
  second.send(post("/echo", std::string(500, 'b')));
  auto taken = node.what.calls.take();
  held.answer.answer(text(""));
  taken.answer.answer(text(""));
  BOOST_TEST(status_of(first.read_answer()) == 200u);
  BOOST_TEST(node.eventually(
    [](const auto& numbers) { return numbers.body_bytes_in_flight == 0; }));
}

BOOST_AUTO_TEST_CASE(a_body_that_was_read_is_not_in_flight_any_more) {
  harness node;
  node.start();
  auto client = node.connect();
  client.send(post("/echo", std::string(1'000, 'a')));
  auto call = node.what.calls.take();
  BOOST_TEST(node.server->numbers().body_bytes_in_flight == 1'000u);
  call.answer.release_body();
  BOOST_TEST(node.server->numbers().body_bytes_in_flight == 0u);
  call.answer.release_body();
  call.answer.answer(text(""));
  BOOST_TEST(status_of(client.read_answer()) == 200u);
  call.answer.release_body();
  BOOST_TEST(node.server->numbers().body_bytes_in_flight == 0u);
}

BOOST_AUTO_TEST_CASE(connections_have_a_bound) {
  harness node;
  node.options.limits.connections = 2;
  node.what.handling = echo;
  node.start();
  auto first = node.connect();
  auto second = node.connect();
  for (auto* const each : {&first, &second}) {
    each->send(get_root);
    BOOST_TEST(status_of(each->read_answer()) == 200u);
  }
  auto third = node.connect();
  const auto refused = third.read_all();
  BOOST_TEST(status_of(refused) == 503u);
  BOOST_TEST(refused.find("Retry-After: 1\r\n") != std::string::npos);
  first.close();
  BOOST_TEST(node.eventually(
    [](const auto& numbers) { return numbers.connections_open == 1; }));
  auto fourth = node.connect();
  fourth.send(get_root);
  BOOST_TEST(status_of(fourth.read_answer()) == 200u);
}

BOOST_AUTO_TEST_CASE(a_head_has_to_come_in_time) {
  harness node;
  node.what.handling = echo;
  node.start();
  auto client = node.connect();
  client.send(get_root + "GET / HT");
  BOOST_TEST(status_of(client.read_answer()) == 200u);
  node.clock->advance(9'999ms);
  BOOST_TEST(!client.readable(30));
  client.send("T");
  node.clock->advance(1ms);
  BOOST_TEST(status_of(client.read_answer()) == 408u);
  BOOST_TEST(client.ended());
  BOOST_TEST(node.server->numbers().deadlines_missed == 1u);
}

BOOST_AUTO_TEST_CASE(a_connection_that_says_nothing_is_closed) {
  harness node;
  node.start();
  auto client = node.connect();
  BOOST_TEST(node.eventually(
    [](const auto& numbers) { return numbers.connections_accepted == 1; }));
  BOOST_TEST(!client.readable(30));
  node.clock->advance(10s);
  BOOST_TEST(client.ended());
}

BOOST_AUTO_TEST_CASE(an_idle_connection_is_closed) {
  harness node;
  node.what.handling = echo;
  node.start();
  auto client = node.connect();
  client.send(get_root);
  BOOST_TEST(status_of(client.read_answer()) == 200u);
  node.clock->advance(74'999ms);
  BOOST_TEST(!client.readable(30));
  node.clock->advance(1ms);
  BOOST_TEST(client.ended());
  BOOST_TEST(node.server->numbers().deadlines_missed == 0u);
}

BOOST_AUTO_TEST_CASE(a_request_that_is_being_handled_has_no_deadline_here) {
  harness node;
  node.start();
  auto client = node.connect();
  client.send(get_root);
  auto call = node.what.calls.take();
  node.clock->advance(600s);
  BOOST_TEST(!client.readable(30));
  call.answer.answer(text("late"));
  BOOST_TEST(status_of(client.read_answer()) == 200u);
}

BOOST_AUTO_TEST_CASE(a_body_has_to_keep_its_pace) {
  harness node;
  node.what.handling = echo;
  node.start();
  auto client = node.connect();
  const std::string head =
    "POST /big HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n";
  // 20,480 bytes are worth five seconds beside the ten of grace.
  client.send(head + std::string(20'480, 'b'));
  BOOST_TEST(node.eventually([](const auto& numbers) {
    return numbers.body_bytes_in_flight == 20'480;
  }));
  node.clock->advance(14'999ms);
  BOOST_TEST(!client.readable(30));
  node.clock->advance(1ms);
  BOOST_TEST(status_of(client.read_answer()) == 408u);
  BOOST_TEST(client.ended());
  BOOST_TEST(node.server->numbers().body_bytes_in_flight == 0u);
}

BOOST_AUTO_TEST_CASE(a_client_that_takes_nothing_is_closed) {
  harness node;
  node.start();
  auto client = node.connect(4'096);
  client.send(get_root);
  auto call = node.what.calls.take();
  given<bool> written;
  call.answer.answer(text(std::string(32u << 20, 'x')),
                     [&](bool done) { written.put(done); });
  client.read_exactly(1'000);
  // A little was taken, so the time starts anew; then nothing more.
  BOOST_TEST(written.size() == 0u);
  ::poll(nullptr, 0, 50);
  node.clock->advance(29'999ms);
  ::poll(nullptr, 0, 30);
  BOOST_TEST(written.size() == 0u);
  node.clock->advance(1ms);
  BOOST_TEST(!written.take());
  BOOST_TEST(node.eventually(
    [](const auto& numbers) { return numbers.connections_open == 0; }));
}

BOOST_AUTO_TEST_CASE(an_answer_has_to_be_taken_at_a_pace) {
  harness node;
  node.options.limits.write_rate = 16u << 20;
  node.start();
  auto client = node.connect(4'096);
  client.send(get_root);
  auto call = node.what.calls.take();
  given<bool> written;
  call.answer.answer(text(std::string(64u << 20, 'x')),
                     [&](bool done) { written.put(done); });
  // It takes something each time, so that it never stalls.
  for (int round = 0; round < 3 && written.size() == 0; ++round) {
    client.read_exactly(6u << 20);
    ::poll(nullptr, 0, 30);
    node.clock->advance(29s);
    ::poll(nullptr, 0, 30);
  }
  BOOST_REQUIRE(written.size() == 1u);
  BOOST_TEST(!written.take());
  BOOST_TEST(node.server->numbers().deadlines_missed == 1u);
}

BOOST_AUTO_TEST_CASE(who_keeps_the_pace_gets_a_long_answer_whole) {
  harness node;
  node.options.limits.write_rate = 1u << 20;
  node.start();
  auto client = node.connect(4'096);
  client.send(get_root);
  auto call = node.what.calls.take();
  given<bool> written;
  call.answer.answer(text(std::string(64u << 20, 'x')),
                     [&](bool done) { written.put(done); });
  for (int round = 0; round < 8; ++round) {
    client.read_exactly(8u << 20);
    ::poll(nullptr, 0, 30);
    node.clock->advance(7s);
  }
  BOOST_TEST(written.take());
}

BOOST_AUTO_TEST_CASE(who_takes_no_answers_is_not_given_more) {
  harness node;
  node.what.handling = [](http::request, http::responder answer) {
    answer.answer(text(std::string(1u << 20, 'x')));
  };
  node.start();
  auto client = node.connect(4'096);
  std::string all;
  for (int at = 0; at < 500; ++at) {
    all += get_root;
  }
  client.send(all);
  BOOST_TEST(
    node.eventually([](const auto& numbers) { return numbers.requests >= 2; }));
  ::poll(nullptr, 0, 100);
  // What the sockets of loopback hold, and one pipeline.
  BOOST_TEST(node.server->numbers().requests < 50u);
  for (int at = 0; at < 500; ++at) {
    BOOST_REQUIRE(client.read_answer().size() > 1u << 20);
  }
}

BOOST_AUTO_TEST_CASE(a_closed_connection_does_not_linger_for_ever) {
  harness node;
  node.what.handling = echo;
  node.start();
  auto client = node.connect();
  client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  BOOST_TEST(status_of(client.read_all()) == 200u);
  // The client does not close its side.
  BOOST_TEST(node.server->numbers().connections_open == 1u);
  node.clock->advance(2s);
  BOOST_TEST(node.eventually(
    [](const auto& numbers) { return numbers.connections_open == 0; }));
}

BOOST_AUTO_TEST_SUITE_END()
