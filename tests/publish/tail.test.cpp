#include "tests/publish/world.hpp"

#include "libsig/publish/tail.hpp"

#include <chrono>
#include <thread>

using namespace libsig;
using testing::publishing_world;

namespace {

struct heard_tail {
  /// Signals with these sequences are heard.
  void hear(std::uint64_t from, std::uint64_t to, std::size_t bytes = 1) {
    for (auto sequence = from; sequence <= to; ++sequence) {
      const auto one =
        world.signal_of({.data = event_data::binary(std::string(bytes, 'x'))});
      one->assign_sequence(sequence);
      recent.hear(one);
    }
  }

  /// The sequences behind a position; nothing when the log has to be read.
  [[nodiscard]] std::optional<std::vector<std::uint64_t>>
  behind(std::uint64_t after, std::size_t limit = 1'000'000) {
    const auto taken = recent.take(reader, after, limit);
    if (!taken) {
      return std::nullopt;
    }
    std::vector<std::uint64_t> found;
    for (const auto& one : *taken) {
      found.push_back(one->sequence());
    }
    return found;
  }

  publishing_world world;
  publish::tail recent;
  std::shared_ptr<publish::doorbell> bell =
    std::make_shared<publish::doorbell>();
  publish::tail::reader reader = recent.join(bell, 0);
};

using sequences = std::vector<std::uint64_t>;

} // namespace

BOOST_AUTO_TEST_SUITE(tail)

BOOST_AUTO_TEST_CASE(before_anything_is_heard_the_log_is_read) {
  heard_tail one;
  BOOST_TEST(!one.behind(0));
}

BOOST_AUTO_TEST_CASE(what_was_heard_is_given_behind_a_position) {
  heard_tail one;
  one.hear(5, 8);
  BOOST_TEST(!one.behind(3));
  BOOST_TEST((one.behind(4) == sequences{5, 6, 7, 8}));
  BOOST_TEST((one.behind(6, 1) == sequences{7}));
  BOOST_TEST((one.behind(8) == sequences{}));
  BOOST_TEST((one.behind(100) == sequences{}));
}

BOOST_AUTO_TEST_CASE(behind_a_gap_the_log_is_read_again) {
  heard_tail one;
  one.hear(1, 3);
  one.hear(5, 6);
  BOOST_TEST(!one.behind(3));
  BOOST_TEST((one.behind(4) == sequences{5, 6}));
}

// C2 row 17: what a full mailbox could not take is read from the log.
BOOST_AUTO_TEST_CASE(behind_what_was_missed_the_log_is_read_at_once) {
  heard_tail one;
  one.hear(1, 3);
  BOOST_TEST((one.behind(3) == sequences{}));
  one.bell->wait(std::chrono::microseconds{0}, true);
  one.recent.miss();
  BOOST_TEST(!one.behind(3));
  // Nobody else knocks.
  one.bell->wait(std::nullopt, true);
  one.hear(6, 7);
  BOOST_TEST(!one.behind(3));
  BOOST_TEST((one.behind(6) == sequences{7}));
}

BOOST_AUTO_TEST_CASE(what_all_readers_have_is_dropped) {
  heard_tail one;
  const auto other = one.recent.join(one.bell, 0);
  one.hear(1, 3);
  BOOST_TEST((one.behind(3) == sequences{}));
  BOOST_TEST((one.behind(0) == sequences{1, 2, 3}));
  BOOST_TEST(one.recent.take(other, 3, 1).has_value());
  BOOST_TEST((one.behind(3) == sequences{}));
  BOOST_TEST(!one.behind(0));
}

BOOST_AUTO_TEST_CASE(a_reader_that_left_holds_nothing) {
  heard_tail one;
  const auto other = one.recent.join(one.bell, 0);
  one.recent.leave(other);
  one.hear(1, 3);
  BOOST_TEST((one.behind(3) == sequences{}));
  BOOST_TEST(!one.behind(2));
}

BOOST_AUTO_TEST_CASE(who_is_gone_holds_nothing_up_and_leaves_its_place) {
  heard_tail one;
  const auto other = one.recent.join(one.bell, 0);
  one.hear(1, 5);
  BOOST_TEST((one.behind(5) == sequences{}));
  BOOST_TEST((one.behind(3) == sequences{4, 5}));
  one.recent.end(other);
  BOOST_TEST((one.behind(5) == sequences{}));
  BOOST_TEST(!one.behind(3));
  BOOST_TEST(one.recent.join(one.bell, 5) == other);
  one.hear(6, 6);
  BOOST_TEST(one.recent.take(other, 5, 10)->size() == 1u);
}

BOOST_AUTO_TEST_CASE(it_holds_so_many_signals_at_most) {
  heard_tail one;
  one.hear(1, limits::tail_signals_max);
  BOOST_TEST(one.behind(0)->size() == limits::tail_signals_max);
  one.hear(limits::tail_signals_max + 1, limits::tail_signals_max + 1);
  BOOST_TEST(!one.behind(0));
  BOOST_TEST(one.behind(1)->size() == limits::tail_signals_max);
}

BOOST_AUTO_TEST_CASE(it_holds_so_many_bytes_at_most_and_always_the_last_one) {
  heard_tail one;
  one.hear(1, 10, limits::tail_bytes_max / 4);
  BOOST_TEST(!one.behind(6));
  BOOST_TEST((one.behind(7) == sequences{8, 9, 10}));
  one.hear(11, 11, limits::tail_bytes_max * 2);
  BOOST_TEST((one.behind(10) == sequences{11}));
}

BOOST_AUTO_TEST_CASE(a_ring_before_the_wait_ends_it) {
  publish::doorbell bell;
  bell.ring();
  bell.wait(std::nullopt, false);
  bell.knock();
  bell.wait(std::nullopt, true);
}

BOOST_AUTO_TEST_CASE(a_knock_wakes_only_who_heeds_it_and_is_kept) {
  publish::doorbell bell;
  std::thread knocker{[&] { bell.knock(); }};
  bell.wait(std::nullopt, true);
  knocker.join();
  bell.knock();
  std::thread ringer{[&] { bell.ring(); }};
  bell.wait(std::nullopt, false);
  ringer.join();
  bell.wait(std::nullopt, true);
}

BOOST_AUTO_TEST_SUITE_END()
