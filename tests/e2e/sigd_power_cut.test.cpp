// With full durability a loss of power takes nothing that was acknowledged (C2
// row 2).

#include <boost/test/unit_test.hpp>

#include "tests/e2e/power_cut.hpp"

using namespace libsig::testing;

BOOST_AUTO_TEST_SUITE(sigd_power_cut)

BOOST_AUTO_TEST_CASE(what_was_acknowledged_survives_a_loss_of_power) {
  const auto made = kill_rounds{power_cuts(rounds_or(80))}.run();
  BOOST_TEST_MESSAGE(made.rounds << " rounds, " << made.acknowledged
                                 << " acknowledged");
  for (const auto& each : made.violations) {
    BOOST_ERROR(each);
  }
  BOOST_TEST(made.acknowledged > 400u);
}

BOOST_AUTO_TEST_SUITE_END()
