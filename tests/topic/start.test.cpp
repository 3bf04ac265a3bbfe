#include "libsig/topic/start.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace libsig;
using topic::start_position;

BOOST_AUTO_TEST_SUITE(start_of_a_wait)

BOOST_AUTO_TEST_CASE(every_start_is_read_and_written) {
  for (const auto* const text :
       {"latest", "earliest", "new", "sequence:0", "sequence:42",
        "sequence:18446744073709551615", "time:2026-01-02T03:04:05.678Z"}) {
    const auto read = topic::parse_start(text);
    BOOST_REQUIRE(read);
    BOOST_TEST(topic::to_string(*read) == text);
  }
  BOOST_TEST(
    (topic::parse_start(" new ").value().is == start_position::kind::fresh));
}

BOOST_AUTO_TEST_CASE(anything_else_is_refused) {
  for (const auto* const text :
       {"", "newest", "Latest", "sequence", "sequence:", "sequence:-1",
        "sequence:+1", "sequence:1x", "sequence: 1",
        "sequence:18446744073709551616", "time:", "time:yesterday",
        "time:2026-01-02"}) {
    const auto read = topic::parse_start(text);
    BOOST_REQUIRE(!read);
    BOOST_TEST((read.error().code() == errc::invalid_argument), text);
  }
}

// M22 and README: 0 is a pure poll, the maximum is 10 minutes.
BOOST_AUTO_TEST_CASE(a_timeout_of_a_client_lies_in_its_range) {
  BOOST_TEST(topic::check_timeout(0).value().count() == 0);
  BOOST_TEST(topic::check_timeout(600'000).value().count() == 600'000);
  BOOST_TEST(!topic::check_timeout(-1));
  BOOST_TEST(!topic::check_timeout(600'001));
}

// U7
BOOST_AUTO_TEST_CASE(a_timeout_of_a_library_call_is_clamped) {
  using std::chrono::milliseconds;
  BOOST_TEST(topic::clamp_timeout(milliseconds{5}).value().count() == 5);
  BOOST_TEST(topic::clamp_timeout(milliseconds::max()).value().count()
             == 600'000);
  BOOST_TEST(!topic::clamp_timeout(milliseconds{-1}));
}

BOOST_AUTO_TEST_SUITE_END()
