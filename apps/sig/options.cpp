#include "apps/sig/options.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "apps/sig/arguments.hpp"
#include "apps/sig/help.hpp"
#include "libsig/core/in_quotes.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/core/suggest.hpp"

namespace libsig::sig {

namespace {

constexpr std::array review_options{
  option_form{"--diff"},
  option_form{"--range"},
  option_form{"--staged", false},
  option_form{"--worktree", false},
  option_form{"--untracked", false},
  option_form{"--event"},
  option_form{"--review-id"},
  option_form{"--label", true, true},
  option_form{"--intent"},
  option_form{"--risk-factor"},
  option_form{"--author"},
  option_form{"--branch"},
  option_form{"--repo"},
  option_form{"--filter-mode"},
  option_form{"--include", true, true},
  option_form{"--exclude", true, true},
  option_form{"--only", true, true},
  option_form{"--skip", true, true},
  option_form{"--fail-level"},
  option_form{"--format", true, true},
  option_form{"--progress"},
  option_form{"--quiet", false, true},
  option_form{"--timeout"},
  option_form{"--config"},
  option_form{"--server"},
  option_form{"--token-file"},
  option_form{"--identity"},
  option_form{"--ca-file"},
  option_form{"--help", false, true},
  option_form{"-h", false, true},
};

constexpr std::array<std::string_view, 7> request_options{
  "--review-id", "--label",  "--intent", "--risk-factor",
  "--author",    "--branch", "--repo"};

constexpr std::array<std::pair<std::string_view, source_kind>, 5> sources{
  {{"--diff", source_kind::diff_file},
   {"--range", source_kind::range},
   {"--staged", source_kind::staged},
   {"--worktree", source_kind::worktree},
   {"--event", source_kind::event_file}}};

error wrong(std::string_view place, std::string detail,
            std::string remedy = {}) {
  return error{errc::invalid_argument, std::move(detail)}
    .at(std::string{place})
    .mend(std::move(remedy));
}

result<source_choice> choose_source(const given_options& given) {
  source_choice choice;
  std::string_view first;
  for (const auto& [name, kind] : sources) {
    if (!given.has(name)) {
      continue;
    }
    if (choice.stated) {
      return fail(wrong(name, "a second source beside " + std::string{first},
                        "name one of them"));
    }
    first = name;
    choice = {kind, true, given.one(name), given.has("--untracked")};
  }
  if (given.has("--untracked") && choice.kind != source_kind::worktree) {
    return fail(wrong("--untracked", "belongs to --worktree",
                      "name --worktree as the source"));
  }
  const bool named = choice.kind == source_kind::diff_file
                     || choice.kind == source_kind::event_file
                     || choice.kind == source_kind::range;
  if (named && choice.argument.empty()) {
    return fail(wrong(first, "its value is empty"));
  }
  return choice;
}

/// Reads the value of one option with the function for its kind.
template <class T, class Parse>
result<void> read(const given_options& given, std::string_view name,
                  std::optional<T>& into, Parse parse) {
  if (!given.has(name)) {
    return {};
  }
  auto value = parse(given.one(name));
  if (!value) {
    return fail(std::move(value).error().at(std::string{name}));
  }
  into = std::move(*value);
  return {};
}

/// The same for an option that may be repeated.
template <class T, class Parse>
result<void> read_all(const given_options& given, std::string_view name,
                      std::optional<std::vector<T>>& into, Parse parse) {
  if (!given.has(name)) {
    return {};
  }
  std::vector<T> values;
  for (const auto& text : given.all(name)) {
    auto value = parse(text);
    if (!value) {
      return fail(std::move(value).error().at(std::string{name}));
    }
    values.push_back(std::move(*value));
  }
  into = std::move(values);
  return {};
}

/// The first of several results that is an error.
result<void> first_error(std::initializer_list<result<void>> results) {
  for (const auto& one : results) {
    if (!one) {
      return one;
    }
  }
  return {};
}

result<std::string> label_text(std::string_view text) {
  return parse_text(text, limits::label_bytes_max);
}

result<std::string> free_text(std::string_view text) {
  return parse_text(text, limits::attribute_bytes_max);
}

result<void> read_settings(const given_options& given, review_settings& into) {
  if (given.has("--quiet")) {
    into.quiet = true;
  }
  return first_error(
    {read_all(given, "--label", into.labels, label_text),
     read(given, "--intent", into.intent, label_text),
     read(given, "--risk-factor", into.risk_factor, parse_risk_factor),
     read(given, "--author", into.author, free_text),
     read(given, "--branch", into.branch, free_text),
     read(given, "--repo", into.repo, free_text),
     read(given, "--filter-mode", into.filter_mode, parse_filter_mode),
     read_all(given, "--include", into.include, free_text),
     read_all(given, "--exclude", into.exclude, free_text),
     read_all(given, "--only", into.only, free_text),
     read_all(given, "--skip", into.skip, free_text),
     read(given, "--fail-level", into.fail_level, parse_fail_level),
     read_all(given, "--format", into.outputs, parse_output),
     read(given, "--progress", into.progress, parse_progress_mode),
     read(given, "--timeout", into.timeout, parse_timeout)});
}

result<void> check_event_alone(const given_options& given) {
  for (const auto name : request_options) {
    if (given.has(name)) {
      return fail(wrong(name, "an event states its own request",
                        "leave the option out, or change the event"));
    }
  }
  return {};
}

result<void> check_labels(const review_settings& settings) {
  if (settings.labels && settings.labels->size() > limits::labels_max) {
    return fail(
      wrong("--label",
            "more than " + std::to_string(limits::labels_max) + " labels"));
  }
  return {};
}

result<std::optional<client::connection_flags>>
choose_server(const given_options& given) {
  if (given.has("--server")) {
    client::connection_flags flags = client::connection_flags_of(given);
    flags.url_option = "--server";
    flags.url = given.one("--server");
    // That option is the review's.
    flags.timeout.reset();
    return flags;
  }
  for (const std::string_view name :
       {"--token-file", "--identity", "--ca-file"}) {
    if (given.has(name)) {
      return fail(
        wrong(name, "belongs to --server", "name the node that shall review"));
    }
  }
  return std::nullopt;
}

result<command> parse_node_command(const node_command_form& form,
                                   std::span<const std::string> arguments) {
  const auto options = options_of(form);
  auto given = given_options::parse(
    {form.name, options, form.words_min, form.words_max}, arguments);
  if (!given) {
    return fail(std::move(given).error());
  }
  if (given->has("--help") || given->has("-h")) {
    return print_command{help_of(form)};
  }
  return node_command{&form, std::move(*given)};
}

result<command> parse_review(std::span<const std::string> arguments) {
  const auto given =
    given_options::parse({"review", review_options}, arguments);
  if (!given) {
    return fail(given.error());
  }
  if (given->has("--help") || given->has("-h")) {
    return print_command{std::string{review_help()}};
  }
  const auto source = choose_source(*given);
  if (!source) {
    return fail(source.error());
  }
  const auto server = choose_server(*given);
  if (!server) {
    return fail(server.error());
  }
  review_command made;
  made.source = *source;
  made.server = *server;
  const auto read_values = first_error(
    {source->kind == source_kind::event_file ? check_event_alone(*given)
                                             : result<void>{},
     read_settings(*given, made.settings),
     read(*given, "--review-id", made.review_id,
          [](std::string_view text) {
            return parse_text(text, limits::review_id_bytes_max);
          }),
     read(*given, "--config", made.config_file, free_text),
     check_labels(made.settings)});
  if (!read_values) {
    return fail(read_values.error());
  }
  if (made.settings.outputs) {
    if (auto fit = check_outputs(*made.settings.outputs); !fit) {
      return fail(std::move(fit).error().at("--format"));
    }
  }
  return made;
}

result<command> parse_help(std::span<const std::string> topics) {
  if (topics.empty()) {
    return print_command{program_help()};
  }
  if (topics.size() == 1 && topics[0] == "review") {
    return print_command{std::string{review_help()}};
  }
  if (const auto* const form =
        topics.size() == 1 ? find_node_command(topics[0]) : nullptr) {
    return print_command{help_of(*form)};
  }
  if (topics.size() == 1 && (topics[0] == "help" || topics[0] == "--help")) {
    return print_command{program_help()};
  }
  return fail(wrong("help", "there is no help on " + in_quotes(topics.back()),
                    "sig --help lists the commands"));
}

error unknown_command(const std::string& name) {
  std::vector<std::string> names{"review", "help", "--help", "--version"};
  for (const auto& form : node_commands()) {
    names.emplace_back(form.name);
  }
  const auto meant = closest(name, names);
  return wrong(in_quotes(name),
               name.starts_with('-') ? "no such option" : "no such command",
               meant.empty() ? "sig --help lists the commands"
                             : "did you mean " + meant + "?");
}

} // namespace

result<command> parse_command_line(std::span<const std::string> arguments) {
  if (arguments.empty()) {
    return fail(errc::invalid_argument,
                "no command; sig --help lists the commands");
  }
  const auto& name = arguments.front();
  const auto rest = arguments.subspan(1);
  if (name == "review") {
    return parse_review(rest);
  }
  if (name == "help" || name == "--help" || name == "-h") {
    return parse_help(rest);
  }
  if (name == "--version") {
    if (!rest.empty()) {
      return fail(
        wrong(in_quotes(rest.front()), "an argument that no option takes"));
    }
    return print_command{std::string{version_text()}};
  }
  if (const auto* const form = find_node_command(name)) {
    return parse_node_command(*form, rest);
  }
  return fail(unknown_command(name));
}

std::vector<std::string> review_option_names() {
  std::vector<std::string> names;
  for (const auto& form : review_options) {
    names.emplace_back(form.name);
  }
  return names;
}

} // namespace libsig::sig
