#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/http/options.hpp"
#include "libsig/journal/sqlite_journal.hpp"

namespace libsig::sigd {

/// How a node is run.
struct node_settings {
  /// The folder of the store; empty for the default of the environment.
  std::string data;
  http::listen_address listen{"127.0.0.1", 7733, false};
  journal::durability durability = journal::durability::full;
};

/// What the command line asks for.
struct command {
  node_settings settings;
  /// To be printed instead of running: the help or the version.
  std::optional<std::string> text;
};

/// Reads the arguments, without the program's name. Errors are
/// `errc::invalid_argument` in one line.
[[nodiscard]] result<command>
read_arguments(std::vector<std::string> arguments);

/// The data folder when none is stated: `SIGD_DATA`, else
/// `$XDG_STATE_HOME/libsig`, else `~/.local/state/libsig`; empty when the
/// environment has none of them.
[[nodiscard]] std::string default_data_folder();

} // namespace libsig::sigd
