#include "apps/sigd/scheduled_api.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "apps/sigd/scheduled_text.hpp"
#include "tests/sigd/running_node.hpp"

using namespace libsig;
using testing::running_node;

namespace {

using texts = std::vector<std::string>;

constexpr std::string_view json_field = "Content-Type: application/json\r\n";

[[nodiscard]] nlohmann::json json_of(const testing::answer& of) {
  return nlohmann::json::parse(of.body);
}

[[nodiscard]] testing::answer post(const running_node& node,
                                   std::string_view body,
                                   std::string_view fields = {}) {
  return node.ask("POST", "/v1/scheduled",
                  std::string{json_field} + std::string{fields}, body);
}

[[nodiscard]] texts ids_of(const testing::answer& list) {
  texts found;
  const auto whole = json_of(list);
  for (const auto& one : whole.at("scheduled")) {
    found.push_back(one.at("id"));
  }
  return found;
}

/// What is kept of a key, as a field of the request.
[[nodiscard]] std::string key(std::string_view id) {
  return "Idempotency-Key: " + std::string{id} + "\r\n";
}

/// A node that knows one token, with these rights.
[[nodiscard]] sigd::node_settings with_token(access::rights of) {
  sigd::node_settings how;
  how.tokens.push_back(
    {.hash = access::hash_token("secret"), .rights = std::move(of)});
  return how;
}

} // namespace

BOOST_AUTO_TEST_SUITE(scheduled_api)

BOOST_AUTO_TEST_CASE(a_row_is_answered_and_listed_as_surface_has_it) {
  running_node node;
  const auto made = post(
    node,
    R"({"type":"a.b","deliver_at":"2100-01-01T01:00:00+01:00","data":{"n":1.50},"repeat_key":"k"})",
    key("one"));
  BOOST_TEST(made.status == 201u);
  const auto row = json_of(made);
  BOOST_TEST(row.at("id") == "one");
  BOOST_TEST(row.at("type") == "a.b");
  BOOST_TEST(row.at("deliver_at") == "2100-01-01T00:00:00.000Z");
  BOOST_TEST(row.at("source") == "/system");
  BOOST_TEST(row.at("repeat_key") == "k");
  BOOST_TEST(row.contains("created_at"));
  // Numbers stay as they were written.
  BOOST_TEST(made.body.find(R"("data":{"n":1.50})") != std::string::npos);
  const auto list = node.ask("GET", "/v1/scheduled");
  BOOST_TEST(list.status == 200u);
  BOOST_TEST(list.body == "{\"scheduled\":[" + made.body + "]}");
}

BOOST_AUTO_TEST_CASE(members_that_are_left_out_are_left_out_of_the_row) {
  running_node node;
  const auto row =
    json_of(post(node, R"({"type":" a ","deliver_at":4102444800000.9,)"
                       R"("repeat_key":" ","source":null})"));
  BOOST_TEST(row.at("type") == "a");
  BOOST_TEST(row.at("deliver_at") == "2100-01-01T00:00:00.000Z");
  BOOST_TEST(!row.contains("data"));
  BOOST_TEST(!row.contains("repeat_key"));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_named_by_its_pointer_D25) {
  running_node node;
  const std::vector<std::pair<std::string, std::string>> wrong{
    {R"({})", "/type"},
    {R"({"type":" ","deliver_at":1})", "/type"},
    {R"({"type":1,"deliver_at":1})", "/type"},
    {R"({"type":"a"})", "/deliver_at"},
    {R"({"type":"a","deliver_at":null})", "/deliver_at"},
    {R"({"type":"a","deliver_at":-1})", "/deliver_at"},
    {R"({"type":"a","deliver_at":253402300800000})", "/deliver_at"},
    {R"({"type":"a","deliver_at":"soon"})", "/deliver_at"},
    {R"({"type":"a","deliver_at":"1969-12-31T23:59:59Z"})", "/deliver_at"},
    {R"({"type":"a","deliver_at":true})", "/deliver_at"},
    {R"({"type":"a","deliver_at":1,"source":7})", "/source"},
    {R"({"type":"a","deliver_at":1,"source":{"type":"robot"}})",
     "/source/type"},
    {R"({"type":"a","deliver_at":1,"repeat_key":[]})", "/repeat_key"},
    {R"({"type":"a","deliver_at":1,"more":1})", "/more"},
    {R"({"type":"review.request","deliver_at":1,"data":{"diff":""}})",
     "/data/review_id"},
  };
  for (const auto& [body, pointer] : wrong) {
    const auto got = post(node, body);
    BOOST_TEST(got.status == 400u, body);
    BOOST_TEST(json_of(got).value("pointer", "") == pointer, body);
  }
  BOOST_TEST(post(node, "no").status == 400u);
  BOOST_TEST(post(node, "[]").status == 400u);
  BOOST_TEST(
    node.ask("POST", "/v1/scheduled", {}, R"({"type":"a","deliver_at":1})")
      .status
    == 415u);
  BOOST_TEST(ids_of(node.ask("GET", "/v1/scheduled")).empty());
}

BOOST_AUTO_TEST_CASE(a_reserved_type_is_refused_when_it_is_scheduled) {
  running_node node;
  for (const auto* type : {"internal.x", "agent:x:wake", "review.summary"}) {
    const auto got =
      post(node, std::string{"{\"type\":\""} + type + R"(","deliver_at":1})");
    BOOST_TEST(got.status == 403u);
    BOOST_TEST(json_of(got).at("pointer") == "/type");
  }
}

BOOST_AUTO_TEST_CASE(the_source_is_the_callers_own_D4) {
  running_node node;
  const auto ann = std::string{"Sig-Identity: ann\r\n"};
  BOOST_TEST(
    json_of(post(node, R"({"type":"a","deliver_at":4e12})", ann)).at("source")
    == "/agents/ann");
  BOOST_TEST(post(node,
                  R"({"type":"a","deliver_at":4e12,)"
                  R"("source":"/agents/bob"})",
                  ann)
               .status
             == 403u);
  BOOST_TEST(json_of(post(node,
                          R"({"type":"a","deliver_at":4e12,)"
                          R"("source":"/elsewhere"})",
                          ann))
               .at("source")
             == "/elsewhere");
}

BOOST_AUTO_TEST_CASE(the_same_key_is_the_same_row_and_another_one_conflicts) {
  running_node node;
  const auto* const body = R"({"type":"a","deliver_at":4e12})";
  const auto first = post(node, body, key("x"));
  BOOST_TEST(post(node, body, key("x")).body == first.body);
  BOOST_TEST(post(node, R"({"type":"a","deliver_at":5e12})", key("x")).status
             == 409u);
  BOOST_TEST(ids_of(node.ask("GET", "/v1/scheduled")) == texts{"x"});
}

BOOST_AUTO_TEST_CASE(lists_are_ordered_and_go_on_behind_a_page_D27) {
  running_node node;
  for (const auto* const one :
       {"3 b 4e12", "2 b 4e12", "4 a 5e12", "1 c 3e12"}) {
    const std::string text{one};
    BOOST_TEST(post(node,
                    "{\"type\":\"" + text.substr(2, 1)
                      + "\",\"deliver_at\":" + text.substr(4) + "}",
                    key(text.substr(0, 1)))
                 .status
               == 201u);
  }
  BOOST_TEST(ids_of(node.ask("GET", "/v1/scheduled"))
             == (texts{"1", "2", "3", "4"}));
  const auto page = node.ask("GET", "/v1/scheduled?limit=3");
  BOOST_TEST(ids_of(page) == (texts{"1", "2", "3"}));
  const std::string next = json_of(page).at("next");
  const auto rest = node.ask("GET", "/v1/scheduled?after=" + next);
  BOOST_TEST(ids_of(rest) == texts{"4"});
  BOOST_TEST(!json_of(rest).contains("next"));
  for (const auto* bad : {"limit=0", "limit=10001", "limit=x", "after=x",
                          "after=1/2/3", "before=1"}) {
    BOOST_TEST(node.ask("GET", std::string{"/v1/scheduled?"} + bad).status
               == 400u);
  }
}

BOOST_AUTO_TEST_CASE(rows_are_cancelled_by_type_and_key_or_by_id_D26) {
  running_node node;
  BOOST_TEST(
    post(node, R"({"type":"a","deliver_at":4e12,"repeat_key":"k l"})", key("1"))
      .status
    == 201u);
  BOOST_TEST(post(node, R"({"type":"a","deliver_at":4e12})", key("2")).status
             == 201u);
  const auto removed = [&](std::string_view query) {
    return node.ask("DELETE", "/v1/scheduled?" + std::string{query}).body;
  };
  BOOST_TEST(removed("type=a&repeat_key=x") == R"({"removed":0})");
  BOOST_TEST(removed("type=a&repeat_key=k%20l") == R"({"removed":1})");
  BOOST_TEST(removed("id=3") == R"({"removed":0})");
  BOOST_TEST(removed("id=2") == R"({"removed":1})");
  for (const auto* bad : {"", "type=a", "repeat_key=k", "type=a&repeat_key=",
                          "id=", "id=1&type=a", "type=%20&repeat_key=k"}) {
    BOOST_TEST(node.ask("DELETE", std::string{"/v1/scheduled?"} + bad).status
               == 400u);
  }
}

// D25, D26: a key is one of (tenant, type), whoever scheduled under it.
BOOST_AUTO_TEST_CASE(a_repeat_key_is_the_tenants_and_not_its_callers) {
  running_node node;
  const auto as = [](std::string_view name, std::string_view id) {
    return "Sig-Identity: " + std::string{name} + "\r\n" + key(id);
  };
  const auto* const body = R"({"type":"a","deliver_at":4e12,"repeat_key":"k"})";
  BOOST_TEST(post(node, body, as("ann", "1")).status == 201u);
  BOOST_TEST(post(node, body, as("bob", "2")).status == 201u);
  // Whose it is now stands in its source, also after a restart.
  for (int turn = 0; turn < 2; ++turn) {
    const auto list = node.ask("GET", "/v1/scheduled");
    BOOST_TEST(ids_of(list) == texts{"2"});
    BOOST_TEST(json_of(list).at("scheduled")[0].at("source") == "/agents/bob");
    node.stop();
    node.start();
  }
  BOOST_TEST(node
               .ask("DELETE", "/v1/scheduled?type=a&repeat_key=k",
                    "Sig-Identity: ann\r\n")
               .body
             == R"({"removed":1})");
}

BOOST_AUTO_TEST_CASE(secrets_are_hidden_in_rows_and_what_fires_is_whole) {
  running_node node;
  const auto made =
    post(node, R"({"type":"a","deliver_at":4e12,"data":{"api_key":"x"}})");
  BOOST_TEST(json_of(made).at("data").at("api_key") == "[REDACTED]");
  BOOST_TEST(node.ask("GET", "/v1/scheduled").body.find("\"x\"")
             == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_token_sees_and_cancels_its_types_alone) {
  access::rights of;
  of.scopes = access::scope_set{
    std::array{access::scope::publish, access::scope::subscribe}};
  of.types.push_back(pattern::parse("mine.**").value());
  running_node node;
  BOOST_TEST(post(node,
                  R"({"type":"other","deliver_at":4e12,)"
                  R"("repeat_key":"k"})",
                  key("1"))
               .status
             == 201u);
  BOOST_TEST(
    post(node, R"({"type":"mine.a","deliver_at":4e12})", key("2")).status
    == 201u);
  node.reload(with_token(std::move(of)));
  const std::string token{"Authorization: Bearer secret\r\n"};
  BOOST_TEST(ids_of(node.ask("GET", "/v1/scheduled", token)) == texts{"2"});
  BOOST_TEST(node.ask("DELETE", "/v1/scheduled?id=1", token).body
             == R"({"removed":0})");
  BOOST_TEST(
    node.ask("DELETE", "/v1/scheduled?type=other&repeat_key=k", token).status
    == 403u);
  BOOST_TEST(post(node, R"({"type":"other","deliver_at":4e12})", token).status
             == 403u);
  BOOST_TEST(node.ask("DELETE", "/v1/scheduled?id=2", token).body
             == R"({"removed":1})");
}

BOOST_AUTO_TEST_CASE(a_cursor_is_read_as_it_was_written) {
  const schedule::row_position where{wall_time{std::chrono::milliseconds{17}},
                                     "a/b", "%2F x", "/agents/ann"};
  const auto read = sigd::read_cursor(sigd::to_cursor(where));
  BOOST_TEST_REQUIRE(read.has_value());
  BOOST_TEST((*read == where));
  // Nothing of a cursor needs an escape in a query.
  BOOST_TEST(sigd::to_cursor(where).find_first_of("+/=%&")
             == std::string::npos);
  for (const auto* bad :
       {"", "1", "x/a/b/c", "MS9hL2I", "MS9hL2IvYy9k", "===="}) {
    BOOST_TEST(!sigd::read_cursor(bad).has_value());
  }
}

BOOST_AUTO_TEST_SUITE_END()
