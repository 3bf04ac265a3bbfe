#include "apps/sigd/health_api.hpp"

#include <optional>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "tests/sigd/running_node.hpp"

namespace {

using words = std::vector<std::string>;

} // namespace

BOOST_AUTO_TEST_SUITE(health)

// B2 Health: readiness with its reasons.
BOOST_AUTO_TEST_CASE(a_node_says_in_words_why_it_is_not_ready) {
  libsig::sigd::health_api health;
  std::optional<std::string> full;
  health.add_check([&] { return full; });
  BOOST_TEST(health.reasons() == (words{"starting"}),
             boost::test_tools::per_element());
  health.set_ready(true);
  BOOST_TEST(health.reasons().empty());
  full = "log_not_writable";
  BOOST_TEST(health.reasons() == (words{"log_not_writable"}),
             boost::test_tools::per_element());
  health.set_ready(false);
  BOOST_TEST(health.reasons() == (words{"draining", "log_not_writable"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_node_that_is_well_says_ok_to_everybody) {
  const libsig::testing::running_node node;
  for (const auto* const path : {"/livez", "/readyz"}) {
    const auto got = node.ask("GET", path, "Host: elsewhere.example\r\n");
    BOOST_TEST(got.status == 200u);
    BOOST_TEST(got.body == "ok\n");
  }
}

BOOST_AUTO_TEST_SUITE_END()
