#include <array>
#include <utility>

#include "apps/sig/commands/commands.hpp"
#include "apps/sig/commands/publish.hpp"
#include "apps/sig/json_argument.hpp"
#include "apps/sig/json_view.hpp"
#include "apps/sig/text_argument.hpp"
#include "libsig/codec/cloudevents.hpp"
#include "libsig/core/id.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/percent.hpp"

namespace libsig::sig {

namespace {

constexpr std::array publish_options{
  option_form{"--data"},     option_form{"--source"},
  option_form{"--subject"},  option_form{"--to"},
  option_form{"--category"}, option_form{"--in-reply-to"},
  option_form{"--id"},
};

constexpr std::string_view publish_help = R"(sig publish - publish a signal

Usage: sig publish TYPE [OPTIONS]

Prints the receipt, one line of JSON, once the node has the signal on its disk.

Signal:
  --data JSON          its data; @FILE reads a file, - standard input
  --source S           who sends it (default: /agents/IDENTITY, else /system)
  --subject S          what it is about
  --to IDENTITY        only to this inbox
  --category C         for an inbox: INFO, TASK, ASK or BLOCKER
  --in-reply-to ID     the signal that it answers
  --id ID              its id (default: a new UUID); the same id again is the
                       same signal, so that repeating is safe

Example:
  sig publish build.finished --data '{"ok":true}' --source /ci/main
)";

/// The pointer of an attribute, and what states it.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> places{
  {{"/type", "TYPE"},
   {"/source", "--source"},
   {"/subject", "--subject"},
   {"/toidentity", "--to"},
   {"/category", "--category"},
   {"/inreplyto", "--in-reply-to"},
   {"/id", "--id"},
   {"/data", "--data"}}};

error place_at_option(error reason) {
  for (const auto& [pointer, option] : places) {
    const std::string_view place{reason.place()};
    if (place == pointer) {
      return std::move(reason).at(std::string{option});
    }
    if (pointer == "/data" && place.starts_with("/data/")) {
      return std::move(reason).at("--data: "
                                  + std::string{place.substr(pointer.size())});
    }
  }
  return reason;
}

/// The source that the node gives a caller of this name.
std::string default_source(std::string_view identity) {
  if (identity.empty()) {
    return "/system";
  }
  std::string source{"/agents/"};
  append_percent_encoded(source, identity);
  return source;
}

result<void> check_attribute(std::string_view text, std::string_view place) {
  if (auto fine = check_line(text, place); !fine) {
    return fine;
  }
  if (text.size() > limits::attribute_bytes_max) {
    return fail(error{
      errc::too_large,
      "has more than " + std::to_string(limits::attribute_bytes_max) + " bytes"}
                  .at(std::string{place}));
  }
  return {};
}

result<void> check_texts(const given_options& given) {
  if (auto fine = check_attribute(given.words().front(), "TYPE"); !fine) {
    return fine;
  }
  for (const auto& [pointer, option] : places) {
    if (pointer != "/data" && given.has(option)) {
      if (auto fine = check_attribute(given.one(option), option); !fine) {
        return fine;
      }
    }
  }
  return {};
}

void add_extension(const given_options& given, std::string_view option,
                   std::string name, draft& to) {
  if (given.has(option)) {
    to.extensions.push_back({std::move(name), given.one(option)});
  }
}

outcome<exit_status> run_publish(const given_options& given,
                                 const surroundings& around) {
  auto whom = node_of(given, around, client::plain_pacing());
  if (!whom) {
    return refuse(std::move(whom).error());
  }
  const auto now = system_clock{}.wall_now();
  const auto event =
    make_event(given, {whom->with().identity, uuid7_source{}.next(now), now});
  if (!event) {
    return refuse_usage(event.error());
  }
  client::call post;
  post.method = "POST";
  post.target = "/v1/signals";
  post.media_type = "application/cloudevents+json";
  post.body = event->text;
  const auto receipt = ask_for_json(*whom, post);
  if (!receipt) {
    auto why = receipt.error();
    if (why.status == exit_status::usage) {
      why.reason = place_at_option(std::move(why.reason));
    } else if (why.status == exit_status::timed_out
               || (why.reason.code() == errc::io
                   && why.reason.remedy().empty())) {
      why.reason =
        std::move(why.reason)
          .mend("whether it is published is not known; repeat it with --id "
                + event->id);
    }
    return refuse(std::move(why));
  }
  if (auto done = print(one_line(*receipt) + '\n'); !done) {
    return refuse(std::move(done).error());
  }
  return exit_status::clean;
}

} // namespace

result<outgoing_event> make_event(const given_options& given,
                                  const event_parts& parts) {
  if (auto fine = check_texts(given); !fine) {
    return fail(std::move(fine).error());
  }
  draft made;
  made.id = given.has("--id") ? given.one("--id") : parts.id;
  made.type = given.words().front();
  made.source = given.has("--source") ? given.one("--source")
                                      : default_source(parts.identity);
  made.time = to_rfc3339(parts.now);
  if (given.has("--subject")) {
    made.subject = given.one("--subject");
  }
  // By name, as drafts have them.
  add_extension(given, "--category", "category", made);
  add_extension(given, "--in-reply-to", "inreplyto", made);
  add_extension(given, "--to", "toidentity", made);
  if (given.has("--data")) {
    auto data = json_argument(given.one("--data"), "--data");
    if (!data) {
      return fail(std::move(data).error());
    }
    made.data = event_data::json(std::move(*data));
  }
  outgoing_event event{made.id, {}};
  codec::append_event(made, event.text);
  // The rules that the node has, before it is asked.
  if (auto fine = codec::read_event(event.text); !fine) {
    return fail(place_at_option(std::move(fine).error()));
  }
  return event;
}

node_command_form publish_form() noexcept {
  return {"publish", "publish a signal", publish_help, publish_options, 1,
          1,         run_publish};
}

} // namespace libsig::sig
