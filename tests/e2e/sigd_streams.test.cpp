// Readers of streams that are slow or stand still cost a bounded amount, are
// cut with a place to go on from, and hold nobody up (C2 row 17).

#include <set>
#include <string>
#include <thread>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "tests/e2e/sigd_client.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace libsig::testing;

namespace {

constexpr int small_buffer = 4'096;

/// Follows a stream until the event with this id; the sequences it was told.
[[nodiscard]] std::vector<std::uint64_t> follow(test::client& from,
                                                const std::string& last_id) {
  std::vector<std::uint64_t> seen;
  for (;;) {
    const auto chunk = from.read_until("\n\n");
    if (!chunk.ends_with("\n\n")) {
      return seen;
    }
    if (chunk.starts_with("id: ")) {
      seen.push_back(std::stoull(chunk.substr(4)));
      if (chunk.find("\"id\":\"" + last_id + '"') != chunk.npos) {
        return seen;
      }
    }
  }
}

/// Publishes events of so many bytes; true when all were taken.
[[nodiscard]] bool publish(std::uint16_t port, const std::string& prefix,
                           int count, std::size_t bytes) {
  test::client to{port};
  for (int number = 0; number < count; ++number) {
    to.send(request("POST", "/v1/signals",
                    event(prefix + std::to_string(number), bytes)));
    if (status_of(to.read_answer()) != 202) {
      return false;
    }
  }
  return true;
}

[[nodiscard]] test::client
open_stream(std::uint16_t port, const std::string& query = {}, int buffer = 0) {
  test::client made{port, buffer};
  made.send(request("GET", "/v1/stream" + query));
  return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(sigd_streams)

BOOST_AUTO_TEST_CASE(readers_that_stand_still_are_cut_and_told_where_to_go_on) {
  const temporary_folder folder;
  test::node_process node{sigd(folder.path() / "data")};
  BOOST_TEST_REQUIRE(node.ready());
  constexpr int stalled = 50;
  std::vector<test::client> still;
  for (int at = 0; at < stalled; ++at) {
    still.push_back(open_stream(node.port(), {}, small_buffer));
    BOOST_TEST_REQUIRE(still.back().readable(5'000));
  }
  auto quick = open_stream(node.port());
  (void)quick.read_until("retry: 1000\n\n");
  const auto before = node.resident_kib();
  // Far more than all buffers of a connection.
  constexpr int events = 600;
  std::vector<std::uint64_t> seen;
  std::thread reader{
    [&] { seen = follow(quick, "e-" + std::to_string(events - 1)); }};
  BOOST_TEST(publish(node.port(), "e-", events, 30'000));
  reader.join();
  BOOST_TEST(seen.size() == std::size_t{events});
  BOOST_TEST(node.resident_kib_max() < before + 80u * 1'024);

  // One that reads again finds what was sent, then the cut.
  auto& late = still.front();
  std::uint64_t last = 0;
  std::string chunk;
  while ((chunk = late.read_until("\n\n")).ends_with("\n\n")) {
    if (chunk.find("id: ") == 0) {
      last = std::stoull(chunk.substr(4));
    }
    if (chunk.find("event: cut") != chunk.npos) {
      break;
    }
  }
  BOOST_TEST_REQUIRE(chunk.find("event: cut") != chunk.npos);
  const auto resume = "{\"resume\":\"" + std::to_string(last) + "\"}";
  BOOST_TEST(chunk.find(resume) != chunk.npos, chunk << " behind " << last);
  auto again = open_stream(node.port(), "?after=" + std::to_string(last));
  const auto rest = follow(again, "e-" + std::to_string(events - 1));
  BOOST_TEST(rest.size() == events - last);
  BOOST_TEST(node.end(SIGTERM) == 0);
}

BOOST_AUTO_TEST_CASE(many_readers_that_lag_get_every_signal_once) {
  const temporary_folder folder;
  test::node_process node{sigd(folder.path() / "data")};
  BOOST_TEST_REQUIRE(node.ready());
  BOOST_TEST(publish(node.port(), "old-", 300, 500));
  // They begin at all places of the log while it grows.
  constexpr int readers = 20;
  constexpr int more = 300;
  std::vector<std::vector<std::uint64_t>> seen(readers);
  std::vector<std::thread> all;
  std::thread writer{
    [&] { BOOST_TEST(publish(node.port(), "new-", more, 500)); }};
  for (int which = 0; which < readers; ++which) {
    all.emplace_back([&, which] {
      auto from =
        open_stream(node.port(), "?after=" + std::to_string(which * 15));
      seen[static_cast<std::size_t>(which)] =
        follow(from, "new-" + std::to_string(more - 1));
    });
  }
  writer.join();
  for (auto& one : all) {
    one.join();
  }
  for (int which = 0; which < readers; ++which) {
    const auto& one = seen[static_cast<std::size_t>(which)];
    for (std::size_t at = 1; at < one.size(); ++at) {
      BOOST_TEST_REQUIRE(one[at] == one[at - 1] + 1,
                         "reader " << which << ": " << one[at] << " behind "
                                   << one[at - 1]);
    }
    BOOST_TEST_REQUIRE(one.size()
                       == static_cast<std::size_t>(600 - which * 15));
    for (std::size_t at = 0; at < one.size(); ++at) {
      BOOST_TEST_REQUIRE(one[at]
                         == static_cast<std::size_t>(which) * 15 + at + 1);
    }
  }
  BOOST_TEST(node.end(SIGTERM) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
