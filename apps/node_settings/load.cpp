#include "apps/node_settings/load.hpp"

#include <utility>

#include <unistd.h>

#include "apps/node_settings/keys.hpp"
#include "apps/node_settings/listen.hpp"
#include "apps/node_settings/tables.hpp"
#include "libsig/http/access.hpp"

namespace libsig::sigd {

namespace {

[[nodiscard]] tl::unexpected<error>
refusal(const config::setting& of, std::string detail, std::string remedy) {
  return fail(
    error(errc::invalid_argument, of.of->full_name() + ' ' + std::move(detail))
      .at(of.from.text())
      .mend(std::move(remedy)));
}

[[nodiscard]] result<std::optional<config::file_text>>
read_config_file(const settings_sources& from) {
  auto name = from.file ? from.file : from.environment.find("SIGD_CONFIG");
  if (!name && ::access(from.system_file.c_str(), F_OK) == 0) {
    name = from.system_file;
  }
  if (!name) {
    return std::nullopt;
  }
  auto read = config::read_file(*name);
  if (!read) {
    return fail(std::move(read).error());
  }
  return std::optional{std::move(*read)};
}

[[nodiscard]] result<void> check_data(const config::configuration& from) {
  const auto& data = from.at("node", "data");
  if (std::get<std::string>(data.now).empty()) {
    return fail(error(errc::invalid_argument, "there is no data folder")
                  .mend("name one with --data, SIGD_DATA or node.data"));
  }
  return {};
}

[[nodiscard]] result<void> check_tls(const config::configuration& from,
                                     const node_settings& made) {
  const auto& certificate = from.at("tls", "certificate");
  const auto& key = from.at("tls", "key");
  if (made.tls.certificate.empty() && !made.tls.key.empty()) {
    return refusal(key, "has no certificate", "set tls.certificate, too");
  }
  if (made.tls.key.empty() && !made.tls.certificate.empty()) {
    return refusal(certificate, "has no key", "set tls.key, too");
  }
  return {};
}

/// Which listeners have TLS, and whether they may be there.
[[nodiscard]] result<void> settle_listeners(const config::configuration& from,
                                            loaded_settings& made) {
  const auto& listen = from.at("node", "listen");
  auto& settings = made.settings;
  const bool with_tls = !settings.tls.certificate.empty();
  settings.listen.clear();
  for (const auto& text : std::get<std::vector<std::string>>(listen.now)) {
    auto read = read_listen(text).value();
    if (read.tls.value_or(false) && !with_tls) {
      return refusal(listen, "asks for TLS, and there is no certificate",
                     "set tls.certificate and tls.key");
    }
    read.at.tls = read.tls.value_or(with_tls);
    const bool near = http::is_loopback_host(to_text(read.at));
    if (!near && settings.tokens.empty()) {
      return refusal(listen,
                     to_text(read.at)
                       + " is no address of loopback, and there "
                         "are no tokens",
                     "make one with sigd token new, or listen on 127.0.0.1");
    }
    if (!near && !read.at.tls) {
      made.warnings.push_back(
        error(errc::invalid_argument,
              "tokens travel in clear text to " + to_text(read.at))
          .at(listen.from.text())
          .mend("set tls.certificate and tls.key, or put a proxy with TLS "
                "before the node"));
    }
    settings.listen.push_back(std::move(read.at));
  }
  if (settings.listen.empty()) {
    return refusal(listen, "names no address", "name one as HOST:PORT");
  }
  return {};
}

[[nodiscard]] result<void> take_tables(const config::configuration& from,
                                       node_settings& into) {
  auto tokens = read_tokens(from);
  if (!tokens) {
    return fail(std::move(tokens).error());
  }
  into.tokens = std::move(*tokens);
  auto publishers = read_publishers(from);
  if (!publishers) {
    return fail(std::move(publishers).error());
  }
  into.publishers = std::move(*publishers);
  return {};
}

} // namespace

result<loaded_settings> load_settings(const settings_sources& from) {
  config::layers layers;
  auto file = read_config_file(from);
  if (!file) {
    return fail(std::move(file).error());
  }
  layers.file = std::move(*file);
  layers.environment = from.environment;
  layers.flags = from.flags;
  auto combined =
    config::configuration::combine(declare_node(from.environment), layers);
  if (!combined) {
    return fail(std::move(combined).error());
  }
  loaded_settings made{std::move(*combined), {}, {}};
  const auto warnings = made.configuration.warnings();
  made.warnings.assign(warnings.begin(), warnings.end());
  apply_sections(made.configuration, made.settings);
  const auto& all = made.configuration;
  auto done = check_data(all)
                .and_then([&] { return take_tables(all, made.settings); })
                .and_then([&] { return check_tls(all, made.settings); })
                .and_then([&] { return settle_listeners(all, made); });
  if (!done) {
    return fail(std::move(done).error());
  }
  return made;
}

} // namespace libsig::sigd
