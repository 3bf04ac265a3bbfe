#include "libsig/access/caller.hpp"

#include <boost/test/unit_test.hpp>

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "libsig/schema/registry.hpp"

namespace {

using namespace libsig::access;
using libsig::errc;
using libsig::pattern;

std::optional<std::string> name_of(std::string_view text) {
  return text.empty() ? std::nullopt
                      : std::optional<std::string>{std::string{text}};
}

struct wanted {
  std::initializer_list<scope> scopes = {};
  std::initializer_list<std::string_view> types = {};
  std::initializer_list<grant> grants = {};
};

caller with(const wanted& what, std::string_view name = "bob") {
  rights out;
  for (const auto one : what.scopes) {
    out.scopes.add(one);
  }
  for (const auto one : what.types) {
    out.types.push_back(pattern::parse(one).value());
  }
  for (const auto one : what.grants) {
    out.grants.add(one);
  }
  return caller::with_token(std::make_shared<const rights>(std::move(out)),
                            name_of(name));
}

caller local(std::string_view name) {
  return caller::on_loopback({}, name_of(name));
}

/// The class of the refusal, or `-`.
std::string refused(const libsig::result<void>& checked) {
  return checked ? "-" : std::string{to_string(checked.error().code())};
}

struct sent {
  std::string type = "a";
  std::string source = "/else";
  std::string to = {};
  std::string tenant = "default";
};

libsig::signal signal_of(const sent& what) {
  libsig::draft out;
  out.id = "1";
  out.type = what.type;
  out.source = what.source;
  if (!what.to.empty()) {
    out.extensions = {{"toidentity", what.to}};
  }
  libsig::stamp by;
  by.tenant = what.tenant;
  const libsig::schema::registry contracts;
  return {contracts.validate(std::move(out)).value(), std::move(by)};
}

bool sees(const caller& who, const sent& what, std::string_view asked = "") {
  const auto signal = signal_of(what);
  if (asked.empty()) {
    return who.may_see(signal, nullptr);
  }
  const auto by = pattern::parse(asked).value();
  return who.may_see(signal, &by);
}

} // namespace

BOOST_AUTO_TEST_SUITE(callers)

// -- who ----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_name_is_the_default_source_percent_encoded) {
  BOOST_TEST(local("bob").own_source() == "/agents/bob");
  BOOST_TEST(local("b b%").own_source() == "/agents/b%20b%25");
  BOOST_TEST(local("").own_source() == "/system");
}

BOOST_AUTO_TEST_CASE(mail_has_a_source_of_its_own) {
  BOOST_TEST(local("b b").mail_source() == "/identities/b%20b");
  BOOST_TEST(local("").mail_source() == "/system");
}

BOOST_AUTO_TEST_CASE(a_name_of_a_path_must_be_the_callers_or_the_caller_admin) {
  const auto bob = with({.scopes = {scope::subscribe}});
  BOOST_TEST(refused(bob.check_self("bob")) == "-");
  BOOST_TEST(refused(bob.check_self("alice")) == "forbidden");
  BOOST_TEST(refused(bob.check_self("Bob")) == "forbidden");
  BOOST_TEST(refused(with({.scopes = {scope::subscribe}}, "").check_self(""))
             == "forbidden");
  BOOST_TEST(refused(with({.scopes = {scope::admin}}).check_self("alice"))
             == "-");
  BOOST_TEST(refused(local("").check_self("alice")) == "-");
}

// -- what ---------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(scopes_stand_beside_each_other) {
  for (const auto given : all_scopes) {
    const auto who = with({.scopes = {given}});
    for (const auto asked : all_scopes) {
      BOOST_TEST(who.may(asked) == (given == asked));
      BOOST_TEST(refused(who.check_scope(asked))
                 == (given == asked ? "-" : "forbidden"));
    }
    BOOST_TEST(who.is_admin() == (given == scope::admin));
  }
}

BOOST_AUTO_TEST_CASE(a_token_without_patterns_has_all_types) {
  const auto who = with({.scopes = {scope::publish}});
  BOOST_TEST(who.may_type(scope::publish, "a.b"));
  BOOST_TEST(!who.may_type(scope::subscribe, "a.b"));
  BOOST_TEST(who.may_read("a:b"));
}

BOOST_AUTO_TEST_CASE(patterns_of_types_narrow_the_scopes_on_every_path) {
  const auto who = with(
    {.scopes = {scope::publish, scope::subscribe, scope::review, scope::admin},
     .types = {"a.*", "b"}});
  for (const auto one : all_scopes) {
    BOOST_TEST(who.may_type(one, "a.x"));
    BOOST_TEST(who.may_type(one, "b"));
    BOOST_TEST(!who.may_type(one, "a"));
    BOOST_TEST(!who.may_type(one, "a.x.y"));
  }
  BOOST_TEST(refused(who.check_publish("a.x")) == "-");
  BOOST_TEST(refused(who.check_publish("c")) == "forbidden");
  BOOST_TEST(refused(who.check_publish("review.request")) == "forbidden");
}

BOOST_AUTO_TEST_CASE(
  a_wait_on_another_type_is_forbidden_and_reads_are_filtered) {
  const auto who = with({.scopes = {scope::subscribe}, .types = {"a.*"}});
  BOOST_TEST(refused(who.check_type(scope::subscribe, "a.x")) == "-");
  BOOST_TEST(refused(who.check_type(scope::subscribe, "b")) == "forbidden");
  BOOST_TEST(who.may_read("a.x"));
  BOOST_TEST(!who.may_read("b"));
  BOOST_TEST(sees(who, {.type = "a.x"}));
  BOOST_TEST(!sees(who, {.type = "b"}));
}

BOOST_AUTO_TEST_CASE(publishing_needs_publish_and_a_review_request_review) {
  const auto publisher = with({.scopes = {scope::publish}});
  const auto reviewer = with({.scopes = {scope::review}});
  BOOST_TEST(refused(publisher.check_publish("a")) == "-");
  BOOST_TEST(refused(publisher.check_publish("review.request")) == "forbidden");
  BOOST_TEST(refused(reviewer.check_publish("a")) == "forbidden");
  BOOST_TEST(refused(reviewer.check_publish("review.request")) == "-");
}

BOOST_AUTO_TEST_CASE(reserved_types_need_the_grant_emit_reserved) {
  const auto plain = with({.scopes = {scope::publish, scope::admin}});
  const auto granted =
    with({.scopes = {scope::publish}, .grants = {grant::emit_reserved}});
  for (const auto* const type :
       {"internal.a", "agent:bob:wake", "node.up", "review.result",
        "review.summary", "review.history"}) {
    BOOST_TEST(refused(plain.check_publish(type)) == "reserved_type", type);
    BOOST_TEST(refused(local("").check_publish(type)) == "reserved_type");
    BOOST_TEST(refused(granted.check_publish(type)) == "-", type);
  }
  for (const auto* const type :
       {"internal", "internals.a", "agents:a", "nodes.up", "review.results"}) {
    BOOST_TEST(refused(plain.check_publish(type)) == "-", type);
  }
  BOOST_TEST(
    refused(with({.grants = {grant::emit_reserved}}).check_publish("node.up"))
    == "forbidden");
}

BOOST_AUTO_TEST_CASE(unredacted_is_a_grant_of_its_own) {
  BOOST_TEST(!with({.scopes = {scope::admin}}).sees_secrets());
  BOOST_TEST(with({.grants = {grant::unredacted}}).sees_secrets());
}

// -- what is shown ------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_is_kept_is_invisible_to_other_tenants) {
  BOOST_TEST(sees(local(""), {.tenant = "default"}));
  BOOST_TEST(!sees(local(""), {.tenant = "other"}));
}

BOOST_AUTO_TEST_CASE(a_list_shows_what_its_pattern_matches) {
  BOOST_TEST(sees(local(""), {.type = "a.b"}, "a.*"));
  BOOST_TEST(!sees(local(""), {.type = "b.b"}, "a.*"));
}

BOOST_AUTO_TEST_CASE(nothing_of_a_callers_matches_internal_types) {
  BOOST_TEST(!local("").may_read("internal.a"));
  BOOST_TEST(local("").may_read("internal"));
  BOOST_TEST(local("").may_read("review.result"));
  BOOST_TEST(!sees(local(""), {.type = "internal.a"}));
  BOOST_TEST(!sees(local(""), {.type = "internal.a"}, "**"));
  BOOST_TEST(!sees(local(""), {.type = "internal.a"}, "*.a"));
}

BOOST_AUTO_TEST_CASE(
  internal_types_are_shown_to_admin_when_the_pattern_names_it) {
  const sent what{.type = "internal.a"};
  BOOST_TEST(sees(local(""), what, "internal.**"));
  BOOST_TEST(sees(local(""), what, "internal.a"));
  BOOST_TEST(!sees(local(""), what, "internal.b"));
  BOOST_TEST(!sees(with({.scopes = {scope::subscribe}}), what, "internal.**"));
  BOOST_TEST(!sees(with({.scopes = {scope::admin}, .types = {"a"}}), what,
                   "internal.**"));
}

BOOST_AUTO_TEST_CASE(mail_is_shown_to_its_sender_its_receiver_and_admin) {
  const auto bob = with({.scopes = {scope::subscribe}});
  BOOST_TEST(sees(bob, {.to = "bob"}));
  BOOST_TEST(!sees(bob, {.to = "alice"}));
  BOOST_TEST(sees(bob, {.source = "/agents/bob", .to = "alice"}));
  BOOST_TEST(sees(bob, {.source = "/identities/bob", .to = "alice"}));
  BOOST_TEST(!sees(bob, {.source = "/identities/eve", .to = "alice"}));
  BOOST_TEST(!sees(with({.scopes = {scope::subscribe}}, ""), {.to = "alice"}));
  BOOST_TEST(sees(with({.scopes = {scope::admin}}), {.to = "alice"}));
}

BOOST_AUTO_TEST_SUITE_END()
