#include "libsig/access/token.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>
#include <string>

#include "libsig/core/limits.hpp"

namespace {

using namespace libsig::access;

token_entry entry() {
  token_entry out;
  out.hash = hash_token("sig_x");
  return out;
}

std::string place_of(const token_entry& refused) {
  const auto checked = check_token_entry(refused);
  return checked ? "-" : checked.error().place();
}

} // namespace

BOOST_AUTO_TEST_SUITE(token)

BOOST_AUTO_TEST_CASE(a_token_is_sig_and_256_bits_in_base64url) {
  const auto made = make_token();
  BOOST_TEST(made.text.starts_with("sig_"));
  BOOST_TEST(made.text.size() == 4u + 43u);
  BOOST_TEST(std::ranges::all_of(made.text, [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z')
           || (letter >= '0' && letter <= '9') || letter == '-'
           || letter == '_';
  }));
  BOOST_TEST(made.hash == hash_token(made.text));
}

BOOST_AUTO_TEST_CASE(no_two_tokens_are_alike) {
  std::set<std::string> seen;
  for (int count = 0; count < 100; ++count) {
    seen.insert(make_token().text);
  }
  BOOST_TEST(seen.size() == 100u);
}

BOOST_AUTO_TEST_CASE(the_hash_at_rest_is_blake2b_256_in_hex) {
  // The value that `b2sum -l 256` prints for the three bytes.
  BOOST_TEST(hash_token("abc")
             == "bddd813c634239723171ef3fee98579b"
                "94964e3bb1cb3e427262c8c068d52319");
  BOOST_TEST(hash_token("abd") != hash_token("abc"));
}

BOOST_AUTO_TEST_CASE(an_entry_has_a_hash_of_64_lower_case_digits) {
  auto one = entry();
  BOOST_TEST(place_of(one) == "-");
  one.hash.back() = 'A';
  BOOST_TEST(place_of(one) == "hash");
  one.hash.pop_back();
  BOOST_TEST(place_of(one) == "hash");
  one.hash = hash_token("a") + "0";
  BOOST_TEST(place_of(one) == "hash");
}

BOOST_AUTO_TEST_CASE(tenants_and_names_are_names) {
  auto one = entry();
  BOOST_TEST(one.rights.tenant == "default");
  one.rights.tenant = "a/b";
  BOOST_TEST(place_of(one) == "tenant");
  one = entry();
  one.rights.names = {"bob", "*"};
  BOOST_TEST(place_of(one) == "identities");
}

BOOST_AUTO_TEST_CASE(names_and_patterns_of_a_token_are_bounded) {
  auto one = entry();
  one.rights.names.assign(libsig::limits::token_names_max, "bob");
  one.rights.types.assign(libsig::limits::token_patterns_max,
                          libsig::pattern::parse("a").value());
  BOOST_TEST(place_of(one) == "-");
  one.rights.types.push_back(one.rights.types.front());
  BOOST_TEST(place_of(one) == "types");
  one.rights.types.clear();
  one.rights.names.emplace_back("bob");
  BOOST_TEST(place_of(one) == "identities");
}

BOOST_AUTO_TEST_CASE(scopes_and_grants_are_read_by_their_names) {
  for (const auto one : all_scopes) {
    BOOST_TEST((parse_scope(to_string(one)).value() == one));
  }
  for (const auto one : all_grants) {
    BOOST_TEST((parse_grant(to_string(one)).value() == one));
  }
  BOOST_TEST(parse_scope("Publish").error().remedy()
             == "known are publish, subscribe, review, admin");
  BOOST_TEST(!parse_grant("publish").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
