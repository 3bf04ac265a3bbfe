#include "libsig/access/source.hpp"

#include <boost/test/unit_test.hpp>

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace libsig::access;

std::optional<std::string> name_of(std::string_view text) {
  return text.empty() ? std::nullopt
                      : std::optional<std::string>{std::string{text}};
}

caller with(std::initializer_list<grant> grants, std::string_view name,
            std::initializer_list<scope> scopes = {scope::publish}) {
  rights out;
  for (const auto one : scopes) {
    out.scopes.add(one);
  }
  for (const auto one : grants) {
    out.grants.add(one);
  }
  return caller::with_token(std::make_shared<const rights>(std::move(out)),
                            name_of(name));
}

caller local(std::string_view name) {
  return caller::on_loopback({}, name_of(name));
}

struct stated {
  std::string_view source = {};
  std::string_view type = "a";
  path_kind came = path_kind::typed;
};

const source_rule& rule() {
  static const source_rule one{std::string{source_rule::review_prefix_default}};
  return one;
}

/// `source`, `source for claim`, or the class of the refusal.
std::string decided(const caller& by, const stated& what,
                    const source_rule& with_rule = rule()) {
  libsig::draft draft;
  draft.type = what.type;
  draft.source = what.source;
  const auto made = with_rule.decide(draft, by, what.came);
  if (!made) {
    return std::string{to_string(made.error().code())} + " at "
           + made.error().place();
  }
  return made->on_behalf_of.empty()
           ? made->source
           : made->source + " for " + made->on_behalf_of;
}

constexpr std::string_view forbidden = "forbidden at /source";

} // namespace

BOOST_AUTO_TEST_SUITE(sources)

BOOST_AUTO_TEST_CASE(the_caller_is_the_default_source) {
  BOOST_TEST(decided(with({}, "bob"), {}) == "/agents/bob");
  BOOST_TEST(decided(with({}, "b b"), {}) == "/agents/b%20b");
  BOOST_TEST(decided(with({}, ""), {}) == "/system");
}

BOOST_AUTO_TEST_CASE(mail_and_review_requests_have_their_own_default) {
  BOOST_TEST(decided(with({}, "bob"), {.came = path_kind::mail})
             == "/identities/bob");
  BOOST_TEST(decided(with({}, ""), {.came = path_kind::mail}) == "/system");
  BOOST_TEST(decided(with({}, "bob"), {.type = "review.request"})
             == "/synapse/reviews");
  BOOST_TEST(
    decided(with({}, "bob"), {.type = "review.request"}, source_rule{"/acme"})
    == "/acme/reviews");
}

BOOST_AUTO_TEST_CASE(a_cloudevent_must_bring_its_source) {
  BOOST_TEST(decided(local("bob"), {.came = path_kind::event})
             == "invalid_signal at /source");
  BOOST_TEST(decided(local("bob"), {.source = "/x", .came = path_kind::event})
             == "/x");
}

BOOST_AUTO_TEST_CASE(guarded_sources_of_others_are_refused) {
  const auto bob = with({}, "bob");
  for (const auto* const source :
       {"/system", "/agents/alice", "/identities/alice", "/synapse/reviews",
        "/synapse/agents/bob", "/agents/", "/agents/bob/x", "/agents/Bob"}) {
    for (const auto came :
         {path_kind::event, path_kind::typed, path_kind::mail}) {
      BOOST_TEST(decided(bob, {.source = source, .came = came}) == forbidden,
                 source);
    }
  }
  BOOST_TEST(decided(with({}, ""), {.source = "/agents/alice"}) == forbidden);
}

BOOST_AUTO_TEST_CASE(a_guarded_source_is_one_however_it_is_encoded) {
  const auto bob = with({}, "bob");
  for (const auto* const source :
       {"/agents/ali%63e", "/%61gents/alice", "/s%79stem", "/agents%2Falice",
        "/agents/100%"}) {
    BOOST_TEST(decided(bob, {.source = source}) == forbidden, source);
  }
}

BOOST_AUTO_TEST_CASE(the_callers_own_source_is_taken) {
  const auto bob = with({}, "b b");
  BOOST_TEST(decided(bob, {.source = "/agents/b%20b"}) == "/agents/b%20b");
  BOOST_TEST(decided(bob, {.source = "/agents/b b"}) == "/agents/b%20b");
  BOOST_TEST(decided(bob, {.source = "/identities/b%20%62"})
             == "/identities/b%20b");
  BOOST_TEST(decided(with({}, ""), {.source = "/system"}) == "/system");
}

BOOST_AUTO_TEST_CASE(with_claim_source_the_claim_is_stamped_over_and_kept) {
  const auto bob = with({grant::claim_source}, "bob");
  BOOST_TEST(decided(bob, {.source = "/agents/alice"})
             == "/agents/bob for /agents/alice");
  BOOST_TEST(decided(bob, {.source = "/system"}) == "/agents/bob for /system");
  BOOST_TEST(
    decided(bob, {.source = "/identities/alice", .came = path_kind::mail})
    == "/identities/bob for /identities/alice");
  BOOST_TEST(
    decided(with({grant::claim_source}, ""), {.source = "/agents/alice"})
    == "/system for /agents/alice");
  BOOST_TEST(decided(bob, {.source = "/agents/bob"}) == "/agents/bob");
  BOOST_TEST(decided(bob, {.source = "/else"}) == "/else");
}

BOOST_AUTO_TEST_CASE(other_grants_and_scopes_allow_no_claim) {
  const auto bob = with({grant::emit_reserved, grant::unredacted}, "bob",
                        {scope::publish, scope::admin});
  BOOST_TEST(decided(bob, {.source = "/agents/alice"}) == forbidden);
}

BOOST_AUTO_TEST_CASE(a_nameless_caller_on_tokenless_loopback_may_state_any) {
  for (const auto* const source :
       {"/system", "/agents/alice", "/identities/a", "/synapse/agents/x"}) {
    BOOST_TEST(decided(local(""), {.source = source}) == source);
    BOOST_TEST(decided(local("bob"), {.source = source}) == forbidden);
  }
}

BOOST_AUTO_TEST_CASE(synapse_reviews_on_a_review_request_needs_only_review) {
  const auto reviewer = with({}, "bob", {scope::review});
  const stated request{.source = "/synapse/reviews", .type = "review.request"};
  BOOST_TEST(decided(reviewer, request) == "/synapse/reviews");
  BOOST_TEST(decided(with({}, "bob"), request) == forbidden);
  BOOST_TEST(decided(reviewer, {.source = "/synapse/reviews", .type = "a"})
             == forbidden);
  BOOST_TEST(
    decided(reviewer, {.source = "/synapse/x", .type = "review.request"})
    == forbidden);
  // No claim is kept of what needs none.
  BOOST_TEST(
    decided(with({grant::claim_source}, "bob", {scope::review}), request)
    == "/synapse/reviews");
}

BOOST_AUTO_TEST_CASE(other_sources_are_taken_as_they_are) {
  for (const auto* const source :
       {"/webhooks/x", "/processes", "/processes/a%62", "/systems",
        "/agentsx/bob", "/synapses/reviews", "https://a.b/agents/alice", "a",
        "/AGENTS/alice", "%"}) {
    BOOST_TEST(decided(with({}, "bob"), {.source = source}) == source);
    BOOST_TEST(decided(with({}, ""), {.source = source}) == source);
  }
}

BOOST_AUTO_TEST_CASE(a_configured_prefix_is_guarded_beside_the_default) {
  const source_rule acme{"/acme"};
  const auto bob = with({}, "bob", {scope::publish, scope::review});
  BOOST_TEST(decided(bob, {.source = "/acme/agents/x"}, acme) == forbidden);
  BOOST_TEST(decided(bob, {.source = "/synapse/agents/x"}, acme) == forbidden);
  BOOST_TEST(decided(bob, {.source = "/acme/x"}) == "/acme/x");
  BOOST_TEST(
    decided(bob, {.source = "/acme/reviews", .type = "review.request"}, acme)
    == "/acme/reviews");
}

BOOST_AUTO_TEST_SUITE_END()
