#include "libsig/core/utf8.hpp"

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
    libsig::append_code_point(text, point);
    const auto unit = libsig::utf8_unit_at(text, 0);
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
    libsig::append_utf8_lossy(out, text);
    BOOST_TEST(out == expected);
    BOOST_TEST(libsig::is_utf8(text) == (text == expected));
  }
}

BOOST_AUTO_TEST_CASE(a_bad_byte_is_found_at_every_place_of_a_word) {
  for (std::size_t at = 0; at < 24; ++at) {
    std::string text(24, 'a');
    BOOST_TEST(libsig::is_utf8(text));
    text[at] = '\x80';
    BOOST_TEST(!libsig::is_utf8(text));
  }
}

BOOST_AUTO_TEST_CASE(printable_ascii_is_0x20_to_0x7e_at_every_place) {
  for (std::size_t size = 1; size <= 17; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(size, 'a');
        text[at] = static_cast<char>(byte);
        const bool expected = byte >= 0x20 && byte <= 0x7E;
        if (libsig::is_printable_ascii(text) != expected) {
          BOOST_ERROR("byte " << byte << " at " << at << " of " << size);
        }
      }
    }
  }
  BOOST_TEST(libsig::is_printable_ascii(""));
}

BOOST_AUTO_TEST_CASE(control_characters_are_c0_del_and_c1) {
  BOOST_TEST(libsig::has_control_character("\x1F"));
  BOOST_TEST(!libsig::has_control_character(" ~"));
  BOOST_TEST(libsig::has_control_character("\x7F"));
  BOOST_TEST(libsig::has_control_character("\u0080"));
  BOOST_TEST(libsig::has_control_character("\u009F"));
  BOOST_TEST(!libsig::has_control_character("\u00A0"));
}

BOOST_AUTO_TEST_SUITE_END()
