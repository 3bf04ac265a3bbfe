#include "apps/sigd/engine_api.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/sigd/running_node.hpp"

using namespace libsig;
using testing::event_text;
using testing::running_node;

namespace {

using texts = std::vector<std::string>;

constexpr std::string_view json_field = "Content-Type: application/json\r\n";
constexpr std::string_view events_path = "/v1/engine/signals/events";

[[nodiscard]] nlohmann::json json_of(const testing::answer& of) {
  return nlohmann::json::parse(of.body);
}

[[nodiscard]] testing::answer generate(const running_node& node,
                                       std::string_view body,
                                       std::string_view fields = {}) {
  return node.ask("POST", "/v1/engine/signals/generate",
                  std::string{json_field} + std::string{fields}, body);
}

[[nodiscard]] texts events_of(const running_node& node,
                              const std::string& query = {}) {
  const auto list = json_of(node.ask("GET", std::string{events_path} + query));
  BOOST_TEST(list.at("ok") == true);
  texts found;
  for (const auto& one : list.at("events")) {
    found.push_back(one.at("id"));
  }
  return found;
}

/// Document 001's form of an error beside a problem's.
void check_refused(const testing::answer& got, unsigned status) {
  BOOST_TEST(got.status == status, got.body);
  const auto body = json_of(got);
  BOOST_TEST(body.at("ok") == false);
  BOOST_TEST(body.at("error") == body.at("detail"));
  BOOST_TEST(body.at("status") == status);
  BOOST_TEST(body.contains("title"));
}

} // namespace

BOOST_AUTO_TEST_SUITE(engine_api)

BOOST_AUTO_TEST_CASE(a_generated_signal_is_answered_in_001s_shape_D1) {
  running_node node;
  const auto got =
    generate(node, R"({"type":" x:y ","source":{"type":"webhook","id":"git"},)"
                   R"("data":{"n":1.50}})");
  BOOST_TEST(got.status == 200u);
  const auto body = json_of(got);
  BOOST_TEST(body.at("ok") == true);
  const auto& signal = body.at("signal");
  BOOST_TEST(signal.size() == 5u);
  BOOST_TEST(signal.at("type") == "x:y");
  BOOST_TEST(signal.at("source").dump() == R"({"id":"git","type":"webhook"})");
  BOOST_TEST(signal.at("createdAt").is_number_integer());
  BOOST_TEST(got.body.find(R"("data":{"n":1.50})") != std::string::npos);
  const auto list = node.ask("GET", events_path);
  BOOST_TEST(list.body
             == R"({"ok":true,"events":[)"
                  + got.body.substr(20, got.body.size() - 21) + "]}");
  // It is a signal like all others.
  BOOST_TEST(json_of(node.ask("GET", "/v1/signals/1")).at("source")
             == "/webhooks/git");
}

BOOST_AUTO_TEST_CASE(null_data_is_not_absent_D6) {
  running_node node;
  BOOST_TEST(json_of(generate(node, R"({"type":"a","data":null})"))
               .at("signal")
               .at("data")
               .is_null());
  BOOST_TEST(
    !json_of(generate(node, R"({"type":"a"})")).at("signal").contains("data"));
}

BOOST_AUTO_TEST_CASE(sources_are_mapped_both_ways_D2) {
  running_node node;
  const std::vector<std::pair<std::string, std::string>> pairs{
    {R"({"type":"system"})", "/system"},
    {R"({"type":"agent","id":"ann b"})", "/agents/ann%20b"},
    {R"({"type":"webhook","id":" "})", "/webhooks"},
    {R"({"type":"process"})", "/processes"},
    {R"({"type":"process","id":"7"})", "/processes/7"},
  };
  std::uint64_t sequence = 0;
  for (const auto& [variant, source] : pairs) {
    BOOST_TEST(generate(node, R"({"type":"a","source":)" + variant + "}").status
               == 200u);
    BOOST_TEST(
      json_of(node.ask("GET", "/v1/signals/" + std::to_string(++sequence)))
        .at("source")
      == source);
  }
  BOOST_TEST(node.publish(event_text("x", "a", "1", "/elsewhere")).status
             == 202u);
  const auto events = json_of(node.ask("GET", events_path)).at("events");
  BOOST_TEST(events.back().at("source").dump()
             == R"({"id":"/elsewhere","type":"process"})");
  BOOST_TEST(events[2].at("source").dump() == R"({"type":"webhook"})");
}

BOOST_AUTO_TEST_CASE(a_named_caller_is_the_source_D3_D4) {
  running_node node;
  const std::string ann{"Sig-Identity: ann\r\n"};
  BOOST_TEST(json_of(generate(node, R"({"type":"a"})", ann))
               .at("signal")
               .at("source")
               .dump()
             == R"({"id":"ann","type":"agent"})");
  BOOST_TEST(
    json_of(generate(node, R"({"type":"a"})")).at("signal").at("source").dump()
    == R"({"type":"system"})");
  check_refused(
    generate(node, R"({"type":"a","source":{"type":"system"}})", ann), 403u);
  check_refused(
    generate(node, R"({"type":"a","source":{"type":"agent","id":"bob"}})", ann),
    403u);
}

BOOST_AUTO_TEST_CASE(refusals_have_001s_members_too) {
  running_node node;
  for (const auto* body :
       {R"({})", R"({"type":" "})", R"({"type":"a","more":1})", "no",
        R"({"type":"a","source":{"type":"robot"}})",
        R"({"type":"a","source":{"type":"agent"}})",
        R"({"type":"a","source":"/system"})"}) {
    check_refused(generate(node, body), 400u);
  }
  BOOST_TEST(
    json_of(generate(node, R"({"type":"a","source":{"type":"robot"}})"))
      .at("pointer")
    == "/source/type");
  check_refused(generate(node, R"({"type":"internal.x"})"), 403u);
  check_refused(
    node.ask("POST", "/v1/engine/signals/generate", {}, R"({"type":"a"})"),
    415u);
  check_refused(node.ask("GET", "/v1/engine/signals/events?limt=1"), 400u);
  // Without a scope, and without a token at all.
  sigd::node_settings how;
  how.tokens.push_back({.hash = access::hash_token("secret"), .rights = {}});
  node.reload(how);
  check_refused(node.ask("GET", events_path), 401u);
  check_refused(
    node.ask("GET", events_path, "Authorization: Bearer secret\r\n"), 403u);
}

// Whoever answers: the transport, who looks at callers, or the handler.
BOOST_AUTO_TEST_CASE(the_transport_refuses_in_001s_form_too) {
  running_node node;
  check_refused(node.ask("GET", "/v1/engine/no/such/path"), 404u);
  check_refused(node.ask("GET", "/v1/engine"), 404u);
  check_refused(node.ask("GET", "/v1/%65ngine/none"), 404u);
  check_refused(node.ask("DELETE", events_path), 405u);
  check_refused(node.ask("GET", "/v1/engine/signals/events?limit=%zz"), 400u);
  check_refused(node.ask("POST", "/v1/engine/signals/generate",
                         "Content-Type: text/plain\r\n", "{}"),
                415u);
  check_refused(node.ask("POST", "/v1/engine/signals/generate",
                         std::string{json_field} + "Expect: more\r\n", "{}"),
                417u);
  check_refused(
    generate(node, "{}", "Fill: " + std::string(70'000, 'x') + "\r\n"), 431u);
  auto to = node.connect();
  BOOST_REQUIRE(to.send("POST /v1/engine/signals/generate HTTP/1.1\r\n"
                        "Host: localhost\r\nContent-Type: application/json\r\n"
                        "Content-Length: 99999999\r\n\r\n"));
  const auto late = to.read_answer();
  BOOST_TEST(late.starts_with("HTTP/1.1 413 "));
  BOOST_TEST(late.find(R"({"ok":false,"error":"The body is longer)")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(other_paths_keep_the_plain_form_of_errors) {
  running_node node;
  for (const auto* path : {"/v1/none", "/v1/engines/none", "/engine/v1", "/"}) {
    const auto got = node.ask("GET", path);
    BOOST_TEST(got.status == 404u);
    BOOST_TEST(got.body.starts_with(R"({"type":"about:blank",)"));
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_name_of_the_query_is_told_what_was_meant) {
  running_node node;
  const auto got = node.ask("GET", "/v1/engine/signals/events?limt=1");
  BOOST_TEST(json_of(got).at("error")
             == "the query has no 'limt' here; did you mean 'limit'?");
  BOOST_TEST(json_of(node.ask("GET", "/v1/signals?nothing=1")).at("detail")
             == "the query has no 'nothing' here");
}

BOOST_AUTO_TEST_CASE(the_newest_are_listed_the_oldest_of_them_first_D8_D9) {
  running_node node;
  for (int id = 1; id <= 205; ++id) {
    BOOST_TEST(node.publish(event_text(std::to_string(id), "a")).status
               == 202u);
  }
  const auto all = events_of(node);
  BOOST_TEST(all.size() == 200u);
  BOOST_TEST(all.front() == "6");
  BOOST_TEST(all.back() == "205");
  BOOST_TEST(events_of(node, "?limit=2") == (texts{"204", "205"}));
  BOOST_TEST(events_of(node, "?limit=1") == texts{"205"});
  BOOST_TEST(events_of(node, "?limit=1000").size() == 205u);
  for (const auto* bad : {"0", "1001", "-1", "1.5", "x", ""}) {
    check_refused(
      node.ask("GET", "/v1/engine/signals/events?limit=" + std::string{bad}),
      400u);
  }
}

BOOST_AUTO_TEST_CASE(signals_with_receivers_and_secrets_are_not_shown) {
  running_node node;
  BOOST_TEST(
    node
      .publish(R"({"specversion":"1.0","id":"m","type":"a","source":"/me",)"
               R"("toidentity":"ann","data":1})")
      .status
    == 202u);
  BOOST_TEST(node.publish(event_text("s", "a", R"({"token":"x"})")).status
             == 202u);
  const auto list = node.ask("GET", events_path, "Sig-Identity: ann\r\n");
  BOOST_TEST(list.body.find("\"m\"") == std::string::npos);
  BOOST_TEST(list.body.find("\"x\"") == std::string::npos);
  BOOST_TEST(list.body.find("[REDACTED]") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_events_own_time_is_when_it_was_created) {
  running_node node;
  BOOST_TEST(node
               .publish(R"({"specversion":"1.0","id":"1","type":"a",)"
                        R"("source":"/me","time":"1970-01-01T00:00:01.5Z"})")
               .status
             == 202u);
  BOOST_TEST(
    json_of(node.ask("GET", events_path)).at("events")[0].at("createdAt")
    == 1'500);
}

BOOST_AUTO_TEST_CASE(subscriptions_are_listed_in_001s_shape) {
  running_node node;
  BOOST_TEST(node.ask("GET", "/v1/engine/signals/subscriptions").body
             == R"({"ok":true,"subscriptions":[]})");
  BOOST_TEST(node
               .ask("PUT", "/v1/agents/ann/subscriptions/a:*",
                    std::string{json_field} + "Sig-Identity: ann\r\n", "{}")
               .status
             == 201u);
  const auto list =
    json_of(node.ask("GET", "/v1/engine/signals/subscriptions"));
  BOOST_REQUIRE(list.at("subscriptions").size() == 1u);
  const auto& row = list.at("subscriptions")[0];
  BOOST_TEST(row.size() == 5u);
  BOOST_TEST(row.at("agentId") == "ann");
  BOOST_TEST(row.at("pattern") == "a:*");
  BOOST_TEST(row.at("silent") == true);
  BOOST_TEST(row.at("createdAt").is_number_integer());
  BOOST_TEST(row.at("updatedAt") == row.at("createdAt"));
}

BOOST_AUTO_TEST_SUITE_END()
