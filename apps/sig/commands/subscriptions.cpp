#include <array>
#include <optional>
#include <utility>

#include "apps/sig/commands/agents.hpp"
#include "apps/sig/commands/commands.hpp"
#include "apps/sig/json_view.hpp"
#include "apps/sig/table.hpp"
#include "libsig/core/pattern.hpp"

namespace libsig::sig {

namespace {

/// A million subscriptions of usual length.
constexpr std::size_t list_bytes_max = 192u << 20;

constexpr std::array subscribe_options{
  option_form{"--agent"}, option_form{"--loud", false},
  option_form{"--silent", false}, option_form{"--include-self", false},
  option_form{"--exclude-self", false}};

constexpr std::array unsubscribe_options{option_form{"--agent"}};

constexpr std::string_view subscribe_help =
  R"(sig subscribe - let an agent have what matches a pattern

Usage: sig subscribe PATTERN [OPTIONS]

From now on each signal whose type matches becomes an item of the agent, which
'sig handle' takes. In PATTERN, * is one segment, ** any number. Subscribing
again changes what is said and leaves the rest.

  --agent A            the agent (default: the identity that asks); another one
                       must have been added
  --loud               its items wake who waits for them
  --silent             they do not, and are taken along (default)
  --include-self       also what the agent itself publishes
  --exclude-self       not that (default)
  --json               the subscription, one line of JSON

Example:
  sig subscribe 'build.*.failed' --agent fixer --loud
)";

constexpr std::string_view unsubscribe_help =
  R"(sig unsubscribe - end a subscription

Usage: sig unsubscribe PATTERN [OPTIONS]

Ends the subscription of exactly this pattern. What waits for the agent because
of it alone is dropped.

  --agent A            the agent (default: the identity that asks)
  --json               what the node answers, one line of JSON

Example:
  sig unsubscribe 'build.*.failed' --agent fixer
)";

constexpr std::string_view subscriptions_help =
  R"(sig subscriptions - list subscriptions

Usage: sig subscriptions [OPTIONS]

Prints who has subscribed to what, by agent, then pattern.

  --agent A            only those of this agent
  --json               each as one line of JSON

Example:
  sig subscriptions --agent fixer
)";

/// What the options say of a property, or nothing.
[[nodiscard]] result<std::optional<bool>>
said(const given_options& given, std::string_view yes, std::string_view no) {
  if (given.has(yes) && given.has(no)) {
    return fail(
      error{errc::invalid_argument, "stands beside " + std::string{yes}}.at(
        std::string{no}));
  }
  return given.has(yes)  ? std::optional{true}
         : given.has(no) ? std::optional{false}
                         : std::nullopt;
}

void append_truth(std::string& to, std::string_view name,
                  std::optional<bool> value) {
  if (value) {
    to += to.size() > 1 ? "," : "";
    to += '"';
    to += name;
    to += *value ? "\":true" : "\":false";
  }
}

[[nodiscard]] result<std::string> read_body(const given_options& given) {
  const auto silent = said(given, "--silent", "--loud");
  const auto includes = said(given, "--include-self", "--exclude-self");
  for (const auto* one : {&silent, &includes}) {
    if (!*one) {
      return fail(one->error());
    }
  }
  std::string body{"{"};
  append_truth(body, "silent", *silent);
  append_truth(body, "include_self", *includes);
  return body + '}';
}

/// The node, and the path of the subscription that the arguments name.
struct addressed {
  client::node whom;
  std::string agent;
  std::string pattern;

  [[nodiscard]] std::string path() const {
    return client::path_of(agent_path(agent) + "/subscriptions", pattern);
  }
};

[[nodiscard]] outcome<addressed> address(const given_options& given,
                                         const surroundings& around) {
  const auto stated = pattern::parse(given.words().front());
  if (!stated) {
    return refuse_usage(error{stated.error()}.at("PATTERN"));
  }
  auto whom = node_of(given, around, client::plain_pacing());
  if (!whom) {
    return refuse(std::move(whom).error());
  }
  auto agent = agent_of(given, *whom);
  if (!agent) {
    return refuse(std::move(agent).error());
  }
  return addressed{std::move(*whom), std::move(*agent), stated->text()};
}

outcome<exit_status> run_subscribe(const given_options& given,
                                   const surroundings& around) {
  const auto body = read_body(given);
  if (!body) {
    return refuse_usage(body.error());
  }
  auto to = address(given, around);
  if (!to) {
    return refuse(std::move(to).error());
  }
  client::call put;
  put.method = "PUT";
  put.target = to->path();
  put.media_type = "application/json";
  put.body = *body;
  const auto row = ask_for_json(to->whom, put);
  if (!row) {
    return refuse(row.error());
  }
  if (wants_json(given)) {
    if (auto done = print(one_line(*row) + '\n'); !done) {
      return refuse(std::move(done).error());
    }
    return exit_status::clean;
  }
  const bool silent = member_of(*row, "silent") == "true";
  const bool itself = member_of(*row, "include_self") == "true";
  talk(to->agent + ": subscribed to " + text_of(*row, "pattern")
       + (silent ? ", silent" : ", loud") + (itself ? ", also by itself" : ""));
  return exit_status::clean;
}

outcome<exit_status> run_unsubscribe(const given_options& given,
                                     const surroundings& around) {
  auto from = address(given, around);
  if (!from) {
    return refuse(std::move(from).error());
  }
  client::call remove;
  remove.method = "DELETE";
  remove.target = from->path();
  const auto got = ask_for_json(from->whom, remove);
  if (!got) {
    return refuse(got.error());
  }
  if (wants_json(given)) {
    if (auto done = print(one_line(*got) + '\n'); !done) {
      return refuse(std::move(done).error());
    }
    return exit_status::clean;
  }
  talk(from->agent
       + (member_of(*got, "removed") == "true" ? ": unsubscribed from "
                                               : ": was not subscribed to ")
       + from->pattern);
  return exit_status::clean;
}

/// The rows of a list, of one agent unless it is empty.
[[nodiscard]] std::vector<std::string_view> rows_of(std::string_view listed,
                                                    std::string_view agent) {
  auto rows = elements_of(member_of(listed, "subscriptions").value_or("[]"));
  std::erase_if(rows, [agent](std::string_view one) {
    return !agent.empty() && text_of(one, "agent") != agent;
  });
  return rows;
}

outcome<exit_status> run_subscriptions(const given_options& given,
                                       const surroundings& around) {
  auto whom = node_of(given, around, client::plain_pacing());
  if (!whom) {
    return refuse(std::move(whom).error());
  }
  const std::string agent{given.has("--agent") ? given.one("--agent") : ""};
  client::call get;
  get.target = "/v1/subscriptions";
  get.answer_bytes_max = list_bytes_max;
  const auto listed = ask_for_json(*whom, get);
  if (!listed) {
    return refuse(listed.error());
  }
  const auto rows = rows_of(*listed, agent);
  std::string text;
  if (wants_json(given)) {
    for (const auto one : rows) {
      text += one_line(one) + '\n';
    }
  } else if (rows.empty()) {
    talk("no subscriptions");
  } else {
    text = subscriptions_table(*listed, agent, around.terminal);
  }
  if (auto done = print(text); !done) {
    return refuse(std::move(done).error());
  }
  return exit_status::clean;
}

} // namespace

std::string subscriptions_table(std::string_view listed, std::string_view agent,
                                const terminal& screen) {
  table shown{{"AGENT", "PATTERN", "ITEMS", "ITSELF", "SINCE"}};
  for (const auto one : rows_of(listed, agent)) {
    const bool silent = member_of(one, "silent") == "true";
    const bool itself = member_of(one, "include_self") == "true";
    shown.add({text_of(one, "agent"), text_of(one, "pattern"),
               silent ? "silent" : "loud", itself ? "yes" : "no",
               text_of(one, "created_at")});
  }
  return shown.text(table_width(screen), screen.colour);
}

node_command_form subscribe_form() noexcept {
  return {"subscribe",
          "let an agent have what matches a pattern",
          subscribe_help,
          subscribe_options,
          1,
          1,
          run_subscribe};
}

node_command_form unsubscribe_form() noexcept {
  return {"unsubscribe",
          "end a subscription",
          unsubscribe_help,
          unsubscribe_options,
          1,
          1,
          run_unsubscribe};
}

node_command_form subscriptions_form() noexcept {
  return {"subscriptions",
          "list subscriptions",
          subscriptions_help,
          unsubscribe_options,
          0,
          0,
          run_subscriptions};
}

} // namespace libsig::sig
