#include "apps/sigd/options.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "apps/sigd/help.hpp"

using namespace libsig;
using namespace libsig::sigd;

namespace {

[[nodiscard]] std::string refusal(std::vector<std::string> arguments) {
  const auto read = read_arguments(std::move(arguments));
  return read ? std::string{} : read.error().message();
}

[[nodiscard]] task task_of(std::vector<std::string> arguments) {
  return read_arguments(std::move(arguments)).value().what;
}

} // namespace

BOOST_AUTO_TEST_SUITE(options)

BOOST_AUTO_TEST_CASE(options_become_flags_of_the_configuration) {
  const auto read = read_arguments({"--config", "a.toml", "--data=/d",
                                    "--listen", "127.0.0.1:1", "--listen",
                                    "[::1]:2", "--durability", "relaxed"})
                      .value();
  BOOST_TEST((read.what == task::run));
  BOOST_TEST(read.config.value() == "a.toml");
  BOOST_REQUIRE(read.flags.size() == 3u);
  BOOST_TEST(read.flags[0].written == "--data");
  BOOST_TEST(read.flags[0].values == std::vector<std::string>{"/d"});
  BOOST_TEST(read.flags[1].section == "node");
  BOOST_TEST(read.flags[1].name == "listen");
  BOOST_TEST(read.flags[1].values
             == (std::vector<std::string>{"127.0.0.1:1", "[::1]:2"}));
  BOOST_TEST(read.flags[2].values == std::vector<std::string>{"relaxed"});
}

BOOST_AUTO_TEST_CASE(without_options_the_configuration_decides) {
  const auto read = read_arguments({}).value();
  BOOST_TEST(!read.config.has_value());
  for (const auto& one : read.flags) {
    BOOST_TEST(one.values.empty());
  }
}

BOOST_AUTO_TEST_CASE(what_is_done_instead_of_running) {
  BOOST_TEST((task_of({"--check-config"}) == task::check_config));
  BOOST_TEST((task_of({"--verify", "--json"}) == task::verify));
  BOOST_TEST((task_of({"--salvage"}) == task::salvage));
  BOOST_TEST((task_of({"token", "new"}) == task::new_token));
  BOOST_TEST(read_arguments({"--help"})->text == program_help());
  BOOST_TEST(read_arguments({"-h"})->text == program_help());
  BOOST_TEST(read_arguments({"token", "--help"})->text == token_help());
  BOOST_TEST(read_arguments({"token", "new", "-h"})->text == token_help());
  BOOST_TEST(read_arguments({"--version"})->text == version_text());
}

BOOST_AUTO_TEST_CASE(what_a_token_stands_for_is_read) {
  const auto read =
    read_arguments({"token", "new", "--tenant", "acme", "--scope", "publish",
                    "--scope", "admin", "--type", "a.*", "--identity", "ada",
                    "--grant", "unredacted", "--json"})
      .value();
  BOOST_TEST(read.json);
  BOOST_TEST(read.token.tenant == "acme");
  BOOST_TEST(read.token.scopes
             == (std::vector<std::string>{"publish", "admin"}));
  BOOST_TEST(read.token.types == std::vector<std::string>{"a.*"});
  BOOST_TEST(read.token.identities == std::vector<std::string>{"ada"});
  BOOST_TEST(read.token.grants == std::vector<std::string>{"unredacted"});
}

BOOST_AUTO_TEST_CASE(wrong_usage_is_one_line_with_a_remedy) {
  BOOST_TEST(refusal({"--lisen", "a"})
             == "there is no option '--lisen'; did you mean --listen?");
  BOOST_TEST(refusal({"--xyzxyz=3"})
             == "there is no option '--xyzxyz'; see sigd --help");
  BOOST_TEST(refusal({"token", "new", "--scop", "a"})
             == "there is no option '--scop'; did you mean --scope?");
  BOOST_TEST(refusal({"start"})
             == "'start' is one argument too many; see sigd --help");
  BOOST_TEST(refusal({"token"}) == "what of the token?; write sigd token new");
  BOOST_TEST(refusal({"--verify", "--salvage"}).find("exclude each other")
             != std::string::npos);
  BOOST_TEST(refusal({"--json"}).find("belongs to --verify")
             != std::string::npos);
  BOOST_TEST(refusal({"--config", ""}) != "");
  for (const auto& wrong : std::vector<std::vector<std::string>>{
         {"--data"}, {"--data", "a", "--data", "b"}, {"--verify=x"}}) {
    const auto said = refusal(wrong);
    BOOST_TEST(said != "");
    BOOST_TEST(said.find('\n') == std::string::npos, said);
  }
}

BOOST_AUTO_TEST_CASE(help_fits_a_terminal_and_names_every_option) {
  for (const auto text : {program_help(), token_help()}) {
    for (std::size_t at = 0; at < text.size();) {
      const auto end = std::min(text.find('\n', at), text.size());
      BOOST_TEST(end - at <= 80u, text.substr(at, end - at));
      BOOST_TEST((end == at || text[end - 1] != ' '));
      at = end + 1;
    }
    BOOST_TEST(text.find("Example:") != std::string_view::npos);
  }
  for (const auto* option : {"--config", "--data", "--listen", "--durability",
                             "--check-config", "--verify", "--salvage",
                             "--json", "token new", "--help", "--version"}) {
    BOOST_TEST(program_help().find(option) != std::string_view::npos, option);
  }
  for (const auto* option : {"--tenant", "--scope", "--type", "--identity",
                             "--grant", "--json", "--help"}) {
    BOOST_TEST(token_help().find(option) != std::string_view::npos, option);
  }
}

BOOST_AUTO_TEST_SUITE_END()
