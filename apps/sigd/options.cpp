#include "apps/sigd/options.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <utility>

#include <CLI/CLI.hpp>

namespace libsig::sigd {

namespace {

[[nodiscard]] std::string environment(const char* name) {
  const auto* const value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string{value};
}

/// `HOST:PORT`; an address of IPv6 stands in brackets.
[[nodiscard]] result<http::listen_address>
read_address(const std::string& text) {
  const auto colon = text.rfind(':');
  std::uint16_t port = 0;
  const auto* const begin = text.data() + colon + 1;
  const auto* const end = text.data() + text.size();
  if (colon == std::string::npos || colon == 0 || begin == end) {
    return fail(error(errc::invalid_argument, "must be HOST:PORT")
                  .at("--listen " + text));
  }
  const auto read = std::from_chars(begin, end, port);
  if (read.ec != std::errc{} || read.ptr != end) {
    return fail(error(errc::invalid_argument, "the port must lie in 0..65535")
                  .at("--listen " + text));
  }
  auto host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  }
  return http::listen_address{std::move(host), port, false};
}

} // namespace

std::string default_data_folder() {
  if (auto stated = environment("SIGD_DATA"); !stated.empty()) {
    return stated;
  }
  if (const auto state = environment("XDG_STATE_HOME"); !state.empty()) {
    return state + "/libsig";
  }
  const auto home = environment("HOME");
  return home.empty() ? home : home + "/.local/state/libsig";
}

result<command> read_arguments(std::vector<std::string> arguments) {
  CLI::App parser{"A node that keeps what it acknowledged: takes CloudEvents "
                  "over HTTP,\nwrites them to its log, and shows them to "
                  "whoever follows.",
                  "sigd"};
  command made;
  std::string listen{"127.0.0.1:7733"};
  std::string durability{"full"};
  parser.set_version_flag("--version", "sigd " LIBSIG_VERSION);
  parser.add_option("--data", made.settings.data,
                    "The folder of the log (SIGD_DATA, else "
                    "$XDG_STATE_HOME/libsig,\nelse ~/.local/state/libsig)");
  parser.add_option("--listen", listen, "HOST:PORT; port 0 takes a free one")
    ->capture_default_str();
  parser
    .add_option("--durability", durability,
                "full: acknowledged means on the disk; relaxed: a power cut "
                "may\ntake the last signals")
    ->check(CLI::IsMember({"full", "relaxed"}))
    ->capture_default_str();
  parser.footer("Example: sigd --data /var/lib/sigd --listen 127.0.0.1:7733\n"
                "\nOne JSON line on standard output says when it listens. "
                "SIGTERM ends it once all\nis answered; a second one at once.");
  std::ranges::reverse(arguments);
  try {
    parser.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    made.text = parser.help();
    return made;
  } catch (const CLI::CallForVersion&) {
    made.text = "sigd " LIBSIG_VERSION "\n";
    return made;
  } catch (const CLI::Error& wrong) {
    return fail(
      error(errc::invalid_argument, wrong.what()).mend("see sigd --help"));
  }
  auto address = read_address(listen);
  if (!address) {
    return fail(std::move(address).error());
  }
  made.settings.listen = std::move(*address);
  if (durability == "relaxed") {
    made.settings.durability = journal::durability::relaxed;
  }
  if (made.settings.data.empty()) {
    made.settings.data = default_data_folder();
  }
  if (made.settings.data.empty()) {
    return fail(error(errc::invalid_argument, "there is no data folder")
                  .mend("name one with --data or SIGD_DATA"));
  }
  return made;
}

} // namespace libsig::sigd
