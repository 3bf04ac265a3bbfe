#include <array>
#include <utility>

#include "apps/sig/client/log.hpp"
#include "apps/sig/commands/commands.hpp"
#include "apps/sig/commands/log_text.hpp"
#include "apps/sig/json_view.hpp"
#include "apps/sig/table.hpp"
#include "libsig/core/pattern.hpp"

namespace libsig::sig {

namespace {

constexpr std::uint64_t listed_default = 20;
constexpr std::uint64_t listed_max = 100'000;

/// What of the data a table can show.
constexpr std::size_t shown_bytes_max = 400;

/// `2026-11-21T18:07:08.855Z` as `11-21 18:07:08`, which leaves room for the
/// rest at 80 columns; anything else as it is.
[[nodiscard]] std::string day_and_second(std::string time) {
  constexpr std::string_view shape = "0000-00-00T00:00:00.000Z";
  constexpr std::size_t year = 5;
  if (time.size() != shape.size() || time[10] != 'T') {
    return time;
  }
  time[10] = ' ';
  return time.substr(year, std::string_view{"00-00 00:00:00"}.size());
}

constexpr std::array list_options{option_form{"--limit"},
                                  option_form{"--type"}};

constexpr std::string_view list_help = R"(sig list - list the newest signals

Usage: sig list [OPTIONS]

Prints the newest signals, oldest first: a table on a terminal, else (or with
--json) each as a CloudEvent on one line. Data over 256 KiB is left out;
'dataomitted' says how many bytes it has.

  --limit N            how many at most (default 20)
  --type PATTERN       only of these types, such as build.* or review.**
  --json               JSON on a terminal, too

Example:
  sig list --limit 5 --type 'review.*'
)";

outcome<exit_status> run_list(const given_options& given,
                              const surroundings& around) {
  const auto limit =
    number_option(given, "--limit", listed_max, listed_default);
  if (!limit || *limit == 0) {
    return refuse_usage(limit
                          ? error(errc::invalid_argument,
                                  "must be 1 to " + std::to_string(listed_max))
                              .at("--limit 0")
                          : limit.error());
  }
  client::log_query what;
  if (given.has("--type")) {
    const auto type = pattern::parse(given.one("--type"));
    if (!type) {
      return refuse_usage(error{type.error()}.at("--type"));
    }
    what.type = type->text();
  }
  auto whom = node_of(given, around, client::plain_pacing());
  if (!whom) {
    return refuse(std::move(whom).error());
  }
  const auto found = client::newest_signals(*whom, std::move(what),
                                            static_cast<std::size_t>(*limit));
  if (!found) {
    return refuse(found.error());
  }
  const bool for_people =
    around.terminal.output_is_terminal && !wants_json(given);
  const auto text =
    for_people ? signal_table(*found, around.terminal) : json_lines(*found);
  if (auto done = print(text); !done) {
    return refuse(std::move(done).error());
  }
  return exit_status::clean;
}

} // namespace

std::string json_lines(const std::vector<std::string>& events) {
  std::string text;
  for (const auto& event : events) {
    text += one_line(event);
    text += '\n';
  }
  return text;
}

std::string signal_table(const std::vector<std::string>& events,
                         const terminal& screen) {
  table made{{"SEQUENCE", "RECORDED (UTC)", "TYPE", "SOURCE", "DATA"}};
  for (const auto& event : events) {
    std::string data;
    if (const auto found = member_of(event, "data")) {
      data = one_line(found->substr(0, shown_bytes_max));
    } else if (const auto bytes = number_of(event, "dataomitted")) {
      data = "(" + std::to_string(*bytes) + " bytes)";
    } else if (member_of(event, "data_base64")) {
      data = "(binary)";
    }
    made.add({text_of(event, "sequence"),
              day_and_second(text_of(event, "recordedtime")),
              text_of(event, "type"), text_of(event, "source"),
              std::move(data)});
  }
  return made.text(table_width(screen), screen.colour);
}

node_command_form list_form() noexcept {
  return {"list",  "list the newest signals", list_help, list_options, 0, 0,
          run_list};
}

} // namespace libsig::sig
