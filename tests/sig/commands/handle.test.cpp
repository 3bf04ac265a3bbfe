#include "apps/sig/commands/handle.hpp"

#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "tests/sig/commands/given.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace libsig;
using namespace libsig::sig;
using libsig::testing::given_to;
using libsig::testing::json_reply;
using libsig::testing::scripted_server;
using libsig::testing::seen_request;
using libsig::testing::temporary_folder;

namespace {

constexpr std::string_view nothing =
  R"({"delivered":false,"delivery":null,"dropped":0})";

std::string item(const std::string& id, unsigned attempt = 1) {
  return R"({"delivered":true,"delivery":{"delivery_id":")" + id
         + R"(","signal":{"specversion":"1.0","id":"s-)" + id
         + R"(","type":"a.b","source":"/me","sequence":"7","data":1.50},)"
           R"("patterns":["a.*","**"],"silent":false,"attempt":)"
         + std::to_string(attempt) + R"(},"dropped":0})";
}

handed_item parts_of(const std::string& delivery, const std::string& signal,
                     const std::string& id) {
  return {delivery, signal, id};
}

/// Runs `sig handle` against a server.
outcome<exit_status> handle(const scripted_server& at,
                            std::vector<std::string> arguments) {
  // As the program does at its start.
  std::signal(SIGPIPE, SIG_IGN);
  arguments.insert(arguments.begin(), {"--url", at.url(), "--agent", "Ann B"});
  surroundings around;
  around.environment = {"PATH=/usr/bin:/bin"};
  return find_node_command("handle")->run(given_to("handle", arguments),
                                          around);
}

std::vector<std::string> bodies(const scripted_server& of,
                                std::string_view end_of_path) {
  std::vector<std::string> found;
  for (const auto& one : of.seen()) {
    if (one.target.substr(0, one.target.find('?')).ends_with(end_of_path)) {
      found.push_back(one.body);
    }
  }
  return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(handle_command)

BOOST_AUTO_TEST_CASE(a_program_finds_the_item_in_its_environment) {
  const std::string delivery =
    R"({"attempt":3,"silent":true,"patterns":["a.*","**"]})";
  const std::string signal =
    R"({"id":"i","type":"a.b","source":"/me","sequence":"7"})";
  const std::string id = R"("d\u0041")";
  const auto got =
    handler_environment({"HOME=/h", "SIG_ATTEMPT=old", "SIG_ATTEMPTS=other"},
                        "Ann", parts_of(delivery, signal, id));
  const auto has = [&got](std::string_view line) {
    return std::ranges::count(got, line) == 1;
  };
  for (const auto* const line :
       {"HOME=/h", "SIG_ATTEMPTS=other", "SIG_AGENT=Ann", "SIG_ATTEMPT=3",
        "SIG_DELIVERY_ID=dA", "SIG_SILENT=true", R"(SIG_PATTERNS=["a.*","**"])",
        "SIG_SIGNAL_ID=i", "SIG_SIGNAL_TYPE=a.b", "SIG_SIGNAL_SOURCE=/me",
        "SIG_SIGNAL_SEQUENCE=7"}) {
    BOOST_TEST(has(line), line);
  }
  BOOST_TEST(got.size() == 11u);
}

BOOST_AUTO_TEST_CASE(what_no_environment_can_hold_is_left_out) {
  const std::string signal = R"({"id":"a\u0000b","type":"a=b\nc"})";
  const auto got = handler_environment({}, "Ann", parts_of("{}", signal, "1"));
  BOOST_TEST(std::ranges::none_of(got, [](const std::string& one) {
    return one.starts_with("SIG_SIGNAL_ID=");
  }));
  BOOST_TEST(std::ranges::count(got, "SIG_SIGNAL_TYPE=a=b\nc") == 1);
}

BOOST_AUTO_TEST_CASE(reasons_are_strings_of_json) {
  BOOST_TEST(handled_body(R"("d")") == R"({"handled":["d"]})");
  BOOST_TEST(failed_body(R"("d")", "a \"b\"\n")
             == R"({"failed":["d"],"reason":"a \"b\"\n"})");
}

BOOST_AUTO_TEST_CASE(an_item_is_handled_or_failed_by_what_the_program_says) {
  const temporary_folder folder;
  int given = 0;
  const scripted_server server{[&given](const seen_request& got) {
    return json_reply(got.target.ends_with("/settle")
                        ? std::string{R"({"settled":1})"}
                        : item("d" + std::to_string(++given)));
  }};
  const auto done =
    handle(server, {"-n", "2", "--", "sh", "-c",
                    "cat >> \"$1\"; echo no >&2; test $SIG_DELIVERY_ID = d2",
                    "sh", folder.file("items")});
  BOOST_TEST_REQUIRE(done.has_value());
  BOOST_TEST((*done == exit_status::clean));
  const std::vector<std::string> expected{
    R"({"failed":["d1"],"reason":"exit status 1: no"})",
    R"({"handled":["d2"]})"};
  BOOST_TEST(bodies(server, "/settle") == expected,
             boost::test_tools::per_element{});
  // As the node wrote it, numbers included.
  BOOST_TEST(folder.read("items").find(R"("id":"s-d1")") != std::string::npos);
  BOOST_TEST(folder.read("items").find(R"("data":1.50})"
                                       "\n")
             != std::string::npos);
  BOOST_TEST(server.seen().front().target
             == "/v1/agents/Ann%20B/deliveries/next?timeout_ms=60000");
}

BOOST_AUTO_TEST_CASE(a_time_without_items_ends_with_a_status_of_its_own) {
  const scripted_server server{
    [](const seen_request&) { return json_reply(nothing); }};
  const auto done = handle(server, {"--timeout", "0s"});
  BOOST_TEST_REQUIRE(!done.has_value());
  BOOST_TEST((done.error().status == exit_status::timed_out));
  BOOST_TEST(server.seen().size() == 1u);
  BOOST_TEST(server.seen().front().target.ends_with("timeout_ms=0"));
  BOOST_TEST((handle(server, {"--timeout", "0s", "--", "true"}).error().status
              == exit_status::timed_out));
}

BOOST_AUTO_TEST_CASE(once_connected_a_node_that_is_away_is_waited_for) {
  int given = 0;
  const scripted_server server{[&given](const seen_request& got) {
    if (got.target.ends_with("/settle")) {
      return json_reply(R"({"settled":1})");
    }
    ++given;
    // It hangs up more often than one call is repeated.
    return given == 1 || given > 7 ? json_reply(item(std::to_string(given)))
                                   : std::string{};
  }};
  const auto done = handle(server, {"-n", "2", "--", "true"});
  BOOST_TEST_REQUIRE(done.has_value());
  BOOST_TEST(bodies(server, "/settle").size() == 2u);
}

// What is done is told, though the node has to be asked more than once.
BOOST_AUTO_TEST_CASE(an_interruption_does_not_keep_what_is_done_from_the_node) {
  // For the thread of the server as well, which must not get it.
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  int settled = 0;
  const scripted_server server{[&settled](const seen_request& got) {
    if (!got.target.ends_with("/settle")) {
      return json_reply(item("d"));
    }
    return ++settled < 3 ? std::string{} : json_reply(R"({"settled":1})");
  }};
  const auto done =
    handle(server, {"--", "sh", "-c", "trap '' TERM; kill -TERM $PPID"});
  BOOST_TEST_REQUIRE(done.has_value());
  BOOST_TEST((*done == exit_status::clean));
  BOOST_TEST(bodies(server, "/settle").size() == 3u);
  BOOST_TEST(bodies(server, "/next").size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_the_node_refuses_ends_it) {
  const scripted_server server{[](const seen_request&) {
    return libsig::testing::reply(
      409, "application/problem+json",
      R"({"type":"superseded","title":"superseded","detail":"another call"})");
  }};
  const auto done = handle(server, {"--", "true"});
  BOOST_TEST_REQUIRE(!done.has_value());
  BOOST_TEST((done.error().status == exit_status::usage));
  BOOST_TEST(done.error().reason.message() == "another call (409 superseded)");
}

BOOST_AUTO_TEST_CASE(no_item_is_taken_for_a_program_that_is_not_there) {
  const scripted_server server{
    [](const seen_request&) { return json_reply(nothing); }};
  const auto done = handle(server, {"--", "no-such-program"});
  BOOST_TEST_REQUIRE(!done.has_value());
  BOOST_TEST((done.error().status == exit_status::usage));
  BOOST_TEST(done.error().reason.message()
             == "no-such-program: no such program");
  BOOST_TEST(server.seen().empty());
}

BOOST_AUTO_TEST_CASE(what_is_wrong_in_its_options_is_said) {
  const scripted_server server{
    [](const seen_request&) { return json_reply(nothing); }};
  for (const auto& [arguments, place] :
       std::vector<std::pair<std::vector<std::string>, std::string>>{
         {{"--timeout", "soon"}, "--timeout"},
         {{"--timeout", "25h"}, "--timeout"},
         {{"-n", "2"}, "-n"},
         {{"-n", "x", "--", "true"}, "-n"}}) {
    const auto done = handle(server, arguments);
    BOOST_TEST_REQUIRE(!done.has_value());
    BOOST_TEST((done.error().status == exit_status::usage));
    BOOST_TEST(done.error().reason.message().starts_with(place + ": "));
  }
  BOOST_TEST(server.seen().empty());
}

BOOST_AUTO_TEST_SUITE_END()
