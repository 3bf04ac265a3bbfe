#include "apps/sigd/options.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>

#include "apps/sigd/help.hpp"
#include "libsig/core/in_quotes.hpp"
#include "libsig/core/suggest.hpp"

namespace libsig::sigd {

namespace {

/// What the options say, before it is looked at as a whole.
struct given_options {
  std::optional<std::string> config;
  std::vector<std::string> data;
  std::vector<std::string> listen;
  std::vector<std::string> durability;
  bool check_config = false;
  bool verify = false;
  bool salvage = false;
  bool version = false;
  bool json = false;
  token_request token;
};

[[nodiscard]] error wrong(std::string detail, std::string remedy) {
  return error(errc::invalid_argument, std::move(detail))
    .mend(std::move(remedy));
}

void add_many(CLI::App& to, const std::string& name,
              std::vector<std::string>& into) {
  to.add_option(name, into)->allow_extra_args(false);
}

void add_node_options(CLI::App& to, given_options& into) {
  to.add_option("--config", into.config);
  to.add_option("--data", into.data)->expected(1);
  add_many(to, "--listen", into.listen);
  to.add_option("--durability", into.durability)->expected(1);
  to.add_flag("--check-config", into.check_config);
  to.add_flag("--verify", into.verify);
  to.add_flag("--salvage", into.salvage);
  to.add_flag("--version", into.version);
  to.add_flag("--json", into.json);
}

void add_token_options(CLI::App& to, given_options& into) {
  to.add_option("--tenant", into.token.tenant);
  add_many(to, "--scope", into.token.scopes);
  add_many(to, "--type", into.token.types);
  add_many(to, "--identity", into.token.identities);
  add_many(to, "--grant", into.token.grants);
  to.add_flag("--json", into.json);
}

/// The refusal of the first argument that fits nowhere.
[[nodiscard]] error unknown(const CLI::App& parser, bool token) {
  const auto rest = parser.remaining(true);
  const auto word = rest.empty() ? std::string{} : rest.front();
  const auto* const of = &parser;
  std::vector<std::string> names{"--help"};
  const auto& near =
    token ? *of->get_subcommand("token")->get_subcommand("new") : *of;
  for (const auto* const each : near.get_options()) {
    names.push_back(each->get_name());
  }
  const auto name = word.substr(0, word.find('='));
  const auto meant = closest(name, names);
  return wrong(
    word.starts_with('-') ? "there is no option " + in_quotes(name)
                          : in_quotes(word) + " is one argument too many",
    meant.empty() ? "see sigd --help" : "did you mean " + meant + "?");
}

[[nodiscard]] result<task> task_of(const given_options& given) {
  const std::array asked{std::pair{given.check_config, task::check_config},
                         std::pair{given.verify, task::verify},
                         std::pair{given.salvage, task::salvage}};
  if (std::ranges::count_if(asked, [](auto one) { return one.first; }) > 1) {
    return fail(
      wrong("--check-config, --verify and --salvage exclude each other",
            "name one of them"));
  }
  const auto found =
    std::ranges::find_if(asked, [](auto one) { return one.first; });
  if (given.json && (found == asked.end() || given.check_config)) {
    return fail(wrong("--json belongs to --verify, --salvage and token new",
                      "leave it out"));
  }
  return found == asked.end() ? task::run : found->second;
}

[[nodiscard]] result<command> make_command(given_options&& given, bool token) {
  command made;
  made.json = given.json;
  if (given.version) {
    made.what = task::say;
    made.text = version_text();
    return made;
  }
  if (token) {
    made.what = task::new_token;
    made.token = std::move(given.token);
    return made;
  }
  auto what = task_of(given);
  if (!what) {
    return fail(std::move(what).error());
  }
  if (given.config && given.config->empty()) {
    return fail(wrong("--config: its value is empty", "name a file"));
  }
  made.what = *what;
  made.config = std::move(given.config);
  made.flags = {
    {"node", "data", "--data", std::move(given.data)},
    {"node", "listen", "--listen", std::move(given.listen)},
    {"node", "durability", "--durability", std::move(given.durability)}};
  return made;
}

[[nodiscard]] command say(std::string_view text) {
  command made;
  made.what = task::say;
  made.text = text;
  return made;
}

} // namespace

result<command> read_arguments(std::vector<std::string> arguments) {
  CLI::App parser;
  given_options given;
  add_node_options(parser, given);
  auto* const tokens = parser.add_subcommand("token");
  auto* const make = tokens->add_subcommand("new");
  add_token_options(*make, given);
  std::ranges::reverse(arguments);
  try {
    parser.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    return say(tokens->parsed() ? token_help() : program_help());
  } catch (const CLI::ExtrasError&) {
    return fail(unknown(parser, tokens->parsed()));
  } catch (const CLI::Error& problem) {
    return fail(wrong(problem.what(), "see sigd --help"));
  }
  if (tokens->parsed() && !make->parsed()) {
    return fail(wrong("what of the token?", "write sigd token new"));
  }
  return make_command(std::move(given), tokens->parsed());
}

} // namespace libsig::sigd
