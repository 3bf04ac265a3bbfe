#include "apps/sig/duration.hpp"

#include <boost/test/unit_test.hpp>

using libsig::sig::parse_duration;
using std::chrono::milliseconds;

BOOST_AUTO_TEST_SUITE(duration)

BOOST_AUTO_TEST_CASE(every_unit_is_read) {
  BOOST_TEST((parse_duration("500ms").value() == milliseconds{500}));
  BOOST_TEST((parse_duration("30s").value() == milliseconds{30'000}));
  BOOST_TEST((parse_duration("2m").value() == milliseconds{120'000}));
  BOOST_TEST((parse_duration("1h").value() == milliseconds{3'600'000}));
}

BOOST_AUTO_TEST_CASE(a_day_is_the_longest) {
  BOOST_TEST((parse_duration("24h").value() == milliseconds{86'400'000}));
  BOOST_TEST((parse_duration("86400000ms").has_value()));
  BOOST_TEST(!parse_duration("86400001ms").has_value());
  BOOST_TEST(!parse_duration("25h").has_value());
  BOOST_TEST(!parse_duration("18446744073709551615h").has_value());
  BOOST_TEST(!parse_duration("99999999999999999999999s").has_value());
}

BOOST_AUTO_TEST_CASE(no_time_at_all_is_refused_and_one_millisecond_is_not) {
  BOOST_TEST(!parse_duration("0s").has_value());
  BOOST_TEST(!parse_duration("0ms").has_value());
  BOOST_TEST((parse_duration("1ms").value() == milliseconds{1}));
}

BOOST_AUTO_TEST_CASE(what_is_no_duration_is_refused_with_an_example) {
  for (const char* const text : {"", "s", "30", "-5s", "+5s", " 5s", "5 s",
                                 "5s ", "1.5s", "5S", "5d", "five"}) {
    const auto read = parse_duration(text);
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST_REQUIRE(!read.has_value());
      BOOST_TEST((read.error().code() == libsig::errc::invalid_argument));
      BOOST_TEST(read.error().remedy().find("30s") != std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
