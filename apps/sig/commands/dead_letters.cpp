#include <optional>
#include <utility>

#include "apps/sig/client/pages.hpp"
#include "apps/sig/commands/commands.hpp"
#include "apps/sig/json_view.hpp"
#include "apps/sig/table.hpp"
#include "libsig/core/in_quotes.hpp"

namespace libsig::sig {

namespace {

constexpr std::string_view dead_letters_path = "/v1/dead-letters";

/// A node keeps at most 10,000; a list that never ends is a fault.
constexpr std::size_t listed_max = 100'000;

constexpr std::size_t words_max = 1'000;

constexpr std::string_view dead_letters_help =
  R"(sig dead-letters - what could not be delivered

Usage: sig dead-letters [OPTIONS]
       sig dead-letters redrive ID... [OPTIONS]
       sig dead-letters delete ID... [OPTIONS]

Prints what could not be delivered, and why; 'redrive' delivers it again,
'delete' forgets it.

  --json               each as one line of JSON

Example:
  sig dead-letters
  sig dead-letters redrive 17
)";

/// Of a signal, its id and type when all of it is there.
std::string signal_text(std::string_view letter) {
  const auto found = member_of(letter, "signal").value_or("null");
  if (!found.starts_with('{')) {
    return string_of(found).value_or(one_line(found));
  }
  return text_of(found, "type") + " " + text_of(found, "id");
}

/// A string, or anything else as JSON.
std::string value_text(std::string_view letter, std::string_view name) {
  const auto found = member_of(letter, name).value_or("");
  return string_of(found).value_or(one_line(found));
}

outcome<void> list_letters(client::node& whom, const given_options& given,
                           const terminal& screen) {
  const auto letters = client::read_pages(
    whom, {dead_letters_path, "dead_letters", listed_max, "dead letters"});
  if (!letters) {
    return refuse(letters.error());
  }
  std::string text;
  if (wants_json(given)) {
    for (const auto& one : *letters) {
      text += one_line(one) + '\n';
    }
    return print(text);
  }
  if (letters->empty()) {
    talk("no dead letters");
    return {};
  }
  table shown{{"ID", "AT", "ATTEMPTS", "TARGET", "SIGNAL", "REASON"}};
  for (const auto& one : *letters) {
    shown.add({value_text(one, "id"), value_text(one, "at"),
               value_text(one, "attempts"), value_text(one, "target"),
               signal_text(one), value_text(one, "reason")});
  }
  return print(shown.text(table_width(screen), screen.colour));
}

/// Why a letter is still one although the node did what was asked.
std::optional<error> failure_in(const client::answer& got) {
  if (!check_answer(got.body) || member_of(got.body, "delivered") != "false") {
    return std::nullopt;
  }
  return error{errc::io, "not delivered: " + text_of(got.body, "reason")};
}

/// Does one thing to one letter.
outcome<void> settle(client::node& whom, const std::string& id, bool redrives) {
  client::call change;
  change.target = client::path_of(dead_letters_path, id);
  change.method = redrives ? "POST" : "DELETE";
  change.target += redrives ? "/redrive" : "";
  // A letter that is gone would be refused as unknown.
  change.repeatable = false;
  auto got = whom.ask(change);
  if (!got) {
    auto [reason, status] = std::move(got).error();
    return refuse(reason.place().empty() ? std::move(reason).at(id)
                                         : std::move(reason),
                  status);
  }
  if (auto failed = failure_in(*got)) {
    return refuse_fault(std::move(*failed).at(id));
  }
  talk(id + (redrives ? ": delivered again" : ": deleted"));
  return {};
}

/// Does it to all; one that fails does not keep the others from it.
outcome<void> settle_all(client::node& whom, const given_options& given,
                         bool redrives) {
  outcome<void> first{};
  for (const auto& id : given.words().subspan(1)) {
    auto done = settle(whom, id, redrives);
    if (!done && !first) {
      complain(done.error());
    } else if (!done) {
      first = std::move(done);
    }
  }
  return first;
}

outcome<exit_status> run_dead_letters(const given_options& given,
                                      const surroundings& around) {
  const auto words = given.words();
  const bool redrives = !words.empty() && words.front() == "redrive";
  const bool deletes = !words.empty() && words.front() == "delete";
  if (!words.empty() && !redrives && !deletes) {
    return refuse_usage(error{errc::invalid_argument, in_quotes(words.front())
                                                        + " is nothing to "
                                                          "do"}
                          .mend("use redrive or delete"));
  }
  if (words.size() == 1) {
    return refuse_usage(error{errc::invalid_argument, "an id is missing"}.at(
      "sig dead-letters " + words.front()));
  }
  auto whom = node_of(given, around, client::plain_pacing());
  if (!whom) {
    return refuse(std::move(whom).error());
  }
  auto done = words.empty() ? list_letters(*whom, given, around.terminal)
                            : settle_all(*whom, given, redrives);
  if (!done) {
    return refuse(std::move(done).error());
  }
  return exit_status::clean;
}

} // namespace

node_command_form dead_letters_form() noexcept {
  return {"dead-letters",
          "show, redrive or delete what was not delivered",
          dead_letters_help,
          {},
          0,
          words_max,
          run_dead_letters};
}

} // namespace libsig::sig
