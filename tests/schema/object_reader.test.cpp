#include "libsig/schema/object_reader.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <array>
#include <string>
#include <string_view>

namespace {

using libsig::schema::object_reader;
using libsig::schema::presence;
using nlohmann::json;

constexpr std::array<std::string_view, 3> colours{"red", "green", "blue"};

/// Reads one member of every kind.
std::string read_all(const json& value) {
  object_reader reader{value, "/data"};
  static_cast<void>(reader.string("text", presence::optional, 3));
  static_cast<void>(reader.filled_string("name", presence::required, 3));
  static_cast<void>(reader.strings("tags", presence::optional,
                                   {.count_max = 2, .bytes_max = 3}));
  static_cast<void>(
    reader.number("risk", presence::optional, {.min = 0, .max = 1}));
  static_cast<void>(
    reader.integer("count", presence::optional, {.min = 0, .max = 9}));
  static_cast<void>(reader.boolean("flag", presence::optional));
  static_cast<void>(reader.one_of("colour", presence::optional, colours));
  static_cast<void>(reader.array("list", presence::optional, 2));
  static_cast<void>(reader.object("inner", presence::optional));
  static_cast<void>(reader.any("open", presence::optional));
  const auto finished = reader.finish();
  return finished ? "" : finished.error().message();
}

/// The object with a valid `name` and one member more.
std::string with(std::string_view name, const json& value) {
  json object{{"name", "n"}};
  object[std::string{name}] = value;
  return read_all(object);
}

} // namespace

BOOST_AUTO_TEST_SUITE(object_reader_rules)

BOOST_AUTO_TEST_CASE(members_within_their_rules_are_read) {
  const auto value = json::parse(
    R"({"text":"","name":"abc","tags":["a","bcd"],"risk":1,"count":9.0,
        "flag":true,"colour":"blue","list":[1,2],"inner":{"x":1},
        "open":null})");
  BOOST_TEST(read_all(value) == "");
  object_reader reader{value, ""};
  BOOST_TEST(reader.string("name", presence::required, 3).value() == "abc");
  BOOST_TEST(reader.number("risk", presence::required, {}).value() == 1.0);
  BOOST_TEST(reader.integer("count", presence::required, {}).value() == 9);
  BOOST_TEST(reader.boolean("flag", presence::required).value());
  BOOST_TEST(reader.one_of("colour", presence::required, colours).value()
             == 2u);
  const auto tags = reader.strings("tags", presence::required,
                                   {.count_max = 2, .bytes_max = 3});
  BOOST_TEST_REQUIRE(tags.has_value());
  BOOST_TEST(tags->back() == "bcd");
  BOOST_TEST(reader.any("open", presence::required)->is_null());
  BOOST_TEST(reader.intact());
}

BOOST_AUTO_TEST_CASE(a_refusal_names_pointer_rule_and_type) {
  BOOST_TEST(with("risk", 1.5) == "/data/risk: must be <= 1, found number");
  BOOST_TEST(with("risk", -0.1) == "/data/risk: must be >= 0, found number");
  BOOST_TEST(with("risk", "1") == "/data/risk: must be a number, found string");
  BOOST_TEST(with("count", 10) == "/data/count: must be <= 9, found number");
  BOOST_TEST(with("count", -1) == "/data/count: must be >= 0, found number");
  BOOST_TEST(with("count", 1.5)
             == "/data/count: must be an integer, found number");
  BOOST_TEST(with("count", 1e300)
             == "/data/count: must be an integer, found number");
  BOOST_TEST(with("count", 18446744073709551615u)
             == "/data/count: must be an integer, found number");
  BOOST_TEST(with("text", nullptr)
             == "/data/text: must be a string, found null");
  BOOST_TEST(with("text", "abcd")
             == "/data/text: must have at most 3 bytes, found string");
  BOOST_TEST(with("name", "") == "/data/name: must not be empty, found string");
  BOOST_TEST(with("flag", 0) == "/data/flag: must be a boolean, found number");
  BOOST_TEST(with("colour", "pink")
             == "/data/colour: must be one of \"red\", \"green\", \"blue\", "
                "found string");
  BOOST_TEST(with("list", json::object())
             == "/data/list: must be an array, found object");
  BOOST_TEST(with("list", {1, 2, 3})
             == "/data/list: must have at most 2 elements, found array");
  BOOST_TEST(with("inner", json::array())
             == "/data/inner: must be an object, found array");
  BOOST_TEST(with("tags", {"a", 1})
             == "/data/tags/1: must be a string, found number");
  BOOST_TEST(with("tags", {"abcd"})
             == "/data/tags/0: must have at most 3 bytes, found string");
  BOOST_TEST(with("tags", {"", "a"})
             == "/data/tags/0: must not be empty, found string");
}

BOOST_AUTO_TEST_CASE(missing_and_unknown_members_are_refused) {
  BOOST_TEST(read_all(json::object())
             == "/data/name: is required, found nothing");
  BOOST_TEST(with("a/b", 1) == "/data/a~1b: is no known member, found number");
  BOOST_TEST(read_all(json::array())
             == "/data: must be an object, found array");
}

BOOST_AUTO_TEST_CASE(the_first_refusal_stays) {
  const json value{{"a", 1}, {"b", 2}};
  object_reader reader{value, ""};
  BOOST_TEST(!reader.string("a", presence::required, 9).has_value());
  BOOST_TEST(!reader.string("b", presence::required, 9).has_value());
  reader.refuse("b", "must be even");
  reader.adopt(libsig::fail(libsig::error(libsig::errc::schema_violation)));
  BOOST_TEST(reader.finish().error().place() == "/a");
}

BOOST_AUTO_TEST_CASE(an_own_rule_and_an_inner_refusal_are_kept) {
  const json value{{"a", 1}};
  object_reader reader{value, ""};
  reader.refuse("a", "must be even");
  BOOST_TEST(reader.finish().error().message()
             == "/a: must be even, found number");
  object_reader outer{value, ""};
  outer.adopt(reader.finish());
  BOOST_TEST(outer.finish().error().place() == "/a");
}

BOOST_AUTO_TEST_SUITE_END()
