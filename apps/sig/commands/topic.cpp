#include "apps/sig/commands/topic.hpp"

#include <array>

#include "apps/sig/commands/commands.hpp"
#include "libsig/core/in_quotes.hpp"
#include "libsig/core/limits.hpp"

namespace libsig::sig {

namespace {

constexpr std::array topic_options{
  option_form{"--conversation"},
  option_form{"--id"},
  option_form{"--any", false},
  option_form{"--all", false},
  option_form{"--start"},
  option_form{"--consumer"},
  option_form{"--last-id", true, true},
};

constexpr std::string_view topic_help =
  R"(sig topic - send to topics, and wait for them

Usage: sig topic send TOPIC [JSON] [OPTIONS]
       sig topic wait TOPIC... [OPTIONS]

'send' sends a JSON object ({} without one; @FILE reads a file, - standard
input) and prints the receipt, one line of JSON, once the node has it on its
disk. 'wait' sleeps until a message is there, and prints its payload on one
line; of several topics the topic and a tab before it. Messages are signals
whose type is the topic: 'sig publish' sends them, too.

  --conversation C     people who follow the conversation see it; a wait keeps
                       a cursor for each

Sending:
  --id ID              its id (default: a new UUID); the same id again is the
                       same signal, so that repeating is safe

Waiting:
  --any, --all         for one message of any of the topics, or of each
  --last-id TOPIC=ID   what comes behind this message or cursor
  --start S            without a cursor: latest (default: the newest, else the
                       next), earliest, new, sequence:N or time:T
  --consumer N         whose cursor moves (default: the identity's)
  --timeout DURATION   ends with status 124 after so long, such as 0s, 500ms,
                       10m (default: 30s)
  --json               prints the whole answer, also when none came in time

A consumer's cursor moves behind each message that was printed; one that is no
longer kept ends with status 2 and says where to go on.

Example:
  sig topic wait --all build.done test.done --timeout 5m
)";

outcome<exit_status> run_topic(const given_options& given,
                               const surroundings& around) {
  const auto& verb = given.words().front();
  if (verb == "send") {
    return run_topic_send(given, around);
  }
  if (verb == "wait") {
    return run_topic_wait(given, around);
  }
  return refuse_usage(
    error{errc::invalid_argument, "is neither send nor wait"}.at(
      in_quotes(verb)));
}

} // namespace

node_command_form topic_form() noexcept {
  return {
    "topic", "send to topics, and wait for them", topic_help, topic_options,
    2,       limits::wait_topics_max + 1,         run_topic,  true};
}

} // namespace libsig::sig
