#include "apps/sig/commands/topic.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "apps/sig/client/problem.hpp"
#include "apps/sig/commands/commands.hpp"
#include "apps/sig/json_view.hpp"
#include "apps/sig/text_argument.hpp"
#include "libsig/codec/json_text.hpp"
#include "libsig/config/units.hpp"
#include "libsig/core/in_quotes.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/time.hpp"
#include "libsig/core/trim.hpp"

namespace libsig::sig {

namespace {

using codec::append_json_string;
using std::chrono::milliseconds;

constexpr std::array<std::string_view, 1> send_only{"--id"};
/// How long a wait is tried again after its connection was lost.
constexpr milliseconds first_pause{200};
constexpr milliseconds pause_max{5'000};
constexpr std::chrono::seconds put_off_max{10};

// -- reading
// -------------------------------------------------------------------

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
  append_text_member(out, "mode", all ? "all" : any ? "any" : "one");
  out += ",\"topics\":[" + list + ']';
  return {};
}

[[nodiscard]] result<void> read_start(const given_options& given,
                                      topic_wait& what) {
  if (!given.has("--start")) {
    return {};
  }
  what.start = given.one("--start");
  return check_text(*what.start, "--start");
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

} // namespace

// -- asking
// --------------------------------------------------------------------

outcome<std::string> ask_topic_wait(client::node& whom, topic_wait what,
                                    const clock& time) {
  const auto begin = time.steady_now();
  const auto begun = time.wall_now();
  auto pause = first_pause;
  // One that was never there is said at once.
  bool met = false;
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
    const bool lost = !got && got.error().fault == client::fault::lost;
    met = met || got || lost;
    const bool away =
      !got && met && got.error().fault == client::fault::unreachable;
    const bool put_off = got && (got->status == 429 || got->status == 503)
                         && got->retry_after
                         && *got->retry_after <= put_off_max;
    if (!(lost || away || put_off) || left <= pause) {
      return refuse(got ? client::refusal_of(*got, whom.with())
                        : client::refusal_of(got.error(), whom.with()));
    }
    if (what.start && trim(*what.start) == "new") {
      // What comes until the next try came after this one began.
      what.start = "time:" + to_rfc3339(begun);
    }
    const auto rest =
      got ? std::max(pause, milliseconds{*got->retry_after}) : pause;
    if (!whom.wait(std::min(rest, left))) {
      return refuse_fault(error{errc::stopped, "interrupted"});
    }
  }
}

result<topic_wait> read_topic_wait(const given_options& given) {
  if (auto fine = check_none(given, send_only, "sig topic send"); !fine) {
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
      .and_then([&] { return read_start(given, made); })
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
  auto out = '{' + what.members;
  if (what.start) {
    append_text_member(out, "start", *what.start);
  }
  return out + ",\"timeout_ms\":" + std::to_string(timeout.count()) + '}';
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

outcome<exit_status> run_topic_wait(const given_options& given,
                                    const surroundings& around) {
  const auto what = read_topic_wait(given);
  if (!what) {
    return refuse_usage(what.error());
  }
  auto whom = node_of_wait(given, around, client::plain_pacing());
  if (!whom) {
    return refuse(std::move(whom).error());
  }
  const auto answer = ask_topic_wait(*whom, *what, system_clock{});
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

} // namespace libsig::sig
