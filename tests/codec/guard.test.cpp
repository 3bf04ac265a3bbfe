#include "libsig/codec/guard.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>
#include <string_view>

namespace {

using libsig::errc;
using libsig::codec::guard_json;
using libsig::codec::json_limits;

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t index = 0; index < times; ++index) {
    out += text;
  }
  return out;
}

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

std::string elements(std::size_t count) {
  std::string out = "[0";
  out += repeated(",0", count - 1);
  return out + ']';
}

std::string members(std::size_t count) {
  std::string out;
  for (std::size_t index = 0; index < count; ++index) {
    out += (out.empty() ? "{\"" : ",\"") + std::to_string(index) + "\":0";
  }
  return out + '}';
}

struct refusal {
  std::string_view text;
  errc code;
  std::string_view place;
};

void check_refused(const refusal& expected) {
  BOOST_TEST_CONTEXT(expected.text.substr(0, 80)) {
    const auto checked = guard_json(expected.text);
    BOOST_TEST_REQUIRE(!checked.has_value());
    BOOST_TEST(to_string(checked.error().code()) == to_string(expected.code));
    BOOST_TEST(checked.error().place() == expected.place);
    BOOST_TEST(checked.error().message().find('\n') == std::string::npos);
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(guard)

BOOST_AUTO_TEST_CASE(every_form_of_a_value_passes) {
  constexpr std::array texts{"{}",
                             "[]",
                             "null",
                             "true",
                             "false",
                             "0",
                             "-0",
                             "-0.0",
                             "1.5e+3",
                             "1E-3",
                             "\"\"",
                             " \t\r\n[ 1 , 2 ] \n",
                             "{\"\":{\"\":[]}}",
                             "9007199254740993",
                             "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
                             "\"\\u0000\"",
                             "\"\\uD83D\\uDE00\"",
                             "\"\xF0\x9F\x98\x80\"",
                             "\"\xE2\x80\xA8\"",
                             "1.7976931348623157e308",
                             "-1.7976931348623157e308",
                             "1e-400",
                             "0e999999999999999999999",
                             "0.0000000001e317",
                             "{\"a\":1,\"A\":2}",
                             "[{\"a\":1},{\"a\":1}]",
                             "\"\x7F\""};
  for (const std::string_view text : texts) {
    const auto checked = guard_json(text);
    BOOST_TEST(checked.has_value(), text);
  }
}

BOOST_AUTO_TEST_CASE(what_breaks_the_grammar_is_refused_at_its_byte) {
  constexpr std::array<refusal, 37> refusals{{
    {"", errc::invalid_json, "byte 0"},
    {"  ", errc::invalid_json, "byte 2"},
    {"[", errc::invalid_json, "byte 1"},
    {"[1", errc::invalid_json, "byte 2"},
    {"[1,", errc::invalid_json, "byte 3"},
    {"[1,]", errc::invalid_json, "byte 3"},
    {"[1 2]", errc::invalid_json, "byte 3"},
    {"[1}", errc::invalid_json, "byte 2"},
    {"{]", errc::invalid_json, "byte 1"},
    {"{\"a\"}", errc::invalid_json, "byte 4"},
    {"{\"a\":}", errc::invalid_json, "byte 5"},
    {"{\"a\":1,}", errc::invalid_json, "byte 7"},
    {"{a:1}", errc::invalid_json, "byte 1"},
    {"[]x", errc::invalid_json, "byte 2"},
    {"{} {}", errc::invalid_json, "byte 3"},
    {"NaN", errc::invalid_json, "byte 0"},
    {"nan", errc::invalid_json, "byte 0"},
    {"Infinity", errc::invalid_json, "byte 0"},
    {"-Infinity", errc::invalid_json, "byte 1"},
    {"tru", errc::invalid_json, "byte 0"},
    {"01", errc::invalid_json, "byte 0"},
    {"+1", errc::invalid_json, "byte 0"},
    {".5", errc::invalid_json, "byte 0"},
    {"1.", errc::invalid_json, "byte 2"},
    {"1e", errc::invalid_json, "byte 2"},
    {"-", errc::invalid_json, "byte 1"},
    {"'a'", errc::invalid_json, "byte 0"},
    {"\"a", errc::invalid_json, "byte 0"},
    {"\"a\\", errc::invalid_json, "byte 2"},
    {"\"\\x41\"", errc::invalid_json, "byte 1"},
    {"\"\\u12G4\"", errc::invalid_json, "byte 1"},
    {"\"\\u12\"", errc::invalid_json, "byte 1"},
    {"\"a\nb\"", errc::invalid_json, "byte 2"},
    {"// no\n1", errc::invalid_json, "byte 0"},
    {"\xEF\xBB\xBF[]", errc::invalid_json, "byte 0"},
    {"[1]\xFF", errc::invalid_json, "byte 3"},
    {std::string_view{"[\0]", 3}, errc::invalid_json, "byte 1"},
  }};
  for (const auto& expected : refusals) {
    check_refused(expected);
  }
}

BOOST_AUTO_TEST_CASE(lone_surrogates_are_refused) {
  for (const std::string_view text :
       {"\"\\uD800\"", "\"\\uDC00\"", "\"\\uDBFF\\uD800\"", "\"\\uD800x\"",
        "\"\\uD800\\n\"", "\"\\uDFFF\\uDFFF\"", "\"\\uD800\\u\""}) {
    check_refused({text, errc::invalid_json, "byte 1"});
  }
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf_8_are_refused) {
  for (const std::string_view text :
       {"\"\x80\"", "\"\xC0\xAF\"", "\"\xC3\"", "\"\xE0\x80\x80\"",
        "\"\xED\xA0\x80\"", "\"\xF4\x90\x80\x80\"", "\"\xF8\x88\x80\x80\"",
        "\"\xE2\x82\""}) {
    check_refused({text, errc::invalid_json, "byte 1"});
  }
  check_refused({"{\"\xFF\":1}", errc::invalid_json, "byte 2"});
}

BOOST_AUTO_TEST_CASE(numbers_beyond_a_double_are_refused_at_their_pointer) {
  check_refused({"1e400", errc::invalid_json, "byte 0"});
  check_refused({"{\"a\":[0,-1e400]}", errc::invalid_json, "/a/1"});
  check_refused({"[1.7976931348623159e308]", errc::invalid_json, "/0"});
  check_refused({"[1e99999999999999999999]", errc::invalid_json, "/0"});
  const std::string most = '1' + std::string(308, '0');
  BOOST_TEST(guard_json(most).has_value());
  check_refused({most + '0', errc::invalid_json, "byte 0"});
}

BOOST_AUTO_TEST_CASE(sixty_four_levels_pass_and_one_more_is_refused) {
  BOOST_TEST(guard_json(nested(64)).has_value());
  check_refused({nested(65), errc::too_deep, repeated("/0", 64)});
  const std::string objects =
    repeated("{\"a\":", 63) + "{}" + std::string(63, '}');
  BOOST_TEST(guard_json(objects).has_value());
  check_refused({repeated("{\"a\":", 64) + "{}" + std::string(64, '}'),
                 errc::too_deep, repeated("/a", 64)});
}

BOOST_AUTO_TEST_CASE(a_hundred_thousand_levels_are_refused_without_harm) {
  check_refused(
    {std::string(100'000, '['), errc::too_deep, repeated("/0", 64)});
  // With the depth unbounded the text is read without recursion.
  const json_limits unbounded{.depth_max = 1'000'000, .members_max = 1'000'000};
  BOOST_TEST(guard_json(nested(100'000), unbounded).has_value());
  BOOST_TEST(!guard_json(std::string(100'000, '['), unbounded).has_value());
}

BOOST_AUTO_TEST_CASE(ten_thousand_members_pass_and_one_more_is_refused) {
  BOOST_TEST(guard_json(elements(10'000)).has_value());
  check_refused({elements(10'001), errc::too_many_members, "/10000"});
  BOOST_TEST(guard_json(members(10'000)).has_value());
  check_refused({members(10'001), errc::too_many_members, ""});
  // All arrays and objects count together.
  const auto inside = "{\"a\":" + elements(9'998) + ",\"b\":";
  BOOST_TEST(guard_json(inside + "0}").has_value());
  check_refused({inside + "[0]}", errc::too_many_members, "/b/0"});
}

BOOST_AUTO_TEST_CASE(the_limit_of_bytes_passes_and_one_more_is_refused) {
  const json_limits bounds{.bytes_max = 100};
  BOOST_TEST(guard_json('"' + std::string(98, 'a') + '"', bounds).has_value());
  const auto refused = guard_json('"' + std::string(99, 'a') + '"', bounds);
  BOOST_TEST_REQUIRE(!refused.has_value());
  BOOST_TEST(to_string(refused.error().code()) == "too_large");
}

BOOST_AUTO_TEST_CASE(duplicate_names_are_refused_after_unescaping) {
  check_refused({"{\"a\":1,\"a\":1}", errc::duplicate_member, "/a"});
  check_refused({"{\"a\":1,\"\\u0061\":2}", errc::duplicate_member, "/a"});
  check_refused(
    {"{\"\\n\":1,\"\\u000a\":2}", errc::duplicate_member, "/\\u000a"});
  check_refused({"{\"x\":[{\"a/b\":1,\"~\":2,\"~\":3}]}",
                 errc::duplicate_member, "/x/0/~0"});
  check_refused({"{\"\":1,\"\":2}", errc::duplicate_member, "/"});
  // The names of an inner object do not hide those of the outer one.
  check_refused(
    {"{\"a\":{\"b\":1},\"b\":2,\"a\":3}", errc::duplicate_member, "/a"});
  check_refused({"{\"\xF0\x9F\x98\x80\":1,\"\\uD83D\\uDE00\":2}",
                 errc::duplicate_member, "/\xF0\x9F\x98\x80"});
}

BOOST_AUTO_TEST_CASE(a_duplicate_among_many_names_is_found) {
  auto text = members(9'999);
  text.back() = ',';
  check_refused({text + "\"5000\":1}", errc::duplicate_member, "/5000"});
  BOOST_TEST(guard_json(text + "\"last\":1}").has_value());
  auto nine = members(9);
  nine.back() = ',';
  check_refused({nine + "\"8\":1}", errc::duplicate_member, "/8"});
}

BOOST_AUTO_TEST_CASE(a_long_name_is_shortened_in_the_place) {
  const std::string name(100'000, 'n');
  const auto refused = guard_json("{\"" + name + "\":[1e999]}");
  BOOST_TEST_REQUIRE(!refused.has_value());
  BOOST_TEST(refused.error().place() == '/' + std::string(128, 'n') + ".../0");
}

BOOST_AUTO_TEST_CASE(a_text_cut_anywhere_is_refused) {
  const std::string whole = "{\"a\":[1.5e3,-0,true,null,\"\\u00e4\xC3\xA4\"],"
                            "\"b\":{\"c\":false,\"\\\\\":\"\"}}";
  BOOST_TEST(guard_json(whole).has_value());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto checked = guard_json(std::string_view{whole}.substr(0, size));
    BOOST_TEST_REQUIRE(!checked.has_value());
    BOOST_TEST(to_string(checked.error().code()) == "invalid_json");
  }
}

BOOST_AUTO_TEST_CASE(a_hundred_megabytes_are_read_within_their_limit) {
  const std::string text = '"' + std::string(100u << 20, 'a') + '"';
  BOOST_TEST(!guard_json(text).has_value());
  BOOST_TEST(guard_json(text, {.bytes_max = 128u << 20}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
