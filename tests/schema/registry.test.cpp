#include "libsig/schema/registry.hpp"

#include "libsig/core/limits.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace libsig;

draft smallest() {
  draft what;
  what.source = "/s";
  what.type = "t";
  return what;
}

/// How the registry without contracts refuses a draft; empty when it does not.
std::string verdict(const std::function<void(draft&)>& change) {
  auto candidate = smallest();
  change(candidate);
  const auto checked = schema::registry{}.validate(std::move(candidate));
  return checked ? "" : checked.error().message();
}

/// Takes `1` and claims a key.
class one_only final : public schema::contract {
public:
  result<schema::accepted> accept(const draft& signal) const override {
    if (signal.data.json_text() != "1") {
      return fail(error(errc::schema_violation, "must be 1").at("/"));
    }
    return schema::accepted{event_data::json(std::string{"1.0"}), "key"};
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(registry)

BOOST_AUTO_TEST_CASE(type_and_source_are_all_that_a_draft_needs) {
  BOOST_TEST(verdict([](draft&) {}) == "");
  BOOST_TEST(verdict([](draft& what) { what.type.clear(); })
             == "/type: is required, found nothing");
  BOOST_TEST(verdict([](draft& what) { what.source.clear(); })
             == "/source: is required, found nothing");
}

BOOST_AUTO_TEST_CASE(an_optional_attribute_is_absent_or_filled) {
  BOOST_TEST(verdict([](draft& what) { what.subject = ""; })
             == "/subject: must not be empty, found string");
  BOOST_TEST(verdict([](draft& what) { what.time = ""; })
             == "/time: must not be empty, found string");
  BOOST_TEST(verdict([](draft& what) { what.data_content_type = ""; })
             == "/datacontenttype: must not be empty, found string");
  BOOST_TEST(verdict([](draft& what) { what.data_schema = ""; })
             == "/dataschema: must not be empty, found string");
  BOOST_TEST(verdict([](draft& what) { what.subject = " "; }) == "");
}

BOOST_AUTO_TEST_CASE(attributes_have_a_size) {
  const std::string most(limits::attribute_bytes_max, 'x');
  const std::string more = most + 'x';
  constexpr std::string_view rule =
    ": must have at most 4096 bytes, found string";
  const std::vector<
    std::pair<std::string, std::function<void(draft&, const std::string&)>>>
    attributes{
      {"/id", [](draft& what, const auto& text) { what.id = text; }},
      {"/type", [](draft& what, const auto& text) { what.type = text; }},
      {"/source", [](draft& what, const auto& text) { what.source = text; }},
      {"/subject", [](draft& what, const auto& text) { what.subject = text; }},
      {"/dataschema",
       [](draft& what, const auto& text) { what.data_schema = text; }},
      {"/causationid",
       [](draft& what, const auto& text) { what.causation_id = text; }},
      {"/x",
       [](draft& what, const auto& text) {
         what.extensions.push_back({"x", text});
       }},
    };
  for (const auto& [place, set] : attributes) {
    BOOST_TEST(verdict([&, &change = set](draft& what) { change(what, most); })
               == "");
    BOOST_TEST(verdict([&, &change = set](draft& what) { change(what, more); })
               == place + std::string{rule});
  }
}

BOOST_AUTO_TEST_CASE(strings_are_utf_8_without_control_characters) {
  for (const std::string_view text :
       {"\xFF", "a\nb", "\x7F", "\xC2\x85", "\x1F"}) {
    BOOST_TEST(verdict([&](draft& what) { what.id = text; }) != "", text);
  }
  for (const std::string_view text :
       {" blanks ", "\xC2\xA0", "\xE2\x80\xA8", "\xF0\x9F\x98\x80"}) {
    BOOST_TEST(verdict([&](draft& what) { what.id = text; }) == "", text);
  }
}

BOOST_AUTO_TEST_CASE(a_time_is_one_of_rfc_3339) {
  BOOST_TEST(verdict([](draft& what) { what.time = "2026-01-02T03:04:05Z"; })
             == "");
  BOOST_TEST(verdict([](draft& what) { what.time = "2026-01-02"; })
             == "/time: must be a time of RFC 3339, found string");
}

BOOST_AUTO_TEST_CASE(extensions_have_names_of_their_own) {
  const auto named = [](std::string name) {
    return verdict([&](draft& what) {
      what.extensions = {{name, std::string{"v"}}};
    });
  };
  BOOST_TEST(named("traceparent") == "");
  BOOST_TEST(named("1") == "");
  for (const std::string_view name : {"", "Upper", "a_b", "a-b", "\xC3\xA4"}) {
    BOOST_TEST(
      named(std::string{name})
        .ends_with("must be named with lower-case letters and digits"));
  }
  for (const std::string_view name :
       {"specversion", "id", "source", "type", "subject", "time",
        "datacontenttype", "dataschema", "data", "causationid", "sequence",
        "recordedtime", "hops", "tenant", "onbehalfof"}) {
    BOOST_TEST(named(std::string{name})
               == '/' + std::string{name}
                    + ": must not be an extension's name");
  }
}

BOOST_AUTO_TEST_CASE(extensions_are_few_sorted_and_different) {
  const auto many = [](std::size_t count) {
    return verdict([count](draft& what) {
      for (std::size_t index = 0; index < count; ++index) {
        what.extensions.push_back({"x" + std::to_string(index), true});
      }
    });
  };
  BOOST_TEST(many(limits::extensions_max) == "");
  BOOST_TEST(many(limits::extensions_max + 1)
             == "must have at most 64 extension attributes");
  BOOST_TEST(verdict([](draft& what) {
               what.extensions = {{"b", true}, {"a", true}, {"b", false}};
             })
             == "/b: must not stand there twice");
  auto candidate = smallest();
  candidate.extensions = {{"b", true}, {"a", false}};
  const auto checked = schema::registry{}.validate(std::move(candidate));
  BOOST_TEST_REQUIRE(checked.has_value());
  BOOST_TEST(
    (*checked->get().find_extension("a") == extension::value_type{false}));
}

BOOST_AUTO_TEST_CASE(a_type_has_one_contract) {
  schema::registry contracts;
  BOOST_TEST(contracts.add("t", std::make_shared<one_only>()).has_value());
  const auto again = contracts.add("t", std::make_shared<one_only>());
  BOOST_TEST_REQUIRE(!again.has_value());
  BOOST_TEST(to_string(again.error().code()) == "already_exists");
  BOOST_TEST(!contracts.add("u", nullptr).has_value());
  BOOST_TEST(!contracts.add("", std::make_shared<one_only>()).has_value());
}

BOOST_AUTO_TEST_CASE(the_contract_of_a_type_decides_over_its_data) {
  schema::registry contracts;
  BOOST_TEST(contracts.add("t", std::make_shared<one_only>()).has_value());
  auto candidate = smallest();
  candidate.data = event_data::json(std::string{"1"});
  const auto taken = contracts.validate(candidate);
  BOOST_TEST_REQUIRE(taken.has_value());
  BOOST_TEST(taken->claim() == "key");
  BOOST_TEST(taken->get().data.json_text() == "1.0");
  candidate.data = event_data::json(std::string{"2"});
  const auto refused = contracts.validate(candidate);
  BOOST_TEST_REQUIRE(!refused.has_value());
  BOOST_TEST(to_string(refused.error().code()) == "schema_violation");
  candidate.type = "other";
  BOOST_TEST(contracts.validate(candidate).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
