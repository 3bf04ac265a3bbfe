#include "apps/sig/commands/log_text.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace libsig::sig;

namespace {

[[nodiscard]] terminal screen_of(unsigned width) {
  terminal made;
  made.output_is_terminal = true;
  made.width = width;
  return made;
}

const std::vector<std::string> events{
  R"({"id":"a","sequence":"7","recordedtime":"2026-11-21T18:07:08.855Z",)"
  R"("type":"build.done","source":"/system","data":{"branch": "main"}})",
  R"({"id":"b","sequence":"8","recordedtime":"later","type":"big",)"
  R"("source":"/me","dataomitted":300000})"};

} // namespace

BOOST_AUTO_TEST_SUITE(log_text)

BOOST_AUTO_TEST_CASE(a_table_of_signals_says_when_to_the_second) {
  BOOST_TEST(signal_table(events, screen_of(80))
             == "SEQUENCE  RECORDED (UTC)  TYPE        SOURCE   DATA\n"
                "7         11-21 18:07:08  build.done  /system  "
                "{\"branch\":\"main\"}\n"
                "8         later           big         /me      "
                "(300000 bytes)\n");
}

BOOST_AUTO_TEST_CASE(a_narrow_screen_cuts_the_widest_columns) {
  BOOST_TEST(signal_table(events, screen_of(61))
               .find("11-21 18:07:08  build.done  /system  {\"branch\":\"ma…\n")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(lines_of_json_are_one_line_each) {
  BOOST_TEST(json_lines({"{\"a\":1,\n\"b\":2}", "{}"})
             == "{\"a\":1,\"b\":2}\n{}\n");
}

BOOST_AUTO_TEST_SUITE_END()
