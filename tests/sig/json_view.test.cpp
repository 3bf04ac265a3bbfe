#include "apps/sig/json_view.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

using namespace libsig;
using namespace libsig::sig;

BOOST_AUTO_TEST_SUITE(json_view)

BOOST_AUTO_TEST_CASE(members_and_elements_are_found_as_they_stand) {
  const std::string_view text =
    R"( { "a" : [1, {"x":"]},"}, "\"," ] , "b":{"c":1.50} ,"d":null} )";
  const auto members = members_of(text);
  BOOST_TEST_REQUIRE(members.size() == 3u);
  BOOST_TEST(members[0].name == "a");
  BOOST_TEST(members[1].value == R"({"c":1.50})");
  BOOST_TEST(members[2].value == "null");
  const auto elements = elements_of(members[0].value);
  BOOST_TEST_REQUIRE(elements.size() == 3u);
  BOOST_TEST(elements[1] == R"({"x":"]},"})");
  BOOST_TEST(elements[2] == R"("\",")");
  BOOST_TEST(member_of(text, "b").value() == R"({"c":1.50})");
  BOOST_TEST(!member_of(text, "c").has_value());
}

BOOST_AUTO_TEST_CASE(other_values_have_no_parts) {
  for (const auto* const text :
       {"", "1", "null", "\"a\"", "{}", "[]", " [ ] "}) {
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(members_of(text).empty());
      BOOST_TEST(elements_of(text).empty());
    }
  }
  BOOST_TEST(members_of("[1]").empty());
  BOOST_TEST(elements_of("{\"a\":1}").empty());
}

BOOST_AUTO_TEST_CASE(strings_and_numbers_are_read) {
  const std::string_view text =
    R"({"s":"a\u00e9\n","n":42,"t":"42","m":-1,"f":1.5,"e":""})";
  BOOST_TEST(text_of(text, "s") == "a\xC3\xA9\n");
  BOOST_TEST(text_of(text, "n") == "");
  BOOST_TEST(number_of(text, "n").value() == 42u);
  BOOST_TEST(number_of(text, "t").value() == 42u);
  for (const auto* const name : {"s", "m", "f", "e", "none"}) {
    BOOST_TEST(!number_of(text, name).has_value());
  }
}

// Numbers beyond a double stay as they were written.
BOOST_AUTO_TEST_CASE(one_line_changes_nothing_but_blanks) {
  BOOST_TEST(one_line("{ \"a\" :\n[ 1.0,\t12345678901234567890123 ],\r\n"
                      "\"b c\": \" x \" }")
             == R"({"a":[1.0,12345678901234567890123],"b c":" x "})");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_seen_is_escaped_in_strings) {
  // CSI as one character of C1, DEL, a direction override, a wide character.
  BOOST_TEST(one_line("[\"\xC2\x9B\x7F\xE2\x80\xAE\"]")
             == R"(["\u009b\u007f\u202e"])");
  BOOST_TEST(one_line("[\"\xC3\xB6\xF0\x9F\x98\x80\"]")
             == "[\"\xC3\xB6\xF0\x9F\x98\x80\"]");
  // Invisible and beyond the first plane: a pair.
  BOOST_TEST(one_line("[\"\xF3\xA0\x80\x81\"]") == R"(["\udb40\udc01"])");
}

BOOST_AUTO_TEST_CASE(an_answer_must_be_json_that_is_safe_to_read) {
  BOOST_TEST(check_answer("{\"a\":[1]}").has_value());
  BOOST_TEST(!check_answer("").has_value());
  BOOST_TEST(!check_answer("{\"a\":1} x").has_value());
  BOOST_TEST(!check_answer("\"\xFF\"").has_value());
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  BOOST_TEST(check_answer(nested(72)).has_value());
  BOOST_TEST(!check_answer(nested(73)).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
