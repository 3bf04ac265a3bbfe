#include "libsig/core/utf8.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using libsig::is_utf8;
using libsig::to_utf8_lossy;

namespace {

const std::string mark = "\xEF\xBF\xBD";

} // namespace

BOOST_AUTO_TEST_SUITE(utf8)

BOOST_AUTO_TEST_CASE(well_formed_text_is_utf8_and_stays_as_it_is) {
  for (const std::string text :
       {"", "ascii", "\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80",
        "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80",
        "\xF4\x8F\xBF\xBF", "eight by \xC3\xA9 and eight more \xE2\x82\xAC"}) {
    BOOST_TEST(is_utf8(text));
    BOOST_TEST(to_utf8_lossy(text) == text);
  }
  BOOST_TEST(is_utf8(std::string(1, '\0')));
}

BOOST_AUTO_TEST_CASE(what_no_sequence_may_be_is_replaced_byte_by_byte) {
  for (const std::string byte :
       {"\x80", "\xBF", "\xC0", "\xC1", "\xF5", "\xFF"}) {
    BOOST_TEST(!is_utf8(byte));
    BOOST_TEST(to_utf8_lossy("a" + byte + "b") == "a" + mark + "b");
  }
  BOOST_TEST(to_utf8_lossy("\xC0\xAF") == mark + mark);
  BOOST_TEST(to_utf8_lossy("\xE0\x9F\xBF") == mark + mark + mark);
  BOOST_TEST(to_utf8_lossy("\xED\xA0\x80") == mark + mark + mark);
  BOOST_TEST(to_utf8_lossy("\xF0\x8F\xBF\xBF") == mark + mark + mark + mark);
  BOOST_TEST(to_utf8_lossy("\xF4\x90\x80\x80") == mark + mark + mark + mark);
}

BOOST_AUTO_TEST_CASE(a_sequence_that_is_cut_off_is_replaced_as_one) {
  for (const std::string part :
       {"\xC3", "\xE2\x82", "\xF0\x9F", "\xF0\x9F\x98"}) {
    BOOST_TEST(!is_utf8(part));
    BOOST_TEST(to_utf8_lossy(part) == mark);
    BOOST_TEST(to_utf8_lossy(part + "b") == mark + "b");
    BOOST_TEST(to_utf8_lossy(part + "\xC3\xA9") == mark + "\xC3\xA9");
  }
}

BOOST_AUTO_TEST_CASE(the_standards_own_example_comes_out_as_it_says) {
  BOOST_TEST(to_utf8_lossy("\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF"
                           "\x64")
             == "a" + mark + mark + mark + "b" + mark + "c" + mark + mark
                  + "d");
}

BOOST_AUTO_TEST_CASE(every_offset_within_a_word_is_looked_at) {
  for (std::size_t offset = 0; offset < 20; ++offset) {
    std::string text(20, 'a');
    BOOST_TEST(is_utf8(text));
    text[offset] = '\xFF';
    BOOST_TEST(!is_utf8(text));
    BOOST_TEST(to_utf8_lossy(text)
               == std::string(offset, 'a') + mark
                    + std::string(19 - offset, 'a'));
  }
}

BOOST_AUTO_TEST_SUITE_END()
