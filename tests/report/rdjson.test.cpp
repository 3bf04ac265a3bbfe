#include <boost/test/unit_test.hpp>

#include "tests/report/golden.hpp"

namespace libsig::report {

BOOST_AUTO_TEST_SUITE(rdjson)

BOOST_AUTO_TEST_CASE(reports_are_what_they_are_known_to_be) {
  golden::check_samples(format::rdjson, {}, "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace libsig::report
