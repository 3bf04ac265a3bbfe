#include "apps/sigd/open_api.hpp"

#include <set>
#include <string>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

namespace {

using namespace libsig::sigd;
using nlohmann::json;

[[nodiscard]] operations some_operations() {
  const auto handle = [](auto&&, const auto&, auto&&) {};
  return {
    {.method = "POST",
     .path = "/v1/things",
     .name = "make",
     .summary = "Makes one.",
     .body_limit = 7,
     .media_types = {"application/json", "text/plain"},
     .success = 202,
     .handle = handle},
    {.method = "GET",
     .path = "/v1/things/{thing}/of/{owner}",
     .name = "find",
     .summary = "Gives one.",
     .scope = libsig::access::scope::subscribe,
     .query = {whole_number("limit", "How many.", 1, 50),
               {"only", "Which.", query_parameter::kind::text, true}},
     .handle = handle},
    {.method = "DELETE",
     .path = "/v1/things/{thing}/of/{owner}",
     .name = "remove",
     .summary = "Removes one.",
     .success = 204,
     .answers = "",
     .handle = handle},
    {.method = "GET",
     .path = "/livez",
     .name = "livez",
     .summary = "Says that it lives.",
     .handle_anybody = [](auto&&, auto&&) {}},
  };
}

[[nodiscard]] std::set<std::string> names_of(const json& object) {
  std::set<std::string> all;
  for (const auto& [name, value] : object.items()) {
    all.insert(name);
  }
  return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(open_api)

BOOST_AUTO_TEST_CASE(every_operation_stands_under_its_path_and_method) {
  const auto made = json::parse(open_api_text(some_operations(), "1.2.3"));
  BOOST_TEST(made.at("openapi") == "3.1.0");
  BOOST_TEST(made.at("info").at("version") == "1.2.3");
  const auto& paths = made.at("paths");
  BOOST_TEST(paths.size() == 3u);
  const auto& both = paths.at("/v1/things/{thing}/of/{owner}");
  BOOST_TEST(both.size() == 2u);
  BOOST_TEST(both.at("get").at("operationId") == "find");
  BOOST_TEST(both.at("delete").at("operationId") == "remove");
  BOOST_TEST(both.at("get").at("tags").at(0) == "things");
  BOOST_TEST(paths.at("/livez").at("get").at("tags").at(0) == "operations");
}

BOOST_AUTO_TEST_CASE(parameters_are_those_of_the_path_and_of_the_query) {
  const auto made = json::parse(open_api_text(some_operations(), "1"));
  const auto& all = made.at("paths")
                      .at("/v1/things/{thing}/of/{owner}")
                      .at("get")
                      .at("parameters");
  BOOST_REQUIRE(all.size() == 4u);
  BOOST_TEST(all[0].at("name") == "thing");
  BOOST_TEST(all[0].at("in") == "path");
  BOOST_TEST(all[0].at("required") == true);
  BOOST_TEST(all[1].at("name") == "owner");
  BOOST_TEST(all[2].at("in") == "query");
  BOOST_TEST(all[2].at("schema").at("type") == "integer");
  BOOST_TEST(all[2].at("schema").at("minimum") == 1);
  BOOST_TEST(all[2].at("schema").at("maximum") == 50);
  BOOST_TEST(all[3].at("schema").at("type") == "array");
  BOOST_TEST(all[3].at("schema").at("items").at("type") == "string");
}

BOOST_AUTO_TEST_CASE(an_operation_says_which_scope_it_needs) {
  const auto made = json::parse(open_api_text(some_operations(), "1"));
  const auto& paths = made.at("paths");
  const auto& found = paths.at("/v1/things/{thing}/of/{owner}").at("get");
  BOOST_TEST(found.at("security")
             == json::parse(R"([{"bearer":["subscribe"]}])"));
  BOOST_TEST(paths.at("/v1/things").at("post").at("security")
             == json::parse(R"([{"bearer":[]}])"));
  BOOST_TEST(paths.at("/livez").at("get").at("security") == json::array());
}

BOOST_AUTO_TEST_CASE(bodies_and_answers_are_described) {
  const auto made = json::parse(open_api_text(some_operations(), "1"));
  const auto& post = made.at("paths").at("/v1/things").at("post");
  BOOST_TEST((names_of(post.at("requestBody").at("content"))
              == std::set<std::string>{"application/json", "text/plain"}));
  using names = std::set<std::string>;
  BOOST_TEST((names_of(post.at("responses"))
              == names{"202", "400", "401", "403", "409", "413", "415", "429",
                       "503", "507", "default"}));
  const auto& both = made.at("paths").at("/v1/things/{thing}/of/{owner}");
  BOOST_TEST(
    (names_of(both.at("get").at("responses"))
     == names{"200", "400", "401", "403", "404", "429", "503", "default"}));
  BOOST_TEST(!both.at("delete").at("responses").at("204").contains("content"));
  BOOST_TEST((names_of(made.at("paths").at("/livez").at("get").at("responses"))
              == names{"200", "default"}));
}

BOOST_AUTO_TEST_CASE(refusals_are_described_in_the_form_of_their_path) {
  const auto handle = [](auto&&, const auto&, auto&&) {};
  const auto made = json::parse(open_api_text({{.method = "GET",
                                                .path = "/v1/engine/things",
                                                .name = "things",
                                                .summary = "Lists things.",
                                                .handle = handle},
                                               {.method = "GET",
                                                .path = "/v1/things",
                                                .name = "others",
                                                .summary = "Lists others.",
                                                .handle = handle}},
                                              "1"));
  const auto schema_of = [&](const char* path, const char* status) {
    const std::string at =
      made.at("paths").at(path).at("get").at("responses").at(status).at("$ref");
    const auto& found = made.at(json::json_pointer{at.substr(1)});
    const std::string schema = found.at("content")
                                 .at("application/problem+json")
                                 .at("schema")
                                 .at("$ref");
    return made.at(json::json_pointer{schema.substr(1)});
  };
  for (const auto* status : {"400", "default"}) {
    BOOST_TEST(schema_of("/v1/things", status).at("required").size() == 4u);
    const auto engine = schema_of("/v1/engine/things", status).at("allOf");
    BOOST_TEST(engine.at(1).at("required") == json::parse(R"(["ok","error"])"));
  }
}

BOOST_AUTO_TEST_SUITE_END()
