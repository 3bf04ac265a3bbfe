#include "apps/sig/handler.hpp"

#include <array>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include "apps/sig/spawn.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace libsig;
using namespace libsig::sig;

namespace {

constexpr std::array both{SIGINT, SIGTERM};

handler_program shell(std::string script,
                      const std::vector<std::string>& more = {}) {
  // As the program does at its start.
  std::signal(SIGPIPE, SIG_IGN);
  handler_program what;
  what.arguments = {"sh", "-c", std::move(script), "sh"};
  what.arguments.insert(what.arguments.end(), more.begin(), more.end());
  what.environment = {"PATH=/usr/bin:/bin", "WORD=x y"};
  return what;
}

handler_end run(const handler_program& what, std::string_view item = "{}\n") {
  interruption by{both};
  const auto end = run_handler(what, item, by);
  BOOST_TEST_REQUIRE(end.has_value());
  return *end;
}

} // namespace

BOOST_AUTO_TEST_SUITE(handler)

BOOST_AUTO_TEST_CASE(exit_status_0_alone_is_handled) {
  BOOST_TEST(run(shell("exit 0")).handled);
  BOOST_TEST(run(shell("exit 0")).reason.empty());
  const auto failed = run(shell("exit 1"));
  BOOST_TEST(!failed.handled);
  BOOST_TEST(failed.reason == "exit status 1");
}

BOOST_AUTO_TEST_CASE(the_item_is_all_of_its_standard_input) {
  const libsig::testing::temporary_folder folder;
  const auto file = folder.file("item");
  // More than a pipe holds.
  const std::string item(1u << 20, 'x');
  BOOST_TEST(run(shell("cat > \"$1\"", {file}), item).handled);
  BOOST_TEST(folder.read("item") == item);
}

BOOST_AUTO_TEST_CASE(a_program_that_does_not_read_its_item_may_be_content) {
  const std::string item(1u << 20, 'x');
  BOOST_TEST(run(shell("exit 0"), item).handled);
  BOOST_TEST(run(shell("exec <&-; exit 0"), item).handled);
}

BOOST_AUTO_TEST_CASE(environment_and_arguments_are_passed_untouched) {
  const libsig::testing::temporary_folder folder;
  const auto file = folder.file("seen");
  BOOST_TEST(run(shell("printf '%s|%s|%s' \"$WORD\" \"$2\" \"$HOME\" > \"$1\"",
                       {file, "a 'b' $c\n"}))
               .handled);
  BOOST_TEST(folder.read("seen") == "x y|a 'b' $c\n|");
}

BOOST_AUTO_TEST_CASE(the_last_line_it_said_is_in_the_reason) {
  BOOST_TEST(
    run(shell("echo first >&2; echo last >&2; echo >&2; exit 7")).reason
    == "exit status 7: last");
  BOOST_TEST(run(shell("printf 'no end' >&2; exit 7")).reason
             == "exit status 7: no end");
  BOOST_TEST(run(shell("printf ' \\n' >&2; exit 7")).reason == "exit status 7");
}

BOOST_AUTO_TEST_CASE(what_it_said_is_escaped_and_bounded) {
  BOOST_TEST(run(shell("printf 'a\\033[31mb' >&2; exit 1")).reason.find('\x1b')
             == std::string::npos);
  const auto longer =
    run(shell("head -c 100000 /dev/zero | tr '\\0' '\\033' >&2; exit 1"));
  BOOST_TEST(longer.reason.size() <= handler_reason_bytes_max);
  BOOST_TEST(longer.reason.starts_with("exit status 1: "));
}

BOOST_AUTO_TEST_CASE(a_program_that_is_killed_says_by_what) {
  BOOST_TEST(run(shell("echo why >&2; kill -KILL $$")).reason
             == "ended by SIGKILL: why");
}

// Somebody whom it left behind holds its standard error.
BOOST_AUTO_TEST_CASE(who_outlives_the_program_is_not_waited_for) {
  const libsig::testing::temporary_folder folder;
  BOOST_TEST(
    run(shell("{ sleep 5; echo > \"$1\"; } & exit 0", {folder.file("late")}))
      .handled);
  BOOST_TEST(!std::filesystem::exists(folder.file("late")));
}

BOOST_AUTO_TEST_CASE(an_interruption_goes_to_the_program) {
  interruption by{both};
  // It interrupts this process, and waits for what comes of that.
  const auto end =
    run_handler(shell("trap 'exit 0' TERM; kill -TERM \"$1\"; while :; do "
                      "sleep 0.01; done",
                      {std::to_string(::getpid())}),
                "{}", by);
  BOOST_TEST_REQUIRE(end.has_value());
  BOOST_TEST(end->handled);
  BOOST_TEST(by.came());
  BOOST_TEST(by.last() == SIGTERM);
}

BOOST_AUTO_TEST_CASE(the_second_interruption_kills_it) {
  interruption by{both};
  const auto end = run_handler(
    shell("trap 'kill -INT \"$1\"' TERM; kill -TERM \"$1\"; while :; do "
          "sleep 0.01; done",
          {std::to_string(::getpid())}),
    "{}", by);
  BOOST_TEST_REQUIRE(end.has_value());
  // The shell may say of its own child that it was terminated.
  BOOST_TEST(end->reason.starts_with("ended by SIGKILL"), end->reason);
}

// A terminal interrupts a whole group: what reaches the program is what is
// handed on, once.
BOOST_AUTO_TEST_CASE(the_program_has_a_group_of_its_own) {
  const libsig::testing::temporary_folder folder;
  const auto file = folder.file("group");
  BOOST_TEST(
    run(shell("cut -d' ' -f5 /proc/$$/stat > \"$1\"", {file})).handled);
  BOOST_TEST(folder.read("group") != std::to_string(::getpgrp()) + "\n");
}

BOOST_AUTO_TEST_CASE(a_program_that_is_not_there_is_an_error) {
  interruption by{both};
  const auto end = run_handler({{"/no/such/program"}, {}}, "{}", by);
  BOOST_TEST_REQUIRE(!end.has_value());
  BOOST_TEST((end.error().code() == errc::not_found));
  BOOST_TEST(end.error().place() == "/no/such/program");
}

BOOST_AUTO_TEST_CASE(programs_are_looked_up_as_they_are_started) {
  BOOST_TEST(is_program("sh", "/nowhere:/bin"));
  BOOST_TEST(is_program("/bin/sh", ""));
  BOOST_TEST(!is_program("sh", "/nowhere"));
  BOOST_TEST(!is_program("sh", ""));
  BOOST_TEST(!is_program("", "/bin"));
  BOOST_TEST(!is_program("/etc/passwd", "/bin"));
}

BOOST_AUTO_TEST_SUITE_END()
