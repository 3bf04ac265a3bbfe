#include "libsig/http/target.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

using namespace libsig::http;
using segments = std::vector<std::string>;

BOOST_AUTO_TEST_SUITE(http_target)

BOOST_AUTO_TEST_CASE(a_path_is_split_and_then_decoded_once) {
  BOOST_TEST((parse_target("/")->segments == segments{""}));
  BOOST_TEST((parse_target("/a/b")->segments == segments{"a", "b"}));
  BOOST_TEST((parse_target("/a/b/")->segments == segments{"a", "b", ""}));
  BOOST_TEST((parse_target("//a")->segments == segments{"", "a"}));
  BOOST_TEST(
    (parse_target("/a%2Fb/%252F")->segments == segments{"a/b", "%2F"}));
  BOOST_TEST((parse_target("/a+b/../%e2%82%ac")->segments
              == segments{"a+b", "..", "\u20ac"}));
  BOOST_TEST(parse_target("*")->segments.empty());
}

BOOST_AUTO_TEST_CASE(a_query_is_a_list_of_names_and_values) {
  const auto read = parse_target("/?a=1&a=2&b&=c&&d=e=f+g%2B&%26=%3D");
  BOOST_REQUIRE(read);
  const std::vector<query_item> expected{
    {"a", "1"}, {"a", "2"}, {"b", ""}, {"", "c"}, {"d", "e=f g+"}, {"&", "="}};
  BOOST_TEST((read->query == expected));
  BOOST_TEST(parse_target("/?")->query.empty());
  BOOST_TEST(parse_target("/?a?b=/")->query.front().value == "/");
}

BOOST_AUTO_TEST_CASE(an_absolute_target_names_the_host) {
  const auto read = parse_target("HTTP://host:1/a?b");
  BOOST_REQUIRE(read);
  BOOST_TEST(read->authority == "host:1");
  BOOST_TEST((read->segments == segments{"a"}));
  BOOST_TEST(read->query.size() == 1u);
  BOOST_TEST((parse_target("http://host")->segments == segments{""}));
  BOOST_TEST((parse_target("http://host?x")->query.size() == 1u));
}

BOOST_AUTO_TEST_CASE(other_targets_are_refused) {
  for (const auto* const each :
       {"", "a", "host:1", "http://", "/%", "/%1", "/%1g", "/%ff", "/%c3",
        "/?%", "/?a=%", "/?%ff", "/?a=%ff", "/#a", "?a", "**"}) {
    BOOST_TEST_CONTEXT(each) { BOOST_TEST(!parse_target(each)); }
  }
}

BOOST_AUTO_TEST_CASE(segments_and_items_have_a_bound) {
  std::string path;
  std::string query{"/?"};
  for (std::size_t at = 0; at < segments_max; ++at) {
    path += "/a";
  }
  for (std::size_t at = 0; at < query_items_max; ++at) {
    query += "a&";
  }
  BOOST_TEST(parse_target(path)->segments.size() == segments_max);
  BOOST_TEST(!parse_target(path + "/"));
  BOOST_TEST(parse_target(query)->query.size() == query_items_max);
  BOOST_TEST(!parse_target(query + "b"));
}

BOOST_AUTO_TEST_SUITE_END()
