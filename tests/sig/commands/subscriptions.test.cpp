#include "apps/sig/commands/agents.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "tests/sig/commands/given.hpp"
#include "tests/support/scripted_server.hpp"

using namespace libsig;
using namespace libsig::sig;
using libsig::testing::given_to;
using libsig::testing::json_reply;
using libsig::testing::scripted_server;
using libsig::testing::seen_request;

namespace {

constexpr std::string_view row =
  R"({"agent":"Ann","pattern":"a:*","silent":false,"include_self":true,)"
  R"("created_at":"2026-01-02T03:04:05.678Z",)"
  R"("updated_at":"2026-01-02T03:04:05.678Z"})";

/// Runs a command against a server that answers this.
struct run_of {
  explicit run_of(std::string body, unsigned status = 200)
    : server{[body = std::move(body), status](const seen_request&) {
        return json_reply(body, status);
      }} {}

  outcome<exit_status> operator()(std::string_view command,
                                  std::vector<std::string> arguments,
                                  const std::string& identity = {}) {
    arguments.insert(arguments.end(), {"--url", server.url()});
    surroundings around;
    around.environment = {"SIG_IDENTITY=" + identity};
    return find_node_command(command)->run(given_to(command, arguments),
                                           around);
  }

  [[nodiscard]] seen_request last() const {
    BOOST_TEST_REQUIRE(!server.seen().empty());
    return server.seen().back();
  }

  scripted_server server;
};

std::string complaint(const outcome<exit_status>& of) {
  BOOST_TEST_REQUIRE(!of.has_value());
  BOOST_TEST((of.error().status == exit_status::usage));
  return of.error().reason.message();
}

} // namespace

BOOST_AUTO_TEST_SUITE(subscriptions_command)

BOOST_AUTO_TEST_CASE(an_agent_is_added_and_removed) {
  run_of run{R"({"agent":"Ann B","created_at":"2026-01-02T03:04:05.678Z"})",
             201};
  BOOST_TEST(run("agent", {"add", "Ann B"}).has_value());
  BOOST_TEST(run.last().method == "PUT");
  BOOST_TEST(run.last().target == "/v1/agents/Ann%20B");
  BOOST_TEST(run("agent", {"remove", "Ann B"}).has_value());
  BOOST_TEST(run.last().method == "DELETE");
  BOOST_TEST(run.last().target == "/v1/agents/Ann%20B");
}

BOOST_AUTO_TEST_CASE(what_is_no_name_or_nothing_to_do_is_refused_here) {
  run_of run{"{}"};
  BOOST_TEST(complaint(run("agent", {"add", "a/b"})).starts_with("NAME: "));
  BOOST_TEST(complaint(run("agent", {"add", ""})).starts_with("NAME: "));
  BOOST_TEST(complaint(run("agent", {"rename", "a"}))
             == "'rename' is nothing to do; use add or remove");
  BOOST_TEST(run.server.seen().empty());
}

BOOST_AUTO_TEST_CASE(the_identity_is_the_agent_unless_one_is_named) {
  run_of run{std::string{row}};
  BOOST_TEST(run("subscribe", {"a:*"}, "Ann").has_value());
  BOOST_TEST(run.last().target == "/v1/agents/Ann/subscriptions/a%3A%2A");
  BOOST_TEST(run.last().has_line("Sig-Identity: Ann"));
  BOOST_TEST(run("subscribe", {"a:*", "--agent", "Bob"}, "Ann").has_value());
  BOOST_TEST(run.last().target == "/v1/agents/Bob/subscriptions/a%3A%2A");
  BOOST_TEST(complaint(run("subscribe", {"a:*"})).find("--agent")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(only_what_is_said_is_changed) {
  run_of run{std::string{row}};
  const auto body = [&run](std::vector<std::string> more) {
    more.insert(more.begin(), "a:*");
    BOOST_TEST(run("subscribe", more, "Ann").has_value());
    BOOST_TEST(run.last().method == "PUT");
    BOOST_TEST(run.last().has_line("Content-Type: application/json"));
    return run.last().body;
  };
  BOOST_TEST(body({}) == "{}");
  BOOST_TEST(body({"--loud"}) == R"({"silent":false})");
  BOOST_TEST(body({"--silent"}) == R"({"silent":true})");
  BOOST_TEST(body({"--loud", "--include-self"})
             == R"({"silent":false,"include_self":true})");
  BOOST_TEST(body({"--exclude-self"}) == R"({"include_self":false})");
}

BOOST_AUTO_TEST_CASE(
  patterns_and_options_are_checked_before_the_node_is_asked) {
  run_of run{"{}"};
  for (const auto* const wrong : {"", "a..b", "a*", "**.**", "a:"}) {
    BOOST_TEST(
      complaint(run("subscribe", {wrong}, "Ann")).starts_with("PATTERN: "));
    BOOST_TEST(
      complaint(run("unsubscribe", {wrong}, "Ann")).starts_with("PATTERN: "));
  }
  BOOST_TEST(complaint(run("subscribe", {"a", "--loud", "--silent"}, "Ann"))
             == "--loud: stands beside --silent");
  BOOST_TEST(run.server.seen().empty());
}

BOOST_AUTO_TEST_CASE(a_subscription_is_ended_whether_it_was_there_or_not) {
  run_of run{R"({"removed":false})"};
  BOOST_TEST((*run("unsubscribe", {" a:* "}, "Ann") == exit_status::clean));
  BOOST_TEST(run.last().method == "DELETE");
  BOOST_TEST(run.last().target == "/v1/agents/Ann/subscriptions/a%3A%2A");
}

BOOST_AUTO_TEST_CASE(the_table_fits_the_terminal) {
  std::string rows{row};
  rows += "," + std::string{row};
  const auto at = rows.rfind("a:*");
  rows.replace(at, 3, std::string(500, 'x') + "\\u001b[31m");
  const std::string listed = R"({"subscriptions":[)" + rows + "]}";
  terminal screen;
  screen.output_is_terminal = true;
  screen.width = 80;
  const auto text = subscriptions_table(listed, "", screen);
  BOOST_TEST(text.starts_with("AGENT  PATTERN"));
  BOOST_TEST(text.find("\x1b") == std::string::npos);
  BOOST_TEST(std::ranges::count(text, '\n') == 3);
  std::size_t begin = 0;
  for (auto end = text.find('\n'); end != text.npos;
       end = text.find('\n', begin)) {
    // An ellipsis has three bytes.
    BOOST_TEST(end - begin <= 82u);
    begin = end + 1;
  }
  BOOST_TEST(subscriptions_table(listed, "Bob", screen)
             == "AGENT  PATTERN  ITEMS  ITSELF  SINCE\n");
}

BOOST_AUTO_TEST_SUITE_END()
