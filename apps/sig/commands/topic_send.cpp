#include "apps/sig/commands/topic.hpp"

#include <array>
#include <utility>

#include "apps/sig/commands/commands.hpp"
#include "apps/sig/json_argument.hpp"
#include "apps/sig/json_view.hpp"
#include "apps/sig/text_argument.hpp"
#include "libsig/core/id.hpp"
#include "libsig/core/in_quotes.hpp"
#include "libsig/core/time.hpp"
#include "libsig/core/trim.hpp"
#include "libsig/core/utf8.hpp"

namespace libsig::sig {

namespace {

constexpr std::array<std::string_view, 6> wait_only{
  "--any", "--all", "--start", "--consumer", "--last-id", "--timeout"};

} // namespace

result<topic_send> read_topic_send(const given_options& given, std::string id) {
  if (auto fine = check_none(given, wait_only, "sig topic wait"); !fine) {
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

outcome<exit_status> run_topic_send(const given_options& given,
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

} // namespace libsig::sig
