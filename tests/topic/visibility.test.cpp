#include "libsig/topic/visibility.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace libsig;
using topic::to_json;
using topic::visibility_event;
using topic::visibility_kind;

BOOST_AUTO_TEST_SUITE(visibility_events)

// M28
BOOST_AUTO_TEST_CASE(an_event_is_compact_json) {
  BOOST_TEST(to_json({7, visibility_kind::sent, "signal:a\"", "id", 7})
             == R"({"event":"signal_send","topic":"signal:a\"",)"
                R"("message_id":"id","payload_len":7})");
  BOOST_TEST(to_json({7, visibility_kind::received, "a", "id", 0})
             == R"({"event":"signal_recv","topic":"a",)"
                R"("message_id":"id","payload_len":0})");
}

// M32: without a text that could be cut.
BOOST_AUTO_TEST_CASE(a_cap_cuts_what_is_longer_by_one) {
  const visibility_event what{1, visibility_kind::sent, std::string(200, 'a'),
                              "id", 7};
  const auto whole = to_json(what);
  BOOST_TEST(to_json(what, 0) == whole);
  BOOST_TEST(to_json(what, whole.size()) == whole);
  const auto cap = whole.size() - 1;
  BOOST_TEST(to_json(what, cap)
             == R"({"event":"signal_send","truncated":true,"cap_bytes":)"
                  + std::to_string(cap) + '}');
}

// M32
BOOST_AUTO_TEST_CASE(a_cap_that_is_smaller_still_leaves_the_word) {
  const visibility_event what{1, visibility_kind::sent, std::string(200, 'a'),
                              "id", 7};
  const std::string cut =
    R"({"event":"signal_send","truncated":true,"cap_bytes":58})";
  BOOST_TEST(cut.size() == 55u);
  BOOST_TEST(to_json(what, 55)
             == R"({"event":"signal_send","truncated":true,"cap_bytes":55})");
  for (const std::size_t cap : {1u, 20u, 54u}) {
    BOOST_TEST(to_json(what, cap) == R"({"event":"truncated"})");
  }
}

BOOST_AUTO_TEST_SUITE_END()
