#include "apps/sig/commands/topic.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "apps/sig/client/problem.hpp"
#include "apps/sig/commands/commands.hpp"
#include "apps/sig/json_argument.hpp"
#include "apps/sig/json_view.hpp"
#include "libsig/codec/json_text.hpp"
#include "libsig/config/units.hpp"
#include "libsig/core/id.hpp"
#include "libsig/core/in_quotes.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/time.hpp"
#include "libsig/core/trim.hpp"
#include "libsig/core/utf8.hpp"

namespace libsig::sig {

namespace {

using codec::append_json_string;
using std::chrono::milliseconds;

constexpr std::array topic_options{
  option_form{"--conversation"},
  option_form{"--id"},
  option_form{"--any", false},
  option_form{"--all", false},
  option_form{"--start"},
  option_form{"--consumer"},
  option_form{"--last-id", true, true},
};

constexpr std::array<std::string_view, 1> send_only{"--id"};
constexpr std::array<std::string_view, 6> wait_only{
  "--any", "--all", "--start", "--consumer", "--last-id", "--timeout"};

/// How long a wait is tried again after its connection was lost.
constexpr milliseconds first_pause{200};
constexpr milliseconds pause_max{5'000};
constexpr std::chrono::seconds put_off_max{10};

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

// -- reading
// -------------------------------------------------------------------

[[nodiscard]] error at_option(std::string_view option, std::string detail) {
  return error{errc::invalid_argument, std::move(detail)}.at(
    std::string{option});
}

/// Refuses an option of the other half.
template <class Options>
[[nodiscard]] result<void> check_none(const given_options& given,
                                      const Options& options,
                                      std::string_view of) {
  for (const auto option : options) {
    if (given.has(option)) {
      return fail(
        at_option(option, "is an option of sig topic " + std::string{of}));
    }
  }
  return {};
}

/// What JSON could not say as it is.
[[nodiscard]] result<void> check_text(std::string_view text,
                                      std::string_view place) {
  if (!is_utf8(text)) {
    return fail(at_option(place, "is not UTF-8"));
  }
  if (trim(text).empty()) {
    return fail(at_option(place, "is empty"));
  }
  return {};
}

void append_member(std::string& out, std::string_view name,
                   std::string_view text) {
  out += out.empty() ? "\"" : ",\"";
  out += name;
  out += "\":";
  append_json_string(out, text);
}

[[nodiscard]] result<void> append_option(std::string& out,
                                         std::string_view name,
                                         const given_options& given,
                                         std::string_view option) {
  if (!given.has(option)) {
    return {};
  }
  const auto& text = given.one(option);
  if (auto fine = check_text(text, option); !fine) {
    return fine;
  }
  append_member(out, name, text);
  return {};
}

/// The topic of `TOPIC=ID`: the longest that is waited for, since topics may
/// have a `=` as well.
[[nodiscard]] result<std::string_view>
topic_of(std::string_view stated, const std::vector<std::string>& topics) {
  std::string_view found;
  for (const std::string_view one : topics) {
    if (one.size() >= found.size() && stated.starts_with(one)
        && stated.substr(one.size()).starts_with('=')) {
      found = one;
    }
  }
  if (found.empty()) {
    return fail(
      at_option("--last-id", in_quotes(stated) + " names no topic of this wait")
        .mend("write TOPIC=ID"));
  }
  return found;
}

[[nodiscard]] result<void> append_last_ids(std::string& out,
                                           const given_options& given,
                                           const topic_wait& what) {
  const auto stated = given.all("--last-id");
  if (stated.empty()) {
    return {};
  }
  std::string ids;
  for (const auto& one : stated) {
    const auto topic = topic_of(one, what.topics);
    if (!topic) {
      return fail(topic.error());
    }
    if (auto fine = check_text(one, "--last-id"); !fine) {
      return fine;
    }
    ids += ids.empty() ? "" : ",";
    append_json_string(ids, *topic);
    ids += ':';
    append_json_string(ids, std::string_view{one}.substr(topic->size() + 1));
  }
  out += ",\"last_ids\":{" + ids + '}';
  return {};
}

[[nodiscard]] result<void>
append_topics(std::string& out, const given_options& given, topic_wait& what) {
  const auto words = given.words().subspan(1);
  std::string list;
  for (const auto& one : words) {
    if (auto fine = check_text(one, "TOPIC"); !fine) {
      return fine;
    }
    list += list.empty() ? "" : ",";
    append_json_string(list, trim(one));
    if (std::ranges::find(what.topics, trim(one)) == what.topics.end()) {
      what.topics.emplace_back(trim(one));
    }
  }
  const bool any = given.has("--any");
  const bool all = given.has("--all");
  if (any && all) {
    return fail(at_option("--any", "stands beside --all"));
  }
  if (what.topics.size() > 1 && !any && !all) {
    return fail(at_option("TOPIC", "there are several")
                  .mend("say whether --any or --all"));
  }
  append_member(out, "mode", all ? "all" : any ? "any" : "one");
  out += ",\"topics\":[" + list + ']';
  return {};
}

// -- answering
// -----------------------------------------------------------------

/// A sentence about the topics.
[[nodiscard]] std::string named(const topic_wait& what) {
  return what.topics.size() == 1
           ? in_quotes(what.topics.front())
           : std::to_string(what.topics.size()) + " topics";
}

[[nodiscard]] refusal expired(std::string_view answer) {
  const auto topic = text_of(answer, "topic");
  const auto cursor = text_of(answer, "earliest_cursor");
  auto why =
    error{errc::not_found, "what came behind the cursor is no longer kept"}.at(
      topic);
  return {cursor.empty()
            ? std::move(why)
            : std::move(why).mend("go on with the oldest that is: --last-id "
                                  + in_quotes(topic + "=" + cursor)),
          exit_status::usage};
}

[[nodiscard]] refusal timed_out(const topic_wait& what,
                                std::string_view answer) {
  std::string missing;
  for (const auto one :
       elements_of(member_of(answer, "missing").value_or("[]"))) {
    missing += missing.empty() ? "" : ", ";
    missing += in_quotes(string_of(one).value_or(""));
  }
  return {error{errc::deadline_exceeded,
                "no message on " + (missing.empty() ? named(what) : missing)
                  + " within " + config::format_duration(what.timeout)},
          exit_status::timed_out};
}

/// A message's line: `{"ok":true,"topic","message":{"payload"},…}`.
void append_line(std::string& out, std::string_view hit, bool with_topic) {
  if (with_topic) {
    out += text_of(hit, "topic") + '\t';
  }
  const auto message = member_of(hit, "message").value_or("{}");
  out += one_line(member_of(message, "payload").value_or("null")) + '\n';
}

// -- asking
// --------------------------------------------------------------------

/// Asks until there is an answer: the node may start again meanwhile.
[[nodiscard]] outcome<std::string> ask(client::node& whom,
                                       const topic_wait& what) {
  const system_clock time;
  const auto begin = time.steady_now();
  auto pause = first_pause;
  for (;; pause = std::min(pause * 2, pause_max)) {
    const auto past =
      std::chrono::duration_cast<milliseconds>(time.steady_now() - begin);
    const auto left = std::max(what.timeout - past, milliseconds{0});
    const auto body = wait_body(what, left);
    client::call post;
    post.method = "POST";
    post.target = "/v1/wait";
    post.media_type = "application/json";
    post.body = body;
    post.longer = left;
    auto got = whom.try_once(post);
    if (got && got->status == 200) {
      return std::move(got->body);
    }
    const bool again = got ? (got->status == 429 || got->status == 503)
                               && got->retry_after
                               && *got->retry_after <= put_off_max
                           : got.error().fault == client::fault::lost;
    if (!again || left <= pause) {
      return refuse(got ? client::refusal_of(*got, whom.with())
                        : client::refusal_of(got.error(), whom.with()));
    }
    const auto rest =
      got ? std::max(pause, milliseconds{*got->retry_after}) : pause;
    if (!whom.wait(std::min(rest, left))) {
      return refuse_fault(error{errc::stopped, "interrupted"});
    }
  }
}

outcome<exit_status> run_wait(const given_options& given,
                              const surroundings& around) {
  const auto what = read_topic_wait(given);
  if (!what) {
    return refuse_usage(what.error());
  }
  auto whom = node_of_wait(given, around, client::plain_pacing());
  if (!whom) {
    return refuse(std::move(whom).error());
  }
  const auto answer = ask(*whom, *what);
  if (!answer) {
    return refuse(answer.error());
  }
  if (auto safe = check_answer(*answer); !safe) {
    return refuse_fault(std::move(safe).error().at(whom->with().address.base));
  }
  const auto lines = read_wait_answer(*what, *answer);
  const bool whole = wants_json(given);
  if (whole || lines) {
    if (auto done = print(whole ? one_line(*answer) + '\n' : *lines); !done) {
      return refuse(std::move(done).error());
    }
  }
  if (!lines) {
    return refuse(lines.error());
  }
  return exit_status::clean;
}

outcome<exit_status> run_send(const given_options& given,
                              const surroundings& around) {
  const auto now = system_clock{}.wall_now();
  const auto what = read_topic_send(given, uuid7_source{}.next(now));
  if (!what) {
    return refuse_usage(what.error());
  }
  auto whom = node_of(given, around, client::plain_pacing());
  if (!whom) {
    return refuse(std::move(whom).error());
  }
  client::call post;
  post.method = "POST";
  post.target = client::path_of("/v1/topics", what->topic) + "/signals";
  post.media_type = "application/json";
  post.body = what->body;
  post.fields = {"Idempotency-Key: " + what->id};
  const auto receipt = ask_for_json(*whom, post);
  if (!receipt) {
    auto why = receipt.error();
    if (why.status == exit_status::timed_out
        || (why.reason.code() == errc::io && why.reason.remedy().empty())) {
      why.reason =
        std::move(why.reason)
          .mend("whether it was sent is not known; repeat it with --id "
                + what->id);
    }
    return refuse(std::move(why));
  }
  if (auto done = print(one_line(*receipt) + '\n'); !done) {
    return refuse(std::move(done).error());
  }
  return exit_status::clean;
}

outcome<exit_status> run_topic(const given_options& given,
                               const surroundings& around) {
  const auto& verb = given.words().front();
  if (verb == "send") {
    return run_send(given, around);
  }
  if (verb == "wait") {
    return run_wait(given, around);
  }
  return refuse_usage(
    error{errc::invalid_argument, "is neither send nor wait"}.at(
      in_quotes(verb)));
}

} // namespace

result<topic_send> read_topic_send(const given_options& given, std::string id) {
  if (auto fine = check_none(given, wait_only, "wait"); !fine) {
    return fail(std::move(fine).error());
  }
  const auto words = given.words();
  if (words.size() > 3) {
    return fail(at_option(in_quotes(words[3]), "stands behind the JSON")
                  .mend("quote the JSON"));
  }
  if (auto fine = check_text(words[1], "TOPIC"); !fine) {
    return fail(std::move(fine).error());
  }
  topic_send made{std::string{trim(words[1])},
                  given.has("--id") ? given.one("--id") : std::move(id),
                  {}};
  if (auto fine = check_text(made.id, "--id");
      !fine || has_control_character(made.id)) {
    return fail(at_option("--id", "must be a text of one line"));
  }
  if (words.size() > 2) {
    auto payload = json_argument(words[2], "JSON");
    if (!payload) {
      return fail(std::move(payload).error());
    }
    made.body = "\"payload\":" + std::move(*payload);
  }
  if (auto fine =
        append_option(made.body, "conversation_id", given, "--conversation");
      !fine) {
    return fail(std::move(fine).error());
  }
  made.body = '{' + made.body + '}';
  return made;
}

result<topic_wait> read_topic_wait(const given_options& given) {
  if (auto fine = check_none(given, send_only, "send"); !fine) {
    return fail(std::move(fine).error());
  }
  topic_wait made;
  made.timeout = limits::wait_timeout_default;
  if (given.has("--timeout")) {
    const auto time = config::parse_duration_within(
      given.one("--timeout"), milliseconds{0}, limits::wait_timeout_max);
    if (!time) {
      return fail(error{time.error()}.at("--timeout"));
    }
    made.timeout = *time;
  }
  auto& out = made.members;
  auto done =
    append_topics(out, given, made)
      .and_then([&] { return append_last_ids(out, given, made); })
      .and_then([&] { return append_option(out, "start", given, "--start"); })
      .and_then(
        [&] { return append_option(out, "consumer", given, "--consumer"); })
      .and_then([&] {
        return append_option(out, "conversation_id", given, "--conversation");
      });
  if (!done) {
    return fail(std::move(done).error());
  }
  return made;
}

std::string wait_body(const topic_wait& what, milliseconds timeout) {
  return '{' + what.members
         + ",\"timeout_ms\":" + std::to_string(timeout.count()) + '}';
}

outcome<std::string> read_wait_answer(const topic_wait& what,
                                      std::string_view answer) {
  if (text_of(answer, "error") == "cursor_expired") {
    return refuse(expired(answer));
  }
  if (member_of(answer, "ok") != "true") {
    return refuse(timed_out(what, answer));
  }
  const bool several = what.topics.size() > 1;
  std::string lines;
  const auto messages = member_of(answer, "messages");
  if (!messages) {
    append_line(lines, answer, several);
    return lines;
  }
  for (const auto& [name, hit] : members_of(*messages)) {
    append_line(lines, hit, several);
  }
  return lines;
}

node_command_form topic_form() noexcept {
  return {
    "topic", "send to topics, and wait for them", topic_help, topic_options,
    2,       limits::wait_topics_max + 1,         run_topic,  true};
}

} // namespace libsig::sig
