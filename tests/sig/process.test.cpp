#include "apps/sig/process.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

using namespace libsig;
using namespace libsig::sig;

namespace {

child_process shell(std::string script) {
  child_process what;
  what.arguments = {"sh", "-c", std::move(script)};
  what.environment = {"PATH=/usr/bin:/bin", "WORD=x y"};
  return what;
}

} // namespace

BOOST_AUTO_TEST_SUITE(process)

BOOST_AUTO_TEST_CASE(output_complaint_and_status_come_back_apart) {
  const auto end = run_process(shell("echo out; echo err >&2; exit 3"));
  BOOST_TEST_REQUIRE(end.has_value());
  BOOST_TEST(end->status == 3);
  BOOST_TEST(end->output == "out\n");
  BOOST_TEST(end->complaint == "err\n");
}

BOOST_AUTO_TEST_CASE(arguments_and_environment_are_passed_untouched) {
  auto what = shell("printf '%s|%s|%s' \"$WORD\" \"$1\" \"$HOME\"");
  what.arguments.insert(what.arguments.end(), {"sh", "a 'b' $c\n"});
  const auto end = run_process(what);
  BOOST_TEST_REQUIRE(end.has_value());
  BOOST_TEST(end->output == "x y|a 'b' $c\n|");
}

BOOST_AUTO_TEST_CASE(input_is_empty_or_the_file_named) {
  BOOST_TEST(run_process(shell("wc -c")).value().output.find('0')
             != std::string::npos);
  auto what = shell("cat");
  what.input_file = "/proc/self/cmdline";
  BOOST_TEST(!run_process(what).value().output.empty());
}

BOOST_AUTO_TEST_CASE(output_at_the_limit_is_kept_and_one_byte_more_ends_it) {
  auto what = shell("head -c 1000 /dev/zero");
  what.output_bytes_max = 1000;
  BOOST_TEST(run_process(what).value().output.size() == 1000u);
  what.output_bytes_max = 999;
  const auto cut = run_process(what);
  BOOST_TEST_REQUIRE(!cut.has_value());
  BOOST_TEST((cut.error().code() == errc::too_large));
}

BOOST_AUTO_TEST_CASE(a_program_that_never_stops_writing_is_stopped) {
  auto what = shell("exec cat /dev/zero");
  what.output_bytes_max = 1u << 20;
  BOOST_TEST(!run_process(what).has_value());
}

BOOST_AUTO_TEST_CASE(only_the_beginning_of_a_complaint_is_kept) {
  const auto end =
    run_process(shell("head -c 1000000 /dev/zero >&2; echo out"));
  BOOST_TEST_REQUIRE(end.has_value());
  BOOST_TEST(end->complaint.size() == 4096u);
  BOOST_TEST(end->output == "out\n");
}

BOOST_AUTO_TEST_CASE(a_signal_shows_in_the_status) {
  BOOST_TEST(run_process(shell("kill -9 $$")).value().status == 137);
}

BOOST_AUTO_TEST_CASE(a_program_that_is_not_there_is_not_found) {
  child_process what;
  what.arguments = {"no-such-program-here"};
  const auto end = run_process(what);
  BOOST_TEST_REQUIRE(!end.has_value());
  BOOST_TEST((end.error().code() == errc::not_found));
}

BOOST_AUTO_TEST_SUITE_END()
