#include "apps/sig/csv.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

using namespace libsig::sig;

namespace {

std::string field(std::string_view text) {
  std::string out;
  append_csv_field(out, text);
  return out;
}

std::string row(std::string_view event) {
  std::string out;
  append_csv_row(out, event);
  return out;
}

} // namespace

// D28: the columns, quoted only where it must be.
BOOST_AUTO_TEST_SUITE(csv)

BOOST_AUTO_TEST_CASE(a_field_is_quoted_only_where_it_must_be) {
  BOOST_TEST(field("") == "");
  BOOST_TEST(field("a b;c'=") == "a b;c'=");
  BOOST_TEST(field("a,b") == "\"a,b\"");
  BOOST_TEST(field("a\"b") == "\"a\"\"b\"");
  BOOST_TEST(field("a\nb") == "\"a\nb\"");
  BOOST_TEST(field("a\rb") == "\"a\rb\"");
}

BOOST_AUTO_TEST_CASE(the_time_of_the_event_goes_before_that_of_its_recording) {
  BOOST_TEST(csv_head == "event_type,args,unix_time,ai_friendly_time\n");
  BOOST_TEST(row(R"({"type":"a.b","data":{"n": 1},)"
                 R"("time":"2026-01-02T04:04:05.678901+01:00",)"
                 R"("recordedtime":"2027-01-01T00:00:00.000Z"})")
             == "a.b,\"{\"\"n\"\":1}\",1767323045678,"
                "2026-01-02T03:04:05.678Z\n");
  BOOST_TEST(row(R"({"type":"a","data":1,)"
                 R"("recordedtime":"1970-01-01T00:00:01.500Z"})")
             == "a,1,1500,1970-01-01T00:00:01.500Z\n");
}

BOOST_AUTO_TEST_CASE(absent_data_is_empty_and_null_is_not) {
  BOOST_TEST(row(R"({"type":"a"})") == "a,,,\n");
  BOOST_TEST(row(R"({"type":"a","data":null})") == "a,null,,\n");
  BOOST_TEST(row(R"({"type":"a","data_base64":"AA=="})")
             == "a,\"{\"\"data_base64\"\":\"\"AA==\"\"}\",,\n");
}

// No path of document 001 shows what has a receiver.
BOOST_AUTO_TEST_CASE(what_goes_to_an_inbox_is_left_out) {
  BOOST_TEST(belongs_into_csv(R"({"type":"a","data":{"toidentity":"x"}})"));
  BOOST_TEST(!belongs_into_csv(R"({"type":"a","toidentity":"ann"})"));
}

BOOST_AUTO_TEST_SUITE_END()
