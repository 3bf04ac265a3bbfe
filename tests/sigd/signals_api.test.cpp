#include "apps/sigd/signals_api.hpp"

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

[[nodiscard]] nlohmann::json json_of(const testing::answer& of) {
  return nlohmann::json::parse(of.body);
}

[[nodiscard]] texts ids_of(const testing::answer& list) {
  texts found;
  const auto whole = json_of(list);
  for (const auto& one : whole.at("signals")) {
    found.push_back(one.at("id"));
  }
  return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(signals_api)

BOOST_AUTO_TEST_CASE(what_was_acknowledged_is_there_after_a_restart) {
  running_node node;
  const auto got = node.publish(event_text("1", "a.b", R"({"x":1.50})"));
  BOOST_TEST(got.status == 202u);
  BOOST_TEST(
    got.body
    == R"({"id":"1","source":"/me","sequence":"1","duplicate":false})");
  node.stop();
  node.start();
  const auto found = json_of(node.ask("GET", "/v1/signals/1"));
  BOOST_TEST(found.at("type") == "a.b");
  BOOST_TEST(found.at("sequence") == "1");
  BOOST_TEST(found.at("tenant") == "default");
  BOOST_TEST(node.ask("GET", "/v1/signals/1").body.find(R"({"x":1.50})")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_repeat_gets_the_first_receipt_across_a_restart) {
  running_node node;
  BOOST_TEST(node.publish(event_text("1", "a")).status == 202u);
  node.stop();
  node.start();
  const auto again = json_of(node.publish(event_text("1", "a")));
  BOOST_TEST(again.at("duplicate") == true);
  BOOST_TEST(again.at("sequence") == "1");
  BOOST_TEST(!again.contains("differs"));
  const auto other = json_of(node.publish(event_text("1", "a", "2")));
  BOOST_TEST(other.at("differs") == true);
  BOOST_TEST(node.publish(event_text("1", "b")).status == 409u);
  BOOST_TEST(ids_of(node.ask("GET", "/v1/signals")) == texts{"1"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(all_three_modes_of_cloudevents_go_in) {
  running_node node;
  const auto binary =
    node.ask("POST", "/v1/signals",
             "Content-Type: application/json\r\nce-specversion: 1.0\r\n"
             "ce-id: b%20one\r\nce-type: a\r\nce-source: /me\r\n",
             R"({"x":1})");
  BOOST_TEST(binary.status == 202u);
  BOOST_TEST(json_of(binary).at("id") == "b one");
  const auto batch = node.ask(
    "POST", "/v1/signals",
    "Content-Type: application/cloudevents-batch+json\r\n",
    "[" + event_text("2", "a") + "," + event_text("", "a") + ","
      + event_text("3", "review.summary") + "," + event_text("4", "a") + "]");
  BOOST_TEST(batch.status == 202u);
  const auto receipts = json_of(batch).at("receipts");
  BOOST_TEST_REQUIRE(receipts.size() == 4u);
  BOOST_TEST(receipts[0].at("sequence") == "2");
  BOOST_TEST(receipts[1].at("error").at("status") == 400);
  BOOST_TEST(receipts[2].at("error").at("status") == 403);
  BOOST_TEST(receipts[3].at("sequence") == "3");
  BOOST_TEST(node
               .ask("POST", "/v1/signals", "Content-Type: application/json\r\n",
                    event_text("5", "a"))
               .status
             == 415u);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_said_with_its_place_and_changes_nothing) {
  running_node node;
  const auto wrong = node.publish(R"({"specversion":"1.0","id":"1"})");
  BOOST_TEST(wrong.status == 400u);
  BOOST_TEST(wrong.head.find("application/problem+json") != std::string::npos);
  const auto schema = node.publish(event_text(
    "1", "review.request", R"({"review_id":"r"})", "/synapse/reviews"));
  BOOST_TEST(schema.status == 400u);
  BOOST_TEST(json_of(schema).at("pointer") == "/data/diff");
  BOOST_TEST(node.publish("{").status == 400u);
  BOOST_TEST(node.publish(std::string(100'000, '[')).status == 400u);
  BOOST_TEST(json_of(node.ask("GET", "/v1/signals")).at("signals").empty());
}

BOOST_AUTO_TEST_CASE(a_list_goes_both_ways_in_pages) {
  running_node node;
  for (const auto* id : {"1", "2", "3", "4", "5"}) {
    BOOST_TEST(node.publish(event_text(id, *id == '3' ? "b.c" : "a.b")).status
               == 202u);
  }
  const auto first = node.ask("GET", "/v1/signals?limit=2");
  BOOST_TEST(ids_of(first) == (texts{"1", "2"}),
             boost::test_tools::per_element());
  const std::string next = json_of(first).at("next");
  BOOST_TEST(ids_of(node.ask("GET", "/v1/signals?limit=2&after=" + next))
               == (texts{"3", "4"}),
             boost::test_tools::per_element());
  BOOST_TEST(ids_of(node.ask("GET", "/v1/signals?order=desc&limit=2"))
               == (texts{"5", "4"}),
             boost::test_tools::per_element());
  BOOST_TEST(ids_of(node.ask("GET", "/v1/signals?type=b.*")) == texts{"3"},
             boost::test_tools::per_element());
  BOOST_TEST(ids_of(node.ask("GET", "/v1/signals?after=1&before=4"))
               == (texts{"2", "3"}),
             boost::test_tools::per_element());
  BOOST_TEST(json_of(node.ask("GET", "/v1/signals")).at("next").is_null());
}

BOOST_AUTO_TEST_CASE(limits_and_names_of_a_query_are_checked) {
  running_node node;
  for (const auto* wrong : {"limit=0", "limit=1001", "limit=-1", "limit=x",
                            "limit=01", "limit=", "order=up", "type=a..b",
                            "after=x", "unknown=1", "limit=1&limit=2"}) {
    BOOST_TEST(node.ask("GET", std::string{"/v1/signals?"} + wrong).status
                 == 400u,
               wrong);
  }
  for (const auto* right : {"limit=1", "limit=1000", "order=asc", "after=0"}) {
    BOOST_TEST(node.ask("GET", std::string{"/v1/signals?"} + right).status
                 == 200u,
               right);
  }
  for (const auto* none : {"0", "1", "x", "-1", "18446744073709551616"}) {
    BOOST_TEST(
      node.ask("GET", std::string{"/v1/signals/"} + none).status == 404u, none);
  }
}

BOOST_AUTO_TEST_CASE(
  secrets_do_not_leave_and_large_data_waits_to_be_asked_for) {
  running_node node;
  BOOST_TEST(
    node.publish(event_text("1", "a", R"({"api_key":"s3cret"})")).status
    == 202u);
  const auto large = '"' + std::string(300u << 10, 'x') + '"';
  BOOST_TEST(node.publish(event_text("2", "a", large)).status == 202u);
  const auto list = node.ask("GET", "/v1/signals");
  BOOST_TEST(list.body.find("s3cret") == std::string::npos);
  BOOST_TEST(node.ask("GET", "/v1/signals/1").body.find("s3cret")
             == std::string::npos);
  const auto omitted = json_of(list).at("signals").at(1);
  BOOST_TEST(!omitted.contains("data"));
  BOOST_TEST(omitted.at("dataomitted") == large.size());
  BOOST_TEST(json_of(node.ask("GET", "/v1/signals/2")).at("data").size() == 1u);
}

BOOST_AUTO_TEST_CASE(strangers_proxies_and_other_names_stay_outside) {
  running_node node;
  BOOST_TEST(node.ask("GET", "/v1/signals", "Host: evil.example\r\n").status
             == 403u);
  BOOST_TEST(node.ask("GET", "/v1/signals", "Forwarded: for=1.2.3.4\r\n").status
             == 403u);
  BOOST_TEST(
    node.ask("GET", "/v1/signals", "X-Forwarded-For: 1.2.3.4\r\n").status
    == 403u);
  BOOST_TEST(
    node.ask("GET", "/v1/signals", "Origin: https://evil.example\r\n").status
    == 403u);
  BOOST_TEST(node.ask("GET", "/readyz", "Host: evil.example\r\n").status
             == 200u);
  BOOST_TEST(node.publish(event_text("1", "internal.a")).status == 403u);
  BOOST_TEST(node
               .publish(event_text("1", "a", "1", "/agents/other"),
                        "Sig-Identity: me\r\n")
               .status
             == 403u);
}

// A client's attribute must not stand beside the node's own word.
BOOST_AUTO_TEST_CASE(a_client_s_dataomitted_does_not_break_a_list) {
  running_node node;
  auto event = event_text("1", "a", '"' + std::string(300'000, 'a') + '"');
  event.pop_back();
  BOOST_TEST(node.publish(event + R"(,"dataomitted":5})").status == 202u);
  const auto got = node.ask("GET", "/v1/signals");
  BOOST_TEST(got.status == 200u);
  BOOST_TEST(got.body.find(R"("dataomitted":300002)") != std::string::npos);
  BOOST_TEST(got.body.find(R"("dataomitted":5)") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_page_that_ends_with_the_log_has_no_next_one) {
  running_node node;
  for (const auto* const id : {"1", "2", "3"}) {
    BOOST_TEST(node.publish(event_text(id, "a")).status == 202u);
  }
  const auto next = [&](const std::string& query) {
    const auto got = node.ask("GET", "/v1/signals?" + query).body;
    return got.substr(got.find(R"("next":)") + 7);
  };
  BOOST_TEST(next("limit=3") == "null}");
  BOOST_TEST(next("limit=2") == "\"2\"}");
  BOOST_TEST(next("limit=1&after=2") == "null}");
  BOOST_TEST(next("limit=1&before=2") == "null}");
  BOOST_TEST(next("limit=3&order=desc") == "null}");
  BOOST_TEST(next("limit=2&order=desc") == "\"2\"}");
  BOOST_TEST(next("limit=1&order=desc&before=2") == "null}");
  BOOST_TEST(next("limit=1&order=desc&after=2") == "null}");
}

BOOST_AUTO_TEST_CASE(publishing_knows_no_query) {
  running_node node;
  const auto got = node.ask("POST", "/v1/signals?x=1",
                            "Content-Type: application/cloudevents+json\r\n",
                            event_text("1", "a"));
  BOOST_TEST(got.status == 400u);
}

// Contract, One name, Names, Reserved; Q1.
BOOST_AUTO_TEST_CASE(mail_has_a_receiver_a_category_and_no_reserved_type) {
  running_node node;
  int count = 0;
  const auto status = [&](const std::string& type, const std::string& more) {
    auto event = event_text(std::to_string(++count), type);
    event.pop_back();
    return node.publish(event + more + "}").status;
  };
  BOOST_TEST(status("mail", R"(,"toidentity":"Bob")") == 202u);
  BOOST_TEST(status("mail", R"(,"toidentity":"*")") == 202u);
  BOOST_TEST(status("mail", R"(,"category":"anything")") == 202u);
  for (const auto* const category : {"INFO", "TASK", "ASK", "BLOCKER"}) {
    BOOST_TEST(status("mail", R"(,"toidentity":"Bob","category":")"
                                + std::string{category} + '"')
               == 202u);
  }
  BOOST_TEST(status("mail", R"(,"toidentity":"Bob","category":"ask")") == 400u);
  for (const auto* const name :
       {R"("a/b")", R"("")", R"(" ")", R"(".")", "5", "true"}) {
    BOOST_TEST(status("mail", R"(,"toidentity":)" + std::string{name}) == 400u);
  }
  BOOST_TEST(status("mail", R"(,"toidentity":")" + std::string(128, 'a') + '"')
             == 202u);
  BOOST_TEST(status("mail", R"(,"toidentity":")" + std::string(129, 'a') + '"')
             == 400u);
  BOOST_TEST(status("review.request", R"(,"toidentity":"Bob")") == 400u);
}

BOOST_AUTO_TEST_SUITE_END()
