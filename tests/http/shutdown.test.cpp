#include "harness.hpp"

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <boost/test/unit_test.hpp>

using namespace test;

namespace {

[[nodiscard]] std::ptrdiff_t descriptors() {
  return std::distance(std::filesystem::directory_iterator{"/proc/self/fd"},
                       std::filesystem::directory_iterator{});
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_shutdown)

BOOST_AUTO_TEST_CASE(draining_answers_what_is_open_and_refuses_the_rest) {
  harness node;
  node.start();
  auto busy = node.connect();
  busy.send(get_root);
  auto call = node.what.calls.take();
  auto idle = node.connect();
  auto partial = node.connect();
  partial.send("GET / HTTP/1.1\r\n");
  BOOST_TEST(
    node.eventually([](const auto& numbers) { return numbers.requests == 2; }));
  node.server->drain();
  BOOST_TEST(idle.ended());
  partial.send("Host: h\r\n\r\n");
  const auto refused = partial.read_all();
  BOOST_TEST(refused.starts_with("HTTP/1.1 503 "));
  BOOST_TEST(refused.find("Retry-After: 1\r\n") != std::string::npos);
  BOOST_TEST(refused.find("Connection: close\r\n") != std::string::npos);
  BOOST_TEST(!node.connect().connected());
  call.answer.answer(text("done"));
  const auto answer = busy.read_all();
  BOOST_TEST(answer.starts_with("HTTP/1.1 200 "));
  BOOST_TEST(answer.find("Connection: close\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(stopping_waits_for_answers_until_its_deadline) {
  harness node;
  node.start();
  auto client = node.connect();
  client.send(get_root);
  auto call = node.what.calls.take();
  std::thread stopping{[&] { node.server->stop(20s); }};
  call.answer.answer(text("in time"));
  BOOST_TEST(client.read_all().ends_with("in time"));
  client.close();
  stopping.join();
  harness late;
  late.start();
  auto other = late.connect();
  other.send(get_root);
  auto open = late.what.calls.take();
  given<int> gone;
  open.answer.on_gone([&] { gone.put(1); });
  late.server->stop(10ms);
  BOOST_TEST(gone.take() == 1);
  BOOST_TEST(other.ended());
  given<bool> written;
  open.answer.answer(text("too late"), [&](bool done) { written.put(done); });
  BOOST_TEST(!written.take());
}

BOOST_AUTO_TEST_CASE(streams_end_when_the_server_stops) {
  harness node;
  node.start();
  auto client = node.connect();
  client.send(get_root);
  http::stream_options options;
  given<http::stream_end> ended;
  options.closed = [&](http::stream_end why) { ended.put(why); };
  auto stream = node.what.calls.take().answer.stream(options);
  stream.write(std::make_shared<const std::string>("last\n\n"), 1);
  node.server->drain();
  client.read_until("\r\n\r\n");
  BOOST_TEST(client.read_all() == "last\n\n");
  BOOST_TEST((ended.take() == http::stream_end::stopped));
  node.server.reset();
  BOOST_TEST(!stream.open());
  BOOST_TEST(!stream.write(std::make_shared<const std::string>("never"), 2));
}

BOOST_AUTO_TEST_CASE(nothing_is_left_open) {
  const auto before = descriptors();
  {
    harness node;
    node.options.threads = 2;
    node.start();
    std::vector<client> clients;
    for (int at = 0; at < 20; ++at) {
      clients.push_back(node.connect());
      clients.back().send(at % 2 == 0 ? get_root : "GET / HT");
    }
    std::vector<call> calls;
    for (int at = 0; at < 10; ++at) {
      calls.push_back(node.what.calls.take());
    }
    clients.clear();
    BOOST_TEST(node.eventually(
      [](const auto& numbers) { return numbers.connections_accepted == 20; }));
    node.server.reset();
    calls.clear();
  }
  BOOST_TEST(descriptors() == before);
}

BOOST_AUTO_TEST_CASE(a_responder_may_outlive_its_server) {
  std::optional<call> kept;
  http::event_stream stream;
  {
    harness node;
    node.start();
    auto client = node.connect();
    client.send(get_root + get_root);
    kept.emplace(node.what.calls.take());
    auto second = node.what.calls.take();
    stream = second.answer.stream({});
  }
  kept->answer.answer(text("to nobody"));
  BOOST_TEST(!stream.write(std::make_shared<const std::string>("x"), 1));
}

BOOST_AUTO_TEST_SUITE_END()
