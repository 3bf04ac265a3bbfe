#include "libsig/http/access.hpp"

#include <memory>
#include <string>

#include <boost/test/unit_test.hpp>

using namespace libsig::http;

namespace {

[[nodiscard]] request from_loopback(std::string host) {
  request made;
  made.host = std::move(host);
  auto from = std::make_shared<peer>();
  from->loopback = true;
  made.peer = from;
  return made;
}

[[nodiscard]] bool origin_is_allowed(request head, std::string_view origin,
                                     const access_rules& rules = {}) {
  head.fields.set("Origin", origin);
  return check_origin(head, rules).has_value();
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_access)

BOOST_AUTO_TEST_CASE(names_of_loopback_are_known) {
  for (const auto* const each :
       {"localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:7733",
        "127.255.0.9", "[::1]", "[::1]:65535"}) {
    BOOST_TEST_CONTEXT(each) { BOOST_TEST(is_loopback_host(each)); }
  }
}

BOOST_AUTO_TEST_CASE(what_only_looks_like_loopback_is_not) {
  for (const auto* const each : {"",
                                 "localhost.evil.example",
                                 "evil.localhost.example",
                                 "127.0.0.1.nip",
                                 "127.0.0.1.",
                                 "127.0.0",
                                 "127.1",
                                 "128.0.0.1",
                                 "0127.0.0.1",
                                 "127.0.0.256",
                                 "127.0.0.01",
                                 "[::1",
                                 "[::2]",
                                 "::1",
                                 "localhost:",
                                 "localhost:x",
                                 "localhost:123456",
                                 "localhost:1:2",
                                 "[::1]x",
                                 "user@localhost",
                                 "localhost/",
                                 "2130706433",
                                 "0x7f.0.0.1",
                                 "localhost, evil"}) {
    BOOST_TEST_CONTEXT(each) { BOOST_TEST(!is_loopback_host(each)); }
  }
}

BOOST_AUTO_TEST_CASE(a_host_is_loopback_or_configured) {
  const access_rules rules{{"node.example"}, {}};
  BOOST_TEST(check_host(from_loopback("localhost:1"), rules).has_value());
  BOOST_TEST(check_host(from_loopback("Node.Example:1"), rules).has_value());
  BOOST_TEST(!check_host(from_loopback("node.example"), {}));
  BOOST_TEST(!check_host(from_loopback("other.example"), rules));
  BOOST_TEST(!check_host(from_loopback(""), rules));
  BOOST_TEST(check_host(from_loopback("evil"), rules).error().place()
             == "Host");
}

BOOST_AUTO_TEST_CASE(an_origin_is_the_own_or_configured) {
  auto head = from_loopback("localhost:7733");
  BOOST_TEST(check_origin(head, {}).has_value());
  BOOST_TEST(origin_is_allowed(head, "http://localhost:7733"));
  BOOST_TEST(origin_is_allowed(head, "HTTP://LocalHost:7733"));
  for (const auto* const each :
       {"http://localhost", "http://localhost:7734", "https://localhost:7733",
        "http://127.0.0.1:7733", "http://evil.example", "null", "",
        "localhost:7733", "http://localhost:7733/",
        "http://localhost:7733.evil.example"}) {
    BOOST_TEST_CONTEXT(each) { BOOST_TEST(!origin_is_allowed(head, each)); }
  }
  BOOST_TEST(origin_is_allowed(head, "https://board.example",
                               {{}, {"https://board.example"}}));
  head.tls = true;
  head.host = "node.example";
  BOOST_TEST(origin_is_allowed(head, "https://node.example:443"));
  BOOST_TEST(!origin_is_allowed(head, "http://node.example"));
  head.fields.add("Origin", "https://node.example");
  head.fields.add("Origin", "https://node.example");
  BOOST_TEST(!check_origin(head, {}));
}

BOOST_AUTO_TEST_CASE(without_a_token_only_direct_calls_are_served) {
  const auto allowed = [](auto change) {
    auto head = from_loopback("localhost");
    change(head);
    return check_loopback(head, {}).has_value();
  };
  BOOST_TEST(allowed([](request&) {}));
  BOOST_TEST(
    allowed([](request& head) { head.fields.add("Via", "1.1 cache"); }));
  for (const auto* const each : {"Forwarded", "forwarded", "X-Forwarded-For",
                                 "x-forwarded-proto", "X-Forwarded-"}) {
    BOOST_TEST_CONTEXT(each) {
      BOOST_TEST(!allowed([&](request& head) { head.fields.add(each, ""); }));
    }
  }
  BOOST_TEST(!allowed([](request& head) { head.host = "evil.example"; }));
  BOOST_TEST(!allowed(
    [](request& head) { head.fields.add("Origin", "http://evil.example"); }));
  BOOST_TEST(
    !allowed([](request& head) { head.peer = std::make_shared<peer>(); }));
  BOOST_TEST(!allowed([](request& head) { head.peer = nullptr; }));
}

BOOST_AUTO_TEST_CASE(signs_of_a_proxy_are_seen) {
  fields none;
  none.add("X-Forward", "a");
  BOOST_TEST(!speaks_of_proxy(none));
  none.add("via", "1.1 a");
  BOOST_TEST(speaks_of_proxy(none));
  BOOST_TEST(!is_forwarded(none));
}

BOOST_AUTO_TEST_SUITE_END()
