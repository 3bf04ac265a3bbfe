#include "libsig/report/internal/text.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include "libsig/report/internal/width.hpp"
#include "libsig/report/report.hpp"

namespace libsig::report {

using strings = std::vector<std::string>;

BOOST_AUTO_TEST_SUITE(text)

BOOST_AUTO_TEST_CASE(what_cannot_be_seen_is_escaped) {
  BOOST_TEST(printable("plain é 幅 🎉") == "plain é 幅 🎉");
  BOOST_TEST(printable(std::string_view{"\0\x1f", 2}) == "\\x00\\x1f");
  BOOST_TEST(printable("\t\n\r\x1b\x7f") == "\\t\\n\\r\\x1b\\x7f");
  BOOST_TEST(printable("\xc2\x80\xc2\x9f\xc2\xa0") == "\\u{80}\\u{9f}\xc2\xa0");
  BOOST_TEST(printable("\xe2\x80\xa8\xe2\x80\xae") == "\\u{2028}\\u{202e}");
  BOOST_TEST(printable("\xe2\x80\x8b\xe2\x81\xa9\xef\xbb\xbf")
             == "\\u{200b}\\u{2069}\\u{feff}");
  BOOST_TEST(printable("\xf3\xa0\x81\x81") == "\\u{e0041}");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_character_are_escaped_one_by_one) {
  BOOST_TEST(printable("a\xff"
                       "b")
             == "a\\xffb");
  BOOST_TEST(printable("\xe5\xb9") == "\\xe5\\xb9");
  BOOST_TEST(printable("\xc0\xaf") == "\\xc0\\xaf");
  BOOST_TEST(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");
  BOOST_TEST(printable("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");
}

BOOST_AUTO_TEST_CASE(columns_are_those_of_a_terminal) {
  BOOST_TEST(columns_of("") == 0u);
  BOOST_TEST(columns_of("abc") == 3u);
  BOOST_TEST(columns_of("é") == 1u);
  BOOST_TEST(columns_of("e\xcc\x81") == 1u);
  BOOST_TEST(columns_of("幅") == 2u);
  BOOST_TEST(columns_of("🎉") == 2u);
  BOOST_TEST(columns_of("ｱ") == 1u);
}

BOOST_AUTO_TEST_CASE(
  the_ends_of_wide_ranges_are_wide_and_their_neighbours_not) {
  BOOST_TEST(code_point_width(0x2e5d) == 1u);
  BOOST_TEST(code_point_width(0x2e80) == 2u);
  BOOST_TEST(code_point_width(0xac00) == 2u);
  BOOST_TEST(code_point_width(0xd7a3) == 2u);
  BOOST_TEST(code_point_width(0xff60) == 2u);
  BOOST_TEST(code_point_width(0xff61) == 1u);
  BOOST_TEST(code_point_width(0x3fffd) == 2u);
  BOOST_TEST(code_point_width(0x10ffff) == 1u);
  BOOST_TEST(code_point_width(0x02ff) == 1u);
  BOOST_TEST(code_point_width(0x0300) == 0u);
  BOOST_TEST(code_point_width(0x036f) == 0u);
  BOOST_TEST(code_point_width(0x0370) == 1u);
}

BOOST_AUTO_TEST_CASE(a_text_that_fits_is_not_cut) {
  BOOST_TEST(clip("abcde", 5, "…", tabs::escape) == "abcde");
  BOOST_TEST(clip("abcdef", 5, "…", tabs::escape) == "abcd…");
  BOOST_TEST(clip("abcdef", 5, "...", tabs::escape) == "ab...");
  BOOST_TEST(clip("", 5, "…", tabs::escape) == "");
}

BOOST_AUTO_TEST_CASE(a_wide_character_or_an_escape_is_never_cut_in_two) {
  BOOST_TEST(clip("幅幅幅", 5, "…", tabs::escape) == "幅幅…");
  BOOST_TEST(clip("幅幅幅", 4, "…", tabs::escape) == "幅…");
  BOOST_TEST(clip("ab\x1b"
                  "cd",
                  5, "…", tabs::escape)
             == "ab…");
}

BOOST_AUTO_TEST_CASE(tabs_reach_to_the_next_fourth_column) {
  BOOST_TEST(clip("\tx", 9, "…", tabs::expand) == "    x");
  BOOST_TEST(clip("abc\tx", 9, "…", tabs::expand) == "abc x");
  BOOST_TEST(clip("abcd\tx", 9, "…", tabs::expand) == "abcd    x");
  BOOST_TEST(clip("a\tx", 9, "…", tabs::escape) == "a\\tx");
}

BOOST_AUTO_TEST_CASE(a_long_line_is_cut_around_the_place_that_counts) {
  const auto line = std::string(100, 'a') + "HERE" + std::string(100, 'b');
  const auto seen = clip_around(line, 100, 40, "…");
  BOOST_TEST(columns_of(seen) == 40u);
  BOOST_TEST(seen.find("HERE") != std::string::npos);
  BOOST_TEST(seen.starts_with("…"));
  BOOST_TEST(seen.ends_with("…"));
  BOOST_TEST(clip_around(line, 0, 40, "…").starts_with("aaaa"));
  BOOST_TEST(clip_around("short", 4, 40, "…") == "short");
}

BOOST_AUTO_TEST_CASE(lines_break_at_blanks) {
  BOOST_TEST(wrap("one two three", 7) == (strings{"one two", "three"}));
  BOOST_TEST(wrap("one two three", 6) == (strings{"one", "two", "three"}));
  BOOST_TEST(wrap("  a   b  ", 9) == (strings{"a b"}));
  BOOST_TEST(wrap("", 9) == (strings{""}));
}

BOOST_AUTO_TEST_CASE(a_word_that_fits_no_line_is_broken) {
  BOOST_TEST(wrap("a bcdefgh i", 3) == (strings{"a", "bcd", "efg", "h i"}));
  BOOST_TEST(wrap("幅幅幅", 5) == (strings{"幅幅", "幅"}));
}

BOOST_AUTO_TEST_CASE(nothing_is_wider_than_asked_for) {
  const auto holds = rc::check("clip and wrap", [](const std::string& text) {
    // What stands for a broken character of three bytes is never divided.
    constexpr std::size_t widest = 12;
    const auto columns = *rc::gen::inRange<std::size_t>(widest, 60);
    for (const auto how : {tabs::escape, tabs::expand}) {
      RC_ASSERT(columns_of(clip(text, columns, "…", how)) <= columns);
    }
    const auto anchor =
      text.empty() ? 0 : *rc::gen::inRange<std::size_t>(0, text.size());
    RC_ASSERT(columns_of(clip_around(text, anchor, columns, "…")) <= columns);
    for (const auto& line : wrap(text, columns)) {
      RC_ASSERT(columns_of(line) <= columns);
    }
  });
  BOOST_TEST(holds);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace libsig::report
