#include "libsig/core/names.hpp"

#include <string>
#include <string_view>

#include <boost/test/unit_test.hpp>

#include "libsig/core/limits.hpp"

namespace {

using libsig::check_name;
using libsig::check_review_id;
using libsig::errc;
using namespace std::string_view_literals;

void check_refused(std::string_view text, std::string_view reason) {
  for (const auto& checked : {check_name(text), check_review_id(text)})
    BOOST_TEST_CONTEXT("text: " << text) {
      BOOST_REQUIRE(!checked);
      BOOST_TEST((checked.error().code() == errc::invalid_argument));
      BOOST_TEST(checked.error().detail().ends_with(reason));
    }
}

void check_accepted(std::string_view text) {
  BOOST_TEST_CONTEXT("text: " << text) {
    BOOST_TEST(check_name(text).has_value());
    BOOST_TEST(check_review_id(text).has_value());
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(core_names)

BOOST_AUTO_TEST_CASE(a_name_is_any_text_that_breaks_no_rule) {
  for (const auto text : {"a"sv, "Security Specialist"sv, " a "sv, "..."sv,
                          "**"sv, "a*"sv, "a:b.c"sv,
                          "\xc3\xbcnic\xc3\xb6"
                          "de"sv,
                          "\xf0\x9f\x8c\x88"sv, "%2f"sv})
    check_accepted(text);
}

BOOST_AUTO_TEST_CASE(an_empty_name_is_refused) {
  check_refused("", "is empty");
}

BOOST_AUTO_TEST_CASE(a_name_has_at_most_its_limit_of_bytes) {
  const std::string longest(libsig::limits::name_bytes_max, 'n');
  BOOST_TEST(check_name(longest).has_value());
  const auto refused = check_name(longest + "n");
  BOOST_REQUIRE(!refused);
  BOOST_TEST(refused.error().detail() == "a name has more than 128 bytes");
}

BOOST_AUTO_TEST_CASE(a_review_id_has_at_most_its_own_limit_of_bytes) {
  const std::string longest(libsig::limits::review_id_bytes_max, 'n');
  BOOST_TEST(check_review_id(longest).has_value());
  const auto refused = check_review_id(longest + "n");
  BOOST_REQUIRE(!refused);
  BOOST_TEST(refused.error().detail() == "a review id has more than 256 bytes");
}

BOOST_AUTO_TEST_CASE(a_control_character_is_refused) {
  for (const auto text : {"a\0b"sv, "\x01"sv, "a\n"sv, "\t"sv, "\x1f"sv,
                          "\x7f"sv, "\xc2\x80"sv, "a\xc2\x9f"sv})
    check_refused(text, "holds a control character");
  check_accepted("a\xc2\xa1");
  check_accepted("~");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_are_refused) {
  for (const auto text :
       {"\xff"sv, "a\xc3"sv, "\x80"sv, "\xc0\xaf"sv, "\xed\xa0\x80"sv})
    check_refused(text, "is not UTF-8");
}

BOOST_AUTO_TEST_CASE(a_slash_stands_in_review_ids_alone) {
  BOOST_TEST(check_review_id("a/b").has_value());
  BOOST_TEST(check_review_id("/").has_value());
  const auto refused = check_name("a/b");
  BOOST_REQUIRE(!refused);
  BOOST_TEST(refused.error().detail() == "a name holds '/'");
}

BOOST_AUTO_TEST_CASE(a_backslash_is_refused) {
  check_refused("a\\b", "holds '\\'");
}

BOOST_AUTO_TEST_CASE(names_that_mean_something_else_are_refused) {
  check_refused(".", "may not be '.'");
  check_refused("..", "may not be '..'");
  check_refused("*", "may not be '*'");
}

BOOST_AUTO_TEST_CASE(a_blank_name_is_refused) {
  for (const auto text : {" "sv, "   "sv, "\xc2\xa0"sv, " \xe3\x80\x80 "sv,
                          "\xe2\x80\xa8"sv, "\xe1\x9a\x80"sv})
    check_refused(text, "is blank");
  check_accepted("\xe2\x80\x8b"sv);
}

BOOST_AUTO_TEST_SUITE_END()
