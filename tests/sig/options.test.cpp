#include "apps/sig/options.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

using namespace libsig;
using namespace libsig::sig;

namespace {

result<command> parse(std::vector<std::string> arguments) {
  return parse_command_line(arguments);
}

review_command parse_review(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "review");
  auto parsed = parse_command_line(arguments);
  BOOST_TEST_REQUIRE(parsed.has_value());
  return std::get<review_command>(std::move(*parsed));
}

/// The whole line that a user would see.
std::string complaint(std::vector<std::string> arguments) {
  const auto parsed = parse_command_line(arguments);
  BOOST_TEST_REQUIRE(!parsed.has_value());
  BOOST_TEST((parsed.error().code() == errc::invalid_argument));
  return parsed.error().message();
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(options)

BOOST_AUTO_TEST_CASE(without_options_standard_input_is_the_source) {
  const auto made = parse_review({});
  BOOST_TEST((made.source.kind == source_kind::standard_input));
  BOOST_TEST(!made.source.stated);
  BOOST_TEST(!made.settings.outputs.has_value());
}

BOOST_AUTO_TEST_CASE(values_come_behind_a_blank_or_an_equals_sign) {
  BOOST_TEST(parse_review({"--diff", "x.diff"}).source.argument == "x.diff");
  BOOST_TEST(parse_review({"--diff=x.diff"}).source.argument == "x.diff");
  BOOST_TEST(parse_review({"--diff=a=b"}).source.argument == "a=b");
  BOOST_TEST(parse_review({"--diff", "-"}).source.argument == "-");
  BOOST_TEST(parse_review({"--diff", "-x"}).source.argument == "-x");
}

BOOST_AUTO_TEST_CASE(an_empty_value_is_a_value) {
  BOOST_TEST(parse_review({"--intent="}).settings.intent.value() == "");
  BOOST_TEST(parse_review({"--intent", ""}).settings.intent.value() == "");
  BOOST_TEST(contains(complaint({"review", "--diff="}), "--diff"));
}

BOOST_AUTO_TEST_CASE(repeatable_options_keep_their_order) {
  const auto made = parse_review({"--label", "b", "--label=a", "--include",
                                  "[ab]", "--include", "x,y", "--label", "b"});
  const std::vector<std::string> labels{"b", "a", "b"};
  const std::vector<std::string> include{"[ab]", "x,y"};
  BOOST_TEST(made.settings.labels.value() == labels);
  BOOST_TEST(made.settings.include.value() == include);
}

BOOST_AUTO_TEST_CASE(a_repeatable_option_takes_one_value_at_a_time) {
  BOOST_TEST(contains(complaint({"review", "--label", "a", "b"}), "'b'"));
}

BOOST_AUTO_TEST_CASE(two_sources_are_refused) {
  const auto line = complaint({"review", "--staged", "--range", "A..B"});
  BOOST_TEST(contains(line, "--staged"));
  BOOST_TEST(contains(line, "--range"));
  BOOST_TEST(contains(complaint({"review", "--diff", "-", "--event", "-"}),
                      "second source"));
}

BOOST_AUTO_TEST_CASE(untracked_belongs_to_the_work_tree) {
  BOOST_TEST(parse_review({"--worktree", "--untracked"}).source.with_untracked);
  BOOST_TEST(!parse_review({"--worktree"}).source.with_untracked);
  BOOST_TEST(contains(complaint({"review", "--untracked"}), "--worktree"));
  BOOST_TEST(
    contains(complaint({"review", "--staged", "--untracked"}), "--worktree"));
}

BOOST_AUTO_TEST_CASE(one_format_goes_to_standard_output) {
  const auto made = parse_review(
    {"--format", "pretty", "--format", "sarif=out.sarif", "--format=json=a=b"});
  const std::vector<output_target> expected{
    {report::format::pretty, ""},
    {report::format::sarif, "out.sarif"},
    {report::format::json, "a=b"}};
  BOOST_TEST((made.settings.outputs.value() == expected));
}

BOOST_AUTO_TEST_CASE(two_formats_on_one_output_are_refused) {
  for (const char* const second :
       {"json", "json=-", "json=/dev/stdout", "json=/dev/fd/1"}) {
    const auto line =
      complaint({"review", "--format", "pretty", "--format", second});
    BOOST_TEST(contains(line, "standard output"));
  }
  BOOST_TEST(contains(
    complaint({"review", "--format", "sarif=x", "--format", "json=x"}), "x"));
}

BOOST_AUTO_TEST_CASE(wrong_formats_come_with_advice) {
  BOOST_TEST(contains(complaint({"review", "--format", "jsn"}), "json"));
  BOOST_TEST(contains(complaint({"review", "--format", "yaml"}), "rdjson"));
  BOOST_TEST(contains(complaint({"review", "--format", "json="}), "names no"));
}

BOOST_AUTO_TEST_CASE(an_event_states_its_own_request) {
  for (const char* const option : {"--review-id", "--label", "--intent",
                                   "--author", "--branch", "--repo"}) {
    BOOST_TEST(
      contains(complaint({"review", "--event", "e", option, "x"}), option));
  }
  BOOST_TEST(contains(
    complaint({"review", "--event", "e", "--risk-factor", "0.5"}), "event"));
}

BOOST_AUTO_TEST_CASE(scope_gate_and_run_go_with_an_event) {
  const auto made =
    parse_review({"--event", "e", "--only", "x", "--filter-mode", "nofilter",
                  "--timeout", "5s", "--fail-level", "high"});
  BOOST_TEST((made.source.kind == source_kind::event_file));
  BOOST_TEST((made.settings.timeout.value() == std::chrono::seconds{5}));
}

BOOST_AUTO_TEST_CASE(an_unknown_option_is_named_with_what_was_meant) {
  BOOST_TEST(contains(complaint({"review", "--lable", "x"}), "--label"));
  BOOST_TEST(contains(complaint({"review", "--stage"}), "--staged"));
  BOOST_TEST(contains(complaint({"review", "--lable=x"}), "'--lable'"));
  BOOST_TEST(contains(complaint({"review", "-z"}), "'-z'"));
  BOOST_TEST(contains(complaint({"review", "HEAD~1..HEAD"}), "HEAD~1..HEAD"));
  BOOST_TEST(contains(complaint({"review", "--", "x"}), "'"));
}

BOOST_AUTO_TEST_CASE(a_missing_value_is_no_other_option) {
  BOOST_TEST(
    contains(complaint({"review", "--diff"}), "--diff: needs a value"));
  BOOST_TEST(contains(complaint({"review", "--diff", "--staged"}),
                      "--diff: needs a value"));
  BOOST_TEST(contains(complaint({"review", "--quiet=yes"}), "takes no value"));
}

BOOST_AUTO_TEST_CASE(a_single_option_is_given_once) {
  BOOST_TEST(contains(complaint({"review", "--intent", "a", "--intent", "b"}),
                      "more than once"));
  BOOST_TEST(
    contains(complaint({"review", "--staged", "--staged"}), "more than once"));
}

BOOST_AUTO_TEST_CASE(wrong_values_name_their_option) {
  const std::vector<std::pair<std::string, std::string>> wrong{
    {"--fail-level", "hihg"},
    {"--filter-mode", "all"},
    {"--progress", "loud"},
    {"--timeout", "0s"},
    {"--timeout", "-1s"},
    {"--risk-factor", "1.01"},
    {"--risk-factor", "-0.1"},
    {"--risk-factor", "nan"},
    {"--risk-factor", "0,5"},
    {"--risk-factor", ""},
    {"--label", "\xff"},
    {"--author", "a\xc3"},
    {"--label", std::string(257, 'x')},
    {"--review-id", std::string(257, 'x')}};
  for (const auto& [option, value] : wrong) {
    BOOST_TEST_CONTEXT(option << " " << value) {
      BOOST_TEST(
        complaint({"review", option, value}).starts_with(option + ":"));
    }
  }
}

BOOST_AUTO_TEST_CASE(values_at_their_limits_are_taken) {
  const auto made =
    parse_review({"--risk-factor", "1", "--label", std::string(256, 'x'),
                  "--review-id", std::string(256, 'x')});
  BOOST_TEST(made.settings.risk_factor.value() == 1.0);
  BOOST_TEST(parse_review({"--risk-factor", "0"}).settings.risk_factor.value()
             == 0.0);
}

BOOST_AUTO_TEST_CASE(a_hundred_labels_are_taken_and_one_more_is_not) {
  std::vector<std::string> arguments;
  for (int i = 0; i < 100; ++i) {
    arguments.insert(arguments.end(), {"--label", "x"});
  }
  BOOST_TEST(parse_review(arguments).settings.labels->size() == 100u);
  arguments.insert(arguments.begin(), {"review", "--label", "y"});
  BOOST_TEST(contains(complaint(arguments), "--label"));
}

BOOST_AUTO_TEST_CASE(help_and_version_are_printed) {
  for (const auto& arguments :
       {std::vector<std::string>{"--help"}, {"-h"}, {"help"}}) {
    const auto parsed = parse(arguments);
    BOOST_TEST_REQUIRE(parsed.has_value());
    BOOST_TEST(contains(std::get<print_command>(*parsed).text, "Commands:"));
  }
  for (const auto& arguments : {std::vector<std::string>{"review", "--help"},
                                {"review", "-h"},
                                {"help", "review"},
                                {"review", "--diff", "x", "--help"}}) {
    const auto parsed = parse(arguments);
    BOOST_TEST_REQUIRE(parsed.has_value());
    BOOST_TEST(contains(std::get<print_command>(*parsed).text, "Exit status:"));
  }
  const auto version = parse({"--version"});
  BOOST_TEST_REQUIRE(version.has_value());
  BOOST_TEST(std::get<print_command>(*version).text.starts_with("sig "));
}

BOOST_AUTO_TEST_CASE(unknown_commands_are_refused_with_what_was_meant) {
  BOOST_TEST(contains(complaint({"reveiw"}), "did you mean review?"));
  BOOST_TEST(contains(complaint({"perform"}), "no such command"));
  BOOST_TEST(contains(complaint({"--verison"}), "--version"));
  BOOST_TEST(contains(complaint({}), "sig --help"));
  BOOST_TEST(contains(complaint({"help", "perform"}), "perform"));
  BOOST_TEST(contains(complaint({"--version", "x"}), "'x'"));
}

BOOST_AUTO_TEST_CASE(a_command_that_talks_to_a_node_has_words_and_options) {
  const auto parsed =
    parse({"tail", "a.*", "--since", "5", "-f", "--url=http://x", "--json"});
  BOOST_TEST_REQUIRE(parsed.has_value());
  const auto& what = std::get<node_command>(*parsed);
  BOOST_TEST(what.form->name == "tail");
  BOOST_TEST_REQUIRE(what.given.words().size() == 1u);
  BOOST_TEST(what.given.words().front() == "a.*");
  BOOST_TEST(what.given.one("--since") == "5");
  BOOST_TEST(what.given.has("-f"));
}

BOOST_AUTO_TEST_CASE(words_are_counted) {
  BOOST_TEST(contains(complaint({"tail", "a", "b"}), "'b'"));
  BOOST_TEST(contains(complaint({"publish"}), "an argument is missing"));
  BOOST_TEST(contains(complaint({"list", "x"}), "sig list --help"));
  BOOST_TEST(contains(complaint({"list", "--limti", "1"}), "--limit"));
  BOOST_TEST(parse({"publish", "--help"}).has_value());
  const auto parsed = parse({"explain", "--", "--odd-id"});
  BOOST_TEST_REQUIRE(parsed.has_value());
  BOOST_TEST(std::get<node_command>(*parsed).given.words().front()
             == "--odd-id");
}

BOOST_AUTO_TEST_CASE(a_node_may_review) {
  const auto made = parse_review(
    {"--server", "http://x", "--identity", "Ann", "--timeout", "5s"});
  BOOST_TEST_REQUIRE(made.server.has_value());
  BOOST_TEST(made.server->url.value() == "http://x");
  BOOST_TEST(made.server->url_option == "--server");
  BOOST_TEST(made.server->identity.value() == "Ann");
  BOOST_TEST(!made.server->timeout.has_value());
  BOOST_TEST(!parse_review({}).server.has_value());
  BOOST_TEST(contains(complaint({"review", "--identity", "Ann"}), "--server"));
  BOOST_TEST(contains(complaint({"review", "--token-file", "x"}), "--server"));
  BOOST_TEST(contains(complaint({"review", "--ca-file", "x"}), "--server"));
}

BOOST_AUTO_TEST_SUITE_END()
