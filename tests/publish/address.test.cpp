#include <boost/test/unit_test.hpp>

#include "libsig/publish/address.hpp"

#include <string>
#include <vector>

using namespace libsig;

namespace {

[[nodiscard]] std::string use_of(std::string_view text) {
  const auto read = publish::parse_address(text);
  BOOST_REQUIRE_MESSAGE(read, text);
  return std::string{publish::reserved_for(*read)};
}

[[nodiscard]] publish::address_policy
allowing(std::initializer_list<std::string_view> texts) {
  std::vector<publish::network> all;
  for (const auto text : texts) {
    const auto one = publish::parse_network(text);
    BOOST_REQUIRE(one);
    all.push_back(*one);
  }
  return publish::address_policy{std::move(all)};
}

[[nodiscard]] bool permits(const publish::address_policy& by,
                           std::string_view text) {
  return by.refusal(*publish::parse_address(text)).empty();
}

struct expectation {
  std::string_view address;
  std::string_view use;
};

} // namespace

// C2 row 30: what a webhook must not reach.
BOOST_AUTO_TEST_SUITE(address)

BOOST_AUTO_TEST_CASE(reserved_addresses_of_ipv4_are_known_at_both_ends) {
  for (const auto& [text, use] : std::vector<expectation>{
         {"0.0.0.0", "this network"},
         {"0.255.255.255", "this network"},
         {"1.0.0.0", ""},
         {"9.255.255.255", ""},
         {"10.0.0.0", "private"},
         {"10.255.255.255", "private"},
         {"11.0.0.0", ""},
         {"100.63.255.255", ""},
         {"100.64.0.0", "shared by carriers"},
         {"100.100.100.200", "shared by carriers"},
         {"100.127.255.255", "shared by carriers"},
         {"100.128.0.0", ""},
         {"126.255.255.255", ""},
         {"127.0.0.1", "loopback"},
         {"127.255.255.255", "loopback"},
         {"128.0.0.0", ""},
         {"169.253.255.255", ""},
         {"169.254.169.254", "link-local"},
         {"169.255.0.0", ""},
         {"172.15.255.255", ""},
         {"172.16.0.0", "private"},
         {"172.31.255.255", "private"},
         {"172.32.0.0", ""},
         {"192.167.255.255", ""},
         {"192.168.0.0", "private"},
         {"192.169.0.0", ""},
         {"168.63.129.16", "metadata"},
         {"168.63.129.17", ""},
         {"223.255.255.255", ""},
         {"224.0.0.1", "multicast"},
         {"239.255.255.255", "multicast"},
         {"240.0.0.0", "reserved"},
         {"255.255.255.255", "reserved"},
         {"8.8.8.8", ""},
       }) {
    BOOST_TEST(use_of(text) == use, text << " is " << use_of(text));
  }
}

BOOST_AUTO_TEST_CASE(reserved_addresses_of_ipv6_are_known) {
  for (const auto& [text, use] : std::vector<expectation>{
         {"::", "this network"},
         {"::1", "loopback"},
         {"fc00::1", "unique-local"},
         {"fdff:ffff::1", "unique-local"},
         {"fd00:ec2::254", "unique-local"},
         {"fe80::1", "link-local"},
         {"febf::1", "link-local"},
         {"fec0::1", "site-local"},
         {"ff02::1", "multicast"},
         {"2001:db8::1", "documentation"},
         {"100::1", "discarded"},
         {"4000::1", "reserved"},
         {"1fff::1", "reserved"},
         {"2606:4700::1111", ""},
         {"2a00:1450::1", ""},
         {"3ffe::1", ""},
       }) {
    BOOST_TEST(use_of(text) == use, text << " is " << use_of(text));
  }
}

BOOST_AUTO_TEST_CASE(an_address_that_carries_one_of_ipv4_is_never_public) {
  for (const auto& [text, use] : std::vector<expectation>{
         {"::ffff:127.0.0.1", "loopback"},
         {"::ffff:169.254.169.254", "link-local"},
         {"::ffff:8.8.8.8", "an address of IPv4 inside one of IPv6"},
         {"::127.0.0.1", "loopback"},
         {"::ffff:0:10.0.0.1", "private"},
         {"64:ff9b::7f00:1", "loopback"},
         {"64:ff9b::808:808", "an address of IPv4 inside one of IPv6"},
         {"64:ff9b:1::7f00:1", "translated, private"},
         {"2002:7f00:1::", "loopback"},
         {"2002:808:808::", "an address of IPv4 inside one of IPv6"},
         {"2001:0:808:808::80ff:fffe", "loopback"},
       }) {
    BOOST_TEST(use_of(text) == use, text << " is " << use_of(text));
  }
}

BOOST_AUTO_TEST_CASE(only_the_usual_forms_are_addresses) {
  for (const auto* const text :
       {"", "localhost", "0x7f.1", "127.1", "2130706433", "0177.0.0.1",
        "127.0.0.1 ", "[::1]", "::1%lo", "256.0.0.1"}) {
    BOOST_TEST(!publish::parse_address(text), text);
  }
  BOOST_TEST(publish::to_string(*publish::parse_address("::1")) == "::1");
  BOOST_TEST(publish::to_string(*publish::parse_address("10.1.2.3"))
             == "10.1.2.3");
}

BOOST_AUTO_TEST_CASE(an_allowed_network_is_permitted_and_nothing_beside_it) {
  const auto some = allowing({"10.1.0.0/16", "127.0.0.1", "fd00::/8"});
  BOOST_TEST(permits(some, "10.1.255.255"));
  BOOST_TEST(!permits(some, "10.2.0.0"));
  BOOST_TEST(!permits(some, "10.0.255.255"));
  BOOST_TEST(permits(some, "127.0.0.1"));
  BOOST_TEST(!permits(some, "127.0.0.2"));
  BOOST_TEST(permits(some, "fdff::1"));
  BOOST_TEST(!permits(some, "fc00::1"));
  BOOST_TEST(permits(some, "::ffff:127.0.0.1"));
  BOOST_TEST(!permits(some, "::ffff:127.0.0.2"));
  BOOST_TEST(permits(some, "8.8.8.8"));
}

BOOST_AUTO_TEST_CASE(networks_of_any_length_match_by_their_bits) {
  const auto odd = publish::parse_network("10.8.0.0/13");
  BOOST_REQUIRE(odd);
  BOOST_TEST(odd->contains(*publish::parse_address("10.15.255.255")));
  BOOST_TEST(!odd->contains(*publish::parse_address("10.16.0.0")));
  BOOST_TEST(publish::parse_network("0.0.0.0/0")
               ->contains(*publish::parse_address("255.1.2.3")));
  BOOST_TEST(!publish::parse_network("0.0.0.0/0")
                ->contains(*publish::parse_address("::1")));
}

BOOST_AUTO_TEST_CASE(what_is_no_network_is_refused) {
  for (const auto* const text : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129",
                                 "10.0.0.0/-1", "10.0.0.0/8x", "host/8"}) {
    BOOST_TEST(!publish::parse_network(text), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()
