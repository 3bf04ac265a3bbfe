#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/node_settings/node_settings.hpp"
#include "libsig/config/configuration.hpp"
#include "libsig/config/environment.hpp"
#include "libsig/core/error.hpp"

namespace libsig::sigd {

/// The configuration of a node that nobody names.
inline constexpr std::string_view system_config_file = "/etc/sigd/sigd.toml";

/// What a node's configuration is read from.
struct settings_sources {
  /// `--config`; else `SIGD_CONFIG`, else `system_file` when it is there, else
  /// none.
  std::optional<std::string> file = {};
  config::environment environment = {};
  std::vector<config::flag> flags = {};
  std::string system_file{system_config_file};
};

/// A node's configuration, and what follows from it.
struct loaded_settings {
  /// For `config::show_text`, `config::show_json` and
  /// `config::fixed_differences`.
  config::configuration configuration;
  node_settings settings;
  /// To be logged: wrong values in the environment, tokens that travel in
  /// clear text.
  std::vector<error> warnings;
};

/// Reads the configuration of a node.
///
/// Errors are one line with its place: those of reading the file and of
/// `configuration::combine`, a certificate without its key, TLS without a
/// certificate, an address beyond loopback without tokens, wrong tokens and
/// publishers, no data folder.
[[nodiscard]] result<loaded_settings>
load_settings(const settings_sources& from);

} // namespace libsig::sigd
