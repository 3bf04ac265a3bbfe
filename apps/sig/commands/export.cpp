#include "apps/sig/commands/export.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "apps/sig/client/log.hpp"
#include "apps/sig/commands/commands.hpp"
#include "apps/sig/csv.hpp"
#include "apps/sig/json_view.hpp"
#include "libsig/core/in_quotes.hpp"

namespace libsig::sig {

namespace {

/// Text that is gathered before it is written.
constexpr std::size_t written_bytes = 256u << 10;

constexpr std::array export_options{option_form{"--jsonl", false, true},
                                    option_form{"--csv", false, true},
                                    option_form{"--from"}, option_form{"--to"},
                                    option_form{"--type", true, true}};

constexpr std::string_view export_help = R"(sig export - write out the log

Usage: sig export (--jsonl | --csv) [OPTIONS]

Prints the log, oldest first, with all of its data.

  --jsonl              each signal as a CloudEvent on one line of JSON
  --csv                the columns event_type, args (the data as JSON),
                       unix_time (milliseconds) and ai_friendly_time: of the
                       event's own time, else of its recording. Fields are
                       quoted as RFC 4180 has it and otherwise left as they are;
                       signals to an inbox are left out
  --from TIME          only what was recorded at this time or later
  --to TIME            only what was recorded at this time or before
  --type TYPE          only this type, repeatable; a pattern such as build.*
                       works, too

Example:
  sig export --csv --from 2026-01-01T00:00:00Z --type order.paid > paid.csv
)";

result<std::optional<wall_time>> time_option(const given_options& given,
                                             std::string_view name) {
  if (!given.has(name)) {
    return std::nullopt;
  }
  const auto& text = given.one(name);
  const auto time = parse_rfc3339(text);
  if (!time) {
    return fail(error{errc::invalid_argument, in_quotes(text) + " is no time"}
                  .at(std::string{name})
                  .mend("write it as 2026-01-02T03:04:05Z"));
  }
  return time;
}

std::string_view trim(std::string_view text) noexcept {
  constexpr std::string_view blanks = " \t\r\n";
  const auto begin = text.find_first_not_of(blanks);
  return begin == text.npos
           ? std::string_view{}
           : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// Prints what belongs to the export, gathered into larger pieces.
class export_writer {
public:
  export_writer(client::node& whom, const export_request& what)
    : whom_{whom}, what_{what}, filter_{what.types},
      text_{what.csv ? csv_head : std::string_view{}} {}

  outcome<bool> take(const std::string& event) {
    const auto recorded = client::recorded_time_of(event);
    if (recorded && what_.to) {
      if (*recorded > *what_.to + client::clock_step_max) {
        return false;
      }
      if (*recorded > *what_.to) {
        return true;
      }
    }
    const bool early = recorded && what_.from && *recorded < *what_.from;
    if (early || !filter_.takes(text_of(event, "type"))
        || (what_.csv && !belongs_into_csv(event))) {
      return true;
    }
    auto whole = client::with_data(whom_, event);
    if (!whole) {
      return refuse(std::move(whole).error());
    }
    if (what_.csv) {
      append_csv_row(text_, *whole);
    } else {
      text_ += one_line(*whole) + '\n';
    }
    if (text_.size() < written_bytes) {
      return true;
    }
    if (auto done = flush(); !done) {
      return refuse(std::move(done).error());
    }
    return true;
  }

  outcome<void> flush() { return print(std::exchange(text_, {})); }

private:
  client::node& whom_;
  const export_request& what_;
  type_filter filter_;
  std::string text_;
};

outcome<void> write_export(client::node& whom, const export_request& what) {
  client::log_query log;
  log.type = type_filter{what.types}.pattern_text();
  if (what.from) {
    const auto position = client::position_before(whom, *what.from);
    if (!position) {
      return refuse(position.error());
    }
    log.after = std::to_string(*position);
  }
  export_writer writer{whom, what};
  const auto read =
    client::read_log(whom, std::move(log), [&writer](const std::string& event) {
      return writer.take(event);
    });
  return read ? writer.flush() : read;
}

outcome<exit_status> run_export(const given_options& given,
                                const surroundings& around) {
  const auto what = read_export(given);
  if (!what) {
    return refuse_usage(what.error());
  }
  auto whom = node_of(given, around, client::plain_pacing());
  if (!whom) {
    return refuse(std::move(whom).error());
  }
  if (auto done = write_export(*whom, *what); !done) {
    return refuse(std::move(done).error());
  }
  return exit_status::clean;
}

} // namespace

type_filter::type_filter(const std::vector<std::string>& types) {
  for (const auto& type : types) {
    auto parsed = pattern::parse(type);
    const bool wild =
      parsed && std::ranges::any_of(parsed->segments(), [](const auto& one) {
        return one.kind != pattern::kind::literal;
      });
    if (wild) {
      patterns_.push_back(std::move(*parsed));
    } else {
      names_.push_back(type);
    }
  }
}

bool type_filter::takes(std::string_view type) const {
  if (names_.empty() && patterns_.empty()) {
    return true;
  }
  return std::ranges::find(names_, type) != names_.end()
         || std::ranges::any_of(
           patterns_, [type](const pattern& one) { return one.matches(type); });
}

std::string type_filter::pattern_text() const {
  if (names_.size() + patterns_.size() != 1) {
    return {};
  }
  if (!patterns_.empty()) {
    return patterns_.front().text();
  }
  // A type may be anything, a pattern has no empty segments.
  const auto parsed = pattern::parse(names_.front());
  return parsed && parsed->text() == names_.front() ? names_.front()
                                                    : std::string{};
}

result<export_request> read_export(const given_options& given) {
  if (given.has("--csv") == given.has("--jsonl")) {
    return fail(
      error{errc::invalid_argument, "--jsonl or --csv, one of them"}.mend(
        "sig export --help shows the options"));
  }
  export_request made;
  made.csv = given.has("--csv");
  const auto from = time_option(given, "--from");
  const auto to = time_option(given, "--to");
  if (!from || !to) {
    return fail(from ? to.error() : from.error());
  }
  made.from = *from;
  made.to = *to;
  if (made.from && made.to && *made.from > *made.to) {
    return fail(
      error{errc::invalid_argument, "is later than --to"}.at("--from"));
  }
  for (const auto& text : given.all("--type")) {
    const std::string type{trim(text)};
    if (type.empty()) {
      return fail(error{errc::invalid_argument, "is blank"}.at("--type"));
    }
    if (std::ranges::find(made.types, type) == made.types.end()) {
      made.types.push_back(type);
    }
  }
  if (made.types.size() > export_types_max) {
    return fail(
      error{errc::invalid_argument,
            "more than " + std::to_string(export_types_max) + " types"}
        .at("--type"));
  }
  return made;
}

node_command_form export_form() noexcept {
  return {"export",    "write out the log as JSON lines or CSV",
          export_help, export_options,
          0,           0,
          run_export};
}

} // namespace libsig::sig
