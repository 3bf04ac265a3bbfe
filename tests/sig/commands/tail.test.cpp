#include "apps/sig/commands/tail.hpp"

#include <boost/test/unit_test.hpp>

using namespace libsig;
using namespace libsig::sig;

BOOST_AUTO_TEST_SUITE(tail_command)

BOOST_AUTO_TEST_CASE(it_starts_at_a_sequence_or_a_time) {
  BOOST_TEST(std::get<std::uint64_t>(parse_log_start("0").value()) == 0u);
  BOOST_TEST(
    std::get<std::uint64_t>(parse_log_start("9223372036854775807").value())
    == 9'223'372'036'854'775'807u);
  const auto time =
    std::get<wall_time>(parse_log_start("1970-01-01T01:00:01+01:00").value());
  BOOST_TEST(time.time_since_epoch().count() == 1'000);
}

BOOST_AUTO_TEST_CASE(everything_else_is_refused) {
  for (const auto* const text :
       {"", "-1", "1x", " 1", "9223372036854775808", "now", "2026-01-02"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(!parse_log_start(text).has_value()); }
  }
}

BOOST_AUTO_TEST_SUITE_END()
