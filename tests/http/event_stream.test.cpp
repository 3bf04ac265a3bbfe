#include "harness.hpp"

#include <fstream>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

using namespace test;

namespace {

[[nodiscard]] http::chunk chunk_of(std::string bytes) {
  return std::make_shared<const std::string>(std::move(bytes));
}

/// A server of streams, with what its callbacks said.
struct stream_harness : harness {
  given<std::uint64_t> written;
  given<http::stream_end> ended;

  // The callbacks end before what they use.
  ~stream_harness() { server.reset(); }

  [[nodiscard]] http::stream_options stream_options() {
    http::stream_options made;
    made.position = 7;
    made.last_words = [](std::uint64_t position) {
      return "event: cut\ndata: " + std::to_string(position) + "\n\n";
    };
    made.written = [this](std::uint64_t position) { written.put(position); };
    made.closed = [this](http::stream_end why) { ended.put(why); };
    return made;
  }

  [[nodiscard]] http::event_stream open(client& from) {
    from.send(get_root);
    return what.calls.take().answer.stream(stream_options());
  }
};

/// Pages of this process that lie in memory, in bytes.
[[nodiscard]] std::size_t resident_bytes() {
  std::ifstream in{"/proc/self/statm"};
  std::size_t size = 0;
  std::size_t resident = 0;
  in >> size >> resident;
  return resident * 4'096;
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_event_stream)

BOOST_AUTO_TEST_CASE(a_stream_sends_what_is_written_to_it) {
  stream_harness node;
  node.start();
  auto client = node.connect();
  auto stream = node.open(client);
  const auto head = client.read_until("\r\n\r\n");
  BOOST_TEST(head.starts_with("HTTP/1.1 200 OK\r\n"
                              "Content-Type: text/event-stream\r\n"
                              "Cache-Control: no-store\r\n"));
  BOOST_TEST(head.find("Content-Length") == std::string::npos);
  BOOST_TEST(head.find("Connection: close\r\n") != std::string::npos);
  BOOST_TEST(stream.open());
  BOOST_TEST(stream.write(chunk_of("data: a\n\n"), 8));
  BOOST_TEST(client.read_until("\n\n") == "data: a\n\n");
  BOOST_TEST(node.written.take() == 8u);
  BOOST_TEST(stream.write(chunk_of("data: b\n\n"), 9));
  BOOST_TEST(client.read_until("\n\n") == "data: b\n\n");
  stream.finish();
  BOOST_TEST(!stream.write(chunk_of("late"), 10));
  BOOST_TEST(client.ended());
  BOOST_TEST((node.ended.take() == http::stream_end::finished));
  BOOST_TEST(!stream.open());
}

BOOST_AUTO_TEST_CASE(a_stream_ends_with_its_handle) {
  stream_harness node;
  node.start();
  auto client = node.connect();
  {
    auto stream = node.open(client);
    stream.write(chunk_of("last\n\n"), 8);
  }
  client.read_until("\r\n\r\n");
  BOOST_TEST(client.read_all() == "last\n\n");
}

BOOST_AUTO_TEST_CASE(a_silent_stream_gets_a_comment) {
  stream_harness node;
  node.start();
  auto client = node.connect();
  auto stream = node.open(client);
  client.read_until("\r\n\r\n");
  node.clock->advance(14'999ms);
  BOOST_TEST(!client.readable(30));
  node.clock->advance(1ms);
  BOOST_TEST(client.read_exactly(3) == ":\n\n");
  node.clock->advance(10s);
  stream.write(chunk_of("x\n\n"), 8);
  BOOST_TEST(client.read_exactly(3) == "x\n\n");
  node.clock->advance(14'999ms);
  BOOST_TEST(!client.readable(30));
  node.clock->advance(1ms);
  BOOST_TEST(client.read_exactly(3) == ":\n\n");
}

BOOST_AUTO_TEST_CASE(what_keeps_a_stream_alive_is_the_applications) {
  stream_harness node;
  node.start();
  auto client = node.connect();
  client.send(get_root);
  auto how = node.stream_options();
  how.heartbeat = "\n";
  const auto stream = node.what.calls.take().answer.stream(std::move(how));
  client.read_until("\r\n\r\n");
  node.clock->advance(15s);
  BOOST_TEST(client.read_exactly(1) == "\n");
  node.clock->advance(15s);
  BOOST_TEST(client.read_exactly(1) == "\n");
  BOOST_TEST(!client.readable(30));
}

BOOST_AUTO_TEST_CASE(a_client_that_goes_away_ends_its_stream) {
  for (const bool abruptly : {false, true}) {
    stream_harness node;
    node.start();
    auto client = node.connect();
    auto stream = node.open(client);
    client.read_until("\r\n\r\n");
    abruptly ? client.reset() : client.close();
    BOOST_TEST((node.ended.take() == http::stream_end::gone));
    BOOST_TEST(!stream.write(chunk_of("x"), 8));
    BOOST_TEST(node.eventually([](const auto& numbers) {
      return numbers.streams_open == 0 && numbers.connections_open == 0;
    }));
  }
}

BOOST_AUTO_TEST_CASE(a_client_that_is_too_slow_is_cut_with_the_last_words) {
  stream_harness node;
  node.options.limits.stream_bytes = 4u << 20;
  node.start();
  auto client = node.connect(4'096);
  auto stream = node.open(client);
  const auto block = chunk_of(std::string(65'535, 'x') + "\n");
  std::uint64_t position = 7;
  while (stream.write(block, position + 1)) {
    BOOST_REQUIRE(++position < 10'000u);
  }
  BOOST_TEST(!stream.open());
  client.read_until("\r\n\r\n");
  const auto all = client.read_all();
  const auto words = all.find("event: cut\ndata: ");
  BOOST_REQUIRE(words != std::string::npos);
  // Whole chunks were sent, and the last words name the last of them.
  BOOST_TEST(words % block->size() == 0u);
  const auto named = std::stoull(all.substr(words + 17));
  BOOST_TEST(named == 7 + words / block->size());
  BOOST_TEST(named < position);
  BOOST_TEST((node.ended.take() == http::stream_end::cut));
  BOOST_TEST(node.server->numbers().streams_cut == 1u);
}

BOOST_AUTO_TEST_CASE(the_application_cuts_with_the_last_words_as_well) {
  stream_harness node;
  node.start();
  auto client = node.connect();
  auto stream = node.open(client);
  BOOST_TEST(stream.write(chunk_of("one\n"), 8));
  client.read_until("one\n");
  BOOST_TEST(node.written.take() == 8u);
  stream.cut();
  BOOST_TEST(!stream.open());
  BOOST_TEST(!stream.write(chunk_of("two\n"), 9));
  stream.cut();
  stream.finish();
  BOOST_TEST(client.read_all() == "event: cut\ndata: 8\n\n");
  BOOST_TEST((node.ended.take() == http::stream_end::cut));
  stream.cut();
}

BOOST_AUTO_TEST_CASE(what_waits_for_a_client_is_bounded_in_chunks_too) {
  stream_harness node;
  node.options.limits.stream_chunks = 4;
  node.options.limits.stream_bytes = 64u << 20;
  node.start();
  auto client = node.connect(4'096);
  auto stream = node.open(client);
  // The first fills the client's buffers and stays.
  const auto block = chunk_of(std::string(16u << 20, 'x'));
  BOOST_TEST(stream.write(block, 8));
  client.read_until("\r\n\r\n");
  const auto begun = client.read_exactly(1'000).size();
  const auto small = chunk_of("y");
  BOOST_TEST(stream.write(small, 9));
  BOOST_TEST(stream.write(small, 10));
  BOOST_TEST(stream.write(small, 11));
  BOOST_TEST(!stream.write(small, 12));
  const auto all = client.read_all();
  BOOST_REQUIRE(all.size() > block->size() - begun);
  BOOST_TEST(all.substr(block->size() - begun) == "event: cut\ndata: 8\n\n");
}

BOOST_AUTO_TEST_CASE(a_client_that_takes_nothing_at_all_is_closed) {
  stream_harness node;
  node.start();
  auto client = node.connect(4'096);
  auto stream = node.open(client);
  const auto block = chunk_of(std::string(65'536, 'x'));
  std::uint64_t position = 7;
  while (stream.write(block, ++position)) {
  }
  ::poll(nullptr, 0, 50);
  node.clock->advance(30s);
  BOOST_TEST((node.ended.take() == http::stream_end::cut));
  BOOST_TEST(node.eventually(
    [](const auto& numbers) { return numbers.connections_open == 0; }));
}

BOOST_AUTO_TEST_CASE(one_chunk_reaches_many_clients) {
  stream_harness node;
  node.options.threads = 2;
  node.start();
  std::vector<client> clients;
  std::vector<http::event_stream> streams;
  for (int at = 0; at < 50; ++at) {
    clients.push_back(node.connect());
    streams.push_back(node.open(clients.back()));
  }
  const auto shared = chunk_of("data: to all\n\n");
  for (int turn = 0; turn < 20; ++turn) {
    for (auto& each : streams) {
      BOOST_TEST(each.write(shared, 8));
    }
  }
  streams.clear();
  for (auto& each : clients) {
    each.read_until("\r\n\r\n");
    std::string expected;
    for (int turn = 0; turn < 20; ++turn) {
      expected += *shared;
    }
    BOOST_TEST(each.read_all() == expected);
  }
}

BOOST_AUTO_TEST_CASE(head_on_a_stream_has_its_head_alone) {
  stream_harness node;
  node.start();
  auto client = node.connect();
  client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
  auto stream = node.what.calls.take().answer.stream(node.stream_options());
  stream.write(chunk_of("x"), 8);
  BOOST_TEST(client.read_all().ends_with("\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(requests_behind_a_stream_are_lost) {
  stream_harness node;
  node.start();
  auto client = node.connect();
  client.send(get_root + get_root);
  auto first = node.what.calls.take();
  auto second = node.what.calls.take();
  given<int> gone;
  second.answer.on_gone([&] { gone.put(1); });
  auto stream = first.answer.stream(node.stream_options());
  BOOST_TEST(gone.take() == 1);
  given<bool> written;
  second.answer.answer(text("x"), [&](bool done) { written.put(done); });
  BOOST_TEST(!written.take());
  stream.write(chunk_of("only"), 8);
  stream.finish();
  client.read_until("\r\n\r\n");
  BOOST_TEST(client.read_all() == "only");
}

BOOST_AUTO_TEST_CASE(a_thousand_idle_streams_take_little_memory) {
  stream_harness node;
  node.start();
  constexpr std::size_t count = 1'000;
  std::vector<client> clients;
  std::vector<http::event_stream> streams;
  clients.reserve(count);
  streams.reserve(count);
  const auto open = [&] {
    clients.push_back(node.connect());
    streams.push_back(node.open(clients.back()));
    clients.back().read_until("\r\n\r\n");
  };
  open();
  const auto before = resident_bytes();
  while (streams.size() < count) {
    open();
  }
  const auto grown = resident_bytes() - std::min(before, resident_bytes());
  BOOST_TEST_MESSAGE("bytes of one idle stream: " << grown / count);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  BOOST_TEST(grown > 0u);
#else
  BOOST_TEST(grown / count < 40u << 10);
#endif
  const auto hello = chunk_of("hello\n\n");
  for (auto& each : streams) {
    BOOST_REQUIRE(each.write(hello, 8));
  }
  for (auto& each : clients) {
    BOOST_REQUIRE(each.read_exactly(7) == "hello\n\n");
  }
}

BOOST_AUTO_TEST_SUITE_END()
