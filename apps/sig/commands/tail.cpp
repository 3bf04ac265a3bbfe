#include "apps/sig/commands/tail.hpp"

#include <array>
#include <charconv>
#include <system_error>
#include <utility>

#include "apps/sig/client/follow.hpp"
#include "apps/sig/client/log.hpp"
#include "apps/sig/commands/commands.hpp"
#include "apps/sig/commands/log_text.hpp"
#include "apps/sig/interruption.hpp"
#include "apps/sig/json_view.hpp"
#include "apps/sig/output.hpp"
#include "libsig/core/in_quotes.hpp"
#include "libsig/core/pattern.hpp"

namespace libsig::sig {

namespace {

constexpr std::uint64_t tailed_default = 10;
constexpr std::uint64_t tailed_max = 100'000;

constexpr std::array tail_options{option_form{"--since"}, option_form{"-n"},
                                  option_form{"-f", false, true},
                                  option_form{"--follow", false, true}};

constexpr std::string_view tail_help = R"(sig tail - show and follow signals

Usage: sig tail [PATTERN] [OPTIONS]

Prints signals as CloudEvents, one line of JSON each, oldest first: the newest
ten, or all since a point of the log. PATTERN chooses types: * is one segment,
** any number.

  --since SEQ or TIME  from this sequence or this time of recording on, such as
                       1200 or 2026-01-02T03:04:05Z
  -n N                 without --since: how many to begin with (default 10)
  -f, --follow         stay, and print what comes; goes on where it was when the
                       node was away. An interrupt ends it with status 0

Example:
  sig tail 'review.*' --since 0 -f
)";

struct tail_request {
  std::string pattern;
  std::optional<log_start> since;
  std::size_t count = 0;
  bool follows = false;
};

result<tail_request> read_tail(const given_options& given) {
  tail_request made;
  made.follows = given.has("-f") || given.has("--follow");
  if (!given.words().empty()) {
    const auto stated = pattern::parse(given.words().front());
    if (!stated) {
      return fail(error{stated.error()}.at("PATTERN"));
    }
    made.pattern = stated->text();
  }
  if (given.has("--since")) {
    if (given.has("-n")) {
      return fail(
        error{errc::invalid_argument, "stands beside --since"}.at("-n"));
    }
    const auto start = parse_log_start(given.one("--since"));
    if (!start) {
      return fail(error{start.error()}.at("--since"));
    }
    made.since = *start;
  }
  const auto count = number_option(given, "-n", tailed_max, tailed_default);
  if (!count) {
    return fail(count.error());
  }
  made.count = static_cast<std::size_t>(*count);
  return made;
}

/// Whether a signal lies before the time that was asked for.
bool is_early(const tail_request& what, std::string_view event) {
  const auto* const since =
    what.since ? std::get_if<wall_time>(&*what.since) : nullptr;
  if (since == nullptr) {
    return false;
  }
  const auto recorded = client::recorded_time_of(event);
  return recorded && *recorded < *since;
}

/// The position behind which it begins; prints what stands before the stream.
outcome<std::uint64_t> begin(client::node& whom, const tail_request& what) {
  if (what.since) {
    if (const auto* const time = std::get_if<wall_time>(&*what.since)) {
      return client::position_before(whom, *time);
    }
    const auto sequence = std::get<std::uint64_t>(*what.since);
    return sequence == 0 ? 0 : sequence - 1;
  }
  // First where the log ends, so that nothing is left out between both.
  const auto last = client::last_sequence(whom);
  if (!last) {
    return refuse(last.error());
  }
  client::log_query newest;
  newest.type = what.pattern;
  newest.before = std::to_string(*last + 1);
  const auto found = client::newest_signals(whom, newest, what.count);
  if (!found) {
    return refuse(found.error());
  }
  if (auto done = print(json_lines(*found)); !done) {
    return refuse(std::move(done).error());
  }
  return *last;
}

outcome<void> print_log(client::node& whom, const tail_request& what,
                        std::uint64_t after) {
  client::log_query rest;
  rest.type = what.pattern;
  rest.after = std::to_string(after);
  return client::read_log(
    whom, std::move(rest), [&what](const std::string& event) -> outcome<bool> {
      if (is_early(what, event)) {
        return true;
      }
      if (auto done = print(one_line(event) + '\n'); !done) {
        return refuse(std::move(done).error());
      }
      return true;
    });
}

outcome<void> print_stream(client::node& whom, const tail_request& what,
                           std::uint64_t after) {
  client::follow_receiver to;
  to.signal = [&what](std::string_view event) -> result<void> {
    return is_early(what, event)
             ? result<void>{}
             : write_standard_output(one_line(event) + '\n');
  };
  to.note = [](const std::string& sentence) { talk("note: " + sentence); };
  return client::follow(whom, {what.pattern, after}, to);
}

outcome<void> tail(client::node& whom, const tail_request& what) {
  const auto after = begin(whom, what);
  if (!after) {
    return refuse(after.error());
  }
  if (what.follows) {
    return print_stream(whom, what, *after);
  }
  return what.since ? print_log(whom, what, *after) : outcome<void>{};
}

outcome<exit_status> run_tail(const given_options& given,
                              const surroundings& around) {
  const auto what = read_tail(given);
  if (!what) {
    return refuse_usage(what.error());
  }
  interruption interrupted;
  auto whom = node_of(given, around, interrupted.pace());
  if (!whom) {
    return refuse(std::move(whom).error());
  }
  const auto done = tail(*whom, *what);
  if (!done && interrupted.came()) {
    return exit_status::clean;
  }
  if (!done) {
    return refuse(done.error());
  }
  return exit_status::clean;
}

} // namespace

result<log_start> parse_log_start(std::string_view text) {
  std::uint64_t sequence = 0;
  const auto* const end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, sequence);
  constexpr auto most = static_cast<std::uint64_t>(INT64_MAX);
  if (problem == std::errc{} && rest == end && sequence <= most) {
    return log_start{sequence};
  }
  if (const auto time = parse_rfc3339(text)) {
    return log_start{*time};
  }
  return fail(
    error{errc::invalid_argument, in_quotes(text) + " is no sequence or time"}
      .mend("write a number, or a time as 2026-01-02T03:04:05Z"));
}

node_command_form tail_form() noexcept {
  return {"tail",  "show and follow signals", tail_help, tail_options, 0, 1,
          run_tail};
}

} // namespace libsig::sig
