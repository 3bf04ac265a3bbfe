#include "apps/sig/client/node.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

#include "tests/sig/client/node_at.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/scripted_server.hpp"

using namespace libsig;
using namespace libsig::sig;
using namespace libsig::sig::client;
using libsig::testing::node_at;
using libsig::testing::reply;
using libsig::testing::scripted_server;
using libsig::testing::seen_request;

namespace {

/// What a call comes to whose every answer is this one.
refusal refused_by(const std::string& answer, call what = {.target = "/x"}) {
  const scripted_server server{[&](const seen_request&) { return answer; }};
  node_at at{server.url()};
  const auto got = at.make().ask(what);
  BOOST_TEST_REQUIRE(!got.has_value());
  return got.error();
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(client_node)

BOOST_AUTO_TEST_CASE(every_call_names_the_caller_and_declines_mail) {
  const scripted_server server{
    [](const seen_request&) { return testing::json_reply("{}"); }};
  node_at at{server.url() + "/base/"};
  at.with.identity = "Ann Ö";
  at.environment = {"SIGD_TOKEN=abc"};
  call post{.method = "POST", .target = "/v1/x?a=b"};
  post.body = "[]";
  post.media_type = "application/json";
  const auto got = at.make().ask(post);
  BOOST_TEST_REQUIRE(got.has_value());
  BOOST_TEST(got->status == 200u);
  BOOST_TEST(got->body == "{}");
  const auto seen = server.seen();
  BOOST_TEST_REQUIRE(seen.size() == 1u);
  BOOST_TEST(seen[0].method == "POST");
  BOOST_TEST(seen[0].target == "/base/v1/x?a=b");
  BOOST_TEST(seen[0].body == "[]");
  BOOST_TEST(seen[0].has_line("Sig-Mail: no"));
  BOOST_TEST(seen[0].has_line("Authorization: Bearer abc"));
  BOOST_TEST(seen[0].has_line("Sig-Identity: Ann%20%C3%96"));
  BOOST_TEST(seen[0].has_line("Content-Type: application/json"));
  BOOST_TEST(!contains(seen[0].head, "Expect:"));
}

BOOST_AUTO_TEST_CASE(a_problem_is_one_sentence_at_its_pointer) {
  const auto why = refused_by(
    reply(400, "application/problem+json",
          R"({"title":"Bad Request","detail":"no","pointer":"/type"})"));
  BOOST_TEST((why.status == exit_status::usage));
  BOOST_TEST(why.reason.message() == "/type: no (400 Bad Request)");
}

BOOST_AUTO_TEST_CASE(an_answer_without_a_problem_has_its_status) {
  const auto why = refused_by(reply(404, "text/html", "<h1>"));
  BOOST_TEST((why.status == exit_status::usage));
  BOOST_TEST(why.reason.message() == "the node answers 404");
}

BOOST_AUTO_TEST_CASE(a_long_or_broken_problem_is_cut_or_passed_over) {
  const auto longer =
    refused_by(reply(400, "application/problem+json",
                     R"({"detail":")" + std::string(100'000, 'x') + R"("})"));
  BOOST_TEST(longer.reason.message().size() < 1'200u);
  const auto deep = refused_by(
    reply(400, "application/problem+json", std::string(100'000, '[')));
  BOOST_TEST(deep.reason.message() == "the node answers 400");
}

BOOST_AUTO_TEST_CASE(what_is_refused_and_what_is_the_nodes_fault) {
  const auto status = [](unsigned code) {
    return refused_by(reply(code, "text/plain", "")).status;
  };
  for (const auto code : {400u, 401u, 403u, 404u, 409u, 413u, 499u}) {
    BOOST_TEST((status(code) == exit_status::usage));
  }
  for (const auto code : {300u, 429u, 500u, 502u, 503u, 507u}) {
    BOOST_TEST((status(code) == exit_status::infrastructure));
  }
}

BOOST_AUTO_TEST_CASE(a_redirect_is_not_followed) {
  const scripted_server server{[](const seen_request&) {
    return reply(302, "text/plain", "", "Location: /other\r\n");
  }};
  node_at at{server.url()};
  const auto got = at.make().ask({.target = "/x"});
  BOOST_TEST_REQUIRE(!got.has_value());
  BOOST_TEST(contains(got.error().reason.message(), "redirect"));
  BOOST_TEST(server.seen().size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_put_off_is_asked_again_when_the_node_said) {
  int asked = 0;
  const scripted_server server{[&asked](const seen_request&) {
    return ++asked < 3 ? reply(429, "text/plain", "", "Retry-After: 2\r\n")
                       : testing::json_reply("{}");
  }};
  node_at at{server.url()};
  call post{.method = "POST", .target = "/x"};
  post.repeatable = false;
  BOOST_TEST(at.make().ask(post).has_value());
  BOOST_TEST_REQUIRE(at.pauses.size() == 2u);
  BOOST_TEST(at.pauses[0].count() == 2'000);
  BOOST_TEST(server.seen().size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_node_that_puts_off_for_ever_is_given_up) {
  const scripted_server server{[](const seen_request&) {
    return reply(503, "text/plain", "", "Retry-After: 1\r\n");
  }};
  node_at at{server.url()};
  const auto got = at.make().ask({.target = "/x"});
  BOOST_TEST_REQUIRE(!got.has_value());
  BOOST_TEST((got.error().status == exit_status::infrastructure));
  BOOST_TEST(server.seen().size() == 5u);
}

BOOST_AUTO_TEST_CASE(nobody_waits_for_a_minute_unasked) {
  const scripted_server server{[](const seen_request&) {
    return reply(429, "text/plain", "", "Retry-After: 60\r\n");
  }};
  node_at at{server.url()};
  const auto got = at.make().ask({.target = "/x"});
  BOOST_TEST_REQUIRE(!got.has_value());
  BOOST_TEST(contains(got.error().reason.message(), "try again in 60 s"));
  BOOST_TEST(server.seen().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_lost_connection_is_tried_again_where_that_is_safe) {
  for (const bool repeatable : {true, false}) {
    int asked = 0;
    const scripted_server server{[&asked](const seen_request&) {
      return ++asked == 1 ? std::string{} : testing::json_reply("{}");
    }};
    node_at at{server.url()};
    call post{.method = "POST", .target = "/x"};
    post.repeatable = repeatable;
    const auto got = at.make().ask(post);
    BOOST_TEST(got.has_value() == repeatable);
    BOOST_TEST(server.seen().size() == (repeatable ? 2u : 1u));
  }
}

BOOST_AUTO_TEST_CASE(where_no_node_is_nothing_is_tried_again) {
  std::string url;
  {
    const scripted_server gone{[](const seen_request&) { return ""; }};
    url = gone.url();
  }
  node_at at{url};
  const auto got = at.make().ask({.target = "/x"});
  BOOST_TEST_REQUIRE(!got.has_value());
  BOOST_TEST((got.error().status == exit_status::infrastructure));
  BOOST_TEST(contains(got.error().reason.message(), url + ": no node answers"));
  BOOST_TEST(at.pauses.empty());
}

BOOST_AUTO_TEST_CASE(an_answer_is_taken_up_to_its_bound) {
  const scripted_server server{[](const seen_request&) {
    return reply(200, "text/plain", std::string(1'000, 'x'));
  }};
  node_at at{server.url()};
  call what{.target = "/x"};
  what.answer_bytes_max = 1'000;
  BOOST_TEST(at.make().ask(what).has_value());
  what.answer_bytes_max = 999;
  const auto got = at.make().ask(what);
  BOOST_TEST_REQUIRE(!got.has_value());
  BOOST_TEST((got.error().reason.code() == errc::too_large));
}

BOOST_AUTO_TEST_CASE(an_answer_that_does_not_come_is_timed_out) {
  // It listens, and nobody ever answers.
  const scripted_server server{[](const seen_request&) {
    return "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nx";
  }};
  test::client holds{server.port()};
  node_at at{server.url()};
  at.with.timeout = "50ms";
  const auto got = at.make().ask({.target = "/x"});
  BOOST_TEST_REQUIRE(!got.has_value());
  BOOST_TEST((got.error().status == exit_status::timed_out));
}

BOOST_AUTO_TEST_CASE(paths_and_queries_are_encoded) {
  BOOST_TEST(path_of("/v1/reviews", "a/b c") == "/v1/reviews/a%2Fb%20c");
  std::string target{"/v1/signals"};
  append_query(target, "type", "a:**");
  append_query(target, "after", "7");
  BOOST_TEST(target == "/v1/signals?type=a%3A%2A%2A&after=7");
}

BOOST_AUTO_TEST_SUITE_END()
