#include "libsig/core/id.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace {

using namespace libsig;
using namespace std::chrono_literals;

constexpr wall_time some_time{1'767'323'045'678ms};

/// Every random bit set.
uuid7_source full() {
  return uuid7_source{[] { return ~std::uint64_t{0}; }};
}

/// The 26 bits of the counter in an id.
std::uint64_t counter_of(const std::string& id) {
  const auto high = std::stoull(id.substr(15, 3), nullptr, 16);
  const auto low = std::stoull(id.substr(19, 4), nullptr, 16) & 0x3fff;
  return high << 14 | low;
}

} // namespace

BOOST_AUTO_TEST_SUITE(uuid7)

BOOST_AUTO_TEST_CASE(an_id_has_time_version_variant_and_the_given_bits) {
  auto zeros = uuid7_source{[] { return std::uint64_t{0}; }};
  BOOST_TEST(zeros.next(some_time) == "019b7ca9-8f2e-7000-8000-000000000000");
  auto ones = full();
  // The highest bit of the counter stays free in a fresh millisecond.
  BOOST_TEST(ones.next(some_time) == "019b7ca9-8f2e-77ff-bfff-ffffffffffff");
}

BOOST_AUTO_TEST_CASE(ids_of_one_millisecond_count_on) {
  auto source = full();
  const auto first = source.next(some_time);
  const auto second = source.next(some_time);
  BOOST_TEST(second > first);
  BOOST_TEST(counter_of(second) == counter_of(first) + 1);
}

BOOST_AUTO_TEST_CASE(a_clock_that_goes_back_does_not_disturb_the_order) {
  auto source = full();
  const auto first = source.next(some_time);
  const auto second = source.next(some_time - 1h);
  BOOST_TEST(second > first);
  BOOST_TEST((time_of_uuid7(second) == some_time));
  const auto third = source.next(some_time + 1ms);
  BOOST_TEST(third > second);
  BOOST_TEST((time_of_uuid7(third) == some_time + 1ms));
}

BOOST_AUTO_TEST_CASE(a_counter_that_is_full_borrows_the_next_millisecond) {
  auto source = full();
  const auto first = source.next(some_time);
  // From the middle of its range the counter has 2^25 steps left.
  constexpr std::uint64_t steps = std::uint64_t{1} << 25;
  BOOST_TEST(counter_of(first) == steps - 1);
  std::string last;
  for (std::uint64_t step = 0; step < steps; ++step) {
    last = source.next(some_time);
  }
  BOOST_TEST(counter_of(last) == 2 * steps - 1);
  BOOST_TEST((time_of_uuid7(last) == some_time));
  const auto beyond = source.next(some_time);
  BOOST_TEST(beyond > last);
  BOOST_TEST(counter_of(beyond) == 0u);
  BOOST_TEST((time_of_uuid7(beyond) == some_time + 1ms));
}

BOOST_AUTO_TEST_CASE(ids_of_the_system_are_valid_ordered_and_different) {
  uuid7_source source;
  std::set<std::string> seen;
  std::string before;
  for (int count = 0; count < 10'000; ++count) {
    const auto id = source.next(some_time + count % 3 * 1ms);
    BOOST_TEST_REQUIRE(id.size() == 36u);
    BOOST_TEST_REQUIRE(id[14] == '7');
    BOOST_TEST_REQUIRE(std::string_view{"89ab"}.find(id[19])
                       != std::string_view::npos);
    BOOST_TEST_REQUIRE(id > before);
    seen.insert(id);
    before = id;
  }
  BOOST_TEST(seen.size() == 10'000u);
}

BOOST_AUTO_TEST_CASE(the_time_of_an_id_reads_back) {
  const bool held = rc::check([] {
    const auto count =
      *rc::gen::inRange<std::int64_t>(0, std::int64_t{1} << 48);
    const wall_time time{std::chrono::milliseconds{count}};
    uuid7_source source;
    RC_ASSERT(time_of_uuid7(source.next(time)) == time);
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_CASE(a_time_before_the_epoch_counts_as_the_epoch) {
  uuid7_source source;
  BOOST_TEST((time_of_uuid7(source.next(wall_time{-5ms})) == wall_time{}));
}

BOOST_AUTO_TEST_CASE(other_texts_have_no_time) {
  BOOST_TEST(time_of_uuid7("019b7ca9-8f2e-7000-8000-000000000000").has_value());
  for (const std::string_view id : {"", "019b7ca9-8f2e-4000-8000-000000000000",
                                    "019b7ca9-8f2e-7000-8000-00000000000",
                                    "019b7ca9-8f2e-7000-8000-0000000000000",
                                    "019b7cax-8f2e-7000-8000-000000000000",
                                    "019b7ca9_8f2e-7000-8000-000000000000",
                                    "019b7ca9-8f2e-7000-c000-000000000000",
                                    "019b7ca9-8f2e-7000-8000-00000000000g"}) {
    BOOST_TEST(!time_of_uuid7(id).has_value(), id);
  }
}

BOOST_AUTO_TEST_SUITE_END()
