#include "libsig/schema/registry.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

namespace {

using namespace libsig;
using schema::json_schema_contract;

/// What the contract of the schema says of the data; empty when it accepts.
std::string verdict(std::string_view schema_text, std::string data) {
  const auto contract = json_schema_contract(schema_text);
  BOOST_TEST_REQUIRE(contract.has_value(),
                     (contract ? "" : contract.error().message())
                       << " in " << schema_text);
  draft what;
  what.data = event_data::json(std::move(data));
  const auto taken = (*contract)->accept(what);
  if (taken) {
    BOOST_TEST(taken->claim.empty());
    return "";
  }
  BOOST_TEST(to_string(taken.error().code()) == "schema_violation");
  return taken.error().message();
}

/// How the schema itself is refused; empty when it is not.
std::string refusal(std::string_view schema_text) {
  const auto contract = json_schema_contract(schema_text);
  if (contract) {
    return "";
  }
  BOOST_TEST(to_string(contract.error().code()) == "invalid_argument");
  return contract.error().message();
}

struct expectation {
  std::string_view schema;
  std::string_view data;
  std::string_view refusal;
};

} // namespace

BOOST_AUTO_TEST_SUITE(json_schema)

BOOST_AUTO_TEST_CASE(data_is_accepted_or_refused_with_pointer_rule_and_type) {
  constexpr std::array<expectation, 70> cases{{
    {"true", "1", ""},
    {"false", "1", "is not allowed here, found number"},
    {"{}", "null", ""},
    {R"({"maximum":1})", "1", ""},
    {R"({"properties":{"risk":{"maximum":1}}})", R"({"risk":1.5})",
     "/risk: must be <= 1, found number"},
    {R"({"exclusiveMaximum":1})", "1", "must be < 1, found number"},
    {R"({"exclusiveMaximum":1})", "0.99", ""},
    {R"({"minimum":0})", "-0.5", "must be >= 0, found number"},
    {R"({"minimum":0})", "-0.0", ""},
    {R"({"exclusiveMinimum":0})", "0", "must be > 0, found number"},
    {R"({"minimum":0})", R"("text")", ""},
    {R"({"multipleOf":0.1})", "0.3", ""},
    {R"({"multipleOf":2})", "3", "must be a multiple of 2, found number"},
    {R"({"type":"integer"})", "3.0", ""},
    {R"({"type":"integer"})", "3.5", "must be integer, found number"},
    {R"({"type":["string","null"]})", "null", ""},
    {R"({"type":["string","null"]})", "[]",
     "must be null or string, found array"},
    {R"({"type":"number"})", "1", ""},
    {R"({"maxLength":2})", "\"\xC3\xA4\xC3\xB6\"", ""},
    {R"({"maxLength":2})", R"("abc")",
     "must have at most 2 characters, found string"},
    {R"({"minLength":1})", R"("")",
     "must have at least 1 characters, found string"},
    {R"({"pattern":"^a+$"})", R"("aaa")", ""},
    {R"({"pattern":"b"})", R"("abc")", ""},
    {R"({"pattern":"^a+$"})", R"("ab")", "must match \"^a+$\", found string"},
    {R"({"pattern":"^a$"})", R"("a\n")", "must match \"^a$\", found string"},
    {R"({"maxItems":1})", "[1]", ""},
    {R"({"maxItems":1})", "[1,2]", "must have at most 1 elements, found array"},
    {R"({"minItems":1})", "[]", "must have at least 1 elements, found array"},
    {R"({"items":{"type":"string"}})", R"(["a",1])",
     "/1: must be string, found number"},
    {R"({"items":[{"type":"string"}]})", R"(["a",1])", ""},
    {R"({"items":[{"type":"string"}],"additionalItems":false})", R"(["a",1])",
     "must have at most 1 elements, found array"},
    {R"({"items":[true],"additionalItems":{"type":"null"}})", "[1,2]",
     "/1: must be null, found number"},
    {R"({"contains":{"const":1}})", "[0,1.0]", ""},
    {R"({"contains":{"const":1}})", "[0]",
     "must have an element that satisfies contains, found array"},
    {R"({"uniqueItems":true})", R"([1,"1",{"a":1,"b":2}])", ""},
    {R"({"uniqueItems":true})", R"([{"a":1,"b":2},{"b":2,"a":1.0}])",
     "must not have an element twice, found array"},
    {R"({"uniqueItems":false})", "[1,1]", ""},
    {R"({"required":["a","b"]})", R"({"a":1})",
     "/b: is required, found nothing"},
    {R"({"required":["a"]})", "[]", ""},
    {R"({"maxProperties":1})", R"({"a":1,"b":2})",
     "must have at most 1 members, found object"},
    {R"({"minProperties":1})", "{}",
     "must have at least 1 members, found object"},
    {R"({"properties":{"a":{}},"additionalProperties":false})",
     R"({"a":1,"b~/":2})", "/b~0~1: is no known member, found number"},
    {R"({"properties":{"a":false}})", R"({"a":1})",
     "/a: is not allowed here, found number"},
    {R"({"additionalProperties":{"type":"string"}})", R"({"x":1})",
     "/x: must be string, found number"},
    {R"({"patternProperties":{"^x-":{"type":"string"}},
         "additionalProperties":false})",
     R"({"x-a":"1"})", ""},
    {R"({"patternProperties":{"^x-":{"type":"string"}}})", R"({"x-a":1})",
     "/x-a: must be string, found number"},
    {R"({"patternProperties":{"^x-":{}},"additionalProperties":false})",
     R"({"y":1})", "/y: is no known member, found number"},
    {R"({"propertyNames":{"maxLength":2}})", R"({"ab":1})", ""},
    {R"({"propertyNames":{"maxLength":2}})", R"({"abc":1})",
     "/abc: must have a name that satisfies propertyNames, found number"},
    {R"({"dependencies":{"a":["b"]}})", R"({"a":1})",
     "/b: is required, found nothing"},
    {R"({"dependencies":{"a":{"required":["c"]}}})", R"({"a":1})",
     "/c: is required, found nothing"},
    {R"({"dependencies":{"a":["b"]}})", R"({"x":1})", ""},
    {R"({"const":{"a":[1]}})", R"({"a":[1.0]})", ""},
    {R"({"const":1})", "2", "must be the constant of its schema, found number"},
    {R"({"enum":["a",null]})", "null", ""},
    {R"({"enum":["a",null]})", R"("b")",
     "must be one of the values of its schema, found string"},
    {R"({"allOf":[{"minimum":0},{"maximum":1}]})", "2",
     "must be <= 1, found number"},
    {R"({"anyOf":[{"type":"string"},{"minimum":1}]})", "1", ""},
    {R"({"anyOf":[{"type":"string"},{"minimum":1}]})", "0",
     "must satisfy a schema of anyOf, found number"},
    {R"({"oneOf":[{"minimum":0},{"maximum":9}]})", "10", ""},
    {R"({"oneOf":[{"minimum":0},{"maximum":9}]})", "5",
     "must satisfy exactly one schema of oneOf, found number"},
    {R"({"not":{"type":"string"}})", R"("a")",
     "must not satisfy the schema of not, found string"},
    {R"({"if":{"type":"string"},"then":{"minLength":1},"else":{"minimum":1}})",
     R"("")", "must have at least 1 characters, found string"},
    {R"({"if":{"type":"string"},"then":{"minLength":1},"else":{"minimum":1}})",
     "0", "must be >= 1, found number"},
    {R"({"if":{"type":"string"}})", "0", ""},
    {R"({"format":"date-time"})", R"("2026-01-02T03:04:05Z")", ""},
    {R"({"format":"date-time"})", R"("2026-01-02")",
     "must be a date-time, found string"},
    {R"({"format":"date"})", R"("2026-02-30")", "must be a date, found string"},
    {R"({"format":"time"})", R"("03:04:05+01:00")", ""},
    {R"({"format":"color"})", "1", ""},
  }};
  for (const auto& expected : cases) {
    BOOST_TEST_CONTEXT(expected.schema << " of " << expected.data) {
      BOOST_TEST(verdict(expected.schema, std::string{expected.data})
                 == expected.refusal);
    }
  }
}

BOOST_AUTO_TEST_CASE(references_lead_to_the_schema_that_they_name) {
  constexpr std::string_view tree = R"({
    "$schema": "http://json-schema.org/draft-07/schema#",
    "definitions": {"a/b%": {"type": "string"}},
    "properties": {"left": {"$ref": "#"}, "name": {"$ref":
      "#/definitions/a~1b%25"}},
    "additionalProperties": false})";
  BOOST_TEST(verdict(tree, R"({"left":{"left":{"name":"x"}}})") == "");
  BOOST_TEST(verdict(tree, R"({"left":{"left":{"name":1}}})")
             == "/left/left/name: must be string, found number");
  BOOST_TEST(verdict(tree, R"({"left":{"right":{}}})")
             == "/left/right: is no known member, found object");
}

BOOST_AUTO_TEST_CASE(no_subschema_is_taken_for_another) {
  // Each of these pairs has one path in a library that does not escape names
  // or lets keywords share the path of their owner.
  BOOST_TEST(
    verdict(R"({"definitions":{"a":{"propertyNames":{"maxLength":1}}},
                "properties":{"p":{"$ref":"#/definitions/a"}}})",
            R"({"p":{"long":1}})")
    == "/p/long: must have a name that satisfies propertyNames, found number");
  constexpr std::string_view slashes =
    R"({"properties":{"x":{"items":{"$ref":"#/properties/x~1items"}},
                      "x/items":{"type":"string"}}})";
  BOOST_TEST(verdict(slashes, R"({"x":["a"]})") == "");
  BOOST_TEST(verdict(slashes, R"({"x":[1]})")
             == "/x/0: must be string, found number");
  BOOST_TEST(verdict(R"({"definitions":{"c":{"if":{"minimum":5},
                "then":{"multipleOf":5}}},"$ref":"#/definitions/c"})",
                     "7")
             == "must be a multiple of 5, found number");
}

BOOST_AUTO_TEST_CASE(what_is_no_schema_is_refused_with_its_pointer) {
  constexpr std::array<std::array<std::string_view, 2>, 27> cases{{
    {"[]", "must be a schema (an object or a boolean), found array"},
    {R"({"properties":{"a":1}})",
     "/properties/a: must be a schema (an object or a boolean), found number"},
    {R"({"properties":[]})", "/properties: must be an object, found array"},
    {R"({"items":[{},{"type":"text"}]})",
     "/items/1/type: must name types of JSON, found string"},
    {R"({"type":"any"})", "/type: must name types of JSON, found string"},
    {R"({"type":[1]})", "/type: must name types of JSON, found number"},
    {R"({"maximum":"1"})", "/maximum: must be a number, found string"},
    {R"({"exclusiveMaximum":true})",
     "/exclusiveMaximum: must be a number, found boolean"},
    {R"({"maxLength":-1})",
     "/maxLength: must be a whole number, not negative, found number"},
    {R"({"minItems":1.5})",
     "/minItems: must be a whole number, not negative, found number"},
    {R"({"multipleOf":0})",
     "/multipleOf: must be greater than 0, found number"},
    {R"({"uniqueItems":1})", "/uniqueItems: must be a boolean, found number"},
    {R"({"required":"a"})",
     "/required: must be an array of strings, found string"},
    {R"({"required":[1]})",
     "/required: must hold strings without U+0000, found number"},
    {R"({"properties":{"a\u0000b":{}}})",
     "/properties/a\\u0000b: must not have U+0000 in its name, found object"},
    {R"({"enum":1})", "/enum: must be an array, found number"},
    {R"({"allOf":[]})", "/allOf: must be an array of schemas, found array"},
    {R"({"pattern":1})", "/pattern: must be a string, found number"},
    {R"({"$schema":"https://json-schema.org/draft/2020-12/schema"})",
     "/$schema: must name draft 7 of JSON Schema, found string"},
    {R"({"not":{"$ref":"https://example.org/a.json"}})",
     "/not/$ref: must be a reference inside the schema, as "
     "\"#/definitions/a\", found string"},
    {R"({"$ref":"other.json#/a"})",
     "/$ref: must be a reference inside the schema, as "
     "\"#/definitions/a\", found string"},
    {R"({"$ref":1})", "/$ref: must be a reference inside the schema, as "
                      "\"#/definitions/a\", found number"},
    {R"({"$ref":"#/definitions/a"})",
     "/$ref: must lead to a schema, found string"},
    {R"({"$ref":"#a"})", "/$ref: must lead to a schema, found string"},
    {R"({"$ref":"#"})", "must not refer to itself, found object"},
    {R"({"definitions":{"a":{"$ref":"#/definitions/b"},
         "b":{"$ref":"#/definitions/a"}},"not":{"$ref":"#/definitions/a"}})",
     "/not: must not refer to itself, found object"},
    {"{", "the text is no JSON Schema (because byte 1: expected the name of a "
          "member, found the end of the text)"},
  }};
  for (const auto& [schema, expected] : cases) {
    BOOST_TEST(refusal(schema) == expected);
  }
}

BOOST_AUTO_TEST_CASE(an_expression_that_re2_does_not_take_is_refused) {
  constexpr std::string_view look =
    R"x({"properties":{"a":{"pattern":"(?=x)"}}})x";
  BOOST_TEST(refusal(look).starts_with("/properties/a/pattern: a regular"));
  BOOST_TEST(refusal(R"({"patternProperties":{"(a)\\1":{}}})")
               .starts_with("/patternProperties/(a)\\1: a regular"));
  BOOST_TEST(refusal(R"({"pattern":"("})").starts_with("/pattern: a regular"));
}

BOOST_AUTO_TEST_CASE(a_long_text_does_not_overflow_the_stack) {
  const std::string text(1u << 20, 'a');
  constexpr std::string_view schema = R"({"pattern":"^(a|b)*$"})";
  BOOST_TEST(verdict(schema, '"' + text + '"') == "");
  BOOST_TEST(verdict(schema, '"' + text + "c\"") != "");
  BOOST_TEST(verdict(R"({"patternProperties":{"^(a|b)*$":{"type":"string"}}})",
                     "{\"" + text + "\":1}")
               .ends_with("must be string, found number"));
}

BOOST_AUTO_TEST_CASE(an_expression_with_many_ways_to_match_takes_no_longer) {
  const std::string text(10'000, 'a');
  BOOST_TEST(verdict(R"({"pattern":"^(a+)+$"})", '"' + text + "!\"") != "");
}

BOOST_AUTO_TEST_CASE(deep_schemas_are_guarded) {
  const auto nested = [](std::size_t depth) {
    std::string text;
    for (std::size_t level = 0; level < depth; ++level) {
      text += R"({"not":)";
    }
    return text + "true" + std::string(depth, '}');
  };
  BOOST_TEST(refusal(nested(60)) == "");
  BOOST_TEST(refusal(nested(100'000)).find("levels") != std::string::npos);
  // The depth is in the references here, not in the text.
  const auto chained = [](std::size_t length) {
    std::string text = R"({"$ref":"#/definitions/0","definitions":{)";
    for (std::size_t link = 0; link < length; ++link) {
      text += '"' + std::to_string(link) + R"(":{"not":{"$ref":"#/definitions/)"
              + std::to_string(link + 1) + R"("}},)";
    }
    return text + '"' + std::to_string(length) + "\":{}}}";
  };
  BOOST_TEST(refusal(chained(99)) == "");
  BOOST_TEST(refusal(chained(100)).find("100 schemas deep")
             != std::string::npos);
  BOOST_TEST(refusal(chained(2'000)).find("100 schemas deep")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_schema_that_never_ends_is_cut_off) {
  constexpr std::string_view cut =
    "takes more steps to check than the schema may take";
  BOOST_TEST(verdict(R"({"allOf":[{"$ref":"#"}]})", "1") == cut);
  BOOST_TEST(verdict(R"({"not":{"not":{"$ref":"#"}}})", "1") == cut);
  // Twice as many steps with every level.
  std::string text = R"({"$ref":"#/definitions/0","definitions":{)";
  for (int level = 0; level < 60; ++level) {
    const auto next =
      R"({"$ref":"#/definitions/)" + std::to_string(level + 1) + "\"}";
    text += '"' + std::to_string(level) + R"(":{"oneOf":[)" + next + ',' + next
            + "]},";
  }
  BOOST_TEST(verdict(text + R"("60":{"minimum":5}}})", "1") == cut);
}

BOOST_AUTO_TEST_CASE(data_that_is_no_json_is_refused) {
  const auto contract = json_schema_contract("{}");
  BOOST_TEST_REQUIRE(contract.has_value());
  draft what;
  BOOST_TEST((*contract)->accept(what).error().message()
             == "data is required, found nothing");
  what.data = event_data::binary("{}");
  BOOST_TEST((*contract)->accept(what).error().message()
             == "data must be JSON, found bytes");
}

BOOST_AUTO_TEST_CASE(a_file_is_read_and_named_in_errors) {
  const auto missing =
    schema::json_schema_contract_from_file("/nonexistent/schema.json");
  BOOST_TEST_REQUIRE(!missing.has_value());
  BOOST_TEST(to_string(missing.error().code()) == "io");
  BOOST_TEST(missing.error().place() == "/nonexistent/schema.json");
  const auto path =
    std::filesystem::temp_directory_path() / "libsig_json_schema_test.json";
  std::ofstream{path} << R"({"maximum":"x"})";
  const auto broken = schema::json_schema_contract_from_file(path.string());
  std::ofstream{path} << R"({"maximum":1})";
  const auto valid = schema::json_schema_contract_from_file(path.string());
  std::filesystem::remove(path);
  BOOST_TEST_REQUIRE(!broken.has_value());
  BOOST_TEST(broken.error().place() == path.string());
  BOOST_TEST(broken.error().message().find("/maximum: must be a number")
             != std::string::npos);
  BOOST_TEST(valid.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
