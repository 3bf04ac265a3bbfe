#include "apps/sig/commands/handle.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <limits>
#include <optional>
#include <utility>

#include "apps/sig/commands/agents.hpp"
#include "apps/sig/commands/commands.hpp"
#include "apps/sig/commands/taker.hpp"
#include "apps/sig/handler.hpp"
#include "apps/sig/interruption.hpp"
#include "apps/sig/json_view.hpp"
#include "apps/sig/spawn.hpp"
#include "libsig/codec/json_text.hpp"
#include "libsig/config/units.hpp"
#include "libsig/core/limits.hpp"

namespace libsig::sig {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t words_max = 10'000;
constexpr std::uint64_t count_max = std::numeric_limits<std::int64_t>::max();

constexpr std::array handle_options{option_form{"--agent"}, option_form{"-n"}};

constexpr std::string_view handle_help =
  R"(sig handle - take what waits for an agent

Usage: sig handle [OPTIONS]
       sig handle [OPTIONS] -- COMMAND [ARGUMENT...]

Takes the oldest item of the agent, waiting for one, prints its signal as one
line of JSON and settles it: it does not come again.

With a COMMAND it goes on until it is interrupted, and runs the command for each
item, with the signal on its standard input. Exit status 0 settles the item;
with any other the node hands it out again after a while, five times in all,
and then keeps it as a dead letter with the status and the last line of the
command's standard error. No shell stands between.

  --agent A            the agent (default: the identity that asks)
  --timeout DURATION   ends with status 124 when no item came for so long, such
                       as 0s, 500ms, 10m (default: 30s; with a command, never)
  -n N                 with a command: ends after so many items
  --json               prints the delivery around the signal, too

An interrupt (SIGINT, SIGTERM) goes to the command, and its item is settled only
if it still exits with 0; a second one kills it. The command finds
SIG_SIGNAL_ID, SIG_SIGNAL_TYPE, SIG_SIGNAL_SOURCE, SIG_SIGNAL_SEQUENCE,
SIG_DELIVERY_ID, SIG_ATTEMPT (from 1), SIG_AGENT, SIG_SILENT and SIG_PATTERNS in
its environment.

Example:
  sig handle --agent fixer -- ./fix.sh
)";

struct handle_request {
  std::string agent;
  std::vector<std::string> command;
  /// How long it waits for an item; nothing for ever.
  std::optional<milliseconds> timeout;
  std::uint64_t count = 1;
};

[[nodiscard]] result<handle_request> read_request(const given_options& given,
                                                  const surroundings& around) {
  handle_request made;
  made.command.assign(given.words().begin(), given.words().end());
  const bool goes_on = !made.command.empty();
  if (given.has("--timeout")) {
    const auto time = config::parse_duration_within(
      given.one("--timeout"), milliseconds{0}, limits::review_deadline_max);
    if (!time) {
      return fail(error{time.error()}.at("--timeout"));
    }
    made.timeout = *time;
  } else if (!goes_on) {
    made.timeout = limits::wait_timeout_default;
  }
  if (given.has("-n") && !goes_on) {
    return fail(
      error{errc::invalid_argument, "stands without a command"}.at("-n"));
  }
  const auto count =
    number_option(given, "-n", count_max, goes_on ? count_max : 1);
  if (!count) {
    return fail(count.error());
  }
  made.count = *count;
  // Before an item is taken, which could not be handled.
  if (goes_on
      && !is_program(made.command.front(),
                     value_of(around.environment, "PATH"))) {
    return fail(
      error{errc::not_found, "no such program"}.at(made.command.front()));
  }
  return made;
}

/// A refusal that only means that nothing came.
[[nodiscard]] refusal timed_out() {
  return {error{errc::deadline_exceeded, "no item came in time"},
          exit_status::timed_out};
}

[[nodiscard]] outcome<handed_item> item_of(std::string_view answer) {
  handed_item made;
  made.delivery = member_of(answer, "delivery").value_or("");
  made.signal = member_of(made.delivery, "signal").value_or("");
  made.delivery_id = member_of(made.delivery, "delivery_id").value_or("");
  if (!made.signal.starts_with('{') || !made.delivery_id.starts_with('"')) {
    return refuse_fault(error{errc::io, "the answer is no delivery"});
  }
  return made;
}

/// Takes one item, prints it, and settles it when it was printed.
[[nodiscard]] outcome<exit_status>
take_one(client::node& whom, const handle_request& what, bool whole) {
  taker from{whom, what.agent, false};
  const auto got = from.take(what.timeout);
  if (!got) {
    return refuse(got.error());
  }
  if (!*got) {
    return refuse(timed_out());
  }
  const auto item = item_of(**got);
  if (!item) {
    return refuse(item.error());
  }
  if (auto done = print(one_line(whole ? item->delivery : item->signal) + '\n');
      !done) {
    return refuse(std::move(done).error());
  }
  if (auto done = from.settle(handled_body(item->delivery_id)); !done) {
    return refuse(std::move(done).error());
  }
  return exit_status::clean;
}

/// Runs the command for one item and says what came of it.
[[nodiscard]] outcome<void> handle_one(taker& from, const handle_request& what,
                                       const handed_item& item,
                                       const surroundings& around, bool whole,
                                       stop_sign& until) {
  const auto ended = run_handler(
    {what.command, handler_environment(around.environment, what.agent, item)},
    std::string{whole ? item.delivery : item.signal} + '\n', until.by());
  if (!ended) {
    return refuse(ended.error(), ended.error().code() == errc::not_found
                                   ? exit_status::usage
                                   : exit_status::infrastructure);
  }
  const auto name =
    text_of(item.signal, "type") + ' ' + text_of(item.signal, "id");
  if (ended->handled) {
    until.overlook();
    auto done = from.settle(handled_body(item.delivery_id));
    if (!done && done.error().reason.code() == errc::stopped) {
      talk(name + ": handled, but the node does not know, and it comes again");
    }
    return done;
  }
  if (until.by().came()) {
    talk(name + ": interrupted, comes again");
    return {};
  }
  talk(name + ": " + ended->reason);
  return from.settle(failed_body(item.delivery_id, ended->reason));
}

[[nodiscard]] outcome<void> take_all(client::node& whom,
                                     const handle_request& what,
                                     const surroundings& around, bool whole,
                                     stop_sign& until) {
  auto& by = until.by();
  taker from{whom, what.agent, true};
  for (std::uint64_t done = 0; done < what.count && !by.came(); ++done) {
    const auto got = from.take(what.timeout);
    if (!got) {
      return refuse(got.error());
    }
    if (!*got) {
      return refuse(timed_out());
    }
    const auto item = item_of(**got);
    if (!item) {
      return refuse(item.error());
    }
    // One that was taken and is not begun comes again.
    if (by.came()) {
      break;
    }
    if (auto one = handle_one(from, what, *item, around, whole, until); !one) {
      return one;
    }
  }
  return {};
}

outcome<exit_status> run_handle(const given_options& given,
                                const surroundings& around) {
  auto what = read_request(given, around);
  if (!what) {
    return refuse_usage(std::move(what).error());
  }
  const bool whole = wants_json(given);
  std::optional<interruption> interrupted;
  std::optional<stop_sign> until;
  if (!what->command.empty()) {
    until.emplace(interrupted.emplace(std::array{SIGINT, SIGTERM}));
  }
  auto whom =
    node_of_wait(given, around, until ? until->pace() : client::plain_pacing());
  if (!whom) {
    return refuse(std::move(whom).error());
  }
  auto agent = agent_of(given, *whom);
  if (!agent) {
    return refuse(std::move(agent).error());
  }
  what->agent = std::move(*agent);
  if (!until) {
    return take_one(*whom, *what, whole);
  }
  const auto done = take_all(*whom, *what, around, whole, *until);
  const bool stopped =
    interrupted->came() && !done && done.error().reason.code() == errc::stopped;
  if (!done && !stopped) {
    return refuse(done.error());
  }
  return exit_status::clean;
}

} // namespace

std::vector<std::string> handler_environment(std::vector<std::string> ours,
                                             std::string_view agent,
                                             const handed_item& of) {
  const auto add = [&ours](std::string_view name, std::string_view value) {
    auto line = std::string{name} + '=';
    std::erase_if(
      ours, [&line](const std::string& one) { return one.starts_with(line); });
    if (value.find('\0') == value.npos) {
      ours.push_back(std::move(line.append(value)));
    }
  };
  const auto raw = [&of](std::string_view name) {
    return member_of(of.delivery, name).value_or("");
  };
  add("SIG_AGENT", agent);
  add("SIG_DELIVERY_ID", string_of(of.delivery_id).value_or(""));
  add("SIG_ATTEMPT", raw("attempt"));
  add("SIG_SILENT", raw("silent"));
  add("SIG_PATTERNS", raw("patterns"));
  add("SIG_SIGNAL_ID", text_of(of.signal, "id"));
  add("SIG_SIGNAL_TYPE", text_of(of.signal, "type"));
  add("SIG_SIGNAL_SOURCE", text_of(of.signal, "source"));
  add("SIG_SIGNAL_SEQUENCE", text_of(of.signal, "sequence"));
  return ours;
}

std::string handled_body(std::string_view delivery_id) {
  return "{\"handled\":[" + std::string{delivery_id} + "]}";
}

std::string failed_body(std::string_view delivery_id, std::string_view reason) {
  auto body = "{\"failed\":[" + std::string{delivery_id} + "],\"reason\":";
  codec::append_json_string(body, reason);
  return body + '}';
}

node_command_form handle_form() noexcept {
  return {"handle",    "take what waits for an agent",
          handle_help, handle_options,
          0,           words_max,
          run_handle,  true};
}

} // namespace libsig::sig
