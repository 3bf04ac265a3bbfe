#include <boost/test/unit_test.hpp>

#include "tests/report/golden.hpp"

namespace libsig::report {

namespace {

options at(unsigned width, bool colour) {
  options how;
  how.width = width;
  how.colour = colour;
  how.tool_version = "1.2.3";
  return how;
}

} // namespace

BOOST_AUTO_TEST_SUITE(pretty)

BOOST_AUTO_TEST_CASE(reports_look_as_they_are_known_to_at_80_columns) {
  golden::check_samples(format::pretty, at(80, false), "");
}

BOOST_AUTO_TEST_CASE(reports_look_as_they_are_known_to_at_40_columns) {
  golden::check_samples(format::pretty, at(40, false), ".40");
}

BOOST_AUTO_TEST_CASE(reports_look_as_they_are_known_to_at_120_columns) {
  golden::check_samples(format::pretty, at(120, false), ".120");
}

BOOST_AUTO_TEST_CASE(reports_look_as_they_are_known_to_in_colour) {
  golden::check_samples(format::pretty, at(80, true), ".colour");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace libsig::report
