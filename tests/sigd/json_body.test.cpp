#include "apps/sigd/json_body.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

using namespace libsig;
using sigd::json_body;

namespace {

[[nodiscard]] json_body body_of(std::string_view text) {
  auto made = json_body::read(text, {"a", "b"});
  BOOST_TEST_REQUIRE(made.has_value());
  return std::move(*made);
}

/// `place: detail` of what was refused.
template <class T>
[[nodiscard]] std::string refusal(const result<T>& got) {
  BOOST_TEST_REQUIRE(!got.has_value());
  return got.error().place() + ": " + got.error().detail();
}

} // namespace

BOOST_AUTO_TEST_SUITE(json_body_of_requests)

BOOST_AUTO_TEST_CASE(an_empty_body_has_no_members) {
  BOOST_TEST(!body_of("").raw("a").has_value());
  BOOST_TEST(!body_of(" \n").raw("a").has_value());
  BOOST_TEST(!body_of("{}").raw("a").has_value());
}

BOOST_AUTO_TEST_CASE(unknown_members_are_refused_with_the_one_that_was_meant) {
  const auto read = [](std::string_view text) {
    return json_body::read(text, {"payload", "conversation_id"});
  };
  BOOST_TEST(refusal(read(R"({"payloat":1})"))
             == "/payloat: is no member here");
  BOOST_TEST(read(R"({"payloat":1})").error().remedy()
             == "did you mean payload?");
  BOOST_TEST(refusal(read(R"({"x/y":1})")) == "/x~1y: is no member here");
  BOOST_TEST(refusal(read("[]")) == ": must be an object, found array");
  BOOST_TEST((read(R"({"payload":1,"payload":2})").error().code()
              == errc::duplicate_member));
}

BOOST_AUTO_TEST_CASE(texts_are_strings_and_null_is_none) {
  const auto body = body_of(R"({"a":"x\u0041","b":null})");
  BOOST_TEST(body.text("a")->value() == "xA");
  BOOST_TEST(!body.text("b")->has_value());
  BOOST_TEST(body.raw("b").value() == "null");
  BOOST_TEST(!body.raw_or_null("b").has_value());
  BOOST_TEST(refusal(body_of(R"({"a":1})").text("a"))
             == "/a: must be a string, found number");
}

BOOST_AUTO_TEST_CASE(whole_numbers_are_digits_within_bounds) {
  BOOST_TEST(body_of(R"({"a":0})").whole("a", 0, 9)->value() == 0u);
  BOOST_TEST(body_of(R"({"a":9})").whole("a", 0, 9)->value() == 9u);
  BOOST_TEST(!body_of("{}").whole("a", 0, 9)->has_value());
  for (const auto* wrong :
       {"10", "-1", "1.5", "1.0", "1e0", "99999999999999999999"}) {
    BOOST_TEST(
      refusal(body_of("{\"a\":" + std::string{wrong} + "}").whole("a", 0, 9))
        == "/a: must be a whole number of 0 to 9",
      wrong);
  }
  BOOST_TEST(refusal(body_of(R"({"a":"1"})").whole("a", 0, 9))
             == "/a: must be a whole number of 0 to 9, found string");
  BOOST_TEST(refusal(body_of(R"({"a":null})").whole("a", 0, 9))
             == "/a: must be a whole number of 0 to 9, found null");
}

BOOST_AUTO_TEST_CASE(words_and_truths_are_known) {
  BOOST_TEST(body_of(R"({"a":"y"})").choice("a", {"x", "y"})->value() == 1u);
  BOOST_TEST(!body_of("{}").choice("a", {"x", "y"})->has_value());
  BOOST_TEST(refusal(body_of(R"({"a":"z"})").choice("a", {"x", "y"}))
             == "/a: must be x or y");
  BOOST_TEST(refusal(body_of(R"({"a":null})").choice("a", {"x", "y"}))
             == "/a: must be x or y, found null");
  BOOST_TEST(body_of(R"({"a":true})").truth("a")->value());
  BOOST_TEST(!body_of(R"({"a":false})").truth("a")->value());
  BOOST_TEST(refusal(body_of(R"({"a":1})").truth("a"))
             == "/a: must be true or false, found number");
}

BOOST_AUTO_TEST_CASE(lists_say_which_element_is_wrong) {
  BOOST_TEST((body_of(R"({"a":["x","y"]})").texts("a")->value()
              == std::vector<std::string>{"x", "y"}));
  BOOST_TEST(refusal(body_of(R"({"a":["x",1]})").texts("a"))
             == "/a/1: must be a string, found number");
  BOOST_TEST(refusal(body_of(R"({"a":"x"})").texts("a"))
             == "/a: must be an array, found string");
}

BOOST_AUTO_TEST_CASE(texts_by_name_say_which_member_is_wrong) {
  const auto got = body_of(R"({"a":{"x":"1","y":null}})").texts_by_name("a");
  BOOST_TEST_REQUIRE(got->size() == 2u);
  BOOST_TEST((*got)[0].first == "x");
  BOOST_TEST((*got)[0].second == "1");
  BOOST_TEST((*got)[1].second == "");
  BOOST_TEST(body_of(R"({"a":null})").texts_by_name("a")->empty());
  BOOST_TEST(refusal(body_of(R"({"a":{"x/y":1}})").texts_by_name("a"))
             == "/a/x~1y: must be a string, found number");
  BOOST_TEST(refusal(body_of(R"({"a":[]})").texts_by_name("a"))
             == "/a: must be an object, found array");
}

BOOST_AUTO_TEST_SUITE_END()
