#include "apps/sig/commands/agents.hpp"

#include <array>
#include <utility>

#include "apps/sig/commands/commands.hpp"
#include "apps/sig/json_view.hpp"
#include "apps/sig/output.hpp"
#include "libsig/core/in_quotes.hpp"
#include "libsig/core/names.hpp"

namespace libsig::sig {

namespace {

constexpr std::string_view agent_help =
  R"(sig agent - register and remove agents

Usage: sig agent add NAME [OPTIONS]
       sig agent remove NAME [OPTIONS]

An agent gets what is published and matches its subscriptions. 'add' registers
one, so that others can subscribe it; one that subscribes itself need not be
added. 'remove' drops it with its subscriptions and all that waits for it.

  --json               what the node answers, one line of JSON

Example:
  sig agent add builder
)";

/// Says what became of it, or prints what the node answered.
outcome<exit_status> report(const given_options& given,
                            const client::answer& got,
                            const std::string& sentence) {
  if (!wants_json(given) || got.body.empty()) {
    talk(sentence);
    return exit_status::clean;
  }
  if (auto safe = check_answer(got.body); !safe) {
    return refuse_fault(std::move(safe).error());
  }
  if (auto done = print(one_line(got.body) + '\n'); !done) {
    return refuse(std::move(done).error());
  }
  return exit_status::clean;
}

outcome<exit_status> run_agent(const given_options& given,
                               const surroundings& around) {
  const auto words = given.words();
  const bool adds = words[0] == "add";
  if (!adds && words[0] != "remove") {
    return refuse_usage(
      error{errc::invalid_argument, in_quotes(words[0]) + " is nothing to do"}
        .mend("use add or remove"));
  }
  const auto& name = words[1];
  if (auto fine = check_name(name); !fine) {
    return refuse_usage(std::move(fine).error().at("NAME"));
  }
  auto whom = node_of(given, around, client::plain_pacing());
  if (!whom) {
    return refuse(std::move(whom).error());
  }
  client::call change;
  change.method = adds ? "PUT" : "DELETE";
  change.target = agent_path(name);
  // One that is gone already would be refused as unknown.
  change.repeatable = adds;
  const auto got = whom->ask(change);
  if (!got) {
    return refuse(got.error());
  }
  const bool added = got->status == 201;
  return report(given, *got,
                name
                  + (!adds   ? ": removed"
                     : added ? ": added"
                             : ": was there already"));
}

} // namespace

outcome<std::string> agent_of(const given_options& given,
                              const client::node& whom) {
  const bool stated = given.has("--agent");
  const auto& name = stated ? given.one("--agent") : whom.with().identity;
  if (!stated && name.empty()) {
    return refuse_usage(
      error{errc::invalid_argument, "it is not said which agent"}.mend(
        "name it with --agent, or who asks with --identity or SIG_IDENTITY"));
  }
  if (auto fine = check_name(name); !fine) {
    return refuse_usage(std::move(fine).error().at("--agent"));
  }
  return name;
}

std::string agent_path(std::string_view agent) {
  return client::path_of("/v1/agents", agent);
}

node_command_form agent_form() noexcept {
  return {"agent",  "register and remove agents", agent_help, {}, 2, 2,
          run_agent};
}

} // namespace libsig::sig
