#include "libsig/access/authenticator.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsig/core/limits.hpp"

namespace {

using namespace libsig::access;
using libsig::errc;

token_entry entry(std::string_view token, std::vector<std::string> names) {
  token_entry out;
  out.hash = hash_token(token);
  out.rights.tenant = "acme";
  out.rights.scopes.add(scope::publish);
  out.rights.names = std::move(names);
  return out;
}

/// `sig_one` may use no name, `sig_two` two.
authenticator with_tokens() {
  std::vector<token_entry> entries;
  entries.push_back(entry("sig_one", {}));
  entries.push_back(entry("sig_two", {"bob", "b\xC3\xB6"
                                             "b"}));
  return authenticator::make(std::move(entries), {}).value();
}

authenticator without_tokens(grant_set grants = {}) {
  return authenticator::make({}, grants).value();
}

/// What comes over loopback with a token.
request_facts with(std::string_view authorization) {
  request_facts out;
  out.authorization = authorization;
  return out;
}

request_facts named(request_facts facts, std::string_view name) {
  facts.identity = name;
  return facts;
}

request_facts local() {
  request_facts out;
  out.loopback = true;
  return out;
}

/// The class of the refusal, or `-`.
std::string refused(const authenticator& by, const request_facts& facts) {
  const auto made = by.authenticate(facts);
  return made ? "-" : std::string{to_string(made.error().code())};
}

} // namespace

BOOST_AUTO_TEST_SUITE(authenticator_rules)

// -- without tokens -----------------------------------------------------------

BOOST_AUTO_TEST_CASE(without_tokens_only_loopback_is_served) {
  BOOST_TEST(refused(without_tokens(), local()) == "-");
  BOOST_TEST(refused(without_tokens(), {}) == "forbidden");
}

BOOST_AUTO_TEST_CASE(without_tokens_no_forwarded_request_is_served) {
  auto facts = local();
  facts.forwarded = true;
  BOOST_TEST(refused(without_tokens(), facts) == "forbidden");
}

BOOST_AUTO_TEST_CASE(
  without_tokens_a_caller_has_tenant_default_and_all_scopes) {
  const auto made = without_tokens().authenticate(local()).value();
  BOOST_TEST(made.tenant() == "default");
  for (const auto one : all_scopes) {
    BOOST_TEST(made.may(one));
  }
}

BOOST_AUTO_TEST_CASE(without_tokens_any_name_may_be_used_or_none) {
  const auto by = without_tokens();
  BOOST_TEST(!by.authenticate(local()).value().name().has_value());
  BOOST_TEST(by.authenticate(named(local(), "any one")).value().name().value()
             == "any one");
}

BOOST_AUTO_TEST_CASE(without_tokens_a_caller_has_the_grants_of_loopback) {
  const auto none = without_tokens().authenticate(local()).value();
  for (const auto one : all_grants) {
    BOOST_TEST(!none.has(one));
  }
  grant_set some;
  some.add(grant::unredacted);
  const auto made = without_tokens(some).authenticate(local()).value();
  BOOST_TEST(made.sees_secrets());
  BOOST_TEST(!made.has(grant::claim_source));
}

BOOST_AUTO_TEST_CASE(another_address_without_tokens_is_refused_at_start) {
  BOOST_TEST(without_tokens().check_listener(true).has_value());
  BOOST_TEST(!without_tokens().check_listener(false).has_value());
  BOOST_TEST(with_tokens().check_listener(false).has_value());
}

// -- with tokens --------------------------------------------------------------

BOOST_AUTO_TEST_CASE(with_tokens_every_request_needs_one_loopback_too) {
  BOOST_TEST(refused(with_tokens(), local()) == "unauthorized");
  BOOST_TEST(refused(with_tokens(), with("Bearer sig_one")) == "-");
}

BOOST_AUTO_TEST_CASE(a_wrong_token_is_answered_as_none_is) {
  const auto by = with_tokens();
  const auto none = by.authenticate({}).error().message();
  for (const auto* const value :
       {"", "Bearer", "Bearer ", "Basic sig_one", "sig_one", "Bearersig_one",
        "Bearer sig_on", "Bearer sig_one2", "Bearer sig_one sig_two",
        "Bearer SIG_ONE", "Bearer \"sig_one\""}) {
    const auto made = by.authenticate(with(value));
    BOOST_TEST_REQUIRE(!made.has_value(), value);
    BOOST_TEST((made.error().code() == errc::unauthorized));
    BOOST_TEST(made.error().message() == none);
  }
  const auto hash = "Bearer " + hash_token("sig_one");
  BOOST_TEST(refused(by, with(hash)) == "unauthorized");
  const auto longest = "Bearer " + std::string(100'000, 'a');
  BOOST_TEST(refused(by, with(longest)) == "unauthorized");
}

BOOST_AUTO_TEST_CASE(the_scheme_is_written_in_any_case) {
  for (const auto* const value :
       {"bearer sig_one", "BEARER sig_one", "bEaReR \t sig_one  "}) {
    BOOST_TEST(refused(with_tokens(), with(value)) == "-", value);
  }
}

BOOST_AUTO_TEST_CASE(with_tokens_a_proxy_may_forward) {
  auto facts = with("Bearer sig_one");
  facts.forwarded = true;
  BOOST_TEST(refused(with_tokens(), facts) == "-");
}

BOOST_AUTO_TEST_CASE(the_caller_is_the_tenant_of_the_token_and_the_name) {
  const auto made =
    with_tokens().authenticate(named(with("Bearer sig_two"), "bob")).value();
  BOOST_TEST(made.tenant() == "acme");
  BOOST_TEST(made.name().value() == "bob");
  BOOST_TEST(made.may(scope::publish));
  BOOST_TEST(!made.may(scope::subscribe));
  BOOST_TEST(!made.has(grant::unredacted));
}

BOOST_AUTO_TEST_CASE(with_names_one_of_them_must_be_given) {
  const auto by = with_tokens();
  const auto facts = with("Bearer sig_two");
  BOOST_TEST(refused(by, facts) == "forbidden");
  BOOST_TEST(refused(by, named(facts, "bob")) == "-");
  BOOST_TEST(refused(by, named(facts, "Bob")) == "forbidden");
  BOOST_TEST(refused(by, named(facts, "alice")) == "forbidden");
}

BOOST_AUTO_TEST_CASE(without_names_a_token_may_use_none) {
  const auto by = with_tokens();
  BOOST_TEST(refused(by, with("Bearer sig_one")) == "-");
  BOOST_TEST(refused(by, named(with("Bearer sig_one"), "bob")) == "forbidden");
}

BOOST_AUTO_TEST_CASE(the_name_is_percent_decoded) {
  const auto by = with_tokens();
  const auto facts = with("Bearer sig_two");
  BOOST_TEST(refused(by, named(facts, "b%C3%B6b")) == "-");
  BOOST_TEST(refused(by, named(facts, "b%c3%b6b")) == "-");
  BOOST_TEST(refused(by, named(facts, "b%25C3%25B6b")) == "forbidden");
}

BOOST_AUTO_TEST_CASE(what_is_no_name_is_refused_at_its_place) {
  for (const auto* const name : {"", "a%2Fb", "*", "..", "%00", "%FF", "%20"}) {
    const auto made = without_tokens().authenticate(named(local(), name));
    BOOST_TEST_REQUIRE(!made.has_value(), name);
    BOOST_TEST((made.error().code() == errc::invalid_argument));
    BOOST_TEST(made.error().place() == "Sig-Identity");
  }
  // Who has no token learns nothing of names.
  BOOST_TEST(refused(with_tokens(), named(local(), "*")) == "unauthorized");
}

// -- callers of before --------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_caller_is_known_while_its_token_has_the_same_rights) {
  const auto before = with_tokens().authenticate(with("Bearer sig_one"));
  BOOST_TEST_REQUIRE(before.has_value());
  BOOST_TEST(with_tokens().knows(*before));
  const auto knows = [&](token_entry one) {
    return authenticator::make({std::move(one)}, {})->knows(*before);
  };
  BOOST_TEST(knows(entry("sig_one", {})));
  // Another token with the same rights is somebody else.
  BOOST_TEST(!knows(entry("sig_other", {})));
  BOOST_TEST(!knows(entry("sig_one", {"bob"})));
  auto changed = entry("sig_one", {});
  changed.rights.tenant = "other";
  BOOST_TEST(!knows(changed));
  changed = entry("sig_one", {});
  changed.rights.scopes.add(scope::review);
  BOOST_TEST(!knows(changed));
  changed = entry("sig_one", {});
  changed.rights.types.push_back(*libsig::pattern::parse("a"));
  BOOST_TEST(!knows(changed));
  changed = entry("sig_one", {});
  changed.rights.grants.add(grant::unredacted);
  BOOST_TEST(!knows(changed));
  BOOST_TEST(!without_tokens().knows(*before));
}

BOOST_AUTO_TEST_CASE(callers_of_loopback_are_known_while_its_grants_are) {
  const auto before = without_tokens().authenticate(local());
  BOOST_TEST_REQUIRE(before.has_value());
  BOOST_TEST(without_tokens().knows(*before));
  BOOST_TEST(!with_tokens().knows(*before));
  grant_set more;
  more.add(grant::unredacted);
  BOOST_TEST(!without_tokens(more).knows(*before));
}

// -- configuration ------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_wrong_entry_is_named_by_its_place) {
  std::vector<token_entry> entries;
  entries.push_back(entry("a", {}));
  entries.push_back(entry("b", {"."}));
  BOOST_TEST(authenticator::make(entries, {}).error().place()
             == "tokens[1].identities");
  entries.back() = entry("a", {});
  BOOST_TEST(authenticator::make(entries, {}).error().place()
             == "tokens[1].hash");
}

BOOST_AUTO_TEST_CASE(tokens_are_bounded) {
  std::vector<token_entry> entries;
  for (std::size_t index = 0; index < libsig::limits::tokens_max; ++index) {
    entries.push_back(entry("sig_" + std::to_string(index), {}));
  }
  const auto most = authenticator::make(entries, {});
  BOOST_TEST_REQUIRE(most.has_value());
  BOOST_TEST(refused(*most, with("Bearer sig_0")) == "-");
  BOOST_TEST(refused(*most, with("Bearer sig_9999")) == "-");
  entries.push_back(entry("one more", {}));
  BOOST_TEST(authenticator::make(entries, {}).error().place() == "tokens");
}

BOOST_AUTO_TEST_SUITE_END()
