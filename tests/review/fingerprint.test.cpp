#include "libsig/review/fingerprint.hpp"

#include <boost/test/unit_test.hpp>

using libsig::review::fingerprint;

BOOST_AUTO_TEST_SUITE(fingerprints)

BOOST_AUTO_TEST_CASE(it_has_32_hexadecimal_digits) {
  const auto made = fingerprint("xss/raw", "a.js", "x = y", 0);
  BOOST_TEST(made.size() == 32u);
  BOOST_TEST(made.find_first_not_of("0123456789abcdef") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(it_is_the_same_for_ever) {
  BOOST_TEST(fingerprint("r", "p", "t", 0)
             == "c9592ab609fb75e34807471eaa78dff3");
}

BOOST_AUTO_TEST_CASE(white_space_does_not_count) {
  const auto made = fingerprint("r", "p", "a  =\tb", 0);
  BOOST_TEST(made == fingerprint("r", "p", "  a = b \r", 0));
  BOOST_TEST(made != fingerprint("r", "p", "a =b", 0));
}

BOOST_AUTO_TEST_CASE(every_part_counts) {
  const auto made = fingerprint("r", "p", "t", 0);
  BOOST_TEST(made != fingerprint("s", "p", "t", 0));
  BOOST_TEST(made != fingerprint("r", "q", "t", 0));
  BOOST_TEST(made != fingerprint("r", "p", "u", 0));
  BOOST_TEST(made != fingerprint("r", "p", "t", 1));
  BOOST_TEST(made != fingerprint("rp", "", "t", 0));
}

BOOST_AUTO_TEST_SUITE_END()
