#include "apps/sigd/reviews_api.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "libsig/access/token.hpp"
#include "tests/sigd/running_node.hpp"

using namespace libsig;
using testing::answer;
using testing::event_text;
using testing::running_node;

namespace {

using texts = std::vector<std::string>;

const std::string small_diff =
  "--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-a = 1\n+b = 2\n";

[[nodiscard]] nlohmann::json json_of(const answer& of) {
  return nlohmann::json::parse(of.body);
}

[[nodiscard]] answer post_diff(const running_node& to, std::string_view query,
                               std::string_view diff = small_diff,
                               std::string_view fields = {}) {
  std::string target{"/v1/reviews"};
  target.append(query.empty() ? "" : "?").append(query);
  std::string all{"Content-Type: text/x-diff\r\n"};
  all.append(fields);
  return to.ask("POST", target, all, diff);
}

[[nodiscard]] std::string request_event(std::string_view id,
                                        std::string_view review_id,
                                        std::string_view more = "") {
  std::string data{R"({"review_id":")"};
  data.append(review_id).append(R"(","diff":)");
  data += nlohmann::json(small_diff).dump();
  data.append(more).append("}");
  return event_text(id, "review.request", data, "/synapse/reviews");
}

[[nodiscard]] answer post_event(const running_node& to, std::string_view query,
                                std::string_view event) {
  std::string target{"/v1/reviews"};
  target.append(query.empty() ? "" : "?").append(query);
  return to.ask("POST", target,
                "Content-Type: application/cloudevents+json\r\n", event);
}

[[nodiscard]] texts ids_of(const answer& list) {
  texts found;
  const auto whole = json_of(list);
  for (const auto& one : whole.at("reviews")) {
    found.push_back(one.at("review_id"));
  }
  return found;
}

/// A token of a tenant with one scope, and perhaps a pattern of types.
[[nodiscard]] access::token_entry entry(std::string_view token,
                                        std::string tenant, access::scope scope,
                                        std::string_view type = {}) {
  access::token_entry made;
  made.hash = access::hash_token(token);
  made.rights.tenant = std::move(tenant);
  made.rights.scopes.add(scope);
  if (!type.empty()) {
    made.rights.types = {pattern::parse(type).value()};
  }
  return made;
}

[[nodiscard]] std::string bearer(std::string_view token) {
  return "Authorization: Bearer " + std::string{token} + "\r\n";
}

/// A diff that takes a while to look through.
[[nodiscard]] std::string large_diff() {
  std::string made;
  for (int file = 0; file < 3'000; ++file) {
    const auto name = "f" + std::to_string(file) + ".py";
    made += "--- a/" + name + "\n+++ b/" + name + "\n@@ -0,0 +1,3 @@\n";
    made += "+def g(x):\n+    if x:\n+        return x\n";
  }
  return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(reviews_api)

BOOST_AUTO_TEST_CASE(a_diff_is_accepted_and_its_summary_can_be_waited_for) {
  const running_node node;
  const auto got = post_diff(node, "wait=30s&review_id=r1&label=security"
                                   "&label=x&author=me&risk_factor=0.25");
  BOOST_TEST_REQUIRE(got.status == 200u, got.body);
  BOOST_TEST(got.head.find("application/cloudevents+json")
             != std::string::npos);
  const auto summary = json_of(got);
  BOOST_TEST(summary.at("type") == "review.summary");
  BOOST_TEST(summary.at("subject") == "jido://review/r1");
  BOOST_TEST(summary.at("data").at("status") == "complete");
  BOOST_TEST(summary.at("data").at("metadata").at("decision_path")
             == "deep_review");
  const auto one = json_of(node.ask("GET", "/v1/reviews/r1"));
  BOOST_TEST(one.at("state") == "complete");
  BOOST_TEST(one.at("request").at("source") == "/synapse/reviews");
  const auto& data = one.at("request").at("data");
  BOOST_TEST(data.at("labels").size() == 2u);
  BOOST_TEST(data.at("metadata").at("author") == "me");
  BOOST_TEST(one.at("results").size() == 2u);
  BOOST_TEST(one.at("summary") == summary);
  BOOST_TEST_REQUIRE(one.at("assignments").size() == 2u);
  const auto& first = one.at("assignments").at(0);
  BOOST_TEST(first.at("agent") == "performance_specialist");
  BOOST_TEST(first.at("attempt") == 1);
  BOOST_TEST(first.at("outcome") == "done");
  BOOST_TEST(first.at("node").is_string());
  BOOST_TEST(first.at("assigned").is_string());
  BOOST_TEST(first.at("answered").is_string());
  BOOST_TEST(one.at("ignored_results").at("late") == 0);
}

BOOST_AUTO_TEST_CASE(without_a_wait_the_receipt_says_where_the_review_is) {
  const running_node node;
  const auto got = post_diff(node, "review_id=a/b%20c");
  BOOST_TEST_REQUIRE(got.status == 202u, got.body);
  const auto receipt = json_of(got);
  BOOST_TEST(receipt.at("review_id") == "a/b c");
  BOOST_TEST(receipt.at("source") == "/synapse/reviews");
  BOOST_TEST(receipt.at("sequence") == "1");
  BOOST_TEST(receipt.at("duplicate") == false);
  BOOST_TEST(got.head.find("Location: /v1/reviews/a%2Fb%20c\r\n")
             != std::string::npos);
  BOOST_TEST(node.ask("GET", "/v1/reviews/a%2Fb%20c").status == 200u);
  BOOST_TEST(node.ask("GET", "/v1/reviews/a/b%20c").status == 404u);
}

BOOST_AUTO_TEST_CASE(a_diff_without_a_review_id_has_its_event_id) {
  const running_node node;
  const auto fresh = json_of(post_diff(node, ""));
  BOOST_TEST(fresh.at("review_id") == fresh.at("id"));
  const auto keyed =
    json_of(post_diff(node, "", small_diff, "Idempotency-Key: k1\r\n"));
  BOOST_TEST(keyed.at("id") == "k1");
  BOOST_TEST(keyed.at("review_id") == "k1");
  // The same again, whenever it comes, is the same data.
  const auto again =
    json_of(post_diff(node, "", small_diff, "Idempotency-Key: k1\r\n"));
  BOOST_TEST(again.at("duplicate") == true);
  BOOST_TEST(again.at("sequence") == keyed.at("sequence"));
  const auto other =
    post_diff(node, "", small_diff + "\n", "Idempotency-Key: k1\r\n");
  BOOST_TEST(other.status == 409u);
  BOOST_TEST(post_diff(node, "", small_diff, "Idempotency-Key: \r\n").status
             == 400u);
}

BOOST_AUTO_TEST_CASE(a_request_comes_as_a_cloudevent_in_both_modes) {
  const running_node node;
  const auto structured =
    post_event(node, "wait=30s", request_event("e1", "r1"));
  BOOST_TEST_REQUIRE(structured.status == 200u, structured.body);
  BOOST_TEST(json_of(structured).at("data").at("review_id") == "r1");
  const auto binary =
    node.ask("POST", "/v1/reviews?wait=30s",
             "Content-Type: application/json\r\nce-specversion: 1.0\r\n"
             "ce-id: e2\r\nce-type: review.request\r\n"
             "ce-source: /synapse/reviews\r\n",
             R"({"review_id":"r2","diff":""})");
  BOOST_TEST_REQUIRE(binary.status == 200u, binary.body);
  BOOST_TEST(json_of(binary).at("data").at("review_id") == "r2");
}

// Contract, Review: one review_id, one review.
BOOST_AUTO_TEST_CASE(a_repeat_is_a_duplicate_and_another_request_is_refused) {
  const running_node node;
  BOOST_TEST(post_event(node, "wait=30s", request_event("e1", "r1")).status
             == 200u);
  // Equal data under another event id; the summary is there at once.
  const auto again = post_event(node, "wait=30s", request_event("e9", "r1"));
  BOOST_TEST_REQUIRE(again.status == 200u, again.body);
  BOOST_TEST(json_of(again).at("type") == "review.summary");
  const auto receipt = json_of(post_event(node, "", request_event("e9", "r1")));
  BOOST_TEST(receipt.at("duplicate") == true);
  BOOST_TEST(receipt.at("id") == "e1");
  const auto other = post_event(
    node, "wait=30s", request_event("e3", "r1", R"(,"intent":"hotfix")"));
  BOOST_TEST(other.status == 409u);
  BOOST_TEST(json_of(other).at("detail").get<std::string>().find("e1")
             != std::string::npos);
  BOOST_TEST(ids_of(node.ask("GET", "/v1/reviews")) == texts{"r1"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_summary_that_takes_longer_is_answered_by_a_receipt) {
  const running_node node;
  const auto got = post_diff(node, "wait=1ms&review_id=r1", large_diff());
  BOOST_TEST_REQUIRE(got.status == 202u, got.body);
  BOOST_TEST(json_of(got).at("review_id") == "r1");
  const auto now = json_of(node.ask("GET", "/v1/reviews/r1"));
  BOOST_TEST(!now.at("request").is_null());
  const auto later = post_diff(node, "wait=60s&review_id=r1", large_diff());
  BOOST_TEST_REQUIRE(later.status == 200u, later.body);
  const auto done = json_of(node.ask("GET", "/v1/reviews/r1"));
  BOOST_TEST(done.at("state") == "complete");
}

// Contract, Diffs: bytes that are not UTF-8 never refuse a diff.
BOOST_AUTO_TEST_CASE(hostile_bytes_stay_what_they_are) {
  const running_node node;
  const std::string bytes =
    "--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-a\n+\xff\xfe\x01\n";
  const auto got = post_diff(node, "wait=30s&review_id=r1", bytes);
  BOOST_TEST_REQUIRE(got.status == 200u, got.body);
  const auto coverage = json_of(got).at("data").at("metadata").at("coverage");
  BOOST_TEST(coverage.at("files").at("partial").size() == 1u);
  const auto one = json_of(node.ask("GET", "/v1/reviews/r1"));
  const auto& data = one.at("request").at("data");
  BOOST_TEST(data.at("metadata").contains("diff_base64"));
  BOOST_TEST(post_diff(node, "wait=30s&review_id=r2", "").status == 200u);
  BOOST_TEST(post_diff(node, "wait=30s&review_id=r3", " \n").status == 200u);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_said_and_changes_nothing) {
  const running_node node;
  for (const auto* query :
       {"wait=0s", "wait=x", "wait=25h", "wait=1s&wait=1s", "unknown=1",
        "risk_factor=x", "risk_factor=1.5", "risk_factor=nan",
        "risk_factor=", "filter_mode=some", "timeout=0s", "timeout=25h",
        "review_id=", "review_id=%01", "review_id=..", "only=nobody",
        "skip=nobody", "skip=security_specialist&skip=performance_specialist",
        "intent=a&intent=b"}) {
    const auto got = post_diff(node, query);
    BOOST_TEST(got.status == 400u, query << ": " << got.body);
    BOOST_TEST(got.head.find("application/problem+json") != std::string::npos);
  }
  BOOST_TEST(post_diff(node, "label=" + std::string(257, 'x')).status == 400u);
  BOOST_TEST(post_diff(node, "review_id=" + std::string(257, 'x')).status
             == 400u);
  BOOST_TEST(post_diff(node, "", "no diff at all\n").status == 400u);
  BOOST_TEST(post_diff(node, "", small_diff.substr(0, 36)).status == 400u);
  const auto wrong =
    post_event(node, "",
               event_text("1", "review.request", R"({"review_id":"r"})",
                          "/synapse/reviews"));
  BOOST_TEST(wrong.status == 400u);
  BOOST_TEST(json_of(wrong).at("pointer") == "/data/diff");
  const auto named = post_event(
    node, "",
    request_event("1", "r", R"(,"metadata":{"options":{"only":["nobody"]}})"));
  BOOST_TEST(named.status == 400u);
  BOOST_TEST(json_of(named).at("pointer") == "/data/metadata/options/only/0");
  BOOST_TEST(post_event(node, "", event_text("1", "a.b")).status == 400u);
  BOOST_TEST(post_event(node, "label=x", request_event("1", "r")).status
             == 400u);
  BOOST_TEST(post_event(node, "", "{").status == 400u);
  BOOST_TEST(ids_of(node.ask("GET", "/v1/reviews")).empty());
  BOOST_TEST(json_of(node.ask("GET", "/v1/signals")).at("signals").empty());
}

BOOST_AUTO_TEST_CASE(other_media_types_are_refused) {
  const running_node node;
  for (const auto* type :
       {"text/plain", "application/json", "application/cloudevents-batch+json",
        "text/x-diffs"}) {
    const auto got =
      node.ask("POST", "/v1/reviews",
               "Content-Type: " + std::string{type} + "\r\n", small_diff);
    BOOST_TEST(got.status == 415u, type);
  }
  BOOST_TEST(node.ask("POST", "/v1/reviews", "", small_diff).status == 415u);
  BOOST_TEST(node
               .ask("POST", "/v1/reviews",
                    "Content-Type: TEXT/X-Diff; charset=utf-8\r\n", small_diff)
               .status
             == 202u);
}

BOOST_AUTO_TEST_CASE(a_list_goes_from_the_newest_in_pages) {
  running_node node;
  for (const auto* id : {"r1", "r2", "r3", "r4", "r5"}) {
    BOOST_TEST(post_diff(node, "wait=30s&review_id=" + std::string{id}).status
               == 200u);
  }
  node.stop();
  node.start();
  const auto first = node.ask("GET", "/v1/reviews?limit=2");
  BOOST_TEST(ids_of(first) == (texts{"r5", "r4"}),
             boost::test_tools::per_element());
  const auto whole = json_of(first);
  BOOST_TEST(whole.at("reviews").at(0).at("state") == "complete");
  BOOST_TEST(whole.at("reviews").at(0).at("severity") == "none");
  BOOST_TEST(whole.at("reviews").at(0).at("opened").is_string());
  BOOST_TEST(whole.at("reviews").at(0).at("closed").is_string());
  const std::string next = whole.at("next");
  const auto second = node.ask("GET", "/v1/reviews?limit=3&after=" + next);
  BOOST_TEST(ids_of(second) == (texts{"r3", "r2", "r1"}),
             boost::test_tools::per_element());
  BOOST_TEST(json_of(second).at("next").is_null());
  BOOST_TEST(ids_of(node.ask("GET", "/v1/reviews?state=complete")).size()
             == 5u);
  BOOST_TEST(ids_of(node.ask("GET", "/v1/reviews?state=failed")).empty());
  BOOST_TEST(ids_of(node.ask("GET", "/v1/reviews?state=open")).empty());
  for (const auto* wrong : {"limit=0", "limit=1001", "state=done", "after=x",
                            "before=1", "state=open&state=open"}) {
    BOOST_TEST(node.ask("GET", std::string{"/v1/reviews?"} + wrong).status
                 == 400u,
               wrong);
  }
}

BOOST_AUTO_TEST_CASE(unknown_reviews_are_not_there) {
  const running_node node;
  for (const auto* id : {"r1", "%20", "..%2F", "%00"}) {
    BOOST_TEST(node.ask("GET", std::string{"/v1/reviews/"} + id).status == 404u,
               id);
  }
  BOOST_TEST(node.ask("GET", "/v1/reviews/r1?x=1").status == 400u);
}

BOOST_AUTO_TEST_CASE(secrets_do_not_leave_with_a_review) {
  const running_node node;
  BOOST_TEST(
    post_event(node, "wait=30s",
               request_event("1", "r1", R"(,"metadata":{"api_key":"s3cret"})"))
      .body.find("s3cret")
    == std::string::npos);
  const auto one = node.ask("GET", "/v1/reviews/r1");
  BOOST_TEST(one.status == 200u);
  BOOST_TEST(one.body.find("s3cret") == std::string::npos);
  BOOST_TEST(one.body.find("[REDACTED]") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_review_is_there_however_its_request_came) {
  const running_node node;
  BOOST_TEST(node.publish(request_event("1", "r1")).status == 202u);
  // The same request waits for what the first one began.
  const auto got = post_event(node, "wait=30s", request_event("2", "r1"));
  BOOST_TEST(got.status == 200u, got.body);
  BOOST_TEST(json_of(node.ask("GET", "/v1/reviews/r1")).at("state")
             == "complete");
}

BOOST_AUTO_TEST_CASE(a_client_that_goes_away_leaves_the_node_as_it_was) {
  running_node node;
  const auto diff = large_diff();
  for (int round = 0; round < 20; ++round) {
    auto to = node.connect();
    BOOST_REQUIRE(to.send("POST /v1/reviews?wait=60s&review_id=r"
                          + std::to_string(round)
                          + " HTTP/1.1\r\nHost: localhost\r\n"
                            "Content-Type: text/x-diff\r\nContent-Length: "
                          + std::to_string(diff.size()) + "\r\n\r\n" + diff));
    to.reset();
  }
  BOOST_TEST(post_diff(node, "wait=60s&review_id=last").status == 200u);
}

BOOST_AUTO_TEST_CASE(tenants_and_scopes_hold_for_reviews) {
  sigd::node_settings how;
  how.tokens = {entry("one", "a", access::scope::review),
                entry("two", "b", access::scope::review),
                entry("reader", "a", access::scope::subscribe),
                entry("narrow", "a", access::scope::review, "a.*"),
                entry("asker", "a", access::scope::review, "review.request")};
  const running_node node{std::move(how)};
  const auto post = [&](std::string_view token, std::string_view query) {
    return post_diff(node, query, small_diff, bearer(token));
  };
  const auto get = [&](std::string_view token, std::string_view path) {
    return node.ask("GET", path, bearer(token));
  };
  BOOST_TEST(post_diff(node, "").status == 401u);
  BOOST_TEST(post("reader", "").status == 403u);
  BOOST_TEST(post("narrow", "").status == 403u);
  // One id in two tenants is two reviews.
  BOOST_TEST(post("one", "wait=30s&review_id=r1").status == 200u);
  BOOST_TEST(post("two", "wait=30s&review_id=r1&intent=hotfix").status == 200u);
  BOOST_TEST(post("two", "wait=30s&review_id=r2").status == 200u);
  BOOST_TEST(ids_of(get("one", "/v1/reviews")) == texts{"r1"},
             boost::test_tools::per_element());
  BOOST_TEST(ids_of(get("two", "/v1/reviews")) == (texts{"r2", "r1"}),
             boost::test_tools::per_element());
  BOOST_TEST(get("one", "/v1/reviews/r2").status == 404u);
  BOOST_TEST(get("two", "/v1/reviews/r2").status == 200u);
  BOOST_TEST(get("reader", "/v1/reviews").status == 403u);
  BOOST_TEST(get("reader", "/v1/reviews/r1").status == 403u);
  BOOST_TEST(ids_of(get("narrow", "/v1/reviews")).empty());
  BOOST_TEST(get("narrow", "/v1/reviews/r1").status == 404u);
  // Whose types end at requests sees no summary, and may not wait for one.
  BOOST_TEST(post("asker", "wait=1s").status == 403u);
  const auto one = json_of(get("asker", "/v1/reviews/r1"));
  BOOST_TEST(one.at("state") == "complete");
  BOOST_TEST(!one.at("request").is_null());
  BOOST_TEST(one.at("summary").is_null());
  BOOST_TEST(one.at("results").empty());
}

// Every admitted request gets its summary, so one whose assignments and results
// would have too many hops is refused.
BOOST_AUTO_TEST_CASE(a_request_with_too_few_hops_left_is_refused) {
  running_node node;
  const auto caused = [](std::string event, unsigned cause) {
    event.pop_back();
    return event + R"(,"causationid":"hop )" + std::to_string(cause) + "\"}";
  };
  BOOST_REQUIRE(node.publish(event_text("hop 0", "step")).status == 202u);
  for (unsigned hop = 1; hop <= limits::hops_max; ++hop) {
    const auto event =
      caused(event_text("hop " + std::to_string(hop), "step"), hop - 1);
    BOOST_REQUIRE(node.publish(event).status == 202u);
  }
  const auto request = [&](const std::string& id, unsigned cause) {
    const auto event = event_text(id, "review.request",
                                  R"({"review_id":")" + id + R"(","diff":""})",
                                  "/synapse/reviews");
    return node.ask("POST", "/v1/reviews?wait=10s",
                    "Content-Type: application/cloudevents+json\r\n",
                    caused(event, cause));
  };
  BOOST_TEST(request("last", limits::hops_max - 3).status == 200u);
  for (const auto cause : {limits::hops_max - 2, limits::hops_max}) {
    const auto refused = request("beyond", cause);
    BOOST_TEST(refused.status == 400u);
    BOOST_TEST(refused.body.find(R"("pointer":"/causationid")")
               != std::string::npos);
  }
  BOOST_TEST(node.ask("GET", "/v1/reviews/beyond").status == 404u);
}

BOOST_AUTO_TEST_SUITE_END()
