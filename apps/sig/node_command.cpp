#include "apps/sig/node_command.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <utility>

#include "apps/sig/client/connection.hpp"
#include "apps/sig/commands/commands.hpp"
#include "apps/sig/json_view.hpp"
#include "apps/sig/output.hpp"
#include "libsig/core/in_quotes.hpp"

namespace libsig::sig {

namespace {

constexpr std::string_view connection_help = R"(
Node:
  --url URL            where it is (default: SIGD_URL, else
                       http://127.0.0.1:7733)
  --token-file FILE    holds the token (default: SIGD_TOKEN, else none)
  --identity NAME      who asks (default: SIG_IDENTITY, else
                       PRISM_AGENT_IDENTITY, else nobody)
  --ca-file FILE       whom to believe who an https node is, in place of the
                       system's authorities (default: SIG_CA_FILE)
)";

constexpr std::string_view patience_help =
  R"(  --timeout DURATION   for one answer, such as 500ms, 30s (default), 2m
)";

constexpr std::string_view status_help = R"(  -h, --help           this text

Exit status:
  0    done
  2    wrong usage, or refused by the node
  4    no node, or its fault
  124  no answer in time
)";

} // namespace

std::span<const node_command_form> node_commands() {
  static const auto all = std::to_array<node_command_form>({
    publish_form(),
    topic_form(),
    agent_form(),
    subscribe_form(),
    unsubscribe_form(),
    subscriptions_form(),
    handle_form(),
    schedule_form(),
    cancel_form(),
    scheduled_form(),
    tail_form(),
    list_form(),
    export_form(),
    routes_form(),
    explain_form(),
    dead_letters_form(),
    doctor_form(),
    config_form(),
  });
  return all;
}

const node_command_form* find_node_command(std::string_view name) {
  const auto all = node_commands();
  const auto found = std::ranges::find(all, name, &node_command_form::name);
  return found == all.end() ? nullptr : &*found;
}

std::string help_of(const node_command_form& form) {
  std::string text{form.help};
  text += connection_help;
  text += form.waits ? std::string_view{} : patience_help;
  text += status_help;
  return text;
}

std::vector<option_form> options_of(const node_command_form& form) {
  auto options = client::connection_options();
  options.insert(options.begin(), form.options.begin(), form.options.end());
  return options;
}

outcome<client::node> node_of(const given_options& given,
                              const surroundings& around, client::pacing how) {
  return node_of(client::connection_flags_of(given), around, std::move(how));
}

outcome<client::node> node_of_wait(const given_options& given,
                                   const surroundings& around,
                                   client::pacing how) {
  auto flags = client::connection_flags_of(given);
  flags.timeout.reset();
  return node_of(flags, around, std::move(how));
}

outcome<client::node> node_of(const client::connection_flags& flags,
                              const surroundings& around, client::pacing how) {
  auto with = client::read_connection(flags, around.environment);
  if (!with) {
    return refuse_usage(std::move(with).error());
  }
  return client::node::make(std::move(*with), std::move(how));
}

result<std::uint64_t> number_option(const given_options& given,
                                    std::string_view name, std::uint64_t most,
                                    std::uint64_t otherwise) {
  if (!given.has(name)) {
    return otherwise;
  }
  const auto& text = given.one(name);
  std::uint64_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, value);
  if (text.empty() || problem != std::errc{} || rest != end || value > most) {
    return fail(error{errc::invalid_argument, in_quotes(text)
                                                + " is no whole number of 0 to "
                                                + std::to_string(most)}
                  .at(std::string{name}));
  }
  return value;
}

outcome<void> print(std::string_view text) {
  if (auto written = write_standard_output(text); !written) {
    return refuse_fault(std::move(written).error());
  }
  return {};
}

outcome<std::string> ask_for_json(client::node& whom,
                                  const client::call& what) {
  auto got = whom.ask(what);
  if (!got) {
    return refuse(std::move(got).error());
  }
  if (auto safe = check_answer(got->body); !safe) {
    return refuse_fault(std::move(safe).error().at(whom.with().address.base));
  }
  return std::move(got->body);
}

} // namespace libsig::sig
