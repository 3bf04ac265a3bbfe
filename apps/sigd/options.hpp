#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apps/sigd/token_command.hpp"
#include "libsig/config/configuration.hpp"
#include "libsig/core/error.hpp"

namespace libsig::sigd {

/// What the program is asked for.
enum class task : std::uint8_t {
  run,
  say,          ///< prints `command::text`
  check_config, ///< looks at the configuration
  verify,       ///< looks at the store
  salvage,      ///< makes a new store of what can be read
  new_token,    ///< prints a token and its entry
};

/// What the command line asks for.
struct command {
  task what = task::run;
  /// The help or the version.
  std::string text = {};
  /// `--config`.
  std::optional<std::string> config = {};
  /// What the options say of the configuration.
  std::vector<config::flag> flags = {};
  /// Whether what is printed is JSON.
  bool json = false;
  token_request token = {};
};

/// Reads the arguments, without the program's name. Errors are
/// `errc::invalid_argument` in one line.
[[nodiscard]] result<command>
read_arguments(std::vector<std::string> arguments);

} // namespace libsig::sigd
