#include "libsig/codec/engine_source.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace libsig;
using codec::engine_source;
using codec::source_kind;

namespace {

[[nodiscard]] std::string json_of(std::string_view source) {
  std::string out;
  codec::append_engine_source(codec::engine_source_of(source), out);
  return out;
}

[[nodiscard]] error refusal(std::string_view json) {
  const auto read = codec::read_engine_source(json);
  BOOST_REQUIRE_MESSAGE(!read, json);
  return read.error();
}

} // namespace

BOOST_AUTO_TEST_SUITE(engine_sources)

BOOST_AUTO_TEST_CASE(each_variant_has_its_source_and_comes_back_001) {
  const std::vector<std::pair<engine_source, std::string>> pairs{
    {{source_kind::system}, "/system"},
    {{source_kind::agent, "ann"}, "/agents/ann"},
    {{source_kind::agent, "ann b/ü"}, "/agents/ann%20b%2F%C3%BC"},
    {{source_kind::webhook}, "/webhooks"},
    {{source_kind::webhook, "git"}, "/webhooks/git"},
    {{source_kind::process}, "/processes"},
    {{source_kind::process, "7"}, "/processes/7"},
  };
  for (const auto& [variant, source] : pairs) {
    BOOST_TEST(codec::source_of(variant) == source);
    BOOST_TEST((codec::engine_source_of(source) == variant));
  }
}

BOOST_AUTO_TEST_CASE(variants_are_shown_as_001_has_them) {
  BOOST_TEST(json_of("/system") == "{\"type\":\"system\"}");
  BOOST_TEST(json_of("/agents/a%22b")
             == "{\"type\":\"agent\",\"id\":\"a\\\"b\"}");
  BOOST_TEST(json_of("/webhooks") == "{\"type\":\"webhook\"}");
}

BOOST_AUTO_TEST_CASE(any_other_source_is_a_process_of_that_name) {
  for (const std::string source :
       {"", "/agents", "/agents/", "/agents/a/b", "/agents/%zz", "/systems",
        "/system/", "/webhooksx", "/identities/ann", "https://example.org/x",
        // The node writes escapes in capitals and only where they are needed.
        "/agents/%c3%bc", "/agents/%61"}) {
    const auto shown = codec::engine_source_of(source);
    BOOST_TEST((shown.kind == source_kind::process));
    BOOST_TEST(shown.id == source);
  }
}

BOOST_AUTO_TEST_CASE(variants_are_read_from_json_D2) {
  const std::vector<std::pair<std::string, engine_source>> pairs{
    {R"({"type":"system"})", {source_kind::system}},
    {R"({"type":" agent ","id":" ann "})", {source_kind::agent, "ann"}},
    {R"({"id":"x","type":"webhook"})", {source_kind::webhook, "x"}},
    {R"({"type":"webhook"})", {source_kind::webhook}},
    {R"({"type":"process","id":null})", {source_kind::process}},
    // A blank id of these is dropped.
    {R"({"type":"process","id":" \t"})", {source_kind::process}},
    {R"({"type":"webhook","id":""})", {source_kind::webhook}},
    {R"({"type":"system","id":" "})", {source_kind::system}},
  };
  for (const auto& [json, variant] : pairs) {
    const auto read = codec::read_engine_source(json);
    BOOST_REQUIRE_MESSAGE(read, json);
    BOOST_TEST((*read == variant));
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_variant_is_refused_by_its_name_D2) {
  const auto why = refusal(R"({"type":"robot","id":"x"})");
  BOOST_TEST(why.place() == "/type");
  BOOST_TEST(why.detail().find("'robot'") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_agent_needs_an_id_D2) {
  for (const auto* json :
       {R"({"type":"agent"})", R"({"type":"agent","id":""})",
        R"({"type":"agent","id":" "})", R"({"type":"agent","id":null})",
        R"({"type":"agent","id":"a/b"})", R"({"type":"agent","id":"*"})"}) {
    BOOST_TEST(refusal(json).place() == "/id");
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_variant_is_refused) {
  for (const auto* json :
       {"", "1", "[]", "null", "\"system\"", "{}", R"({"type":1})",
        R"({"type":"system","id":"x"})", R"({"type":"process","id":1})",
        R"({"type":"process","name":"x"})", R"({"type":"system")"}) {
    static_cast<void>(refusal(json));
  }
}

BOOST_AUTO_TEST_SUITE_END()
