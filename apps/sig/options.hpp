#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "apps/sig/arguments.hpp"
#include "apps/sig/client/connection.hpp"
#include "apps/sig/node_command.hpp"
#include "apps/sig/settings.hpp"
#include "libsig/core/error.hpp"

namespace libsig::sig {

enum class source_kind : std::uint8_t {
  standard_input,
  diff_file,
  range,
  staged,
  worktree,
  event_file,
};

/// Where the change to review comes from.
struct source_choice {
  source_kind kind = source_kind::standard_input;
  /// Whether the user named it; standard input may also be the default.
  bool stated = false;
  /// The file or the range.
  std::string argument;
  bool with_untracked = false;
};

/// `sig review …`
struct review_command {
  source_choice source;
  std::optional<std::string> review_id;
  std::optional<std::string> config_file;
  /// What the flags say.
  review_settings settings;
  /// The node that reviews; nothing when this process does.
  std::optional<client::connection_flags> server;
};

/// A command that talks to a node.
struct node_command {
  const node_command_form* form = nullptr;
  given_options given;
};

/// A text to print: help or the version.
struct print_command {
  std::string text;
};

using command = std::variant<review_command, node_command, print_command>;

/// Reads a command line, without the program's own name.
///
/// Wrong usage is `errc::invalid_argument`, placed at the option and with the
/// remedy: an unknown command or option, a missing or wrong value, two sources,
/// two formats on one standard output, request options beside `--event`,
/// options of a node without `--server`.
[[nodiscard]] result<command>
parse_command_line(std::span<const std::string> arguments);

/// The options of `sig review` as registered, for checking the help.
[[nodiscard]] std::vector<std::string> review_option_names();

} // namespace libsig::sig
