#include <set>
#include <utility>

#include "apps/sig/commands/commands.hpp"
#include "apps/sig/json_view.hpp"
#include "apps/sig/table.hpp"

namespace libsig::sig {

namespace {

constexpr std::string_view routes_help = R"(sig routes - show who hears what

Usage: sig routes [OPTIONS]

Prints the node's routes: which actor hears which types, and what it emits.

  --json               the node's answer as JSON

Example:
  sig routes
)";

/// A value for people: a string as it is, everything else as JSON.
std::string shown(std::string_view object, std::string_view name) {
  const auto found = member_of(object, name);
  if (!found || *found == "null") {
    return "-";
  }
  return string_of(*found).value_or(one_line(*found));
}

/// `always` or `5 in 10 s`, of what the node says of restarts.
std::string restarts_of(std::string_view route) {
  const auto policy = member_of(route, "restart").value_or("");
  if (member_of(policy, "always") == "true") {
    return "always";
  }
  const auto count = number_of(policy, "restarts_max");
  const auto window = number_of(policy, "window_ms");
  if (!count || !window) {
    return shown(route, "restart");
  }
  return std::to_string(*count) + " in " + std::to_string(*window / 1'000)
         + " s";
}

/// Two tables: who hears what, and who emits what.
std::string routes_text(std::string_view answer, const terminal& screen) {
  table routes{{"ACTOR", "PATTERN", "PRIORITY", "ISOLATION", "RESTARTS"}};
  table emissions{{"ACTOR", "EMITS"}};
  std::set<std::string> known;
  for (const auto one : elements_of(member_of(answer, "routes").value_or(""))) {
    const auto actor = shown(one, "actor");
    routes.add({actor, shown(one, "pattern"), shown(one, "priority"),
                shown(one, "isolation"), restarts_of(one)});
    if (!known.insert(actor).second) {
      continue;
    }
    for (const auto type : elements_of(member_of(one, "emits").value_or(""))) {
      emissions.add({actor, string_of(type).value_or("?")});
    }
  }
  const auto width = table_width(screen);
  return routes.text(width, screen.colour) + '\n'
         + emissions.text(width, screen.colour);
}

outcome<exit_status> run_routes(const given_options& given,
                                const surroundings& around) {
  auto whom = node_of(given, around, client::plain_pacing());
  if (!whom) {
    return refuse(std::move(whom).error());
  }
  client::call get;
  get.target = "/v1/routes";
  const auto got = ask_for_json(*whom, get);
  if (!got) {
    return refuse(got.error());
  }
  const auto text = wants_json(given) ? one_line(*got) + '\n'
                                      : routes_text(*got, around.terminal);
  if (auto done = print(text); !done) {
    return refuse(std::move(done).error());
  }
  return exit_status::clean;
}

} // namespace

node_command_form routes_form() noexcept {
  return {"routes", "show who hears what", routes_help, {}, 0, 0, run_routes};
}

} // namespace libsig::sig
