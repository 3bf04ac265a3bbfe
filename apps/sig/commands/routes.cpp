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

/// `a, b`, of an array of strings.
std::string joined(std::string_view array) {
  std::string text;
  for (const auto element : elements_of(array)) {
    text += text.empty() ? "" : ", ";
    text += string_of(element).value_or("?");
  }
  return text;
}

/// A value for people: a string as it is, everything else as JSON.
std::string shown(std::string_view object, std::string_view name) {
  const auto found = member_of(object, name);
  if (!found || *found == "null") {
    return "-";
  }
  return found->starts_with('[') ? joined(*found)
                                 : string_of(*found).value_or(one_line(*found));
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
  std::string text;
  if (wants_json(given)) {
    text = one_line(*got) + '\n';
  } else {
    table routes{
      {"ACTOR", "PATTERN", "PRIORITY", "EMITS", "ISOLATION", "RESTART"}};
    for (const auto one : elements_of(member_of(*got, "routes").value_or(""))) {
      routes.add({shown(one, "actor"), shown(one, "pattern"),
                  shown(one, "priority"), shown(one, "emits"),
                  shown(one, "isolation"), shown(one, "restart")});
    }
    text = routes.text(around.terminal.width, around.terminal.colour);
  }
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
