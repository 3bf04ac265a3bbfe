// The built program against a node whose answers the test writes: what no real
// node can be brought to say on demand.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "tests/e2e/sig_program.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace libsig::testing;

namespace {

using json = nlohmann::json;

/// The same review made here: its summary's event, and what is printed of it.
struct local_review {
  std::string event;
  std::string pretty;
  int status = -1;
};

local_review review_here(const std::string& diff, const std::string& id) {
  const temporary_folder folder;
  const auto end =
    run_sig({"review", "--quiet", "--review-id", id, "--fail-level", "high",
             "--format", "json", "--format", "pretty=" + folder.file("p")},
            diff);
  return {end.output, folder.read("p"), end.status};
}

program_end review_there(const scripted_server& node, const std::string& diff,
                         std::vector<std::string> more = {}) {
  std::vector<std::string> arguments{"review", "--quiet",  "--fail-level",
                                     "high",   "--server", node.url()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_sig(std::move(arguments), diff);
}

} // namespace

BOOST_AUTO_TEST_SUITE(sig_server)

BOOST_AUTO_TEST_CASE(a_node_reviews_and_the_same_is_printed) {
  const auto here = review_here(bad_diff, "r-1");
  const scripted_server node{
    [&here](const seen_request&) { return json_reply(here.event); }};
  const auto there = review_there(node, bad_diff, {"--review-id", "r-1"});
  BOOST_TEST(there.status == here.status);
  BOOST_TEST(there.status == 1);
  BOOST_TEST(there.output == here.pretty);
  BOOST_TEST(there.complaint == "");
  const auto as_json =
    review_there(node, bad_diff, {"--review-id", "r-1", "--format", "json"});
  BOOST_TEST(json::parse(as_json.output) == json::parse(here.event));
  const auto seen = node.seen();
  BOOST_TEST(seen[0].method == "POST");
  BOOST_TEST(seen[0].target == "/v1/reviews?wait=40000ms");
  const auto request = json::parse(seen[0].body);
  BOOST_TEST(request.at("type") == "review.request");
  BOOST_TEST(request.at("source") == "/synapse/reviews");
  BOOST_TEST(request.at("data").at("review_id") == "r-1");
  BOOST_TEST(request.at("data").at("diff") == bad_diff);
}

BOOST_AUTO_TEST_CASE(progress_is_that_of_the_summary) {
  const auto here = review_here(good_diff, "r-1");
  const scripted_server node{
    [&here](const seen_request&) { return json_reply(here.event); }};
  const auto there = run_sig(
    {"review", "--server", node.url(), "--review-id", "r-1"}, good_diff);
  BOOST_TEST(there.status == 0);
  BOOST_TEST(contains(there.complaint, "sig: security_specialist: running\n"));
  BOOST_TEST(contains(there.complaint, "sig: security_specialist: done\n"));
}

BOOST_AUTO_TEST_CASE(a_review_that_takes_longer_is_asked_about) {
  const auto here = review_here(good_diff, "a/b");
  int asked = 0;
  const scripted_server node{[&](const seen_request& got) {
    if (got.method == "POST") {
      return json_reply(R"({"review_id":"a/b"})", 202);
    }
    const auto summary = ++asked < 2 ? std::string{"null"} : here.event;
    return json_reply(R"({"review_id":"a/b","summary":)" + summary + "}");
  }};
  const auto there = review_there(node, good_diff, {"--review-id", "a/b"});
  BOOST_TEST(there.status == 0);
  BOOST_TEST(node.seen().back().target == "/v1/reviews/a%2Fb");
}

// A request that was lost on the way is sent again as the same one.
BOOST_AUTO_TEST_CASE(a_lost_request_is_repeated_to_the_letter) {
  const auto here = review_here(good_diff, "r-1");
  int asked = 0;
  const scripted_server node{[&](const seen_request&) {
    return ++asked == 1 ? std::string{} : json_reply(here.event);
  }};
  BOOST_TEST(review_there(node, good_diff, {"--review-id", "r-1"}).status == 0);
  const auto seen = node.seen();
  BOOST_TEST_REQUIRE(seen.size() == 2u);
  BOOST_TEST(seen[0].body == seen[1].body);
}

BOOST_AUTO_TEST_CASE(another_request_of_a_known_id_is_status_2) {
  const scripted_server node{[](const seen_request&) {
    return reply(409, "application/problem+json",
                 R"({"title":"Conflict","detail":"first one: e-1"})");
  }};
  check_refusal(review_there(node, good_diff), 2, "first one: e-1");
}

BOOST_AUTO_TEST_CASE(what_a_node_refuses_is_placed_at_its_option) {
  const scripted_server node{[](const seen_request&) {
    return reply(400, "application/problem+json",
                 R"({"detail":"no","pointer":"/data/labels/0"})");
  }};
  check_refusal(review_there(node, good_diff, {"--label", "x"}), 2,
                "--label: no (400)");
}

BOOST_AUTO_TEST_CASE(a_broken_diff_is_refused_before_anything_is_sent) {
  const scripted_server node{
    [](const seen_request&) { return json_reply("{}"); }};
  check_refusal(review_there(node, "--- a/x\n+++ b/x\n@@ -1,9 +1 @@\n-a\n"), 2,
                "standard input: line");
  BOOST_TEST(node.seen().empty());
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_no_summary_of_it_is_status_4) {
  const auto other = review_here(good_diff, "other").event;
  for (const auto& body : {std::string{"{}"}, std::string{"["}, other}) {
    const scripted_server node{
      [&body](const seen_request&) { return json_reply(body); }};
    const auto end = review_there(node, good_diff, {"--review-id", "r-1"});
    check_refusal(end, 4, node.url());
  }
}

BOOST_AUTO_TEST_CASE(routes_are_tables_or_json) {
  const std::string body =
    R"({"routes": [{"actor":"coordinator","pattern":"review.*","priority":5,)"
    R"("emits":["review.summary","x"],"isolation":"shared",)"
    R"("restart":{"restarts_max":5,"window_ms":10000}}]})";
  const scripted_server node{
    [&body](const seen_request&) { return json_reply(body); }};
  const auto table = run_sig({"routes", "--url", node.url()});
  BOOST_TEST(table.status == 0);
  BOOST_TEST(table.output
             == "ACTOR        PATTERN   PRIORITY  ISOLATION  RESTARTS\n"
                "coordinator  review.*  5         shared     5 in 10 s\n"
                "\n"
                "ACTOR        EMITS\n"
                "coordinator  review.summary\n"
                "coordinator  x\n");
  const auto as_json = run_sig({"routes", "--json", "--url", node.url()});
  BOOST_TEST(json::parse(as_json.output) == json::parse(body));
}

BOOST_AUTO_TEST_CASE(dead_letters_are_listed_redriven_and_deleted) {
  const scripted_server node{[](const seen_request& got) {
    if (got.method == "DELETE") {
      return reply(204, "text/plain", "");
    }
    if (got.target == "/v1/dead-letters/bad/redrive") {
      return json_reply(R"({"id":"bad","delivered":false,"reason":"still"})");
    }
    if (got.method == "POST") {
      return json_reply(R"({"id":"a","delivered":true})");
    }
    return json_reply(
      got.target == "/v1/dead-letters"
        ? R"({"dead_letters":[{"id":"a","signal":{"id":"s","type":"t\u001b"},)"
          R"("target":"hook","reason":"410","attempts":5,"at":"now"}],)"
          R"("next":"a"})"
        : R"({"dead_letters":[{"id":"b","signal":null}],"next":null})");
  }};
  const auto run = [&node](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "dead-letters");
    arguments.insert(arguments.end(), {"--url", node.url()});
    return run_sig(std::move(arguments));
  };
  const auto table = run({});
  BOOST_TEST(table.status == 0);
  BOOST_TEST(contains(table.output, "hook"));
  BOOST_TEST(is_plain(table.output));
  BOOST_TEST(std::count(table.output.begin(), table.output.end(), '\n') == 3);
  BOOST_TEST(node.seen().back().target == "/v1/dead-letters?after=a");
  const auto lines = run({"--json"}).output;
  BOOST_TEST(std::count(lines.begin(), lines.end(), '\n') == 2);
  BOOST_TEST(run({"delete", "a", "b"}).status == 0);
  BOOST_TEST(node.seen().back().target == "/v1/dead-letters/b");
  BOOST_TEST(run({"redrive", "a"}).status == 0);
  const auto failed = run({"redrive", "bad", "a"});
  BOOST_TEST(failed.status == 4);
  BOOST_TEST(contains(failed.complaint, "bad: not delivered: still"));
  BOOST_TEST(node.seen().back().target == "/v1/dead-letters/a/redrive");
  check_refusal(run({"redrive"}), 2, "an id is missing");
  check_refusal(run({"revive", "a"}), 2, "redrive or delete");
}

// C2 row 21: who does not know whether a publish arrived can ask again.
BOOST_AUTO_TEST_CASE(a_publish_of_unknown_end_says_how_to_repeat_it) {
  const scripted_server node{[](const seen_request&) { return ""; }};
  const std::vector<std::string> publish{"publish", "a",     "--id",
                                         "mine",    "--url", node.url()};
  check_refusal(run_sig(publish), 4, "repeat it with --id mine");
  const auto seen = node.seen();
  BOOST_TEST(seen.size() == 5u);
  for (const auto& one : seen) {
    BOOST_TEST(json::parse(one.body).at("id") == "mine");
    BOOST_TEST(one.body == seen.front().body);
  }
}

// C2 row 26: everything from a node may be hostile.
BOOST_AUTO_TEST_CASE(nothing_from_a_node_moves_the_terminal) {
  const scripted_server node{[](const seen_request& got) {
    return got.target.starts_with("/v1/signals")
             ? json_reply("{\"signals\":[{\"type\":\"\xC2\x9B"
                          "31m\",\"data\":\"\\u001b[2J\"}],\"next\":null}")
             : reply(418, "application/problem+json",
                     R"({"detail":"\u001b[2J\n\u009b","title":"\r"})");
  }};
  for (const auto* const command : {"list", "tail", "routes"}) {
    const auto end = run_sig({command, "--url", node.url()});
    BOOST_TEST(is_plain(end.output));
    BOOST_TEST(is_plain(end.complaint));
  }
  BOOST_TEST(
    is_plain(run_sig({"export", "--jsonl", "--url", node.url()}).output));
}

BOOST_AUTO_TEST_CASE(a_token_is_sent_and_never_shown) {
  const scripted_server node{[](const seen_request&) {
    return reply(401, "application/problem+json", R"({"detail":"no"})");
  }};
  auto what = sig({"list", "--url", node.url()});
  what.environment = {"SIGD_TOKEN=very-secret"};
  const auto end = run_program(what);
  check_refusal(end, 2, "the token is that of SIGD_TOKEN");
  BOOST_TEST(!contains(end.complaint, "very-secret"));
  BOOST_TEST(node.seen().back().has_line("Authorization: Bearer very-secret"));
  what.arguments = {SIG_PROGRAM, "config", "show", "--origin"};
  what.environment.emplace_back("SIGD_DATA=/tmp");
  const auto shown = run_program(what);
  BOOST_TEST(shown.status == 0);
  BOOST_TEST(contains(shown.output, "(hidden)"));
  BOOST_TEST(contains(shown.output, "SIGD_TOKEN"));
  BOOST_TEST(!contains(shown.output, "very-secret"));
}

BOOST_AUTO_TEST_SUITE_END()
