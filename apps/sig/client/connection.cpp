#include "apps/sig/client/connection.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "apps/sig/descriptor.hpp"
#include "apps/sig/settings.hpp"
#include "apps/sig/surroundings.hpp"
#include "libsig/core/in_quotes.hpp"
#include "libsig/core/names.hpp"

namespace libsig::sig::client {

namespace {

constexpr std::size_t token_bytes_max = 4'096;

/// The bundle of a system has a quarter of it.
constexpr std::size_t authorities_bytes_max = 1u << 20;

/// A text and where it was said.
struct statement {
  std::string text;
  std::string origin;
};

/// What the option says, else the first variable that is not empty.
std::optional<statement> said(const std::optional<std::string>& flag,
                              std::string_view option,
                              const std::vector<std::string>& environment,
                              std::initializer_list<std::string_view> names) {
  if (flag) {
    return statement{*flag, std::string{option}};
  }
  for (const auto name : names) {
    if (const auto value = value_of(environment, name); !value.empty()) {
      return statement{std::string{value}, std::string{name}};
    }
  }
  return std::nullopt;
}

/// A header field that holds anything else would break the request or hide
/// what is wrong with it.
result<void> check_token(std::string_view token) {
  if (token.empty() || token.size() > token_bytes_max) {
    return fail(errc::invalid_argument,
                token.empty() ? "holds no token" : "is no token");
  }
  const bool plain = std::all_of(token.begin(), token.end(), [](char one) {
    return one > ' ' && one < 127;
  });
  if (!plain) {
    return fail(error{errc::invalid_argument, "is no token"}.mend(
      "a token has printable characters of ASCII and no blanks"));
  }
  return {};
}

result<std::string> token_of_file(const std::string& file) {
  auto text = read_file(file, token_bytes_max);
  if (!text) {
    return text;
  }
  const auto end = text->find_last_not_of(" \t\r\n");
  text->resize(end == text->npos ? 0 : end + 1);
  return text;
}

result<void> read_token(const connection_flags& flags,
                        const std::vector<std::string>& environment,
                        connection& into) {
  auto stated =
    said(flags.token_file, "--token-file", environment, {"SIGD_TOKEN"});
  if (!stated) {
    return {};
  }
  if (stated->origin == "--token-file") {
    auto text = token_of_file(stated->text);
    if (!text) {
      return fail(std::move(text).error());
    }
    stated->text = std::move(*text);
  }
  if (auto fine = check_token(stated->text); !fine) {
    return fail(std::move(fine).error().at(stated->origin));
  }
  into.token = std::move(stated->text);
  into.token_origin = std::move(stated->origin);
  return {};
}

/// `--ca-file` is for this command, so that one which is of no use is an error;
/// the variable is for all of them, those of other nodes as well.
result<void> read_authorities(const connection_flags& flags,
                              const std::vector<std::string>& environment,
                              connection& into) {
  auto stated =
    said(flags.authorities_file, "--ca-file", environment, {"SIG_CA_FILE"});
  if (!stated || (!into.address.secure && !flags.authorities_file)) {
    return {};
  }
  if (!into.address.secure) {
    return fail(error{errc::invalid_argument, "is for https, and the node is "
                                                + in_quotes(into.address.base)}
                  .at(stated->origin)
                  .mend("leave it out, or name the node by https"));
  }
  auto text = read_file(stated->text, authorities_bytes_max);
  if (!text) {
    return fail(
      std::move(text).error().mend(stated->origin + " names the file"));
  }
  constexpr std::string_view begin = "-----BEGIN CERTIFICATE-----";
  if (text->find(begin) == text->npos) {
    return fail(error{errc::invalid_argument,
                      in_quotes(stated->text) + " holds no certificate"}
                  .at(stated->origin)
                  .mend("name a file of PEM with the authority's"));
  }
  into.authorities = std::move(*text);
  into.authorities_file = std::move(stated->text);
  into.authorities_origin = std::move(stated->origin);
  return {};
}

} // namespace

connection_flags connection_flags_of(const given_options& given) {
  const auto stated = [&given](std::string_view name) {
    return given.has(name) ? std::optional{given.one(name)} : std::nullopt;
  };
  connection_flags flags;
  flags.url = stated("--url");
  flags.token_file = stated("--token-file");
  flags.identity = stated("--identity");
  flags.authorities_file = stated("--ca-file");
  flags.timeout = stated("--timeout");
  return flags;
}

std::vector<option_form> connection_options() {
  return {{"--url"},
          {"--token-file"},
          {"--identity"},
          {"--ca-file"},
          {"--timeout"},
          {"--json", false, true},
          {"--help", false, true},
          {"-h", false, true}};
}

result<connection>
read_connection(const connection_flags& flags,
                const std::vector<std::string>& environment) {
  connection made;
  const auto url =
    said(flags.url, flags.url_option, environment, {"SIGD_URL"})
      .value_or(statement{std::string{address_default}, "default"});
  auto address = parse_address(url.text);
  if (!address) {
    return fail(std::move(address).error().at(url.origin));
  }
  made.address = std::move(*address);
  made.address_origin = url.origin;
  if (auto token = read_token(flags, environment, made); !token) {
    return fail(std::move(token).error());
  }
  if (auto read = read_authorities(flags, environment, made); !read) {
    return fail(std::move(read).error());
  }
  if (auto name = said(flags.identity, "--identity", environment,
                       {"SIG_IDENTITY", "PRISM_AGENT_IDENTITY"})) {
    if (auto fine = check_name(name->text); !fine) {
      return fail(std::move(fine).error().at(name->origin));
    }
    made.identity = std::move(name->text);
    made.identity_origin = std::move(name->origin);
  }
  if (flags.timeout) {
    const auto patience = parse_timeout(*flags.timeout);
    if (!patience) {
      return fail(error{patience.error()}.at("--timeout"));
    }
    made.patience = *patience;
  }
  return made;
}

} // namespace libsig::sig::client
