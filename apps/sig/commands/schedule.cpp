#include "apps/sig/commands/schedule.hpp"

#include <array>
#include <utility>

#include "apps/sig/client/pages.hpp"
#include "apps/sig/commands/commands.hpp"
#include "apps/sig/json_argument.hpp"
#include "apps/sig/json_view.hpp"
#include "apps/sig/table.hpp"
#include "apps/sig/text_argument.hpp"
#include "libsig/config/units.hpp"
#include "libsig/core/id.hpp"
#include "libsig/core/in_quotes.hpp"
#include "libsig/core/trim.hpp"

namespace libsig::sig {

namespace {

constexpr std::string_view scheduled_path = "/v1/scheduled";

/// A node keeps at most a million of a tenant; a list that never ends is a
/// fault.
constexpr std::size_t listed_max = 2'000'000;

/// What of the data a table can show.
constexpr std::size_t shown_bytes_max = 400;

constexpr std::array schedule_options{
  option_form{"--at"}, option_form{"--data"}, option_form{"--repeat-key"},
  option_form{"--source"}, option_form{"--id"}};

constexpr std::array cancel_options{option_form{"--id"}};

constexpr std::string_view schedule_help =
  R"(sig schedule - publish a signal at a time

Usage: sig schedule TYPE --at TIME [OPTIONS]

The node keeps the signal and publishes it when its clock has reached TIME, also
after a restart; a time that has passed is now. Prints what is scheduled, one
line of JSON; the signal will have its id.

  --at TIME            2030-01-02T03:04:05Z, any offset, or from now on: +10m
  --data JSON          its data; @FILE reads a file, - standard input
  --repeat-key K       of one TYPE and K only the last one is kept
  --source S           who sends it (default: /agents/IDENTITY, else /system)
  --id ID              its id (default: a new UUID); the same id again is the
                       same signal, so that repeating is safe

Example:
  sig schedule report.due --at +24h --repeat-key daily --data '{"of":"sales"}'
)";

constexpr std::string_view cancel_help =
  R"(sig cancel - take back a signal that is scheduled

Usage: sig cancel TYPE REPEAT-KEY [OPTIONS]
       sig cancel --id ID [OPTIONS]

That there is none is no failure, and is said.

  --id ID              the one with this id
  --json               what the node answers, one line of JSON

Example:
  sig cancel report.due daily
)";

constexpr std::string_view scheduled_help =
  R"(sig scheduled - list the signals that are to come

Usage: sig scheduled [OPTIONS]

Prints what is scheduled, by time, type and id.

  --json               each as one line of JSON

Example:
  sig scheduled --json
)";

result<void> check_texts(const given_options& given) {
  if (trim(given.words().front()).empty()) {
    return fail(error{errc::invalid_argument, "is blank"}.at("TYPE"));
  }
  if (auto fine = check_line(given.words().front(), "TYPE"); !fine) {
    return fine;
  }
  for (const std::string_view option : {"--repeat-key", "--source", "--id"}) {
    if (given.has(option)) {
      if (auto fine = check_line(given.one(option), option); !fine) {
        return fine;
      }
    }
  }
  if (given.has("--id") && trim(given.one("--id")) != given.one("--id")) {
    return fail(
      error{errc::invalid_argument, "begins or ends with a blank"}.at("--id"));
  }
  return {};
}

outcome<exit_status> print_line(std::string_view json) {
  if (auto done = print(one_line(json) + '\n'); !done) {
    return refuse(std::move(done).error());
  }
  return exit_status::clean;
}

outcome<exit_status> run_schedule(const given_options& given,
                                  const surroundings& around) {
  const auto now = system_clock{}.wall_now();
  const auto body = schedule_body(given, now);
  if (!body) {
    return refuse_usage(body.error());
  }
  auto whom = node_of(given, around, client::plain_pacing());
  if (!whom) {
    return refuse(std::move(whom).error());
  }
  // With an id of its own a call that is made again is the same one.
  const auto id =
    given.has("--id") ? given.one("--id") : uuid7_source{}.next(now);
  client::call post;
  post.method = "POST";
  post.target = scheduled_path;
  post.media_type = "application/json";
  post.body = *body;
  post.fields = {"Idempotency-Key: " + id};
  const auto row = ask_for_json(*whom, post);
  if (!row) {
    return refuse(row.error());
  }
  return print_line(*row);
}

outcome<exit_status> run_cancel(const given_options& given,
                                const surroundings& around) {
  const auto words = given.words();
  const bool by_id = given.has("--id");
  if (by_id != words.empty() || words.size() == 1) {
    return refuse_usage(
      error{errc::invalid_argument, "TYPE and REPEAT-KEY, or --id ID"}.mend(
        "sig cancel --help shows the usage"));
  }
  auto whom = node_of(given, around, client::plain_pacing());
  if (!whom) {
    return refuse(std::move(whom).error());
  }
  client::call remove;
  remove.method = "DELETE";
  remove.target = scheduled_path;
  if (by_id) {
    client::append_query(remove.target, "id", given.one("--id"));
  } else {
    client::append_query(remove.target, "type", words[0]);
    client::append_query(remove.target, "repeat_key", words[1]);
  }
  const auto got = ask_for_json(*whom, remove);
  if (!got) {
    return refuse(got.error());
  }
  if (wants_json(given)) {
    return print_line(*got);
  }
  const auto removed = number_of(*got, "removed").value_or(0);
  talk(removed == 0 ? "nothing was scheduled so"
                    : std::to_string(removed) + " cancelled");
  return exit_status::clean;
}

outcome<exit_status> run_scheduled(const given_options& given,
                                   const surroundings& around) {
  auto whom = node_of(given, around, client::plain_pacing());
  if (!whom) {
    return refuse(std::move(whom).error());
  }
  const auto rows = client::read_pages(
    *whom, {scheduled_path, "scheduled", listed_max, "scheduled signals"});
  if (!rows) {
    return refuse(rows.error());
  }
  std::string text;
  if (wants_json(given)) {
    for (const auto& one : *rows) {
      text += one_line(one) + '\n';
    }
  } else if (rows->empty()) {
    talk("nothing is scheduled");
  } else {
    text = scheduled_table(*rows, around.terminal);
  }
  if (auto done = print(text); !done) {
    return refuse(std::move(done).error());
  }
  return exit_status::clean;
}

} // namespace

result<wall_time> read_time_to_come(std::string_view text, wall_time now) {
  if (text.starts_with('+')) {
    const auto later = config::parse_duration(text.substr(1));
    if (!later) {
      return fail(error{later.error()}.at("--at"));
    }
    return now + *later;
  }
  if (const auto read = parse_rfc3339(text)) {
    return *read;
  }
  return fail(error{errc::invalid_argument, in_quotes(text) + " is no time"}
                .at("--at")
                .mend("write it as 2026-01-02T03:04:05Z, or from now on as "
                      "+10m"));
}

result<std::string> schedule_body(const given_options& given, wall_time now) {
  if (auto fine = check_texts(given); !fine) {
    return fail(std::move(fine).error());
  }
  if (!given.has("--at")) {
    return fail(error{errc::invalid_argument, "is missing"}.at("--at").mend(
      "say when: --at 2026-01-02T03:04:05Z or --at +10m"));
  }
  const auto when = read_time_to_come(given.one("--at"), now);
  if (!when) {
    return fail(when.error());
  }
  std::string body{"{"};
  append_text_member(body, "type", given.words().front());
  append_text_member(body, "deliver_at", to_rfc3339(*when));
  if (given.has("--repeat-key")) {
    append_text_member(body, "repeat_key", given.one("--repeat-key"));
  }
  if (given.has("--source")) {
    append_text_member(body, "source", given.one("--source"));
  }
  if (given.has("--data")) {
    const auto data = json_argument(given.one("--data"), "--data");
    if (!data) {
      return fail(data.error());
    }
    body += ",\"data\":" + *data;
  }
  return body += '}';
}

std::string scheduled_table(const std::vector<std::string>& rows,
                            const terminal& screen) {
  table shown{{"DELIVER AT", "TYPE", "REPEAT KEY", "SOURCE", "ID", "DATA"}};
  for (const auto& row : rows) {
    const auto data = member_of(row, "data").value_or("");
    shown.add({text_of(row, "deliver_at"), text_of(row, "type"),
               text_of(row, "repeat_key"), text_of(row, "source"),
               text_of(row, "id"), one_line(data.substr(0, shown_bytes_max))});
  }
  return shown.text(table_width(screen), screen.colour);
}

node_command_form schedule_form() noexcept {
  return {"schedule",
          "publish a signal at a time",
          schedule_help,
          schedule_options,
          1,
          1,
          run_schedule};
}

node_command_form cancel_form() noexcept {
  return {"cancel",    "take back a scheduled signal",
          cancel_help, cancel_options,
          0,           2,
          run_cancel};
}

node_command_form scheduled_form() noexcept {
  return {
    "scheduled",  "list the signals that are to come", scheduled_help, {}, 0, 0,
    run_scheduled};
}

} // namespace libsig::sig
