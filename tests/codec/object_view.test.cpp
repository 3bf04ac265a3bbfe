#include "libsig/codec/object_view.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

using namespace libsig;
using codec::read_array;
using codec::read_object;

BOOST_AUTO_TEST_SUITE(object_view)

BOOST_AUTO_TEST_CASE(members_stand_there_as_they_were_written) {
  const std::string text{
    R"( { "a" : 1.50 , "b\u0063": {"x":[1, {"y":2}]},"d":"\"}" } )"};
  const auto made = read_object(text);
  BOOST_TEST_REQUIRE(made.has_value());
  BOOST_TEST_REQUIRE(made->size() == 3u);
  BOOST_TEST((*made)[0].name == "a");
  BOOST_TEST((*made)[0].value == "1.50");
  BOOST_TEST((*made)[1].name == "bc");
  BOOST_TEST((*made)[1].value == R"({"x":[1, {"y":2}]})");
  BOOST_TEST((*made)[2].value == R"("\"}")");
  BOOST_TEST(codec::string_of((*made)[2].value).value() == "\"}");
  BOOST_TEST(read_object("{}")->empty());
}

BOOST_AUTO_TEST_CASE(elements_stand_there_as_they_were_written) {
  const auto made = read_array(R"([1, "x" ,{"a":[2]}, [] ,null])");
  BOOST_TEST_REQUIRE(made.has_value());
  BOOST_TEST_REQUIRE(made->size() == 5u);
  BOOST_TEST((*made)[0] == "1");
  BOOST_TEST((*made)[1] == "\"x\"");
  BOOST_TEST((*made)[2] == R"({"a":[2]})");
  BOOST_TEST((*made)[3] == "[]");
  BOOST_TEST((*made)[4] == "null");
  BOOST_TEST(read_array("[]")->empty());
}

BOOST_AUTO_TEST_CASE(what_is_another_type_is_refused_by_its_name) {
  const auto refusal = [](std::string_view text) {
    return read_object(text).error().detail();
  };
  BOOST_TEST(refusal("[]") == "must be an object, found array");
  BOOST_TEST(refusal("1") == "must be an object, found number");
  BOOST_TEST(refusal("\"{}\"") == "must be an object, found string");
  BOOST_TEST(refusal("null") == "must be an object, found null");
  BOOST_TEST(refusal("true") == "must be an object, found boolean");
  BOOST_TEST(read_array("{}").error().detail()
             == "must be an array, found object");
  BOOST_TEST(!codec::string_of("1").has_value());
}

BOOST_AUTO_TEST_CASE(what_harms_a_reader_is_refused) {
  BOOST_TEST((read_object("").error().code() == errc::invalid_json));
  BOOST_TEST((read_object("{} x").error().code() == errc::invalid_json));
  BOOST_TEST((read_object(R"({"a":1,"\u0061":2})").error().code()
              == errc::duplicate_member));
  BOOST_TEST(
    (read_object(R"({"a":1e999})").error().code() == errc::invalid_json));
  BOOST_TEST(
    (read_object(R"({"a":NaN})").error().code() == errc::invalid_json));
  BOOST_TEST((read_object("{\"a\":" + std::string(100'000, '[')).error().code()
              == errc::too_deep));
  BOOST_TEST(
    (read_object("{ }", {.bytes_max = 2}).error().code() == errc::too_large));
  BOOST_TEST(read_object("{ }", {.bytes_max = 3}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
