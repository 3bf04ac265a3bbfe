#include "apps/sig/table.hpp"

#include <algorithm>
#include <string>

#include <boost/test/unit_test.hpp>

using namespace libsig::sig;

BOOST_AUTO_TEST_SUITE(tables)

BOOST_AUTO_TEST_CASE(columns_are_aligned) {
  table made{{"A", "LONGER"}};
  made.add({"first", "x"});
  made.add({"2", ""});
  BOOST_TEST(made.text(80, false) == "A      LONGER\nfirst  x\n2\n");
}

BOOST_AUTO_TEST_CASE(characters_count_not_bytes) {
  table made{{"A", "B"}};
  made.add({"\xC3\xB6\xC3\xB6", "x"});
  BOOST_TEST(made.text(80, false) == "A   B\n\xC3\xB6\xC3\xB6  x\n");
}

BOOST_AUTO_TEST_CASE(the_widest_column_is_cut_to_fit) {
  table made{{"A", "B", "C"}};
  made.add({"short", std::string(200, 'x'), std::string(100, 'y')});
  const auto text = made.text(40, false);
  std::string_view rest{text};
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find('\n'));
    BOOST_TEST(columns_of(line) <= 40u);
    rest.remove_prefix(line.size() + 1);
  }
  BOOST_TEST(text.find("short") != text.npos);
}

BOOST_AUTO_TEST_CASE(cells_are_shown_escaped) {
  table made{{"A"}};
  made.add({"\x1b[31m\n"});
  const auto text = made.text(80, false);
  BOOST_TEST(text.find('\x1b') == text.npos);
  BOOST_TEST(std::count(text.begin(), text.end(), '\n') == 2);
}

BOOST_AUTO_TEST_CASE(a_text_is_cut_at_a_character) {
  BOOST_TEST(cut("abcd", 4) == "abcd");
  BOOST_TEST(cut("abcde", 4) == "abc…");
  BOOST_TEST(cut("\xC3\xB6\xC3\xB6\xC3\xB6", 2) == "\xC3\xB6…");
}

BOOST_AUTO_TEST_SUITE_END()
