#include "libsig/http/router.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

using namespace libsig::http;

namespace {

[[nodiscard]] route at(std::string method, std::string path) {
  route made;
  made.method = std::move(method);
  made.path = std::move(path);
  return made;
}

[[nodiscard]] std::string where(const route_table& table,
                                std::string_view method,
                                std::vector<std::string> segments) {
  const auto match = table.match(method, segments);
  if (match.found == nullptr) {
    return match.allow.empty() ? "unknown" : "allow " + match.allow;
  }
  std::string said = match.found->path;
  for (std::size_t each = 0; each < match.captured.size(); ++each) {
    said += ' ' + match.found->parameters()[each] + '='
            + segments[match.captured[each]];
  }
  return said;
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_router)

BOOST_AUTO_TEST_CASE(literals_go_before_parameters) {
  const auto table = *route_table::make(
    {at("GET", "/v1/{a}/c"), at("GET", "/v1/b/{d}"), at("GET", "/v1/b/d"),
     at("GET", "/"), at("PUT", "/v1/{a}/c"), at("GET", "/v1/{a}/{x}/e")});
  BOOST_TEST(where(table, "GET", {"v1", "b", "d"}) == "/v1/b/d");
  BOOST_TEST(where(table, "GET", {"v1", "b", "c"}) == "/v1/b/{d} d=c");
  BOOST_TEST(where(table, "GET", {"v1", "z", "c"}) == "/v1/{a}/c a=z");
  BOOST_TEST(where(table, "GET", {"v1", "b", "c", "e"})
             == "/v1/{a}/{x}/e a=b x=c");
  BOOST_TEST(where(table, "GET", {""}) == "/");
}

BOOST_AUTO_TEST_CASE(a_method_is_looked_for_in_all_paths_that_fit) {
  const auto table = *route_table::make(
    {at("GET", "/a/{x}"), at("PUT", "/a/b"), at("POST", "/a/b")});
  BOOST_TEST(where(table, "GET", {"a", "b"}) == "/a/{x} x=b");
  BOOST_TEST(where(table, "HEAD", {"a", "b"}) == "/a/{x} x=b");
  BOOST_TEST(where(table, "DELETE", {"a", "b"})
             == "allow GET, HEAD, OPTIONS, POST, PUT");
  BOOST_TEST(where(table, "get", {"a", "c"}) == "allow GET, HEAD, OPTIONS");
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_unknown) {
  const auto table = *route_table::make({at("GET", "/a/{x}/b")});
  for (const auto& segments :
       std::vector<std::vector<std::string>>{{},
                                             {""},
                                             {"a"},
                                             {"a", "x"},
                                             {"a", "", "b"},
                                             {"a", "x", "b", ""},
                                             {"A", "x", "b"},
                                             {"", "a", "x", "b"}}) {
    BOOST_TEST(where(table, "GET", segments) == "unknown");
  }
  BOOST_TEST(where(table, "GET", {"a", "/", "b"}) == "/a/{x}/b x=/");
}

BOOST_AUTO_TEST_CASE(a_route_of_its_own_answers_head) {
  const auto table = *route_table::make({at("GET", "/"), at("HEAD", "/")});
  const auto match = table.match("HEAD", std::vector<std::string>{""});
  BOOST_REQUIRE(match.found);
  BOOST_TEST(match.found->method == "HEAD");
  BOOST_TEST(match.found->index() == 1u);
}

BOOST_AUTO_TEST_CASE(tables_that_contradict_themselves_are_refused) {
  BOOST_TEST(!route_table::make({at("GET", "/a"), at("GET", "/a")}));
  BOOST_TEST(!route_table::make({at("GET", "/{a}"), at("GET", "/{b}")}));
  BOOST_TEST(!route_table::make({at("GET", "/{a}"), at("GET", "/{a}")}));
  BOOST_TEST(!route_table::make({at("GET", "/{a}/{a}")}));
  BOOST_TEST(!route_table::make({at("GET", "/{}")}));
  BOOST_TEST(!route_table::make({at("GET", "a")}));
  BOOST_TEST(!route_table::make({at("GET", "")}));
  BOOST_TEST(!route_table::make({at("", "/")}));
  BOOST_TEST(!route_table::make(std::vector<route>(1'001, at("GET", "/"))));
  BOOST_TEST(static_cast<bool>(
    route_table::make({at("GET", "/{a}"), at("PUT", "/{a}")})));
}

BOOST_AUTO_TEST_CASE(media_types_are_compared_without_their_parameters) {
  const std::vector<std::string> accepted{"application/json", "text/*"};
  BOOST_TEST(accepts_media_type(accepted, "application/json"));
  BOOST_TEST(accepts_media_type(accepted, " APPLICATION/json ; charset=x"));
  BOOST_TEST(accepts_media_type(accepted, "text/x-diff"));
  BOOST_TEST(!accepts_media_type(accepted, "text/"));
  BOOST_TEST(!accepts_media_type(accepted, "/json"));
  BOOST_TEST(!accepts_media_type(accepted, "textual/x"));
  BOOST_TEST(!accepts_media_type(accepted, "application/json+x"));
  BOOST_TEST(!accepts_media_type(accepted, ""));
  BOOST_TEST(accepts_media_type(std::vector<std::string>{"*/*"}, "a/b"));
}

BOOST_AUTO_TEST_SUITE_END()
