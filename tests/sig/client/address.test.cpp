#include "apps/sig/client/address.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

using namespace libsig;
using namespace libsig::sig::client;

BOOST_AUTO_TEST_SUITE(address_of_a_node)

BOOST_AUTO_TEST_CASE(a_host_a_port_and_a_path_are_kept) {
  BOOST_TEST(parse_address("http://127.0.0.1:7733")->base
             == "http://127.0.0.1:7733");
  BOOST_TEST(parse_address("http://127.0.0.1:7733/")->base
             == "http://127.0.0.1:7733");
  BOOST_TEST(parse_address("https://node.example/sig//")->base
             == "https://node.example/sig");
}

BOOST_AUTO_TEST_CASE(loopback_and_tls_are_known) {
  BOOST_TEST(parse_address("http://localhost:1")->loopback);
  BOOST_TEST(parse_address("http://127.9.9.9")->loopback);
  BOOST_TEST(parse_address("http://[::1]:7733")->loopback);
  BOOST_TEST(!parse_address("http://10.0.0.1")->loopback);
  BOOST_TEST(!parse_address("http://10.0.0.1")->secure);
  BOOST_TEST(parse_address("https://10.0.0.1")->secure);
}

BOOST_AUTO_TEST_CASE(other_urls_are_refused) {
  for (const auto* const text :
       {"", "127.0.0.1:7733", "ftp://x", "file:///etc/passwd", "http://",
        "http://x?a=b", "http://x#y", "http://x\ny", "http://x/\x1b[2J"}) {
    BOOST_TEST_CONTEXT(text) { BOOST_TEST(!parse_address(text).has_value()); }
  }
  BOOST_TEST(parse_address("http://" + std::string(1'900, 'a')).has_value());
  BOOST_TEST(!parse_address("http://" + std::string(2'000, 'a')).has_value());
}

BOOST_AUTO_TEST_CASE(a_secret_in_a_url_is_refused_and_not_shown) {
  for (const auto* const text : {"http://u:hidden@x", "http://hidden@x"}) {
    const auto got = parse_address(text);
    BOOST_TEST_REQUIRE(!got.has_value());
    BOOST_TEST(got.error().message().find("hidden") == std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()
