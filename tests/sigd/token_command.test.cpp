#include "apps/sigd/token_command.hpp"

#include <string>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "apps/node_settings/load.hpp"
#include "libsig/access/token.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace libsig;
using namespace libsig::sigd;

namespace {

/// The tokens of a configuration that is this entry.
[[nodiscard]] std::vector<access::token_entry>
configured(const std::string& entry) {
  const testing::temporary_folder folder;
  settings_sources from;
  from.file = folder.write("sigd.toml", entry);
  from.environment = config::environment{{{"HOME", "/home"}}};
  const auto made = load_settings(from);
  BOOST_TEST_REQUIRE(made.has_value(),
                     (made ? std::string{} : made.error().message()));
  return made->settings.tokens;
}

} // namespace

BOOST_AUTO_TEST_SUITE(token_command)

BOOST_AUTO_TEST_CASE(the_entry_is_ready_to_paste) {
  const auto made = make_token_texts({.tenant = "ac\"me",
                                      .scopes = {"publish", "admin"},
                                      .types = {"a.*", "b:**", "\x7f"},
                                      .identities = {"Ada \xc3\xa4", "bob"},
                                      .grants = {"claim_source"}})
                      .value();
  const auto tokens = configured(made.entry);
  BOOST_REQUIRE(tokens.size() == 1u);
  const auto& rights = tokens[0].rights;
  BOOST_TEST(tokens[0].hash == access::hash_token(made.token));
  BOOST_TEST(rights.tenant == "ac\"me");
  BOOST_TEST(rights.scopes.has(access::scope::publish));
  BOOST_TEST(rights.scopes.has(access::scope::admin));
  BOOST_TEST(!rights.scopes.has(access::scope::review));
  BOOST_REQUIRE(rights.types.size() == 3u);
  BOOST_TEST(rights.types[2].text() == "\x7f");
  BOOST_TEST(rights.names.at(0) == "Ada \xc3\xa4");
  BOOST_TEST(rights.grants.has(access::grant::claim_source));
  BOOST_TEST(made.entry.find(made.token) == std::string::npos);
}

BOOST_AUTO_TEST_CASE(without_a_scope_it_has_all_but_admin) {
  const auto made = make_token_texts({}).value();
  const auto tokens = configured(made.entry);
  BOOST_REQUIRE(tokens.size() == 1u);
  const auto& rights = tokens[0].rights;
  BOOST_TEST(rights.tenant == "default");
  BOOST_TEST(rights.scopes.has(access::scope::publish));
  BOOST_TEST(rights.scopes.has(access::scope::subscribe));
  BOOST_TEST(rights.scopes.has(access::scope::review));
  BOOST_TEST(!rights.scopes.has(access::scope::admin));
  BOOST_TEST(rights.types.empty());
  BOOST_TEST(rights.names.empty());
  BOOST_TEST((rights.grants == access::grant_set{}));
}

BOOST_AUTO_TEST_CASE(every_token_is_another_one) {
  BOOST_TEST(make_token_texts({})->token != make_token_texts({})->token);
}

BOOST_AUTO_TEST_CASE(the_token_is_printed_once_and_first) {
  const auto text = new_token_text({}, false).value();
  const auto line = text.substr(0, text.find('\n'));
  BOOST_TEST(line.starts_with(access::token_prefix));
  BOOST_TEST(text.find(line, 1) == std::string::npos);
  BOOST_TEST(text.find("\n\n[[tokens]]\nhash = \"") == line.size());
  const auto json = nlohmann::json::parse(*new_token_text({}, true));
  BOOST_TEST(json.at("hash")
             == access::hash_token(json.at("token").get<std::string>()));
  BOOST_TEST(configured(json.at("entry")).size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_a_token_cannot_have_is_refused_at_its_option) {
  const auto refusal = [](const token_request& of) {
    const auto made = make_token_texts(of);
    return made ? std::string{} : made.error().message();
  };
  BOOST_TEST(refusal({.scopes = {"publsh"}}).find("--scope: ") == 0u);
  BOOST_TEST(refusal({.scopes = {"publsh"}}).find("did you mean publish?")
             != std::string::npos);
  BOOST_TEST(refusal({.tenant = "a/b"}).find("--tenant: ") == 0u);
  BOOST_TEST(refusal({.types = {"a..b"}}).find("--type: ") == 0u);
  BOOST_TEST(refusal({.identities = {"*"}}).find("--identity: ") == 0u);
  BOOST_TEST(refusal({.grants = {"all"}}).find("--grant: ") == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
