#include "libsig/metrics/histogram.hpp"

#include <array>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "libsig/metrics/counter.hpp"
#include "libsig/metrics/gauge.hpp"

namespace {

using namespace std::chrono_literals;
using libsig::metrics::histogram;

std::uint64_t count_of(const histogram& what) {
  std::uint64_t all = 0;
  for (std::size_t bucket = 0; bucket <= histogram::buckets_max; ++bucket) {
    all += what.count(bucket);
  }
  return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(histogram_and_numbers)

BOOST_AUTO_TEST_CASE(a_bound_belongs_to_its_bucket_and_one_more_to_the_next) {
  for (std::size_t bucket = 0; bucket < histogram::buckets_max; ++bucket) {
    const auto bound = histogram::bound(bucket);
    BOOST_TEST(histogram::bucket_of(bound) == bucket);
    BOOST_TEST(histogram::bucket_of(bound + 1ns) == bucket + 1);
  }
}

BOOST_AUTO_TEST_CASE(bounds_double_from_125_nanoseconds_to_134_seconds) {
  BOOST_TEST(histogram::bound(0).count() == 125);
  BOOST_TEST(histogram::bound(3).count() == 1'000);
  BOOST_TEST(histogram::bound(histogram::buckets_max - 1).count()
             == 134'217'728'000);
}

BOOST_AUTO_TEST_CASE(every_duration_has_a_bucket) {
  BOOST_TEST(histogram::bucket_of(-1ns) == 0u);
  BOOST_TEST(histogram::bucket_of(std::chrono::nanoseconds::min()) == 0u);
  BOOST_TEST(histogram::bucket_of(0ns) == 0u);
  BOOST_TEST(histogram::bucket_of(1ns) == 0u);
  BOOST_TEST(histogram::bucket_of(std::chrono::nanoseconds::max())
             == histogram::buckets_max);
}

BOOST_AUTO_TEST_CASE(the_sum_is_of_all_durations_and_never_shrinks) {
  histogram made;
  made.observe(100ns);
  made.observe(2ms);
  made.observe(-5s);
  BOOST_TEST(made.sum().count() == 2'000'100);
  BOOST_TEST(made.count(0) == 2u);
  BOOST_TEST(count_of(made) == 3u);
}

BOOST_AUTO_TEST_CASE(many_of_the_same_duration_are_observed_at_once) {
  histogram made;
  made.observe(1us, 64);
  BOOST_TEST(made.count(3) == 64u);
  BOOST_TEST(made.sum().count() == 64'000);
}

BOOST_AUTO_TEST_CASE(nothing_is_lost_between_threads) {
  histogram durations;
  libsig::metrics::counter events;
  libsig::metrics::gauge level;
  constexpr int each = 20'000;
  const auto work = [&] {
    for (int i = 0; i < each; ++i) {
      durations.observe(std::chrono::nanoseconds{i});
      events.add();
      level.add(2);
      level.add(-1);
    }
  };
  {
    const std::array<std::jthread, 4> threads{
      std::jthread{work}, std::jthread{work}, std::jthread{work},
      std::jthread{work}};
  }
  BOOST_TEST(count_of(durations) == 4u * each);
  BOOST_TEST(durations.sum().count() == 4LL * each * (each - 1) / 2);
  BOOST_TEST(events.value() == 4u * each);
  BOOST_TEST(level.value() == 4 * each);
  level.set(-7);
  BOOST_TEST(level.value() == -7);
}

BOOST_AUTO_TEST_SUITE_END()
