#include "apps/sigd/deliveries_api.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

#include "tests/sigd/agent_calls.hpp"

using namespace libsig;
using namespace libsig::testing::agents;
using access::scope;
using testing::answer;
using testing::running_node;

namespace {

/// A node with an agent that hears `a:*` aloud.
struct listening_node : running_node {
  explicit listening_node(sigd::node_settings how = {})
    : running_node{std::move(how)} {
    add(*this, "Ann");
    BOOST_TEST(subscribe(*this, "Ann", "a:*", R"({"silent":false})").status
               == 201u);
  }
};

/// Settings with which a failed item comes again at once.
[[nodiscard]] sigd::node_settings without_rest(unsigned attempts) {
  sigd::node_settings how;
  how.subscriptions.backoff = std::chrono::milliseconds{1};
  how.subscriptions.attempts_max = attempts;
  return how;
}

/// The next item, for which it waits a little.
[[nodiscard]] nlohmann::json await(const running_node& node,
                                   std::string_view body) {
  const auto got = json_of(next(node, "Ann", body, "?timeout_ms=10000"));
  BOOST_TEST_REQUIRE(got.at("delivered") == true);
  return got.at("delivery");
}

[[nodiscard]] std::string settle(const running_node& node,
                                 std::string_view body) {
  const auto got = call(node, "POST", path("Ann", "/deliveries/settle"), body);
  BOOST_TEST(got.status == 200u, got.body);
  return got.body;
}

[[nodiscard]] nlohmann::json list_of(const running_node& node,
                                     const std::string& query = {}) {
  return json_of(call(node, "GET", path("Ann", "/deliveries") + query))
    .at("deliveries");
}

} // namespace

BOOST_AUTO_TEST_SUITE(deliveries_api)

BOOST_AUTO_TEST_CASE(an_item_is_answered_as_surface_has_it) {
  listening_node node;
  publish(node, "s", "a:b", R"({"n":1.50})");
  const auto got = next(node, "Ann");
  BOOST_TEST(got.status == 200u);
  const auto read = json_of(got);
  BOOST_TEST(read.size() == 3u);
  BOOST_TEST(read.at("dropped") == 0);
  const auto& item = read.at("delivery");
  BOOST_TEST(item.size() == 5u);
  BOOST_TEST(item.at("delivery_id").is_string());
  BOOST_TEST(item.at("signal").at("id") == "s");
  BOOST_TEST(item.at("signal").at("sequence") == "1");
  BOOST_TEST(item.at("patterns") == nlohmann::json{"a:*"});
  BOOST_TEST(item.at("silent") == false);
  BOOST_TEST(item.at("attempt") == 1);
  // Numbers stay as they were written.
  BOOST_TEST(got.body.find(R"("data":{"n":1.50})") != std::string::npos);
}

// README, Subscriptions.
BOOST_AUTO_TEST_CASE(an_item_comes_again_until_it_is_settled) {
  listening_node node;
  publish(node, "1", "a:b");
  publish(node, "2", "a:b");
  const auto first = take(node, "Ann");
  const auto again = take(node, "Ann");
  BOOST_TEST(again.at("signal").at("id") == "1");
  BOOST_TEST(again.at("attempt") == 2);
  BOOST_TEST(again.at("delivery_id") != first.at("delivery_id"));
  const auto second = take(node, "Ann", handled(again));
  BOOST_TEST(second.at("signal").at("id") == "2");
  BOOST_TEST(settle(node, handled(second)) == R"({"settled":1})");
  BOOST_TEST(settle(node, handled(second)) == R"({"settled":0})");
  BOOST_TEST(settle(node, R"({"handled":["unknown"]})") == R"({"settled":0})");
  BOOST_TEST(settle(node, "{}") == R"({"settled":0})");
  BOOST_TEST(nothing(node, "Ann") == 0);
}

BOOST_AUTO_TEST_CASE(items_outlive_a_restart) {
  listening_node node;
  publish(node, "1", "a:b");
  static_cast<void>(take(node, "Ann"));
  node.stop();
  node.start();
  const auto again = take(node, "Ann");
  BOOST_TEST(again.at("signal").at("id") == "1");
  BOOST_TEST(again.at("attempt") == 2);
  BOOST_TEST(settle(node, handled(again)) == R"({"settled":1})");
  node.stop();
  node.start();
  BOOST_TEST(nothing(node, "Ann") == 0);
  BOOST_TEST(list_of(node).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_loud_item_wakes_a_parked_call) {
  listening_node node;
  auto parked = node.connect();
  BOOST_REQUIRE(parked.send(parked_call("Ann")));
  publish(node, "1", "a:b");
  const auto got = read_answer(parked);
  BOOST_TEST(got.status == 200u);
  BOOST_TEST(json_of(got).at("delivery").at("signal").at("id") == "1");
}

// D20: a parked call sleeps over silent items and takes one at its deadline.
BOOST_AUTO_TEST_CASE(a_silent_item_wakes_nobody) {
  listening_node node;
  static_cast<void>(subscribe(node, "Ann", "s:*"));
  auto parked = node.connect();
  BOOST_REQUIRE(parked.send(parked_call("Ann", 300)));
  publish(node, "1", "s:b");
  const auto item = json_of(read_answer(parked)).at("delivery");
  BOOST_TEST(item.at("silent") == true);
  BOOST_TEST(settle(node, handled(item)) == R"({"settled":1})");
  // A loud one lets it go at once, and the older one is first.
  publish(node, "2", "s:b");
  publish(node, "3", "a:b");
  BOOST_TEST(await(node, "{}").at("signal").at("id") == "2");
}

BOOST_AUTO_TEST_CASE(a_newer_parked_call_takes_the_place_of_an_older_one) {
  listening_node node;
  // One connection, so that their order is known.
  auto both = node.connect();
  BOOST_REQUIRE(both.send(parked_call("Ann") + parked_call("Ann")));
  const auto older = read_answer(both);
  BOOST_TEST(older.status == 409u);
  BOOST_TEST(json_of(older).at("title") == "superseded");
  BOOST_TEST(json_of(older).at("type") == "superseded");
  publish(node, "1", "a:b");
  BOOST_TEST(json_of(read_answer(both)).at("delivered") == true);
}

BOOST_AUTO_TEST_CASE(a_client_that_goes_away_takes_no_item_with_it) {
  listening_node node;
  auto parked = node.connect();
  BOOST_REQUIRE(parked.send(parked_call("Ann")));
  parked.reset();
  publish(node, "1", "a:b");
  BOOST_TEST(await(node, "{}").at("signal").at("id") == "1");
}

BOOST_AUTO_TEST_CASE(parked_calls_end_with_503_when_the_node_does) {
  listening_node node;
  auto parked = node.connect();
  // The second is behind the first, so that this one is there.
  BOOST_REQUIRE(parked.send(parked_call("Ann") + parked_call("Ann")));
  BOOST_TEST(read_answer(parked).status == 409u);
  node.stop();
  const auto got = read_answer(parked);
  BOOST_TEST(got.status == 503u);
  BOOST_TEST(got.head.find("Retry-After:") != std::string::npos);
}

// D16: one delivery of a signal, with all patterns; non-silent wins.
BOOST_AUTO_TEST_CASE(patterns_that_overlap_make_one_item) {
  listening_node node;
  static_cast<void>(subscribe(node, "Ann", "**", R"({"silent":true})"));
  static_cast<void>(subscribe(node, "Ann", "a:b"));
  publish(node, "1", "a:b");
  const auto item = take(node, "Ann");
  BOOST_TEST(item.at("patterns") == (nlohmann::json{"**", "a:*", "a:b"}));
  BOOST_TEST(item.at("silent") == false);
  BOOST_TEST(nothing(node, "Ann", handled(item)) == 0);
}

// D17: what counts is the subscription when the item is handed out.
BOOST_AUTO_TEST_CASE(unsubscribing_before_the_hand_out_drops_the_item) {
  listening_node node;
  publish(node, "1", "a:b");
  publish(node, "2", "a:c");
  static_cast<void>(unsubscribe(node, "Ann", "a:*"));
  static_cast<void>(subscribe(node, "Ann", "a:c"));
  BOOST_TEST(nothing(node, "Ann") == 2);
  publish(node, "3", "a:c");
  static_cast<void>(unsubscribe(node, "Ann", "a:c"));
  static_cast<void>(subscribe(node, "Ann", "a:c", R"({"silent":false})"));
  const auto item = take(node, "Ann");
  BOOST_TEST(item.at("signal").at("id") == "3");
  BOOST_TEST(item.at("silent") == false);
}

// D18.
BOOST_AUTO_TEST_CASE(an_agent_does_not_hear_itself_unless_it_wants_to) {
  listening_node node;
  add(node, "Bob");
  static_cast<void>(subscribe(node, "Bob", "a:*"));
  publish(node, "1", "a:b", "1", "/agents/Ann");
  BOOST_TEST(nothing(node, "Ann") == 0);
  BOOST_TEST(take(node, "Bob").at("signal").at("id") == "1");
  static_cast<void>(subscribe(node, "Ann", "a:*", R"({"include_self":true})"));
  publish(node, "2", "a:b", "1", "/agents/Ann");
  BOOST_TEST(take(node, "Ann").at("signal").at("id") == "2");
}

// README "Reserved" and "One name".
BOOST_AUTO_TEST_CASE(neither_mail_nor_what_is_internal_matches) {
  sigd::node_settings how;
  how.loopback_grants.add(access::grant::emit_reserved);
  listening_node node{std::move(how)};
  static_cast<void>(subscribe(node, "Ann", "internal.**"));
  static_cast<void>(subscribe(node, "Ann", "**"));
  publish(node, "1", "internal.thing");
  auto mail = testing::event_text("2", "a:b");
  mail.pop_back();
  BOOST_TEST(node.publish(mail + R"(,"toidentity":"Ann"})").status == 202u);
  BOOST_TEST(nothing(node, "Ann") == 0);
}

BOOST_AUTO_TEST_CASE(an_item_that_failed_too_often_is_a_dead_letter) {
  listening_node node{without_rest(2)};
  publish(node, "1", "a:b");
  const auto first = take(node, "Ann");
  const auto second = await(node, failed(first, "once"));
  BOOST_TEST(second.at("attempt") == 2);
  // One that names an older hand-out says nothing.
  BOOST_TEST(settle(node, failed(first, "late")) == R"({"settled":0})");
  BOOST_TEST(settle(node, failed(second, "twice")) == R"({"settled":1})");
  BOOST_TEST(nothing(node, "Ann") == 0);
  nlohmann::json letters;
  while (letters.empty()) {
    letters = json_of(call(node, "GET", "/v1/dead-letters")).at("dead_letters");
  }
  const auto& letter = letters.at(0);
  BOOST_TEST(letter.at("target") == "agent:Ann");
  BOOST_TEST(letter.at("reason") == "twice");
  BOOST_TEST(letter.at("attempts") == 2);
  BOOST_TEST(letter.at("signal").at("id") == "1");
  const auto redrive =
    "/v1/dead-letters/" + letter.at("id").get<std::string>() + "/redrive";
  const auto done = call(node, "POST", redrive);
  BOOST_TEST(json_of(done).at("delivered") == true, done.body);
  BOOST_TEST(call(node, "POST", redrive).status == 404u);
  const auto again = take(node, "Ann");
  BOOST_TEST(again.at("signal").at("id") == "1");
  BOOST_TEST(again.at("attempt") == 1);
}

BOOST_AUTO_TEST_CASE(a_dead_letter_of_nobody_stays_one) {
  listening_node node{without_rest(1)};
  publish(node, "1", "a:b");
  BOOST_TEST(settle(node, failed(take(node, "Ann"), {})) == R"({"settled":1})");
  nlohmann::json letters;
  while (letters.empty()) {
    letters = json_of(call(node, "GET", "/v1/dead-letters")).at("dead_letters");
  }
  static_cast<void>(unsubscribe(node, "Ann", "a:*"));
  const auto got =
    call(node, "POST",
         "/v1/dead-letters/" + letters.at(0).at("id").get<std::string>()
           + "/redrive");
  BOOST_TEST(json_of(got).at("delivered") == false, got.body);
  BOOST_TEST(
    json_of(call(node, "GET", "/v1/dead-letters")).at("dead_letters").size()
    == 1u);
}

// README, Redaction.
BOOST_AUTO_TEST_CASE(secrets_are_hidden_unless_the_caller_sees_them) {
  const std::string secret = R"({"api_key":"s","n":1})";
  for (const bool sees : {false, true}) {
    sigd::node_settings how;
    if (sees) {
      how.loopback_grants.add(access::grant::unredacted);
    }
    listening_node node{std::move(how)};
    publish(node, "1", "a:b", secret);
    const auto item = take(node, "Ann");
    const auto* const expected = sees ? "s" : "[REDACTED]";
    BOOST_TEST(item.at("signal").at("data").at("api_key") == expected);
    BOOST_TEST(settle(node, handled(item)) == R"({"settled":1})");
    BOOST_TEST(list_of(node).at(0).at("signal").at("data").at("api_key")
               == expected);
  }
}

BOOST_AUTO_TEST_CASE(a_delivery_is_whole_and_a_list_is_not) {
  listening_node node;
  const auto data = '"' + std::string(300u << 10, 'x') + '"';
  publish(node, "1", "a:b", data);
  const auto item = take(node, "Ann");
  BOOST_TEST(item.at("signal").at("data").get<std::string>().size()
             == 300u << 10);
  BOOST_TEST(settle(node, handled(item)) == R"({"settled":1})");
  const auto listed = list_of(node).at(0);
  BOOST_TEST(listed.size() == 5u);
  BOOST_TEST(listed.at("delivery_id") == item.at("delivery_id"));
  BOOST_TEST(!listed.at("signal").contains("data"));
  BOOST_TEST(listed.at("signal").at("dataomitted") == data.size());
  BOOST_TEST(listed.at("patterns") == nlohmann::json{"a:*"});
  BOOST_TEST(listed.at("silent") == false);
  BOOST_TEST(listed.at("handled_at").get<std::string>().size() == 24u);
}

BOOST_AUTO_TEST_CASE(the_newest_handled_ones_are_listed_oldest_first) {
  sigd::node_settings how;
  how.subscriptions.handled_deliveries_max = 3;
  listening_node node{std::move(how)};
  for (const auto* const id : {"1", "2", "3", "4"}) {
    publish(node, id, "a:b");
    BOOST_TEST(settle(node, handled(take(node, "Ann"))) == R"({"settled":1})");
  }
  const auto ids = [&node](const std::string& query) {
    std::string found;
    for (const auto& one : list_of(node, query)) {
      found += one.at("signal").at("id").get<std::string>();
    }
    return found;
  };
  BOOST_TEST(ids("") == "234");
  BOOST_TEST(ids("?limit=2") == "34");
  BOOST_TEST(ids("?limit=1000") == "234");
}

BOOST_AUTO_TEST_CASE(items_are_their_agents_business) {
  sigd::node_settings how;
  how.tokens = {token_for("ann", {scope::subscribe, scope::publish}, {"Ann"}),
                token_for("bob", {scope::subscribe}, {"Bob"}),
                token_for("root", {scope::subscribe, scope::admin}),
                token_for("talk", {scope::publish}, {"Ann"})};
  running_node node{std::move(how)};
  const auto ann = as("ann", "Ann");
  BOOST_TEST(subscribe(node, "Ann", "a:*", {}, ann).status == 201u);
  for (const auto* const rest :
       {"/deliveries/next", "/deliveries/settle", "/deliveries"}) {
    const auto* const method =
      rest == std::string_view{"/deliveries"} ? "GET" : "POST";
    const auto status = [&](const std::string& fields) {
      return call(node, method, path("Ann", rest), {}, fields).status;
    };
    BOOST_TEST(status(ann) == 200u, rest);
    BOOST_TEST(status(as("root")) == 200u, rest);
    BOOST_TEST(status(as("bob", "Bob")) == 403u, rest);
    BOOST_TEST(status(as("talk", "Ann")) == 403u, rest);
    BOOST_TEST(status({}) == 401u, rest);
    BOOST_TEST(call(node, method, path("Nobody", rest), {}, as("root")).status
                 == 404u,
               rest);
  }
}

// README, Caller: types narrow a token on every path.
BOOST_AUTO_TEST_CASE(items_of_other_types_stay_where_they_are) {
  sigd::node_settings how;
  how.tokens = {token_for("some", {scope::subscribe}, {"Ann"}, {"a:c"}),
                token_for("all", {scope::subscribe, scope::publish}, {"Ann"})};
  running_node node{std::move(how)};
  const auto all = as("all", "Ann");
  const auto some = as("some", "Ann");
  BOOST_TEST(subscribe(node, "Ann", "a:*", {}, some).status == 201u);
  publish(node, "1", "a:b", "1", "/me", all);
  publish(node, "2", "a:c", "1", "/me", all);
  const auto item = json_of(next(node, "Ann", {}, {}, some)).at("delivery");
  BOOST_TEST(item.at("signal").at("id") == "2");
  const auto none = json_of(next(node, "Ann", handled(item), {}, some));
  BOOST_TEST(none.at("delivered") == false);
  BOOST_TEST(none.at("dropped") == 0);
  const auto other = json_of(next(node, "Ann", {}, {}, all)).at("delivery");
  BOOST_TEST(other.at("signal").at("id") == "1");
  BOOST_TEST(json_of(next(node, "Ann", handled(other), {}, all)).at("delivered")
             == false);
  const auto ids = [&](const std::string& fields) {
    return json_of(call(node, "GET", path("Ann", "/deliveries"), {}, fields))
      .at("deliveries")
      .size();
  };
  BOOST_TEST(ids(all) == 2u);
  BOOST_TEST(ids(some) == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_in_a_query_or_a_body_is_400) {
  listening_node node;
  publish(node, "1", "a:b");
  for (const auto* const query :
       {"?timeout_ms=-1", "?timeout_ms=600001", "?timeout_ms=1.5",
        "?timeout_ms=x", "?timeout_ms=", "?timeout_ms=+5",
        "?timeout_ms=18446744073709551616", "?timeout=1",
        "?timeout_ms=1&timeout_ms=1"}) {
    BOOST_TEST(next(node, "Ann", {}, query).status == 400u, query);
  }
  const std::vector<std::pair<std::string, std::string>> wrong{
    {"{", ""},
    {"[]", ""},
    {R"({"handled":"1"})", "/handled"},
    {R"({"handled":null})", "/handled"},
    {R"({"handled":[1]})", "/handled/0"},
    {R"({"failed":["1",{}]})", "/failed/1"},
    {R"({"failed":["1"],"handled":["2","1"]})", "/failed/0"},
    {R"({"reason":1})", "/reason"},
    {R"({"reason":")" + std::string(4'097, 'x') + R"("})", "/reason"},
    {R"({"settled":[]})", "/settled"}};
  for (const auto& [body, pointer] : wrong) {
    for (const auto* const rest : {"/deliveries/next", "/deliveries/settle"}) {
      const auto got = call(node, "POST", path("Ann", rest), body);
      BOOST_TEST(got.status == 400u, body);
      BOOST_TEST(json_of(got).value("pointer", "") == pointer, body);
    }
  }
  for (const auto* const query :
       {"?limit=0", "?limit=1001", "?limit=-1", "?limit=x", "?after=1"}) {
    BOOST_TEST(call(node, "GET", path("Ann", "/deliveries") + query).status
                 == 400u,
               query);
  }
  BOOST_TEST(next(node, "%2A").status == 400u);
  BOOST_TEST(call(node, "GET", path("Ann", "/deliveries/next")).status == 405u);
  // None of these took the item.
  BOOST_TEST(take(node, "Ann").at("attempt") == 1);
  BOOST_TEST(next(node, "Ann", {}, "?timeout_ms=600000").status == 200u);
  BOOST_TEST(settle(node, R"({"reason":")" + std::string(4'096, 'x') + R"("})")
             == R"({"settled":0})");
}

BOOST_AUTO_TEST_CASE(removing_an_agent_drops_its_items) {
  listening_node node;
  publish(node, "1", "a:b");
  BOOST_TEST(call(node, "DELETE", path("Ann")).status == 204u);
  BOOST_TEST(next(node, "Ann").status == 404u);
  add(node, "Ann");
  static_cast<void>(subscribe(node, "Ann", "a:*"));
  BOOST_TEST(nothing(node, "Ann") == 0);
}

// Parked, it learns that its agent is gone.
BOOST_AUTO_TEST_CASE(removing_an_agent_ends_its_parked_call) {
  listening_node node;
  auto both = node.connect();
  BOOST_REQUIRE(both.send(parked_call("Ann") + parked_call("Ann")));
  BOOST_TEST(read_answer(both).status == 409u);
  BOOST_TEST(call(node, "DELETE", path("Ann")).status == 204u);
  BOOST_TEST(read_answer(both).status == 404u);
}

BOOST_AUTO_TEST_CASE(what_becomes_of_items_is_counted) {
  listening_node node{without_rest(5)};
  publish(node, "1", "a:b");
  static_cast<void>(await(node, failed(take(node, "Ann"), "x")));
  const auto page = call(node, "GET", "/metrics").body;
  const auto counted = [&page](std::string_view event) {
    const auto line =
      "libsig_delivery_events_total{event=\"" + std::string{event} + "\"} ";
    const auto at = page.find(line);
    BOOST_TEST_REQUIRE(at != std::string::npos);
    return page.substr(at + line.size(),
                       page.find('\n', at) - at - line.size());
  };
  BOOST_TEST(counted("queued") == "1");
  BOOST_TEST(counted("handed_out") == "2");
  BOOST_TEST(counted("failed") == "1");
  BOOST_TEST(counted("handled") == "0");
  BOOST_TEST(counted("dead") == "0");
}

BOOST_AUTO_TEST_SUITE_END()
