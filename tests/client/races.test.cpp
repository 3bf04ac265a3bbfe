// Threads that send, wait, cancel and stop at the same time.

#include "libsig/client/client.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "tests/client/world.hpp"

using namespace libsig;
using namespace libsig::test;
using libsig::client::pending_wait;
using libsig::client::wait_options;
using libsig::client::wait_result;

namespace {

using sequences = std::vector<std::uint64_t>;

/// Takes so many messages one by one, from the oldest on.
[[nodiscard]] sequences take_all(const client::client& by,
                                 const std::string& topic, std::size_t count) {
  wait_options how;
  how.start.is = topic::start_position::kind::earliest;
  sequences got;
  while (got.size() < count) {
    const auto one = by.wait_for_signal(topic, how);
    if (!one || !one->ok()) {
      break;
    }
    got.push_back(one->message().sequence);
  }
  return got;
}

} // namespace

BOOST_AUTO_TEST_SUITE(races)

BOOST_AUTO_TEST_CASE(every_waiter_sees_every_message_in_order) { // M21, M27
  world in;
  constexpr std::size_t senders = 3;
  constexpr std::size_t each = 700;
  constexpr std::size_t waiters = 4;
  std::vector<sequences> seen(waiters);
  {
    std::latch all{static_cast<std::ptrdiff_t>(senders + waiters)};
    std::vector<std::jthread> threads;
    for (std::size_t who = 0; who < waiters; ++who) {
      threads.emplace_back([&, who, by = in.make("w" + std::to_string(who))] {
        all.arrive_and_wait();
        seen[who] = take_all(by, "t", senders * each);
      });
    }
    for (std::size_t who = 0; who < senders; ++who) {
      threads.emplace_back([&, by = in.make("s" + std::to_string(who))] {
        all.arrive_and_wait();
        for (std::size_t count = 0; count < each; ++count) {
          must(by.send_signal("t"));
          must(by.send_signal("other"));
        }
      });
    }
  }
  for (const auto& one : seen) {
    BOOST_TEST(one.size() == senders * each);
    BOOST_TEST(std::ranges::is_sorted(one));
    BOOST_TEST((std::ranges::adjacent_find(one) == one.end()));
    BOOST_TEST((one == seen.front()));
  }
}

BOOST_AUTO_TEST_CASE(a_message_is_taken_or_left_when_its_wait_is_cancelled) {
  world in;
  const auto ann = in.make("ann");
  const auto bob = in.make("bob");
  constexpr std::size_t rounds = 2'000;
  sequences got;
  // The one who cancels, and threads that answer.
  std::mutex mutex;
  sequences sent;
  std::atomic<std::size_t> turn{0};
  std::jthread sender{[&] {
    for (std::size_t count = 0; count < rounds; ++count) {
      turn.wait(count);
      sent.push_back(must(bob.send_signal("t")).sequence);
    }
  }};
  wait_options how;
  how.start.is = topic::start_position::kind::earliest;
  for (std::size_t count = 0; count < rounds; ++count) {
    const auto parked =
      must(ann.wait_for_signal("t", how, [&](const result<wait_result>& one) {
        if (one && one->ok()) {
          const std::lock_guard lock{mutex};
          got.push_back(one->message().sequence);
        }
      }));
    turn.store(count + 1);
    turn.notify_one();
  }
  sender.join();
  how.timeout = 0ms;
  for (;;) {
    const auto one = must(ann.wait_for_signal("t", how));
    if (!one.ok()) {
      break;
    }
    got.push_back(one.message().sequence);
  }
  BOOST_TEST(got.size() == rounds);
  BOOST_TEST((got == sent));
}

BOOST_AUTO_TEST_CASE(handlers_of_an_agent_see_all_while_others_come_and_go) {
  world in;
  const auto ann = in.make("ann");
  constexpr std::size_t count = 1'000;
  client::subscribe_options loud;
  loud.silent = false;
  channel<std::uint64_t> heard;
  const auto listening = must(ann.subscribe(
    "a.*", [&](const client::delivery& what) { heard.put(what.what.sequence); },
    loud));
  std::atomic<bool> done{false};
  std::jthread restless{[&] {
    while (!done) {
      const auto other = must(ann.subscribe(
        "b.*", [](const client::delivery&) {}, loud));
    }
  }};
  const auto bob = in.make("bob");
  sequences said;
  for (std::size_t each = 0; each < count; ++each) {
    said.push_back(must(bob.publish("a.b")).sequence);
  }
  for (const auto one : said) {
    BOOST_REQUIRE_EQUAL(heard.take(), one);
  }
  done = true;
}

BOOST_AUTO_TEST_CASE(all_who_are_parked_are_told_of_the_stop) {
  world in;
  constexpr std::size_t blocked = 8;
  constexpr std::size_t parked = 500;
  std::atomic<std::size_t> stopped{0};
  std::latch ready{static_cast<std::ptrdiff_t>(blocked)};
  const auto ann = in.make("ann");
  std::vector<pending_wait> waits;
  {
    std::vector<std::jthread> threads;
    for (std::size_t count = 0; count < blocked; ++count) {
      threads.emplace_back([&] {
        ready.count_down();
        stopped += code_of(ann.wait_for_signal("t")) == "stopped" ? 1u : 0u;
      });
    }
    for (std::size_t count = 0; count < parked; ++count) {
      waits.push_back(must(
        ann.wait_for_any({"t", "u"}, {}, [&](const result<wait_result>& got) {
          stopped += code_of(got) == "stopped" ? 1u : 0u;
        })));
    }
    ready.wait();
    in.node().stop();
  }
  BOOST_TEST(stopped == blocked + parked);
}

BOOST_AUTO_TEST_CASE(clients_may_go_while_their_waits_go_on) {
  world in;
  channel<bool> came;
  pending_wait parked;
  {
    const auto ann = in.make("ann");
    parked = must(ann.wait_for_signal(
      "t", {}, [&](const result<wait_result>& got) { came.put(got->ok()); }));
  }
  must(in.make("bob").send_signal("t"));
  BOOST_TEST(came.take());
}

BOOST_AUTO_TEST_SUITE_END()
