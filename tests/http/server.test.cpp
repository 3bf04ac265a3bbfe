#include "libsig/http/server.hpp"

#include "harness.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

using namespace test;

namespace {

[[nodiscard]] http::response refused_with(unsigned status) {
  http::problem what;
  what.status = status;
  return http::make_problem(what);
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_server)

BOOST_AUTO_TEST_CASE(a_request_reaches_the_application_whole) {
  harness node;
  node.start();
  auto client = node.connect();
  client.send("GET /things/a%2Fb%20c?x=1+2&y=%26&z HTTP/1.1\r\nhost: Here:1\r\n"
              "X-Request-Id: mine 1\r\nMany: one\r\nmany: two\r\n\r\n");
  auto call = node.what.calls.take();
  const auto& got = call.received;
  BOOST_TEST(got.method == "GET");
  BOOST_TEST(got.target == "/things/a%2Fb%20c?x=1+2&y=%26&z");
  BOOST_TEST(got.parameter("name") == "a/b c");
  BOOST_TEST(got.parameter("other") == "");
  BOOST_TEST(*got.query_value("x") == "1 2");
  BOOST_TEST(*got.query_value("y") == "&");
  BOOST_TEST(*got.query_value("z") == "");
  BOOST_TEST(!got.query_value("a"));
  BOOST_TEST(got.host == "Here:1");
  BOOST_TEST(got.fields.find_all("MANY").size() == 2u);
  BOOST_TEST(got.id == "mine 1");
  BOOST_TEST(got.peer->loopback);
  BOOST_TEST(got.peer->address == "127.0.0.1");
  BOOST_TEST(!got.tls);
  BOOST_TEST(got.number == 1u);
  BOOST_TEST(got.answered_before == 0u);
  BOOST_TEST(got.route->path == "/things/{name}");
  call.answer.answer(text("hello"));
  BOOST_TEST(client.read_answer()
             == "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                "Content-Length: 5\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                "X-Request-Id: mine 1\r\n\r\nhello");
}

BOOST_AUTO_TEST_CASE(requests_follow_each_other_on_one_connection) {
  harness node;
  node.start();
  auto client = node.connect();
  client.send(post("/echo", "one"));
  auto first = node.what.calls.take();
  BOOST_TEST(first.received.body == "one");
  given<bool> written;
  first.answer.answer(text("1"), [&](bool done) { written.put(done); });
  BOOST_TEST(client.read_answer().ends_with("\r\n\r\n1"));
  BOOST_TEST(written.take());
  client.send(post("/echo", "two"));
  const auto second = node.what.calls.take();
  BOOST_TEST(second.received.connection == first.received.connection);
  BOOST_TEST(second.received.number == 2u);
  BOOST_TEST(second.received.answered_before == 1u);
}

BOOST_AUTO_TEST_CASE(an_id_is_made_when_the_client_has_no_sane_one) {
  harness node;
  node.start();
  auto client = node.connect();
  for (const auto& sent : {std::string{}, std::string(129, 'a')}) {
    client.send("GET / HTTP/1.1\r\nHost: h\r\nX-Request-Id: " + sent
                + "\r\n\r\n");
    auto call = node.what.calls.take();
    BOOST_TEST(call.received.id.size() > 8u);
    BOOST_TEST(call.received.id != sent);
    call.answer.answer(text(""));
    BOOST_TEST(client.read_answer().find("X-Request-Id: " + call.received.id)
               != std::string::npos);
  }
  client.send("GET / HTTP/1.1\r\nHost: h\r\nX-Request-Id: "
              + std::string(128, 'a') + "\r\n\r\n");
  BOOST_TEST(node.what.calls.take().received.id == std::string(128, 'a'));
}

BOOST_AUTO_TEST_CASE(pipelined_requests_are_answered_in_their_order) {
  harness node;
  node.start();
  auto client = node.connect();
  client.send(post("/echo", "a") + post("/echo", "b") + post("/echo", "c"));
  auto a = node.what.calls.take();
  auto b = node.what.calls.take();
  auto c = node.what.calls.take();
  c.answer.answer(text("C"));
  b.answer.answer(text("B"));
  BOOST_TEST(!client.readable(20));
  a.answer.answer(text("A"));
  BOOST_TEST(client.read_answer().ends_with("A"));
  BOOST_TEST(client.read_answer().ends_with("B"));
  BOOST_TEST(client.read_answer().ends_with("C"));
}

BOOST_AUTO_TEST_CASE(behind_a_full_pipeline_nothing_is_read) {
  harness node;
  node.options.limits.pipeline = 2;
  node.start();
  auto client = node.connect();
  client.send(get_root + get_root + get_root);
  auto first = node.what.calls.take();
  auto second = node.what.calls.take();
  auto other = node.connect();
  other.send(get_root);
  // The other connection is served, so the third request would have been.
  auto third = node.what.calls.take();
  BOOST_TEST(third.received.connection != first.received.connection);
  first.answer.answer(text("1"));
  auto last = node.what.calls.take();
  BOOST_TEST(last.received.connection == first.received.connection);
  BOOST_TEST(last.received.number == 3u);
}

BOOST_AUTO_TEST_CASE(thousands_of_pipelined_requests_are_all_answered) {
  harness node;
  node.what.handling = echo;
  node.start();
  auto client = node.connect();
  std::string all;
  for (int at = 0; at < 3'000; ++at) {
    all += post("/echo", std::to_string(at));
  }
  client.send(all);
  for (int at = 0; at < 3'000; ++at) {
    const auto answer = client.read_answer();
    BOOST_REQUIRE(answer.ends_with("\r\n\r\n" + std::to_string(at)));
  }
}

BOOST_AUTO_TEST_CASE(a_request_may_come_byte_by_byte) {
  harness node;
  node.what.handling = echo;
  node.start();
  auto client = node.connect();
  for (const char letter : "\r\n" + post("/echo", "slowly")) {
    client.send({&letter, 1});
  }
  BOOST_TEST(client.read_answer().ends_with("slowly"));
}

BOOST_AUTO_TEST_CASE(a_chunked_body_is_put_together) {
  harness node;
  node.what.handling = echo;
  node.start();
  auto client = node.connect();
  const std::string request =
    "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    "5;a=b\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\nTrailer: dropped\r\n\r\n";
  client.send(request);
  BOOST_TEST(client.read_answer().ends_with("\r\n\r\nhello world"));
  for (const char letter : request) {
    client.send({&letter, 1});
  }
  BOOST_TEST(client.read_answer().ends_with("\r\n\r\nhello world"));
}

BOOST_AUTO_TEST_CASE(unknown_paths_and_methods_are_told_apart) {
  harness node;
  node.start();
  auto client = node.connect();
  client.send("GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n");
  auto answer = client.read_answer();
  BOOST_TEST(answer.starts_with("HTTP/1.1 404 Not Found\r\n"));
  BOOST_TEST(answer.find("Content-Type: application/problem+json")
             != std::string::npos);
  BOOST_TEST(
    answer.ends_with("{\"type\":\"about:blank\",\"title\":\"Not Found\","
                     "\"status\":404,"
                     "\"detail\":\"There is nothing at this path.\"}"));
  client.send("DELETE / HTTP/1.1\r\nHost: h\r\n\r\n");
  answer = client.read_answer();
  BOOST_TEST(answer.starts_with("HTTP/1.1 405 "));
  BOOST_TEST(answer.find("Allow: GET, HEAD, OPTIONS\r\n") != std::string::npos);
  client.send("OPTIONS /echo HTTP/1.1\r\nHost: h\r\n\r\n");
  answer = client.read_answer();
  BOOST_TEST(answer.starts_with("HTTP/1.1 204 "));
  BOOST_TEST(answer.find("Allow: OPTIONS, POST\r\n") != std::string::npos);
  BOOST_TEST(node.what.calls.size() == 0u);
}

BOOST_AUTO_TEST_CASE(head_is_answered_like_get_without_the_body) {
  harness node;
  node.start();
  auto client = node.connect();
  client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n" + get_root);
  auto head = node.what.calls.take();
  BOOST_TEST(head.received.method == "HEAD");
  BOOST_TEST(head.received.route->method == "GET");
  head.answer.answer(text("12345"));
  node.what.calls.take().answer.answer(text("6"));
  BOOST_TEST(client.read_until("\r\n\r\n").find("Content-Length: 5\r\n")
             != std::string::npos);
  BOOST_TEST(client.read_answer().ends_with("\r\n\r\n6"));
}

BOOST_AUTO_TEST_CASE(a_responder_that_is_dropped_answers_500) {
  harness node;
  node.start();
  auto client = node.connect();
  client.send(get_root);
  { const auto dropped = node.what.calls.take(); }
  BOOST_TEST(client.read_answer().starts_with("HTTP/1.1 500 "));
  BOOST_TEST(node.seen.troubles.take().find("without an answer")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_the_application_throws_is_answered_with_500) {
  harness node;
  node.what.handling = [](http::request, http::responder) {
    throw std::runtime_error{"broken"};
  };
  node.start();
  auto client = node.connect();
  client.send(get_root);
  BOOST_TEST(client.read_answer().starts_with("HTTP/1.1 500 "));
  node.what.admitting =
    [](const http::request&) -> std::optional<http::response> {
    throw std::runtime_error{"broken"};
  };
  client.send(get_root);
  BOOST_TEST(client.read_answer().starts_with("HTTP/1.1 500 "));
}

BOOST_AUTO_TEST_CASE(a_second_answer_is_not_taken) {
  harness node;
  node.start();
  auto client = node.connect();
  client.send(get_root);
  auto call = node.what.calls.take();
  BOOST_TEST(static_cast<bool>(call.answer));
  call.answer.answer(text("first"));
  BOOST_TEST(!static_cast<bool>(call.answer));
  call.answer.answer(text("second"));
  BOOST_TEST(!call.answer.stream({}).open());
  client.send(get_root);
  node.what.calls.take().answer.answer(text("third"));
  BOOST_TEST(client.read_answer().ends_with("first"));
  BOOST_TEST(client.read_answer().ends_with("third"));
}

BOOST_AUTO_TEST_CASE(who_waits_is_told_that_the_client_went_away) {
  for (const bool abruptly : {false, true}) {
    harness node;
    node.start();
    auto client = node.connect();
    client.send(get_root);
    auto call = node.what.calls.take();
    given<int> gone;
    call.answer.on_gone([&] { gone.put(1); });
    abruptly ? client.reset() : client.close();
    BOOST_TEST(gone.take() == 1);
    // Told at once when it is so already.
    call.answer.on_gone([&] { gone.put(2); });
    BOOST_TEST(gone.take() == 2);
    given<bool> written;
    call.answer.answer(text("late"), [&](bool done) { written.put(done); });
    if (abruptly) {
      BOOST_TEST(!written.take());
    }
    BOOST_TEST(node.eventually(
      [](const auto& numbers) { return numbers.connections_open == 0; }));
  }
}

BOOST_AUTO_TEST_CASE(a_client_that_only_ends_its_sending_gets_its_answer) {
  harness node;
  node.start();
  auto client = node.connect();
  client.send(get_root + get_root);
  client.end_sending();
  auto first = node.what.calls.take();
  auto second = node.what.calls.take();
  first.answer.answer(text("1"));
  second.answer.answer(text("2"));
  BOOST_TEST(client.read_answer().ends_with("1"));
  BOOST_TEST(client.read_answer().ends_with("2"));
  BOOST_TEST(client.ended());
}

BOOST_AUTO_TEST_CASE(the_client_decides_whether_the_connection_is_kept) {
  harness node;
  node.what.handling = echo;
  node.start();
  auto closing = node.connect();
  closing.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
               + get_root);
  BOOST_TEST(closing.read_answer().find("Connection: close\r\n")
             != std::string::npos);
  BOOST_TEST(closing.ended());
  auto old = node.connect();
  old.send("GET / HTTP/1.0\r\n\r\n");
  BOOST_TEST(old.read_answer().find("Connection: close\r\n")
             != std::string::npos);
  BOOST_TEST(old.ended());
  auto kept = node.connect();
  kept.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  BOOST_TEST(kept.read_answer().find("Connection: keep-alive\r\n")
             != std::string::npos);
  kept.send(get_root);
  BOOST_TEST(kept.read_answer().starts_with("HTTP/1.1 200 "));
}

BOOST_AUTO_TEST_CASE(an_answer_cannot_break_out_of_its_line) {
  harness node;
  node.what.handling = [](http::request, http::responder answer) {
    auto made = text("x");
    made.fields.add("Location", "/a\r\nSet-Cookie: b");
    made.fields.add("Bad Name", "c");
    made.fields.add("Content-Length", "999");
    made.fields.add("Connection", "close");
    answer.answer(std::move(made));
  };
  node.start();
  auto client = node.connect();
  client.send(get_root);
  const auto answer = client.read_answer();
  BOOST_TEST(answer.find("Location: /a  Set-Cookie: b\r\n")
             != std::string::npos);
  BOOST_TEST(answer.find("Bad Name") == std::string::npos);
  BOOST_TEST(answer.find("999") == std::string::npos);
  BOOST_TEST(answer.find("Connection") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_large_answer_arrives_whole_at_a_slow_reader) {
  harness node;
  const auto shared = std::make_shared<const std::string>(3u << 20, 's');
  node.what.handling = [&](http::request got, http::responder answer) {
    auto made = text(got.method == "GET" ? std::string(3u << 20, 'o') : "");
    if (got.method == "POST") {
      made.shared_body = shared;
    }
    answer.answer(std::move(made));
  };
  node.start();
  auto client = node.connect(4'096);
  client.send(get_root + post("/echo", "") + get_root);
  for (const char letter : {'o', 's', 'o'}) {
    const auto answer = client.read_answer();
    BOOST_TEST(answer.ends_with("\r\n\r\n" + std::string(3u << 20, letter)));
  }
}

BOOST_AUTO_TEST_CASE(admission_is_asked_before_anything_is_said) {
  harness node;
  node.what.admitting =
    [](const http::request& head) -> std::optional<http::response> {
    if (head.fields.contains("Authorization")) {
      return std::nullopt;
    }
    return refused_with(401);
  };
  node.start();
  auto client = node.connect();
  for (const auto& request :
       {get_root, std::string{"GET /no HTTP/1.1\r\nHost: h\r\n\r\n"},
        std::string{"DELETE / HTTP/1.1\r\nHost: h\r\n\r\n"}, post("/json", "x"),
        post("/echo", std::string(2'000, 'x'))}) {
    client.send(request);
    BOOST_TEST(client.read_answer().starts_with("HTTP/1.1 401 "));
  }
  client.send("GET /no HTTP/1.1\r\nHost: h\r\nAuthorization: a\r\n\r\n");
  BOOST_TEST(client.read_answer().starts_with("HTTP/1.1 404 "));
}

BOOST_AUTO_TEST_CASE(every_refusal_is_shaped_once_whoever_refuses) {
  harness node;
  node.what.shaping = [](std::string_view target, http::response& refused) {
    refused.body = '<' + std::string{target} + '>' + refused.body;
  };
  node.what.admitting =
    [](const http::request& head) -> std::optional<http::response> {
    return head.fields.contains("Stranger") ? std::optional{refused_with(401)}
                                            : std::nullopt;
  };
  node.what.handling = [](http::request got, http::responder answer) {
    if (got.body != "drop") {
      answer.answer(got.body == "well" ? text("well") : refused_with(507));
    }
  };
  node.start();
  const std::vector<std::pair<std::string, std::string>> all{
    {"GET /no HTTP/1.1\r\nHost: h\r\n\r\n", "404/no"},
    {"DELETE / HTTP/1.1\r\nHost: h\r\n\r\n", "405/"},
    {"GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", "400/%zz"},
    {"GET /a HTTP/1.1\r\n\r\n", "400/a"},
    {post("/json", "x"), "415/json"},
    {post("/echo", std::string(2'000, 'x')), "413/echo"},
    {"POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
     "chunked\r\n\r\nx\r\n",
     "400/echo"},
    {"GET / HTTP/1.1\r\nHost: h\r\nFill: " + std::string(70'000, 'x'), "431/"},
    {post("/echo", "x", "Stranger: y\r\n"), "401/echo"},
    {post("/echo", "x"), "507/echo"},
    {post("/echo", "drop"), "500/echo"},
  };
  for (const auto& [request, expected] : all) {
    auto client = node.connect();
    client.send(request);
    const auto got = client.read_answer();
    BOOST_TEST(got.substr(9, 3) == expected.substr(0, 3));
    BOOST_TEST(got.find("\r\n\r\n<" + expected.substr(3) + ">{\"type\"")
                 != std::string::npos,
               got);
  }
  auto client = node.connect();
  client.send(post("/echo", "well"));
  BOOST_TEST(client.read_answer().ends_with("\r\n\r\nwell"));
}

BOOST_AUTO_TEST_CASE(a_refusal_whose_shaping_throws_goes_out_as_it_was) {
  harness node;
  node.what.shaping = [](std::string_view, http::response&) {
    throw std::runtime_error{"no shape"};
  };
  node.start();
  auto client = node.connect();
  client.send("GET /no HTTP/1.1\r\nHost: h\r\n\r\n");
  BOOST_TEST(client.read_answer().starts_with("HTTP/1.1 404 "));
  BOOST_TEST(node.seen.troubles.take().find("no shape") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_address_that_is_taken_is_named) {
  harness node;
  node.start();
  harness second;
  second.options.listen.front().port = node.port();
  const auto made = http::server::start(
    second.options, *http::route_table::make({}), second.what, nullptr);
  BOOST_REQUIRE(!made);
  BOOST_TEST(made.error().message().find(std::to_string(node.port()))
             != std::string::npos);
  second.options.listen.front().host = "nowhere";
  BOOST_TEST(!http::server::start(second.options, *http::route_table::make({}),
                                  second.what, nullptr));
}

BOOST_AUTO_TEST_CASE(answers_come_from_any_thread_over_many_connections) {
  harness node;
  node.options.threads = 2;
  node.start();
  std::vector<client> clients;
  for (int at = 0; at < 32; ++at) {
    clients.push_back(node.connect());
    clients.back().send(post("/echo", std::to_string(at)));
  }
  std::vector<call> calls;
  for (int at = 0; at < 32; ++at) {
    calls.push_back(node.what.calls.take());
  }
  for (auto& each : calls) {
    each.answer.answer(text(each.received.body));
  }
  for (int at = 0; at < 32; ++at) {
    BOOST_TEST(clients[static_cast<std::size_t>(at)].read_answer().ends_with(
      "\r\n\r\n" + std::to_string(at)));
  }
}

BOOST_AUTO_TEST_SUITE_END()
