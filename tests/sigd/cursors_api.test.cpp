#include "apps/sigd/cursors_api.hpp"

#include <string>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "tests/sigd/topic_calls.hpp"

using namespace libsig;
using namespace libsig::testing;
using json = nlohmann::json;

namespace {

[[nodiscard]] answer put(const running_node& node, std::string_view target,
                         std::string_view body, std::string_view fields = {}) {
  return node.ask("PUT", target, std::string{json_field}.append(fields), body);
}

[[nodiscard]] std::string last_id_of(const answer& got) {
  BOOST_TEST_REQUIRE(got.status == 200u, got.body);
  const auto whole = json::parse(got.body);
  BOOST_TEST(whole.size() == 1u);
  return whole.at("last_id");
}

[[nodiscard]] std::string id_of(const std::string& receipt) {
  return json::parse(receipt).at("message_id");
}

[[nodiscard]] std::string stating(std::string_view id) {
  return R"({"last_id":")" + std::string{id} + "\"}";
}

} // namespace

BOOST_AUTO_TEST_SUITE(cursors_api)

// M20
BOOST_AUTO_TEST_CASE(cursors_are_read_set_back_and_forgotten) {
  running_node node;
  const auto first = id_of(send(node, "a", R"({"n":1})"));
  const auto second = id_of(send(node, "a", R"({"n":2})"));
  const std::string mine{"/v1/cursors/a?consumer=c"};
  const std::string theirs{"/v1/conversations/t/cursors/a?consumer=c"};
  BOOST_TEST(node.ask("GET", mine).status == 404u);
  BOOST_TEST(wait(node, R"({"topics":["a"],"consumer":"c"})").status == 200u);
  BOOST_TEST(last_id_of(node.ask("GET", mine)) == second);
  BOOST_TEST(node.ask("GET", theirs).status == 404u);
  BOOST_TEST(last_id_of(put(node, mine, stating(first))) == first);
  BOOST_TEST(last_id_of(put(node, theirs, stating(second))) == second);
  node.stop();
  node.start();
  BOOST_TEST(last_id_of(node.ask("GET", mine)) == first);
  const auto next = json::parse(
    wait(node, R"({"topics":["a"],"consumer":"c","timeout_ms":0})").body);
  BOOST_TEST(next.at("message_id") == second);
  BOOST_TEST(last_id_of(node.ask("GET", mine)) == second);
  BOOST_TEST(last_id_of(node.ask("DELETE", mine)) == second);
  BOOST_TEST(node.ask("GET", mine).status == 404u);
  BOOST_TEST(node.ask("DELETE", mine).status == 404u);
  BOOST_TEST(last_id_of(node.ask("GET", theirs)) == second);
}

BOOST_AUTO_TEST_CASE(a_position_may_be_a_cursor_but_must_be_there) {
  const running_node node;
  const auto first = id_of(send(node, "a"));
  const auto cursor =
    json::parse(wait(node, R"({"topics":["a"],"timeout_ms":0})").body)
      .at("cursor")
      .get<std::string>();
  BOOST_TEST(last_id_of(put(node, "/v1/cursors/a?consumer=c", stating(cursor)))
             == first);
  const auto unknown = put(node, "/v1/cursors/a?consumer=c", stating("never"));
  BOOST_TEST(unknown.status == 400u);
  const auto why = json::parse(unknown.body);
  BOOST_TEST(why.at("pointer") == "/last_id");
  BOOST_TEST(why.at("detail").get<std::string>().find(first)
             != std::string::npos);
  BOOST_TEST(last_id_of(node.ask("GET", "/v1/cursors/a?consumer=c")) == first);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_said_with_its_place) {
  const running_node node;
  const auto pointer = [&](std::string_view body) {
    const auto got = put(node, "/v1/cursors/a?consumer=c", body);
    BOOST_TEST(got.status == 400u, body);
    return json::parse(got.body).value("pointer", "");
  };
  BOOST_TEST(pointer("{}") == "/last_id");
  BOOST_TEST(pointer(R"({"last_id":null})") == "/last_id");
  BOOST_TEST(pointer(R"({"last_id":""})") == "/last_id");
  BOOST_TEST(pointer(R"({"last_id":1})") == "/last_id");
  BOOST_TEST(pointer(R"({"last_id":"1","x":1})") == "/x");
  // Whose cursor would it be?
  BOOST_TEST(node.ask("GET", "/v1/cursors/a").status == 400u);
  BOOST_TEST(put(node, "/v1/cursors/a", stating("1")).status == 400u);
  for (const auto* wrong :
       {"/v1/cursors/%20?consumer=c", "/v1/cursors/a?consumer=",
        "/v1/cursors/a?consumer=x%2Fy", "/v1/cursors/a?who=c"}) {
    BOOST_TEST(node.ask("GET", wrong).status == 400u, wrong);
  }
  BOOST_TEST(node
               .ask("GET", "/v1/conversations/" + std::string(257, 'x')
                             + "/cursors/a?consumer=c")
               .status
             == 400u);
}

BOOST_AUTO_TEST_CASE(the_cursor_is_the_callers_own) {
  access::scope_set may;
  may.add(access::scope::subscribe);
  may.add(access::scope::publish);
  sigd::node_settings how;
  how.tokens = {token_for("ann", may, "a.**", "ann"),
                token_for("bob", may, {}, "bob")};
  const running_node node{how};
  const auto ann = with_token("ann", "ann");
  const auto bob = with_token("bob", "bob");
  const auto id = id_of(send(node, "a.b", "{}", ann));
  BOOST_TEST(last_id_of(put(node, "/v1/cursors/a.b", stating(id), ann)) == id);
  BOOST_TEST(last_id_of(node.ask("GET", "/v1/cursors/a.b?consumer=ann", ann))
             == id);
  BOOST_TEST(node.ask("GET", "/v1/cursors/a.b", bob).status == 404u);
  BOOST_TEST(node.ask("GET", "/v1/cursors/a.b?consumer=ann", bob).status
             == 403u);
  BOOST_TEST(node.ask("GET", "/v1/cursors/b", ann).status == 403u);
  BOOST_TEST(node.ask("GET", "/v1/cursors/internal.a", bob).status == 403u);
}

BOOST_AUTO_TEST_SUITE_END()
