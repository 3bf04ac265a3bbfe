#include "apps/sigd/topics_api.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "tests/sigd/topic_calls.hpp"

using namespace libsig;
using namespace libsig::testing;
using json = nlohmann::json;
using texts = std::vector<std::string>;

namespace {

[[nodiscard]] json json_of(const answer& of) { return json::parse(of.body); }

/// The status and the pointer of a refusal.
[[nodiscard]] std::string refused(const answer& got) {
  const auto what = json::parse(got.body, nullptr, false);
  const auto pointer = what.is_object() && what.contains("pointer")
                         ? what.at("pointer").get<std::string>()
                         : std::string{};
  return std::to_string(got.status) + ' ' + pointer;
}

/// The payload's `n` of a message that is there already.
[[nodiscard]] int next_number(const running_node& node, std::string_view body,
                              std::string_view fields = {}) {
  const auto got = wait(node, body, fields);
  BOOST_TEST_REQUIRE(got.status == 200u, got.body);
  const auto whole = json_of(got);
  BOOST_TEST_REQUIRE(whole.at("ok") == true, got.body);
  return whole.at("message").at("payload").at("n").get<int>();
}

/// The status of a wait of a consumer.
[[nodiscard]] unsigned next_status(const running_node& node,
                                   std::string_view topic) {
  return wait(node,
              R"({"consumer":"c","timeout_ms":0,"start":"new","topics":[")"
                + std::string{topic} + "\"]}")
    .status;
}

[[nodiscard]] std::string number(int n) {
  return "{\"n\":" + std::to_string(n) + '}';
}

[[nodiscard]] bool log_is_empty(const running_node& node,
                                std::string_view fields = {}) {
  return json_of(node.ask("GET", "/v1/signals", fields)).at("signals").empty();
}

} // namespace

BOOST_AUTO_TEST_SUITE(topics_api)

// -- sending ------------------------------------------------------------------

// M10; contract, One name, Caller.
BOOST_AUTO_TEST_CASE(what_is_sent_is_a_signal_of_the_topics_type) {
  const running_node node;
  const auto sent =
    json::parse(send(node, "team:a", R"({"x":1.50})", named("ann b")));
  BOOST_TEST(sent.at("ok") == true);
  BOOST_TEST(sent.at("topic") == "team:a");
  BOOST_TEST(sent.at("sequence") == "1");
  BOOST_TEST(sent.size() == 4u);
  const auto logged = node.ask("GET", "/v1/signals/1");
  const auto found = json_of(logged);
  BOOST_TEST(found.at("id") == sent.at("message_id"));
  BOOST_TEST(found.at("type") == "team:a");
  BOOST_TEST(found.at("source") == "/agents/ann%20b");
  BOOST_TEST(logged.body.find(R"("data":{"x":1.50})") != std::string::npos);
  BOOST_TEST(json::parse(send(node, "a")).at("topic") == "a");
  BOOST_TEST(json_of(node.ask("GET", "/v1/signals/2")).at("source")
             == "/system");
}

// M1, M6: the path is split, then decoded once, and trimmed.
BOOST_AUTO_TEST_CASE(a_topic_is_one_segment_and_a_payload_may_be_left_out) {
  const running_node node;
  BOOST_TEST(json::parse(send(node, "a%2Fb%2525")).at("topic") == "a/b%25");
  BOOST_TEST(json::parse(send(node, "%20c%20")).at("topic") == "c");
  for (const auto* body : {"", "{}", R"({"payload":null})",
                           R"({"payload":{},"conversation_id":null})"}) {
    BOOST_TEST(send_body(node, "a", body).status == 202u, body);
    BOOST_TEST(json_of(wait(node, R"({"topics":["a"],"timeout_ms":0})"))
                 .at("message")
                 .at("payload")
               == json::object());
  }
}

// M1, M6, M7 and the surface's 400: nothing that is wrong leaves a trace.
BOOST_AUTO_TEST_CASE(what_is_wrong_in_a_send_is_refused_at_its_place) {
  const running_node node;
  BOOST_TEST(refused(send_body(node, "%20", "{}")) == "400 ");
  BOOST_TEST(refused(send_body(node, "a%01", "{}")) == "400 ");
  const std::array<std::pair<std::string_view, std::string_view>, 10> wrong{
    {{R"({"payload":[1]})", "400 /payload"},
     {R"({"payload":1})", "400 /payload"},
     {R"({"payload":"x"})", "400 /payload"},
     {R"({"payload":{"x":NaN}})", "400 "},
     {R"({"payload":{"x":1e999}})", "400 /payload/x"},
     {R"({"payload":{"x":1,"x":2}})", "400 /payload/x"},
     {R"({"payload":{},"topic":"b"})", "400 /topic"},
     {R"({"conversation_id":1})", "400 /conversation_id"},
     {"[]", "400 "},
     {"{", "400 "}}};
  for (const auto& [body, want] : wrong) {
    const auto got = refused(send_body(node, "a", body));
    BOOST_TEST(got.starts_with(want.substr(0, 4)), body);
    BOOST_TEST(got == want, body);
  }
  BOOST_TEST(
    refused(send_body(
      node, "a", R"({"conversation_id":")" + std::string(257, 'x') + "\"}"))
    == "400 /conversation_id");
  BOOST_TEST(refused(send_body(node, "a", "{}", "Idempotency-Key:\r\n"))
             == "400 ");
  BOOST_TEST(node.ask("POST", "/v1/topics/a/signals", "", "{}").status == 415u);
  BOOST_TEST(
    node.ask("POST", "/v1/topics/a/b/signals", std::string{json_field}, "{}")
      .status
    == 404u);
  BOOST_TEST(node.ask("GET", "/v1/topics/a/signals").status == 405u);
  BOOST_TEST(log_is_empty(node));
}

// M8, M9: the size is that of compact JSON; one byte more is refused with what
// to do.
BOOST_AUTO_TEST_CASE(a_payload_over_the_cap_is_refused_whole) {
  sigd::node_settings how;
  how.topics.payload_bytes_max = 12;
  running_node node{how};
  send(node, "a", R"({ "x" : "1\u00e9" })"); // {"x":"1é"} has 11
  send(node, "a", R"({"x":"1234"})");
  const auto over = send_body(node, "a", R"({"payload":{"x":"12345"}})");
  BOOST_TEST(refused(over) == "413 /payload");
  for (const auto* part : {"13 bytes", "12", "reference"}) {
    BOOST_TEST(json_of(over).at("detail").get<std::string>().find(part)
                 != std::string::npos,
               part);
  }
  // A reload changes it.
  how.topics.payload_bytes_max = 13;
  node.reload(how);
  send(node, "a", R"({"x":"12345"})");
  BOOST_TEST(json_of(node.ask("GET", "/v1/signals")).at("signals").size()
             == 3u);
}

// M3, M4, M5
BOOST_AUTO_TEST_CASE(the_prefix_policy_refuses_before_any_effect) {
  sigd::node_settings how;
  how.topics.prefixes = {"signal:team/", "ops"};
  const running_node node{how};
  for (const auto* topic :
       {"signal:team%2Fa", "ops", "ops.a", "ops:a", "ops%2Fa"}) {
    send(node, topic);
  }
  for (const auto* topic : {"signal:teams%2Fa", "signal:team", "opsa", "a"}) {
    // Its payload is not looked at.
    const auto got = send_body(node, topic, R"({"payload":[]})");
    BOOST_TEST(got.status == 403u, topic);
    BOOST_TEST(got.body.find("signal:team/") != std::string::npos);
  }
  BOOST_TEST(refused(wait(node, R"({"mode":"any","topics":["ops","a"]})"))
             == "403 /topics/1");
  BOOST_TEST(node.ask("GET", "/v1/cursors/a?consumer=x").status == 403u);
  BOOST_TEST(json_of(node.ask("GET", "/v1/signals")).at("signals").size()
             == 5u);
}

// Contract, Envelope
BOOST_AUTO_TEST_CASE(the_idempotency_key_is_the_id_of_what_is_sent) {
  const running_node node;
  const std::string key{"Idempotency-Key: k 1\r\n"};
  const auto first = json::parse(send(node, "a", number(1), key));
  BOOST_TEST(first.at("message_id") == "k 1");
  const auto again = json::parse(send(node, "a", number(1), key));
  BOOST_TEST(again.at("sequence") == first.at("sequence"));
  BOOST_TEST(again.at("duplicate") == true);
  BOOST_TEST(!again.contains("differs"));
  const auto other = json::parse(send(node, "a", number(2), key));
  BOOST_TEST(other.at("differs") == true);
  BOOST_TEST(send_body(node, "b", "{}", key).status == 409u);
}

// -- waiting: shapes ----------------------------------------------------------

// M10, M24
BOOST_AUTO_TEST_CASE(a_wait_for_one_has_the_shapes_of_the_document) {
  const running_node node;
  const auto none = json_of(wait(node, R"({"topics":["a"],"timeout_ms":0})"));
  BOOST_TEST(none.at("ok") == false);
  BOOST_TEST(none.at("topic") == "a");
  BOOST_TEST(none.at("timeout_ms") == 0);
  BOOST_TEST(none.at("last_id") == "");
  BOOST_TEST(none.at("cursor").is_string());
  BOOST_TEST(none.at("elapsed_ms").is_number_unsigned());
  BOOST_TEST(none.size() == 6u);
  const auto sent = json::parse(send(node, "a", R"({"x":1.50})"));
  const auto got = wait(node, R"({"mode":"one","topics":[" a "]})");
  BOOST_TEST(
    got.body.find(R"("message":{"event":"signal","payload":{"x":1.50}})")
    != std::string::npos);
  const auto hit = json_of(got);
  BOOST_TEST(hit.at("ok") == true);
  BOOST_TEST(hit.at("topic") == "a");
  BOOST_TEST(hit.at("message_id") == sent.at("message_id"));
  BOOST_TEST(hit.at("cursor").is_string());
  BOOST_TEST(hit.size() == 5u);
}

// M25
BOOST_AUTO_TEST_CASE(a_wait_for_any_takes_one_message) {
  const running_node node;
  const auto none = json_of(
    wait(node, R"({"mode":"any","topics":["a","b"," a"],"timeout_ms":0})"));
  BOOST_TEST((none.at("topics") == json{"a", "b"}));
  BOOST_TEST(none.at("cursors").size() == 2u);
  BOOST_TEST(none.at("timeout_ms") == 0);
  BOOST_TEST(none.contains("elapsed_ms"));
  send(node, "b", number(1));
  send(node, "a", number(2));
  const auto take = [&](std::string_view more) {
    return json_of(wait(node, R"({"mode":"any","topics":["a","b"],)"
                                + std::string{more} + "}"))
      .at("topic")
      .get<std::string>();
  };
  BOOST_TEST(take(R"("order":"list")") == "a");
  BOOST_TEST(take(R"("order":"oldest")") == "b");
  // The other topic's cursor is untouched.
  BOOST_TEST(take(R"("consumer":"c")") == "a");
  BOOST_TEST(node.ask("GET", "/v1/cursors/a?consumer=c").status == 200u);
  BOOST_TEST(node.ask("GET", "/v1/cursors/b?consumer=c").status == 404u);
  BOOST_TEST(take(R"("consumer":"c")") == "b");
}

// M26
BOOST_AUTO_TEST_CASE(a_wait_for_all_takes_one_of_each_or_nothing) {
  const running_node node;
  const std::string all{
    R"({"mode":"all","topics":["a","b","a"],"consumer":"c","timeout_ms":0)"};
  send(node, "a", number(1));
  const auto part = json_of(wait(node, all + "}"));
  BOOST_TEST(part.at("ok") == false);
  BOOST_TEST(part.at("messages").at("a").at("ok") == true);
  BOOST_TEST(part.at("messages").at("a").at("message").at("payload").at("n")
             == 1);
  BOOST_TEST((part.at("missing") == json{"b"}));
  BOOST_TEST(part.at("cursors").size() == 2u);
  // What came is not consumed: it comes again.
  send(node, "a", number(2));
  send(node, "b", number(3));
  const auto whole = json_of(wait(node, all + "}"));
  BOOST_TEST(whole.at("ok") == true);
  BOOST_TEST(whole.at("missing").empty());
  BOOST_TEST(whole.contains("timeout_ms"));
  BOOST_TEST(whole.contains("elapsed_ms"));
  BOOST_TEST(!whole.contains("cursors"));
  BOOST_TEST(whole.at("messages").size() == 2u);
  BOOST_TEST(whole.at("messages").at("b").at("message").at("payload").at("n")
             == 3);
}

BOOST_AUTO_TEST_CASE(partial_results_are_consumed_when_that_is_asked_for) {
  const running_node node;
  const std::string all{R"({"mode":"all","topics":["a","b"],"consumer":"c",)"
                        R"("timeout_ms":0,"partial":"consume"})"};
  send(node, "a", number(1));
  BOOST_TEST(json_of(wait(node, all)).at("messages").size() == 1u);
  BOOST_TEST(json_of(wait(node, all)).at("messages").empty());
}

// Contract, One name: other data than objects.
BOOST_AUTO_TEST_CASE(payloads_are_the_data_as_it_is) {
  const running_node node;
  const auto payload = [&](std::string_view topic) {
    return json_of(wait(node, R"({"topics":[")" + std::string{topic}
                                + R"("],"timeout_ms":0})"))
      .at("message")
      .at("payload")
      .dump();
  };
  BOOST_TEST(node.publish(event_text("1", "list", "[1]")).status == 202u);
  BOOST_TEST(payload("list") == "[1]");
  BOOST_TEST(node.publish(event_text("2", "null", "null")).status == 202u);
  BOOST_TEST(payload("null") == "null");
  BOOST_TEST(
    node
      .publish(R"({"specversion":"1.0","id":"3","type":"none","source":"/me"})")
      .status
    == 202u);
  BOOST_TEST(payload("none") == "{}");
  BOOST_TEST(node
               .ask("POST", "/v1/signals",
                    "Content-Type: application/octet-stream\r\n"
                    "ce-specversion: 1.0\r\nce-id: 4\r\nce-type: binary\r\n"
                    "ce-source: /me\r\n",
                    "\x01\x02")
               .status
             == 202u);
  BOOST_TEST(payload("binary") == R"({"data_base64":"AQI="})");
}

// Contract, Addresses: mail is no message of a topic.
BOOST_AUTO_TEST_CASE(mail_is_no_message) {
  const running_node node;
  auto mail = event_text("1", "a");
  mail.pop_back();
  BOOST_TEST(node.publish(mail + R"(,"toidentity":"bob"})").status == 202u);
  BOOST_TEST(json_of(wait(node, R"({"topics":["a"],"timeout_ms":0})")).at("ok")
             == false);
}

// M13: the one rule, for payloads alone.
BOOST_AUTO_TEST_CASE(secrets_in_payloads_are_hidden_and_topics_are_not) {
  const std::string body{
    R"({"mode":"all","topics":["my.token"],"timeout_ms":0})"};
  sigd::node_settings how;
  {
    const running_node node{how};
    send(node, "my.token", R"({"api_key":"s3cret","n":1})");
    const auto got = wait(node, body);
    BOOST_TEST(got.body.find("s3cret") == std::string::npos);
    const auto hit = json_of(got).at("messages").at("my.token");
    BOOST_TEST(hit.at("message").at("payload").at("api_key") == "[REDACTED]");
    BOOST_TEST(hit.at("message").at("payload").at("n") == 1);
  }
  how.loopback_grants.add(access::grant::unredacted);
  const running_node node{how};
  send(node, "my.token", R"({"api_key":"s3cret"})");
  BOOST_TEST(wait(node, body).body.find("s3cret") != std::string::npos);
}

// -- waiting: where it begins -------------------------------------------------

// M17; contract, Topics and waits.
BOOST_AUTO_TEST_CASE(a_wait_without_a_cursor_begins_where_it_says) {
  const running_node node;
  for (int n = 1; n <= 3; ++n) {
    send(node, "a", number(n));
  }
  const auto from = [&](const std::string& start) {
    return next_number(node, R"({"topics":["a"],"timeout_ms":0,"start":")"
                               + start + "\"}");
  };
  BOOST_TEST(next_number(node, R"({"topics":["a"],"timeout_ms":0})") == 3);
  BOOST_TEST(from("latest") == 3);
  BOOST_TEST(from("earliest") == 1);
  BOOST_TEST(from("sequence:2") == 2);
  BOOST_TEST(from("time:2020-01-01T00:00:00Z") == 1);
  const auto fresh =
    json_of(wait(node, R"({"topics":["a"],"timeout_ms":0,"start":"new"})"));
  BOOST_TEST(fresh.at("ok") == false);
}

// M14, M16, M19, M20
BOOST_AUTO_TEST_CASE(a_consumer_gets_one_message_after_the_other) {
  running_node node;
  std::vector<std::string> ids;
  for (int n = 1; n <= 4; ++n) {
    ids.push_back(json::parse(send(node, "a", number(n))).at("message_id"));
  }
  const std::string mine{
    R"({"topics":["a"],"timeout_ms":0,"start":"earliest")"};
  BOOST_TEST(next_number(node, mine + "}", named("ann")) == 1);
  BOOST_TEST(next_number(node, mine + "}", named("ann")) == 2);
  // Another consumer, and a conversation of the same, are on their own.
  BOOST_TEST(next_number(node, mine + "}", named("bob")) == 1);
  BOOST_TEST(
    next_number(node, mine + R"(,"conversation_id":"c"})", named("ann")) == 1);
  // The cursor survives a restart.
  node.stop();
  node.start();
  BOOST_TEST(next_number(node, mine + "}", named("ann")) == 3);
  // Explicit beats stored, and moves it forward at most; empty is none.
  BOOST_TEST(next_number(node, mine + R"(,"last_ids":{"a":")" + ids[0] + "\"}}",
                         named("ann"))
             == 2);
  BOOST_TEST(next_number(node, mine + R"(,"last_ids":{"a":""}})", named("ann"))
             == 4);
  const auto done = json_of(wait(node, mine + "}", named("ann")));
  BOOST_TEST(done.at("ok") == false);
  BOOST_TEST(done.at("last_id") == ids[3]);
  // A timeout's cursor goes on from where it was.
  send(node, "a", number(5));
  BOOST_TEST(
    next_number(node, R"({"topics":["a"],"timeout_ms":0,"last_ids":{"a":")"
                        + done.at("cursor").get<std::string>() + "\"}}")
    == 5);
}

// M18
BOOST_AUTO_TEST_CASE(an_unknown_cursor_is_said_with_the_earliest) {
  const running_node node;
  const auto first = json::parse(send(node, "a", number(1))).at("message_id");
  send(node, "a", number(2));
  const auto got = json_of(
    wait(node, R"({"topics":["a"],"last_ids":{"a":"never"},"timeout_ms":0})"));
  BOOST_TEST(got.at("ok") == false);
  BOOST_TEST(got.at("error") == "cursor_expired");
  BOOST_TEST(got.at("topic") == "a");
  BOOST_TEST(got.at("earliest_id") == first);
  BOOST_TEST(
    next_number(node, R"({"topics":["a"],"timeout_ms":0,"last_ids":{"a":")"
                        + got.at("earliest_cursor").get<std::string>() + "\"}}")
    == 1);
}

// -- waiting: parked ----------------------------------------------------------

// M27
BOOST_AUTO_TEST_CASE(a_parked_wait_is_woken_by_what_is_sent) {
  const running_node node;
  auto one = begin_wait(node, R"({"topics":["a"]})");
  auto any = begin_wait(node, R"({"mode":"any","topics":["x","a"]})");
  auto all = begin_wait(node, R"({"mode":"all","topics":["a","b"]})");
  await_metric(node, "waits_open", "3");
  send(node, "a", number(1));
  BOOST_TEST(json_of(end_wait(one)).at("message").at("payload").at("n") == 1);
  BOOST_TEST(json_of(end_wait(any)).at("topic") == "a");
  send(node, "b", number(2));
  const auto both = json_of(end_wait(all));
  BOOST_TEST(both.at("messages").at("a").at("message").at("payload").at("n")
             == 1);
  BOOST_TEST(both.at("messages").at("b").at("message").at("payload").at("n")
             == 2);
  await_metric(node, "waits_open", "0");
  BOOST_TEST(metric(node, R"(waits_total{outcome="hit"})") == "3");
}

BOOST_AUTO_TEST_CASE(what_is_published_in_other_ways_wakes_it_as_well) {
  const running_node node;
  auto waiting = begin_wait(node, R"({"topics":["a"]})");
  await_metric(node, "waits_open", "1");
  BOOST_TEST(node.publish(event_text("1", "a", number(7))).status == 202u);
  BOOST_TEST(json_of(end_wait(waiting)).at("message").at("payload").at("n")
             == 7);
}

BOOST_AUTO_TEST_CASE(a_timeout_ends_a_parked_wait) {
  const running_node node;
  auto waiting = begin_wait(node, R"({"topics":["a"],"timeout_ms":50})");
  const auto got = json_of(end_wait(waiting));
  BOOST_TEST(got.at("ok") == false);
  BOOST_TEST(got.at("timeout_ms") == 50);
  BOOST_TEST(got.at("elapsed_ms").get<int>() >= 50);
}

BOOST_AUTO_TEST_CASE(a_client_that_goes_away_cancels_its_wait) {
  const running_node node;
  {
    auto gone =
      begin_wait(node, R"({"topics":["a"],"consumer":"c","start":"new"})");
    await_metric(node, "waits_open", "1");
    gone.reset();
  }
  await_metric(node, "waits_open", "0");
  send(node, "a", number(1));
  BOOST_TEST(next_number(node, R"({"topics":["a"],"consumer":"c"})") == 1);
}

// Whatever is under way when a client goes, its consumer's next wait is served.
BOOST_AUTO_TEST_CASE(clients_that_go_while_they_are_answered_block_nobody) {
  const running_node node;
  constexpr int rounds = 100;
  const std::string body{
    R"({"topics":["a"],"consumer":"c","start":"earliest")"};
  for (int n = 0; n < rounds; ++n) {
    auto gone = begin_wait(node, body + "}");
    send(node, "a", number(n));
    gone.reset();
  }
  await_metric(node, "waits_open", "0");
  send(node, "a", number(rounds));
  // It has lost none, whatever it got twice.
  int last = -1;
  while (last < rounds) {
    const auto next = next_number(node, body + R"(,"timeout_ms":20000})");
    BOOST_TEST_REQUIRE(next > last);
    last = next;
  }
}

// surface.md, What is kept: 429 with Retry-After.
BOOST_AUTO_TEST_CASE(one_caller_may_park_so_many_waits) {
  sigd::node_settings how;
  how.topics.caller_parked_waits_max = 1;
  const running_node node{how};
  auto first = begin_wait(node, R"({"topics":["a"]})", named("ann"));
  await_metric(node, "waits_open", "1");
  const auto second = wait(node, R"({"topics":["a"]})", named("ann"));
  BOOST_TEST(second.status == 429u);
  BOOST_TEST(second.head.find("Retry-After: ") != std::string::npos);
  // One that does not park, and another caller's, are served.
  BOOST_TEST(
    wait(node, R"({"topics":["a"],"timeout_ms":0})", named("ann")).status
    == 200u);
  BOOST_TEST(
    wait(node, R"({"topics":["a"],"timeout_ms":10})", named("bob")).status
    == 200u);
}

// A million topics of one client end at its quota, not in memory.
BOOST_AUTO_TEST_CASE(one_tenant_may_have_so_many_topics) {
  sigd::node_settings how;
  how.topics.topics_max = 3;
  const running_node node{how};
  for (const auto* topic : {"a", "b", "c", "a"}) {
    send(node, topic);
  }
  const auto more = send_body(node, "d", "{}");
  BOOST_TEST(more.status == 429u);
  BOOST_TEST(more.head.find("Retry-After: ") != std::string::npos);
  // Cursors have the same bound.
  for (const auto* topic : {"a", "b", "c"}) {
    BOOST_TEST(next_status(node, topic) == 200u);
  }
  BOOST_TEST(metric(node, "cursors") == "3");
  BOOST_TEST(next_status(node, "x") == 429u);
}

// surface.md, Errors: 503 with Retry-After, parked calls too.
BOOST_AUTO_TEST_CASE(a_node_that_ends_says_so_to_who_waits) {
  running_node node;
  auto waiting = begin_wait(node, R"({"topics":["a"]})");
  await_metric(node, "waits_open", "1");
  node.stop();
  const auto got = end_wait(waiting);
  BOOST_TEST(got.status == 503u);
  BOOST_TEST(got.head.find("Retry-After: ") != std::string::npos);
}

// -- who may ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(scopes_types_and_names_hold_for_topics) {
  using access::scope;
  const auto set = [](auto... all) {
    access::scope_set made;
    (made.add(all), ...);
    return made;
  };
  sigd::node_settings how;
  how.tokens = {
    token_for("pub", set(scope::publish)),
    token_for("sub", set(scope::subscribe)),
    token_for("narrow", set(scope::publish, scope::subscribe), "a.*", "ann")};
  const running_node node{how};
  const auto send_as = [&](std::string_view who, std::string_view topic) {
    return send_body(node, topic, "{}", who).status;
  };
  const auto wait_as = [&](std::string_view who, std::string_view topic) {
    return wait(node,
                R"({"timeout_ms":0,"topics":[")" + std::string{topic} + "\"]}",
                who)
      .status;
  };
  BOOST_TEST(send_as("", "a") == 401u);
  BOOST_TEST(send_as(with_token("sub"), "a") == 403u);
  BOOST_TEST(send_as(with_token("pub"), "a.b") == 202u);
  BOOST_TEST(wait_as(with_token("pub"), "a") == 403u);
  BOOST_TEST(wait_as(with_token("sub"), "a") == 200u);
  const auto narrow = with_token("narrow", "ann");
  BOOST_TEST(send_as(narrow, "a.b") == 202u);
  BOOST_TEST(send_as(narrow, "b.c") == 403u);
  BOOST_TEST(wait_as(narrow, "a.b") == 200u);
  BOOST_TEST(wait_as(narrow, "b.c") == 403u);
  BOOST_TEST(
    refused(wait(node, R"({"topics":["a.b"],"consumer":"bob"})", narrow))
    == "403 /consumer");
  // A request for a review needs its own scope, and so does no other path.
  BOOST_TEST(send_as(with_token("pub"), "review.request") == 403u);
}

// Contract, Reserved
BOOST_AUTO_TEST_CASE(reserved_names_are_not_sent_and_internal_ones_not_heard) {
  const running_node node;
  for (const auto* topic : {"internal.a", "agent:a:wake", "node.up",
                            "review.summary", "review.result"}) {
    BOOST_TEST(send_body(node, topic, "{}").status == 403u, topic);
  }
  BOOST_TEST(wait(node, R"({"topics":["internal.a"],"timeout_ms":0})").status
             == 403u);
  BOOST_TEST(wait(node, R"({"topics":["agent:a:wake"],"timeout_ms":0})").status
             == 200u);
  BOOST_TEST(log_is_empty(node));
}

// A review that is asked for through a topic is one.
BOOST_AUTO_TEST_CASE(a_topic_leads_requests_to_the_reviewers) {
  const running_node node;
  BOOST_TEST(refused(send_body(node, "review.request",
                               R"({"payload":{"review_id":"r"}})"))
             == "400 /data/diff");
  auto summary = begin_wait(node, R"({"topics":["review.summary"]})");
  await_metric(node, "waits_open", "1");
  send(node, "review.request", R"({"review_id":"r","diff":""})");
  const auto got = json_of(end_wait(summary));
  BOOST_TEST(got.at("message").at("payload").at("review_id") == "r");
}

// Whose token goes is sent nothing more.
BOOST_AUTO_TEST_CASE(a_token_that_goes_ends_the_waits_of_its_callers) {
  access::scope_set all;
  all.add(access::scope::subscribe);
  all.add(access::scope::publish);
  all.add(access::scope::admin);
  sigd::node_settings how;
  how.tokens = {token_for("stays", all), token_for("goes", all)};
  running_node node{how};
  auto goes = begin_wait(node, R"({"topics":["a"]})", with_token("goes"));
  auto stays = begin_wait(node, R"({"topics":["a"]})", with_token("stays"));
  await_metric(node, "waits_open", "2", with_token("stays"));
  how.tokens.pop_back();
  node.reload(how);
  BOOST_TEST(end_wait(goes).status == 401u);
  send(node, "a", number(1), with_token("stays"));
  BOOST_TEST(end_wait(stays).status == 200u);
}

BOOST_AUTO_TEST_SUITE_END()
