#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <utility>

#include "apps/node_settings/load.hpp"
#include "apps/sig/client/connection.hpp"
#include "apps/sig/commands/commands.hpp"
#include "libsig/codec/json_text.hpp"
#include "libsig/config/show.hpp"
#include "libsig/core/in_quotes.hpp"

namespace libsig::sig {

namespace {

constexpr std::array config_options{option_form{"--origin", false, true},
                                    option_form{"--config"}};

constexpr std::string_view config_help = R"(sig config - show the configuration

Usage: sig config show [OPTIONS]

Prints the settings that a command, and a node started with this environment,
would have: from flags, the environment, the node's file, or the default.
Secrets are hidden.

  --origin             with where each comes from
  --config FILE        the node's file (default: SIGD_CONFIG, else
                       /etc/sigd/sigd.toml)
  --json               as JSON

Example:
  sig config show --origin
)";

/// A setting of this program.
struct client_setting {
  std::string_view key;
  std::string value; ///< as JSON
  std::string origin;
};

std::vector<client_setting> settings_of(const client::connection& with) {
  const auto quoted = [](std::string_view text) {
    std::string out;
    codec::append_json_string(out, text);
    return out;
  };
  const auto origin = [](const std::string& stated) {
    return stated.empty() ? std::string{"default"} : stated;
  };
  return {{"url", quoted(with.address.base), origin(with.address_origin)},
          {"token", quoted(with.token.empty() ? "" : config::hidden_text),
           origin(with.token_origin)},
          {"identity", quoted(with.identity), origin(with.identity_origin)},
          {"ca_file", quoted(with.authorities_file),
           origin(with.authorities_origin)}};
}

std::string client_text(const client::connection& with, bool with_origin) {
  constexpr std::size_t key_columns = 17;
  constexpr std::size_t value_columns = 30;
  std::string out;
  for (const auto& one : settings_of(with)) {
    auto line = "client." + std::string{one.key};
    line.resize(std::max(line.size() + 1, key_columns), ' ');
    line += one.value;
    if (with_origin) {
      line.resize(std::max(line.size() + 2, key_columns + value_columns), ' ');
      line += one.origin;
    }
    out += line + '\n';
  }
  return out;
}

std::string client_json(const client::connection& with, bool with_origin) {
  std::string out{"{\"client\":["};
  for (const auto& one : settings_of(with)) {
    out += out.back() == '[' ? "" : ",";
    out += "{\"key\":";
    codec::append_json_string(out, one.key);
    out += ",\"value\":" + one.value;
    if (with_origin) {
      out += ",\"origin\":";
      codec::append_json_string(out, one.origin);
    }
    out += '}';
  }
  return out + "],";
}

/// What a node would have that is started with this environment.
result<sigd::loaded_settings> node_of_here(const given_options& given,
                                           const surroundings& around) {
  std::map<std::string, std::string, std::less<>> variables;
  for (const auto& one : around.environment) {
    const auto equals = one.find('=');
    if (equals != one.npos) {
      variables.emplace(one.substr(0, equals), one.substr(equals + 1));
    }
  }
  sigd::settings_sources from;
  from.environment = config::environment{std::move(variables)};
  if (given.has("--config")) {
    from.file = given.one("--config");
  }
  return sigd::load_settings(from);
}

outcome<exit_status> run_config(const given_options& given,
                                const surroundings& around) {
  if (given.words().front() != "show") {
    return refuse_usage(
      error{errc::invalid_argument,
            in_quotes(given.words().front()) + " is nothing to do"}
        .mend("use sig config show"));
  }
  const auto with = client::read_connection(client::connection_flags_of(given),
                                            around.environment);
  if (!with) {
    return refuse_usage(with.error());
  }
  const auto loaded = node_of_here(given, around);
  if (!loaded) {
    return refuse_usage(loaded.error());
  }
  for (const auto& warning : loaded->warnings) {
    talk("warning: " + warning.message());
  }
  const bool origin = given.has("--origin");
  const auto text =
    wants_json(given)
      ? client_json(*with, origin)
          + config::show_json(loaded->configuration, origin).substr(1)
      : client_text(*with, origin)
          + config::show_text(loaded->configuration, origin);
  if (auto done = print(text); !done) {
    return refuse(std::move(done).error());
  }
  return exit_status::clean;
}

} // namespace

node_command_form config_form() noexcept {
  return {
    "config",  "show the configuration", config_help, config_options, 1, 1,
    run_config};
}

} // namespace libsig::sig
