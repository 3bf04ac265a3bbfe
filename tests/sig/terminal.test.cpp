#include "apps/sig/terminal.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

using namespace libsig::sig;

BOOST_AUTO_TEST_SUITE(terminals)

BOOST_AUTO_TEST_CASE(colour_needs_a_terminal_that_nobody_forbade) {
  BOOST_TEST(may_colour(true, {"", "xterm", ""}));
  BOOST_TEST(may_colour(true, {"", "", ""}));
  BOOST_TEST(!may_colour(false, {"", "xterm", ""}));
  BOOST_TEST(!may_colour(true, {"1", "xterm", ""}));
  BOOST_TEST(!may_colour(true, {"", "dumb", ""}));
}

BOOST_AUTO_TEST_CASE(width_is_stated_reported_or_eighty) {
  BOOST_TEST(choose_width(true, 120, "") == 120u);
  BOOST_TEST(choose_width(true, 120, "100") == 100u);
  BOOST_TEST(choose_width(true, 0, "") == 80u);
  BOOST_TEST(choose_width(false, 120, "100") == 80u);
}

BOOST_AUTO_TEST_CASE(absurd_widths_are_not_taken) {
  BOOST_TEST(choose_width(true, 120, "39") == 120u);
  BOOST_TEST(choose_width(true, 120, "40") == 40u);
  BOOST_TEST(choose_width(true, 120, "1000") == 1000u);
  BOOST_TEST(choose_width(true, 120, "1001") == 120u);
  BOOST_TEST(choose_width(true, 120, "80x") == 120u);
  BOOST_TEST(choose_width(true, 120, "-80") == 120u);
  BOOST_TEST(choose_width(true, 10, "") == 40u);
}

BOOST_AUTO_TEST_CASE(talk_is_one_printable_line) {
  const auto line = talk_line("a\nb\r\x1b[2Jc\x7f\xff");
  BOOST_TEST(line.starts_with("sig: a"));
  BOOST_TEST(line.ends_with('\n'));
  BOOST_TEST(line.find('\n') == line.size() - 1);
  for (const char byte : line.substr(0, line.size() - 1)) {
    BOOST_TEST((byte >= ' ' && byte < '\x7f'));
  }
}

BOOST_AUTO_TEST_CASE(talk_is_bounded) {
  BOOST_TEST(talk_line(std::string(1u << 20, 'x')).size() < 5'000u);
}

BOOST_AUTO_TEST_SUITE_END()
