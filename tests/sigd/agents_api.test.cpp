#include "apps/sigd/agents_api.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

#include "tests/sigd/agent_calls.hpp"

using namespace libsig;
using namespace libsig::testing::agents;
using access::scope;
using testing::running_node;

namespace {

constexpr std::string_view me = "Sig-Identity: Ann\r\n";

} // namespace

BOOST_AUTO_TEST_SUITE(agents_api)

BOOST_AUTO_TEST_CASE(an_agent_is_registered_once_and_dropped_once) {
  running_node node;
  BOOST_TEST(call(node, "GET", path("Ann")).status == 404u);
  const auto made = call(node, "PUT", path("Ann"), "{}");
  BOOST_TEST(made.status == 201u);
  BOOST_TEST(made.head.find("Content-Type: application/json")
             != std::string::npos);
  const auto row = json_of(made);
  BOOST_TEST(row.size() == 2u);
  BOOST_TEST(row.at("agent") == "Ann");
  BOOST_TEST(row.at("created_at").get<std::string>().size() == 24u);
  const auto again = call(node, "PUT", path("Ann"));
  BOOST_TEST(again.status == 200u);
  BOOST_TEST(again.body == made.body);
  BOOST_TEST(call(node, "GET", path("Ann")).body == made.body);
  const auto gone = call(node, "DELETE", path("Ann"));
  BOOST_TEST(gone.status == 204u);
  BOOST_TEST(gone.body.empty());
  BOOST_TEST(call(node, "DELETE", path("Ann")).status == 404u);
  BOOST_TEST(call(node, "GET", path("Ann")).status == 404u);
}

BOOST_AUTO_TEST_CASE(agents_and_subscriptions_outlive_a_restart) {
  running_node node;
  add(node, "Ann");
  const auto made = subscribe(node, "Ann", "a:*", R"({"silent":false})");
  const auto row = call(node, "GET", path("Ann")).body;
  node.stop();
  node.start();
  BOOST_TEST(call(node, "GET", path("Ann")).body == row);
  const auto again = subscribe(node, "Ann", "a:*");
  BOOST_TEST(again.status == 200u);
  BOOST_TEST(json_of(again).at("created_at") == json_of(made).at("created_at"));
  BOOST_TEST(json_of(again).at("silent") == false);
}

// README, Names.
BOOST_AUTO_TEST_CASE(names_follow_the_rules) {
  running_node node;
  const std::string longest(128, 'n');
  for (const auto& fine :
       {std::string{"a%20b"}, std::string{"%C3%A9"}, std::string{"..."},
        std::string{"%2A%2A"}, longest}) {
    BOOST_TEST(call(node, "PUT", path(fine)).status == 201u, fine);
  }
  for (const auto& wrong :
       {std::string{"%20"}, std::string{"%2A"}, std::string{"a%2Fb"},
        std::string{"a%5Cb"}, std::string{"a%01"}, std::string{"%FF"},
        longest + "n"}) {
    for (const auto* const method : {"PUT", "GET", "DELETE"}) {
      BOOST_TEST(call(node, method, path(wrong)).status == 400u, wrong);
    }
    BOOST_TEST(subscribe(node, wrong, "a").status == 400u, wrong);
    BOOST_TEST(unsubscribe(node, wrong, "a").status == 400u, wrong);
  }
}

BOOST_AUTO_TEST_CASE(bodies_are_json_objects_with_known_members) {
  running_node node;
  add(node, "Ann");
  const std::vector<std::pair<std::string, std::string>> wrong{
    {"{", ""},
    {"[]", ""},
    {"1", ""},
    {R"({"silent":1})", "/silent"},
    {R"({"silent":null})", "/silent"},
    {R"({"silent":"true"})", "/silent"},
    {R"({"include_self":[]})", "/include_self"},
    {R"({"quiet":true})", "/quiet"},
    {R"({"silent":true,"silent":true})", "/silent"}};
  for (const auto& [body, pointer] : wrong) {
    const auto got = subscribe(node, "Ann", "a", body);
    BOOST_TEST(got.status == 400u, body);
    BOOST_TEST(json_of(got).value("pointer", "") == pointer, body);
  }
  BOOST_TEST(call(node, "PUT", path("Bob"), R"({"x":1})").status == 400u);
  BOOST_TEST(call(node, "GET", path("Bob")).status == 404u);
  const auto form = node.ask("PUT", path("Ann", "/subscriptions/a"),
                             "Content-Type: text/plain\r\n", "{}");
  BOOST_TEST(form.status == 415u);
  BOOST_TEST(call(node, "GET", "/v1/subscriptions").body
             == R"({"subscriptions":[]})");
}

// D10, README "Patterns".
BOOST_AUTO_TEST_CASE(patterns_are_checked_and_trimmed) {
  running_node node;
  add(node, "Ann");
  for (const auto& wrong :
       {std::string{"%20"}, std::string{"a..b"}, std::string{"a:"},
        std::string{":a"}, std::string{"a%2A"}, std::string{"a.b%2Ac"},
        std::string{"**.**"}, std::string(1'025, 'a'), std::string{"%FF"}}) {
    BOOST_TEST(subscribe(node, "Ann", wrong).status == 400u, wrong);
    BOOST_TEST(unsubscribe(node, "Ann", wrong).status == 400u, wrong);
  }
  for (const auto& [fine, text] :
       std::vector<std::pair<std::string, std::string>>{
         {"%20a:%2A%20", "a:*"},
         {"**", "**"},
         {"a%2Fb", "a/b"},
         {std::string(1'024, 'a'), std::string(1'024, 'a')}}) {
    const auto got = subscribe(node, "Ann", fine);
    BOOST_TEST(got.status == 201u, fine);
    BOOST_TEST(json_of(got).at("pattern") == text);
    BOOST_TEST(unsubscribe(node, "Ann", fine).body == R"({"removed":true})");
  }
}

// D11, surface.
BOOST_AUTO_TEST_CASE(subscribing_again_changes_what_is_stated) {
  running_node node;
  add(node, "Ann");
  const auto first = subscribe(node, "Ann", "a:%2A");
  BOOST_TEST(first.status == 201u);
  const auto row = json_of(first);
  BOOST_TEST(row.size() == 6u);
  BOOST_TEST(row.at("agent") == "Ann");
  BOOST_TEST(row.at("silent") == true);
  BOOST_TEST(row.at("include_self") == false);
  BOOST_TEST(row.at("created_at") == row.at("updated_at"));
  const auto loud = subscribe(node, "Ann", "a:*", R"({"silent":false})");
  BOOST_TEST(loud.status == 200u);
  BOOST_TEST(json_of(loud).at("silent") == false);
  BOOST_TEST(json_of(loud).at("created_at") == row.at("created_at"));
  const auto itself = subscribe(node, "Ann", "a:*", R"({"include_self":true})");
  BOOST_TEST(json_of(itself).at("silent") == false);
  BOOST_TEST(json_of(itself).at("include_self") == true);
  const auto list = json_of(call(node, "GET", "/v1/subscriptions"));
  BOOST_TEST(list.at("subscriptions").size() == 1u);
  BOOST_TEST(list.at("subscriptions").at(0) == json_of(itself));
}

// D13.
BOOST_AUTO_TEST_CASE(unsubscribing_says_whether_there_was_something) {
  running_node node;
  add(node, "Ann");
  static_cast<void>(subscribe(node, "Ann", "a:*"));
  BOOST_TEST(unsubscribe(node, "Ann", "a:b").body == R"({"removed":false})");
  BOOST_TEST(unsubscribe(node, "Ann", "a:*").body == R"({"removed":true})");
  BOOST_TEST(unsubscribe(node, "Ann", "a:*").body == R"({"removed":false})");
  BOOST_TEST(unsubscribe(node, "Bob", "a:*").status == 404u);
}

BOOST_AUTO_TEST_CASE(subscriptions_are_listed_by_agent_then_pattern) {
  running_node node;
  for (const auto* const agent : {"b", "a", "ab"}) {
    add(node, agent);
    for (const auto* const pattern : {"z", "a:*", "**"}) {
      static_cast<void>(subscribe(node, agent, pattern));
    }
  }
  std::string order;
  const auto list = json_of(call(node, "GET", "/v1/subscriptions"));
  for (const auto& one : list.at("subscriptions")) {
    order += one.at("agent").get<std::string>() + "/"
             + one.at("pattern").get<std::string>() + " ";
  }
  BOOST_TEST(order == "a/** a/a:* a/z ab/** ab/a:* ab/z b/** b/a:* b/z ");
}

// D12, README "Caller": a named caller registers itself by subscribing.
BOOST_AUTO_TEST_CASE(who_subscribes_itself_is_registered_by_that) {
  running_node node;
  BOOST_TEST(subscribe(node, "Ann", "a").status == 404u);
  BOOST_TEST(subscribe(node, "Bob", "a", {}, me).status == 404u);
  BOOST_TEST(call(node, "GET", path("Bob")).status == 404u);
  BOOST_TEST(subscribe(node, "Ann", "a", {}, me).status == 201u);
  BOOST_TEST(call(node, "GET", path("Ann")).status == 200u);
  BOOST_TEST(unsubscribe(node, "Bob", "a", me).status == 404u);
}

// README, Caller.
BOOST_AUTO_TEST_CASE(agents_are_their_callers_but_any_may_subscribe_them) {
  sigd::node_settings how;
  how.tokens = {token_for("ann", {scope::subscribe}, {"Ann"}),
                token_for("bob", {scope::subscribe}, {"Bob"}),
                token_for("root", {scope::subscribe, scope::admin}),
                token_for("talk", {scope::publish})};
  running_node node{std::move(how)};
  const auto ann = as("ann", "Ann");
  const auto bob = as("bob", "Bob");
  add(node, "Ann", ann);
  for (const auto* const method : {"PUT", "GET", "DELETE"}) {
    BOOST_TEST(call(node, method, path("Ann"), {}, bob).status == 403u);
    BOOST_TEST(call(node, method, path("Ann"), {}, as("talk")).status == 403u);
  }
  BOOST_TEST(call(node, "GET", path("Ann"), {}, as("root")).status == 200u);
  BOOST_TEST(call(node, "PUT", path("Other"), {}, as("root")).status == 201u);
  BOOST_TEST(subscribe(node, "Ann", "a", {}, bob).status == 201u);
  BOOST_TEST(unsubscribe(node, "Ann", "a", bob).body == R"({"removed":true})");
  BOOST_TEST(subscribe(node, "Bob", "a", {}, ann).status == 404u);
  BOOST_TEST(subscribe(node, "Ann", "a", {}, as("talk")).status == 403u);
  BOOST_TEST(call(node, "GET", "/v1/subscriptions", {}, as("talk")).status
             == 403u);
}

BOOST_AUTO_TEST_CASE(tenants_do_not_meet) {
  sigd::node_settings how;
  auto other = token_for("other", {scope::subscribe, scope::admin});
  other.rights.tenant = "u";
  how.tokens = {token_for("root", {scope::subscribe, scope::admin}),
                std::move(other)};
  running_node node{std::move(how)};
  add(node, "Ann", as("root"));
  BOOST_TEST(subscribe(node, "Ann", "a", {}, as("root")).status == 201u);
  BOOST_TEST(call(node, "GET", path("Ann"), {}, as("other")).status == 404u);
  BOOST_TEST(subscribe(node, "Ann", "a", {}, as("other")).status == 404u);
  BOOST_TEST(call(node, "GET", "/v1/subscriptions", {}, as("other")).body
             == R"({"subscriptions":[]})");
}

// A type that is named is as with a wait; what a pattern leads to is filtered
// for whoever takes it.
BOOST_AUTO_TEST_CASE(who_is_narrowed_may_not_name_another_type) {
  sigd::node_settings how;
  how.tokens = {token_for("ann", {scope::subscribe}, {"Ann"}, {"a.*"}),
                token_for("bob", {scope::subscribe}, {"Bob"}, {"a.*"}),
                token_for("root", {scope::subscribe, scope::admin})};
  running_node node{std::move(how)};
  const auto ann = as("ann", "Ann");
  BOOST_TEST(subscribe(node, "Ann", "a.b", {}, ann).status == 201u);
  BOOST_TEST(subscribe(node, "Ann", "b.b", {}, ann).status == 403u);
  BOOST_TEST(subscribe(node, "Ann", "b.*", {}, ann).status == 201u);
  BOOST_TEST(subscribe(node, "Ann", "**", {}, ann).status == 201u);
  // Nor to take it from somebody else; one's own from before can be given up.
  BOOST_TEST(subscribe(node, "Ann", "b.b", {}, as("root")).status == 201u);
  const auto bob = as("bob", "Bob");
  BOOST_TEST(unsubscribe(node, "Ann", "b.b", bob).status == 403u);
  BOOST_TEST(unsubscribe(node, "Ann", "a.b", bob).status == 200u);
  BOOST_TEST(unsubscribe(node, "Ann", "b.b", ann).body
             == R"({"removed":true})");
  BOOST_TEST(unsubscribe(node, "Ann", "b.*", ann).status == 200u);
}

// README, Reserved.
BOOST_AUTO_TEST_CASE(reserved_types_may_be_subscribed_to) {
  running_node node;
  add(node, "Ann");
  for (const auto* const pattern :
       {"agent:*:sleep", "node.**", "review.summary", "internal.**"}) {
    BOOST_TEST(subscribe(node, "Ann", pattern).status == 201u, pattern);
  }
}

BOOST_AUTO_TEST_CASE(bounds_are_429_and_come_with_a_time) {
  sigd::node_settings how;
  how.subscriptions.agents_max = 2;
  how.subscriptions.subscriptions_max = 2;
  running_node node{std::move(how)};
  add(node, "a");
  add(node, "b");
  const auto refused = call(node, "PUT", path("c"));
  BOOST_TEST(refused.status == 429u);
  BOOST_TEST(refused.head.find("Retry-After:") != std::string::npos);
  BOOST_TEST(subscribe(node, "a", "x").status == 201u);
  BOOST_TEST(subscribe(node, "b", "x").status == 201u);
  BOOST_TEST(subscribe(node, "b", "y").status == 429u);
  BOOST_TEST(subscribe(node, "b", "x").status == 200u);
  BOOST_TEST(unsubscribe(node, "a", "x").status == 200u);
  BOOST_TEST(subscribe(node, "b", "y").status == 201u);
  BOOST_TEST(call(node, "DELETE", path("a")).status == 204u);
  add(node, "c");
}

BOOST_AUTO_TEST_CASE(what_happened_is_counted) {
  running_node node;
  add(node, "Ann");
  static_cast<void>(subscribe(node, "Ann", "a"));
  static_cast<void>(subscribe(node, "Ann", "a"));
  static_cast<void>(unsubscribe(node, "Ann", "a"));
  const auto page = call(node, "GET", "/metrics").body;
  for (const auto* const event : {"subscribed", "changed", "unsubscribed"}) {
    BOOST_TEST(page.find("libsig_subscription_events_total{event=\""
                         + std::string{event} + "\"} 1\n")
                 != std::string::npos,
               event);
  }
}

BOOST_AUTO_TEST_SUITE_END()
