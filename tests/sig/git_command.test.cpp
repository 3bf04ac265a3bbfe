#include "apps/sig/git_command.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

using namespace libsig;
using namespace libsig::sig;

namespace {

bool among(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

} // namespace

BOOST_AUTO_TEST_SUITE(git_command_line)

BOOST_AUTO_TEST_CASE(places_pass_and_settings_do_not) {
  const std::vector<std::string> inherited{
    "PATH=/bin",
    "GIT_DIR=.git",
    "GIT_INDEX_FILE=.git/next-index",
    "GIT_EXTERNAL_DIFF=evil",
    "GIT_DIFF_OPTS=-u0",
    "GIT_CONFIG_GLOBAL=/home/x/.gitconfig",
    "GIT_CONFIG_COUNT=1",
    "GIT_CONFIG_PARAMETERS='diff.noprefix=true'",
    "GIT_PAGER=evil",
    "LC_ALL=de_DE.UTF-8",
    "PATHOLOGICAL=1"};
  const auto seen = git_environment(inherited);
  for (const char* const kept :
       {"PATH=/bin", "GIT_DIR=.git", "GIT_INDEX_FILE=.git/next-index",
        "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C"}) {
    BOOST_TEST_CONTEXT(kept) { BOOST_TEST(among(seen, kept)); }
  }
  for (const auto& variable : inherited) {
    const bool place = variable.starts_with("PATH=")
                       || variable.starts_with("GIT_DIR=")
                       || variable.starts_with("GIT_INDEX_FILE=");
    BOOST_TEST_CONTEXT(variable) { BOOST_TEST(among(seen, variable) == place); }
  }
}

BOOST_AUTO_TEST_CASE(the_reason_is_the_line_that_git_marks) {
  BOOST_TEST(git_reason("warning: x\nfatal: bad thing\nhint: y\n")
             == "bad thing");
  BOOST_TEST(git_reason("error: other\n") == "other");
  BOOST_TEST(git_reason("plain words\nmore\n") == "plain words");
  BOOST_TEST(git_reason("") == "failed without a reason");
  BOOST_TEST(git_reason("\n\nfatal: late") == "late");
}

BOOST_AUTO_TEST_CASE(a_call_that_fails_gives_the_reason) {
  const git_command git{{"PATH=/usr/bin:/bin"}};
  const auto nothing = git.line({"no-such-subcommand"});
  BOOST_TEST_REQUIRE(!nothing.has_value());
  BOOST_TEST((nothing.error().code() == errc::not_found));
  BOOST_TEST(nothing.error().detail().find("no-such-subcommand")
             != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
