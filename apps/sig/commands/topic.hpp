#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/sig/arguments.hpp"
#include "apps/sig/client/node.hpp"
#include "apps/sig/outcome.hpp"
#include "apps/sig/surroundings.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/time.hpp"

namespace libsig::sig {

/// What `sig topic send` sends.
struct topic_send {
  std::string topic;
  /// Of the signal; sent again, the same signal.
  std::string id;
  /// JSON.
  std::string body;
};

/// Reads the arguments of `sig topic send`; `id` is that of a signal for which
/// none is stated.
[[nodiscard]] result<topic_send> read_topic_send(const given_options& given,
                                                 std::string id);

/// What `sig topic wait` asks for.
struct topic_wait {
  std::vector<std::string> topics;
  std::chrono::milliseconds timeout{0};
  /// Where to begin, as it is stated.
  std::optional<std::string> start;
  /// The members of the request but these, without the brackets.
  std::string members;
};

/// Reads the arguments of `sig topic wait`.
[[nodiscard]] result<topic_wait> read_topic_wait(const given_options& given);

/// The body of a wait that lasts so long.
[[nodiscard]] std::string wait_body(const topic_wait& what,
                                    std::chrono::milliseconds timeout);

/// Asks until there is an answer: the node may start again meanwhile. A wait
/// for what is new goes on from when it began, by the clock of who asks.
[[nodiscard]] outcome<std::string>
ask_topic_wait(client::node& whom, topic_wait what, const clock& time);

/// What a node's answer to a wait is for people: each message's payload on a
/// line, behind its topic when there are several. A wait that ended without
/// (all of) them is a refusal with its exit status and remedy.
[[nodiscard]] outcome<std::string> read_wait_answer(const topic_wait& what,
                                                    std::string_view answer);

/// Does `sig topic send`.
[[nodiscard]] outcome<exit_status> run_topic_send(const given_options& given,
                                                  const surroundings& around);

/// Does `sig topic wait`.
[[nodiscard]] outcome<exit_status> run_topic_wait(const given_options& given,
                                                  const surroundings& around);

} // namespace libsig::sig
