#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "apps/sig/arguments.hpp"
#include "apps/sig/client/connection.hpp"
#include "apps/sig/client/node.hpp"
#include "apps/sig/outcome.hpp"
#include "apps/sig/surroundings.hpp"

namespace libsig::sig {

/// A command that talks to a node. All have the options of a connection, too.
struct node_command_form {
  std::string_view name;
  /// What it does, in a few words, for the list of commands.
  std::string_view summary;
  /// What its `--help` prints, less the options of the connection.
  std::string_view help;
  /// Its own options.
  std::span<const option_form> options;
  std::size_t words_min;
  std::size_t words_max;
  /// Does it.
  outcome<exit_status> (*run)(const given_options& given,
                              const surroundings& around);
  /// Its `--timeout` is not that of one answer; its help explains it.
  bool waits = false;
};

/// All of them, in the order in which help lists them.
[[nodiscard]] std::span<const node_command_form> node_commands();

/// The command of a name, or null.
[[nodiscard]] const node_command_form* find_node_command(std::string_view name);

/// The whole help of a command.
[[nodiscard]] std::string help_of(const node_command_form& form);

/// Its options and those of the connection.
[[nodiscard]] std::vector<option_form>
options_of(const node_command_form& form);

// -- what the commands share --------------------------------------------------

/// The node that the options and the environment name.
[[nodiscard]] outcome<client::node> node_of(const given_options& given,
                                            const surroundings& around,
                                            client::pacing how);

/// The same for a command that waits: its `--timeout` is its own.
[[nodiscard]] outcome<client::node> node_of_wait(const given_options& given,
                                                 const surroundings& around,
                                                 client::pacing how);

/// The same for flags.
[[nodiscard]] outcome<client::node>
node_of(const client::connection_flags& flags, const surroundings& around,
        client::pacing how);

/// The whole number that an option states, within bounds, else a default.
[[nodiscard]] result<std::uint64_t> number_option(const given_options& given,
                                                  std::string_view name,
                                                  std::uint64_t most,
                                                  std::uint64_t otherwise);

/// Writes to standard output. What cannot be written is a fault.
[[nodiscard]] outcome<void> print(std::string_view text);

/// Asks for a JSON object and gives its text, checked.
[[nodiscard]] outcome<std::string> ask_for_json(client::node& whom,
                                                const client::call& what);

/// Whether JSON is wanted where people would get a table.
[[nodiscard]] inline bool wants_json(const given_options& given) {
  return given.has("--json");
}

} // namespace libsig::sig
