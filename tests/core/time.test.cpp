#include "libsig/core/time.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>

namespace {

using namespace libsig;
using namespace std::chrono_literals;

} // namespace

BOOST_AUTO_TEST_SUITE(time_values)

BOOST_AUTO_TEST_CASE(a_time_is_written_in_utc_with_milliseconds) {
  BOOST_TEST(to_rfc3339(wall_time{}) == "1970-01-01T00:00:00.000Z");
  BOOST_TEST(to_rfc3339(wall_time{-1ms}) == "1969-12-31T23:59:59.999Z");
  BOOST_TEST(to_rfc3339(wall_time{1'767'323'045'678ms})
             == "2026-01-02T03:04:05.678Z");
}

BOOST_AUTO_TEST_CASE(every_form_of_rfc_3339_is_read) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 17> cases{
    {
      {"2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"},
      {"2026-01-02t03:04:05z", "2026-01-02T03:04:05.000Z"},
      {"2026-01-02 03:04:05Z", "2026-01-02T03:04:05.000Z"},
      {"2026-01-02T03:04:05.6Z", "2026-01-02T03:04:05.600Z"},
      {"2026-01-02T03:04:05.06Z", "2026-01-02T03:04:05.060Z"},
      {"2026-01-02T03:04:05.6789999Z", "2026-01-02T03:04:05.678Z"},
      {"2026-01-02T03:04:05+00:00", "2026-01-02T03:04:05.000Z"},
      {"2026-01-02T03:04:05-00:00", "2026-01-02T03:04:05.000Z"},
      {"2026-01-02T03:04:05+02:30", "2026-01-02T00:34:05.000Z"},
      {"2026-01-02T03:04:05-05:00", "2026-01-02T08:04:05.000Z"},
      {"2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00.000Z"},
      {"2026-01-02T03:04:05+23:59", "2026-01-01T03:05:05.000Z"},
      {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"},
      {"2017-01-01T00:59:60+01:00", "2017-01-01T00:00:00.000Z"},
      {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"},
      {"0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"},
      {"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"},
    }};
  for (const auto& [text, expected] : cases) {
    const auto read = parse_rfc3339(text);
    BOOST_TEST_REQUIRE(read.has_value(), text);
    BOOST_TEST(to_rfc3339(*read) == expected);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_time_is_refused) {
  for (const std::string_view text : {"",
                                      "2026-01-02",
                                      "2026-01-02T03:04:05",
                                      "2026-01-02T03:04Z",
                                      "2026-13-02T03:04:05Z",
                                      "2026-00-02T03:04:05Z",
                                      "2026-02-30T03:04:05Z",
                                      "2025-02-29T03:04:05Z",
                                      "2026-01-00T03:04:05Z",
                                      "2026-01-02T24:00:00Z",
                                      "2026-01-02T03:60:05Z",
                                      "2026-01-02T03:04:61Z",
                                      "2026-01-02T03:04:05.Z",
                                      "2026-01-02T03:04:05,5Z",
                                      "2026-01-02T03:04:05+24:00",
                                      "2026-01-02T03:04:05+01:60",
                                      "2026-01-02T03:04:05+0100",
                                      "2026-01-02T03:04:05 Z",
                                      "2026-01-02T03:04:05ZZ",
                                      " 2026-01-02T03:04:05Z",
                                      "2026-1-02T03:04:05Z",
                                      "02026-01-02T03:04:05Z",
                                      "-2026-01-02T03:04:05Z",
                                      "2026-01-02_03:04:05Z",
                                      "2026-01-02T03:04:05+1:00",
                                      "20\xD9\xA2"
                                      "6-01-02T03:04:05Z"}) {
    BOOST_TEST(!parse_rfc3339(text).has_value(), text);
  }
}

BOOST_AUTO_TEST_CASE(only_a_minute_that_may_end_in_one_has_a_leap_second) {
  BOOST_TEST(!parse_rfc3339("2016-12-31T23:58:60Z").has_value());
  BOOST_TEST(!parse_rfc3339("2016-12-31T12:00:60Z").has_value());
  BOOST_TEST(!parse_rfc3339("2016-12-31T23:59:60+01:00").has_value());
}

BOOST_AUTO_TEST_CASE(a_written_time_reads_back) {
  const bool held = rc::check([] {
    // The years 0 to 9999, which four digits can say.
    const auto count =
      *rc::gen::inRange<std::int64_t>(-62'167'219'200'000, 253'402'300'800'000);
    const wall_time time{std::chrono::milliseconds{count}};
    RC_ASSERT(parse_rfc3339(to_rfc3339(time)) == time);
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_CASE(a_manual_clock_moves_when_it_is_told_to) {
  manual_clock clock{wall_time{5ms}};
  BOOST_TEST((clock.wall_now() == wall_time{5ms}));
  const auto before = clock.steady_now();
  clock.advance(1'999us);
  BOOST_TEST((clock.wall_now() == wall_time{6ms}));
  BOOST_TEST((clock.steady_now() - before == 1'999us));
}

BOOST_AUTO_TEST_CASE(the_steady_clock_of_the_system_never_goes_back) {
  const libsig::system_clock clock;
  const auto before = clock.steady_now();
  BOOST_TEST((clock.steady_now() >= before));
}

BOOST_AUTO_TEST_SUITE_END()
