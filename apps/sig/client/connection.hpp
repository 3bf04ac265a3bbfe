#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/sig/arguments.hpp"
#include "apps/sig/client/address.hpp"
#include "libsig/core/error.hpp"

namespace libsig::sig::client {

inline constexpr std::string_view address_default = "http://127.0.0.1:7733";

/// How to talk to a node, and who said so: an option, a variable, or `default`.
struct connection {
  client::address address;
  std::string address_origin;
  /// Empty for none.
  std::string token;
  std::string token_origin;
  /// The name of the caller; empty for none.
  std::string identity;
  std::string identity_origin;
  /// The authorities (PEM) whose word for an https node is taken, in place of
  /// the system's; empty for the system's.
  std::string authorities;
  std::string authorities_file;
  std::string authorities_origin;
  /// How long an answer may take.
  std::chrono::milliseconds patience{30'000};
};

/// What a command line says of a connection; absent is not said.
struct connection_flags {
  /// The name of the option that states the URL.
  std::string_view url_option = "--url";
  std::optional<std::string> url = {};
  std::optional<std::string> token_file = {};
  std::optional<std::string> identity = {};
  std::optional<std::string> authorities_file = {};
  std::optional<std::string> timeout = {};
};

/// The flags among the options that were given.
[[nodiscard]] connection_flags connection_flags_of(const given_options& given);

/// The options that every command which talks to a node has beside its own.
[[nodiscard]] std::vector<option_form> connection_options();

/// Reads the flags, and the environment (`SIGD_URL`, `SIGD_TOKEN`,
/// `SIG_IDENTITY`, else `PRISM_AGENT_IDENTITY`, `SIG_CA_FILE`) for what none of
/// them says. Empty variables are unset. The files are read at once.
///
/// Errors are `errc::invalid_argument` and `errc::io` at the option or the
/// variable; a token is never in one.
[[nodiscard]] result<connection>
read_connection(const connection_flags& flags,
                const std::vector<std::string>& environment);

} // namespace libsig::sig::client
