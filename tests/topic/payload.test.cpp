#include "libsig/topic/payload.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace libsig;
using topic::compact_json_bytes;

namespace {

[[nodiscard]] std::string shown(const event_data& data, bool clear = false) {
  std::string out{">"};
  topic::append_payload(data, clear, out);
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(payload_of_a_message)

// README, One name
BOOST_AUTO_TEST_CASE(it_is_the_data_as_it_is) {
  BOOST_TEST(shown({}) == ">{}");
  for (const auto* const json : {"{ \"a\": 1.0 }", "[1]", "null", "\"x\""}) {
    BOOST_TEST(shown(event_data::json(json)) == ">" + std::string{json});
  }
  BOOST_TEST(shown(event_data::binary("\x01\x02"))
             == ">{\"data_base64\":\"AQI=\"}");
}

// M11 to M13
BOOST_AUTO_TEST_CASE(what_is_secret_is_hidden_unless_the_reader_may_see_it) {
  const auto data =
    event_data::json("{\"Token\":[1],\"b\":{\"api-key\":null},\"c\":1}");
  BOOST_TEST(shown(data)
             == ">{\"Token\":\"[REDACTED]\",\"b\":{\"api-key\":\"[REDACTED]\"},"
                "\"c\":1}");
  BOOST_TEST(shown(data, true)
             == ">{\"Token\":[1],\"b\":{\"api-key\":null},\"c\":1}");
  // M7: any shape, also in bytes.
  BOOST_TEST(shown(event_data::json("[{\"secret\":1}]"))
             == ">[{\"secret\":\"[REDACTED]\"}]");
  BOOST_TEST(shown(event_data::binary("{\"password\":1}"))
             == ">{\"data\":{\"password\":\"[REDACTED]\"}}");
}

// M29
BOOST_AUTO_TEST_CASE(its_size_is_that_of_the_inner_payload) {
  BOOST_TEST(topic::payload_bytes(event_data::json("{\"n\":1}")) == 7u);
  BOOST_TEST(topic::payload_bytes(event_data::json("{ \"n\" : 1 }")) == 7u);
  BOOST_TEST(topic::payload_bytes({}) == 2u);
  for (const auto* const bytes : {"", "a", "ab", "abc", "abcd"}) {
    const auto data = event_data::binary(bytes);
    BOOST_TEST(topic::payload_bytes(data) == shown(data).size() - 1);
  }
}

// M9
BOOST_AUTO_TEST_CASE(escapes_count_as_what_they_stand_for) {
  BOOST_TEST(compact_json_bytes("\"a b\"") == 5u);
  BOOST_TEST(compact_json_bytes("[ 1 , 2 ]") == 5u);
  BOOST_TEST(compact_json_bytes("\"\\/\"") == 3u);
  BOOST_TEST(compact_json_bytes("\"\\\"\\\\\\n\"") == 8u);
  BOOST_TEST(compact_json_bytes("\"\\u000a\\u0001\"") == 10u);
  BOOST_TEST(compact_json_bytes("\"\\u0022\\u005C\\u0041\"") == 7u);
  BOOST_TEST(compact_json_bytes("\"\\u00e9\\u20AC\"") == 7u);
  BOOST_TEST(compact_json_bytes("\"\\uD83D\\uDE00\"") == 6u);
  BOOST_TEST(compact_json_bytes("\"\xF0\x9F\x98\x80\"") == 6u);
  BOOST_TEST(compact_json_bytes("{\"a\\\"\":\" \"}") == 11u);
}

BOOST_AUTO_TEST_CASE(a_text_that_breaks_off_is_not_read_beyond_its_end) {
  for (const auto* const text : {"\"", "\"\\", "\"\\u", "\"\\ud8", "\"\\ud83d",
                                 "\"\\ud83d\\", "", "\"\\ud83d\\u"}) {
    BOOST_TEST(compact_json_bytes(text) <= 16u);
  }
}

BOOST_AUTO_TEST_SUITE_END()
