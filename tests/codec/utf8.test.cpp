#include "libsig/codec/utf8.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>
#include <string_view>
#include <utility>

BOOST_AUTO_TEST_SUITE(utf8)

BOOST_AUTO_TEST_CASE(every_code_point_but_surrogates_is_valid) {
  std::size_t invalid = 0;
  for (char32_t point = 0; point <= 0x10FFFF; ++point) {
    if (point >= 0xD800 && point <= 0xDFFF) {
      continue;
    }
    std::string text;
    libsig::codec::append_code_point(text, point);
    const auto unit = libsig::codec::utf8_unit_at(text, 0);
    invalid += unit.valid && unit.length == text.size() ? 0u : 1u;
  }
  BOOST_TEST(invalid == 0u);
}

BOOST_AUTO_TEST_CASE(one_replacement_stands_for_the_start_of_a_character) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> cases{
    {{"abc", "abc"},
     {"", ""},
     {"a\x80z", "a\xEF\xBF\xBDz"},
     {"\xE2\x82", "\xEF\xBF\xBD"},
     {"\xE2\x82z", "\xEF\xBF\xBDz"},
     {"\xF0\x9F\x98", "\xEF\xBF\xBD"},
     {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"},
     {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}}};
  for (const auto& [text, expected] : cases) {
    std::string out;
    libsig::codec::append_utf8_lossy(out, text);
    BOOST_TEST(out == expected);
    BOOST_TEST(libsig::codec::is_utf8(text) == (text == expected));
  }
}

BOOST_AUTO_TEST_CASE(a_bad_byte_is_found_at_every_place_of_a_word) {
  for (std::size_t at = 0; at < 24; ++at) {
    std::string text(24, 'a');
    BOOST_TEST(libsig::codec::is_utf8(text));
    text[at] = '\x80';
    BOOST_TEST(!libsig::codec::is_utf8(text));
  }
}

BOOST_AUTO_TEST_SUITE_END()
