#include "libsig/codec/json_text.hpp"

#include "libsig/codec/guard.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace libsig::codec;

std::string string_text(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string number_text(double value) {
  std::string out;
  append_json_number(out, value);
  return out;
}

using pairs = std::pair<std::string_view, std::string_view>;

} // namespace

BOOST_AUTO_TEST_SUITE(json_text)

BOOST_AUTO_TEST_CASE(strings_are_escaped_where_json_demands_it) {
  constexpr std::array<pairs, 9> cases{{
    {"", "\"\""},
    {"plain text of some length, 100 %",
     "\"plain text of some length, 100 %\""},
    {"\"\\/", "\"\\\"\\\\/\""},
    {"\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""},
    {std::string_view{"\0\x1F", 2}, "\"\\u0000\\u001f\""},
    {"\x7F", "\"\x7F\""},
    {"\xE2\x80\xA8 \xC3\xA4 \xF0\x9F\x98\x80",
     "\"\xE2\x80\xA8 \xC3\xA4 \xF0\x9F\x98\x80\""},
    {"a\xFFz", "\"a\xEF\xBF\xBDz\""},
    {"12345678\n12345678\"", "\"12345678\\n12345678\\\"\""},
  }};
  for (const auto& [text, expected] : cases) {
    BOOST_TEST(string_text(text) == expected);
  }
}

BOOST_AUTO_TEST_CASE(a_special_byte_is_found_at_every_place_of_a_word) {
  for (std::size_t at = 0; at < 24; ++at) {
    std::string text(24, 'a');
    text[at] = '"';
    std::string expected(24, 'a');
    expected.replace(at, 1, "\\\"");
    BOOST_TEST(string_text(text) == '"' + expected + '"');
  }
}

BOOST_AUTO_TEST_CASE(any_bytes_become_a_string_that_can_be_read) {
  const bool held = rc::check([](const std::string& bytes) {
    const auto text = string_text(bytes);
    RC_ASSERT(guard_json(text).has_value());
    const auto expected = nlohmann::json(bytes).dump(
      -1, ' ', false, nlohmann::json::error_handler_t::replace);
    RC_ASSERT(nlohmann::json::parse(text) == nlohmann::json::parse(expected));
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_CASE(numbers_are_the_shortest_that_read_back) {
  BOOST_TEST(number_text(0.1) == "0.1");
  BOOST_TEST(number_text(1) == "1.0");
  BOOST_TEST(number_text(-0.0) == "-0.0");
  BOOST_TEST(number_text(1e300) == "1e+300");
  BOOST_TEST(number_text(std::numeric_limits<double>::infinity()) == "null");
  BOOST_TEST(number_text(std::numeric_limits<double>::quiet_NaN()) == "null");
}

BOOST_AUTO_TEST_CASE(whole_numbers_are_written_to_their_ends) {
  std::string out;
  append_json_integer(out, std::numeric_limits<std::int64_t>::min());
  out += ' ';
  append_json_integer(out, std::numeric_limits<std::uint64_t>::max());
  BOOST_TEST(out == "-9223372036854775808 18446744073709551615");
}

BOOST_AUTO_TEST_CASE(equal_values_have_one_canonical_text) {
  constexpr std::array<pairs, 27> cases{{
    {"1.0", "1"},
    {"1e0", "1"},
    {"10E-1", "1"},
    {"0.1e1", "1"},
    {"-0", "0"},
    {"-0.00e5", "0"},
    {"100", "100"},
    {"1e2", "100"},
    {"1.50", "1.5"},
    {"150e-2", "1.5"},
    {"-12.340", "-12.34"},
    {"0.000001", "0.000001"},
    {"1e-6", "0.000001"},
    {"1e-7", "1e-7"},
    {"0.00000012", "1.2e-7"},
    {"100000000000000000000", "100000000000000000000"},
    {"1000000000000000000000", "1e21"},
    {"9007199254740993", "9007199254740993"},
    {"9007199254740993.0", "9007199254740993"},
    {"9007199254740992", "9007199254740992"},
    {"1e-99999999999999999999", "1e-1000000000000000"},
    {" [ 1 , { } , [ ] ] ", "[1,{},[]]"},
    {"{\"b\":1,\"a\":{\"d\":2,\"c\":null}}",
     "{\"a\":{\"c\":null,\"d\":2},\"b\":1}"},
    {"\"\\u0041\\/\\u00e4\"", "\"A/\xC3\xA4\""},
    {"\"\\uD83D\\uDE00\\u000A\"", "\"\xF0\x9F\x98\x80\\n\""},
    {"{\"\\u0062\":true,\"a\":false}", "{\"a\":false,\"b\":true}"},
    {"{\"\":0}", "{\"\":0}"},
  }};
  for (const auto& [text, expected] : cases) {
    const auto canonical = canonical_json(text);
    BOOST_TEST_REQUIRE(canonical.has_value());
    BOOST_TEST(*canonical == expected);
    BOOST_TEST(*canonical_json(*canonical) == expected);
  }
}

BOOST_AUTO_TEST_CASE(a_canonical_number_keeps_its_value) {
  const bool held = rc::check([](double value) {
    RC_PRE(value - value == 0.0);
    const auto text = number_text(value);
    const auto canonical = canonical_json(text);
    RC_ASSERT(canonical.has_value());
    RC_ASSERT(std::stod(*canonical) == value);
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_CASE(what_the_guard_refuses_has_no_canonical_text) {
  for (const std::string_view text :
       {"", "[1", "{\"a\":1,\"a\":1}", "[1e400]", "1 2"}) {
    BOOST_TEST(!canonical_json(text).has_value());
  }
  BOOST_TEST(
    canonical_json(std::string(64, '[') + std::string(64, ']')).has_value());
  BOOST_TEST(
    !canonical_json(std::string(65, '[') + std::string(65, ']')).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
