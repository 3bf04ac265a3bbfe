#include "libsig/subscription/lifecycle.hpp"

#include <boost/test/unit_test.hpp>

#include "libsig/core/pattern.hpp"

using namespace libsig;

BOOST_AUTO_TEST_SUITE(lifecycle)

BOOST_AUTO_TEST_CASE(a_name_stands_in_its_types_D24) {
  BOOST_TEST(subscription::wake_type("lint") == "agent:lint:wake");
  BOOST_TEST(subscription::sleep_type("lint") == "agent:lint:sleep");
  BOOST_TEST(subscription::sleep_type("a.b") == "agent:a.b:sleep");
}

BOOST_AUTO_TEST_CASE(a_name_with_odd_characters_is_one_segment_D24) {
  const auto type = subscription::wake_type("a:b*c%d");
  BOOST_TEST(type == "agent:a%3Ab%2Ac%25d:wake");
  BOOST_TEST(pattern::parse("agent:*:wake")->matches(type));
  BOOST_TEST(pattern::parse(type)->matches(type));
}

BOOST_AUTO_TEST_CASE(lifecycle_types_are_told_from_others_C17) {
  using subscription::is_lifecycle_type;
  BOOST_TEST(is_lifecycle_type("agent:a:wake"));
  BOOST_TEST(is_lifecycle_type("agent:a:sleep"));
  BOOST_TEST(is_lifecycle_type(subscription::sleep_type("a:b")));
  BOOST_TEST(!is_lifecycle_type("agent:a:woken"));
  BOOST_TEST(!is_lifecycle_type("agent:a:b:wake"));
  BOOST_TEST(!is_lifecycle_type("agent:wake"));
  BOOST_TEST(!is_lifecycle_type("agents:a:wake"));
  BOOST_TEST(!is_lifecycle_type(""));
}

BOOST_AUTO_TEST_CASE(the_source_of_an_agent_is_percent_encoded_D18) {
  BOOST_TEST(subscription::source_of("a b:c") == "/agents/a%20b%3Ac");
}

BOOST_AUTO_TEST_CASE(the_data_names_the_agent_and_its_state_D24) {
  BOOST_TEST(subscription::lifecycle_data("a\"b", "awake").json_text()
             == R"({"agentId":"a\"b","state":"awake"})");
}

BOOST_AUTO_TEST_SUITE_END()
