#include "apps/sig/commands/topic.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "libsig/core/time.hpp"
#include "tests/sig/client/node_at.hpp"
#include "tests/sig/commands/given.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace libsig;
using namespace libsig::sig;
using libsig::testing::given_to;
using libsig::testing::json_reply;
using libsig::testing::reply;
using libsig::testing::scripted_server;
using libsig::testing::seen_request;

namespace {

using words = std::vector<std::string>;

[[nodiscard]] words with_verb(std::string verb, const words& arguments) {
  words all{std::move(verb)};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return all;
}

[[nodiscard]] result<topic_send> send(const words& arguments) {
  return read_topic_send(given_to("topic", with_verb("send", arguments)),
                         "made");
}

[[nodiscard]] result<topic_wait> wait(const words& arguments) {
  return read_topic_wait(given_to("topic", with_verb("wait", arguments)));
}

[[nodiscard]] std::string body(const words& arguments) {
  const auto made = wait(arguments);
  BOOST_TEST_REQUIRE(made.has_value(),
                     (made ? std::string{} : made.error().message()));
  return wait_body(*made, made->timeout);
}

template <class T>
[[nodiscard]] std::string complaint(const result<T>& made) {
  BOOST_TEST_REQUIRE(!made.has_value());
  return made.error().message();
}

[[nodiscard]] outcome<std::string> answer(const words& arguments,
                                          std::string_view text) {
  return read_wait_answer(wait(arguments).value(), text);
}

} // namespace

BOOST_AUTO_TEST_SUITE(topic_command)

// -- sending ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_topic_is_enough_to_send) {
  const auto made = send({" a.b "});
  BOOST_TEST(made->topic == "a.b");
  BOOST_TEST(made->id == "made");
  BOOST_TEST(made->body == "{}");
}

BOOST_AUTO_TEST_CASE(what_is_sent_stays_to_the_byte) {
  const auto made =
    send({"a", R"({"n": 1.50})", "--conversation", "c\"1", "--id", "mine"});
  BOOST_TEST(made->id == "mine");
  BOOST_TEST(made->body
             == R"({"payload":{"n": 1.50},"conversation_id":"c\"1"})");
  const testing::temporary_folder folder;
  BOOST_TEST(send({"a", "@" + folder.write("p.json", "{}\n")})->body
             == "{\"payload\":{}\n}");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_sent_is_said_at_its_place) {
  BOOST_TEST(complaint(send({" "})).starts_with("TOPIC: "));
  BOOST_TEST(complaint(send({"a", "{"})).starts_with("JSON: "));
  BOOST_TEST(complaint(send({"a", "{}", "{}"})).find("quote the JSON")
             != std::string::npos);
  BOOST_TEST(complaint(send({"a", "--any"})).starts_with("--any: "));
  BOOST_TEST(
    complaint(send({"a", "--timeout", "1s"})).starts_with("--timeout: "));
  BOOST_TEST(complaint(send({"a", "--id", "x\ny"})).starts_with("--id: "));
}

// -- waiting ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_topic_is_enough_to_wait) {
  BOOST_TEST(body({"a"})
             == R"({"mode":"one","topics":["a"],"timeout_ms":30000})");
}

BOOST_AUTO_TEST_CASE(every_option_of_a_wait_finds_its_member) {
  BOOST_TEST(
    body({"a", "b=c", "--all", "--last-id", "a=1", "--last-id", "b=c=2",
          "--start", "time:2026-01-02T03:04:05Z", "--conversation", "c",
          "--consumer", "ada", "--timeout", "0s"})
    == R"({"mode":"all","topics":["a","b=c"],"last_ids":{"a":"1","b=c":"2"},)"
       R"("consumer":"ada","conversation_id":"c",)"
       R"("start":"time:2026-01-02T03:04:05Z","timeout_ms":0})");
  BOOST_TEST(body({"a", "b", "--any", "--timeout", "10m"})
             == R"({"mode":"any","topics":["a","b"],"timeout_ms":600000})");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_waited_for_is_said_at_its_place) {
  BOOST_TEST(complaint(wait({"a", "b"})).find("--any or --all")
             != std::string::npos);
  BOOST_TEST(complaint(wait({"a", "--any", "--all"})).starts_with("--any: "));
  BOOST_TEST(complaint(wait({"a", ""})).starts_with("TOPIC: "));
  BOOST_TEST(
    complaint(wait({"a", "--last-id", "b=1"})).starts_with("--last-id: "));
  BOOST_TEST(
    complaint(wait({"a", "--last-id", "a"})).starts_with("--last-id: "));
  BOOST_TEST(
    complaint(wait({"a", "--timeout", "601s"})).starts_with("--timeout: "));
  BOOST_TEST(
    complaint(wait({"a", "--timeout=-1s"})).starts_with("--timeout: "));
  BOOST_TEST(complaint(wait({"a", "--id", "x"})).starts_with("--id: "));
  BOOST_TEST(
    complaint(wait({"a", "--consumer", "\xFF"})).starts_with("--consumer: "));
}

// M27: what comes while a wait is away from its node came after it began.
BOOST_AUTO_TEST_CASE(a_wait_for_what_is_new_goes_on_from_when_it_began) {
  std::size_t turn = 0;
  const scripted_server server{[&](const seen_request&) -> std::string {
    switch (turn++) {
    case 0:
      return {};
    case 1:
      return reply(503, "text/plain", "", "Retry-After: 1\r\n");
    default:
      return json_reply(R"({"ok":true})");
    }
  }};
  testing::node_at at{server.url()};
  auto node = at.make();
  manual_clock time{wall_time{std::chrono::milliseconds{1'767'323'045'678}}};
  for (const auto* const start : {"new", " new ", "latest", "earliest"}) {
    turn = 0;
    const auto seen = server.seen().size();
    const auto got =
      ask_topic_wait(node, wait({"a", "--start", start}).value(), time);
    BOOST_TEST_REQUIRE(got.has_value());
    const auto all = server.seen();
    BOOST_TEST_REQUIRE(all.size() == seen + 3);
    const auto says = [&](std::size_t which, const std::string& what) {
      return all[seen + which].body.find("\"start\":\"" + what + '"')
             != std::string::npos;
    };
    const bool fresh = std::string_view{start}.find("new") != std::string::npos;
    BOOST_TEST(says(0, start), start);
    for (const std::size_t which : {1u, 2u}) {
      BOOST_TEST(says(which, fresh ? "time:2026-01-02T03:04:05.678Z" : start),
                 all[seen + which].body);
    }
  }
}

// -- answers ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_message_is_its_payload_on_a_line) {
  const std::string hit =
    R"({"ok":true,"topic":"a","message":{"event":"signal","payload":{"n": 1.50}},
        "message_id":"1","cursor":"x"})";
  BOOST_TEST(answer({"a"}, hit).value() == "{\"n\":1.50}\n");
  BOOST_TEST(answer({"a", "b", "--any"}, hit).value() == "a\t{\"n\":1.50}\n");
}

BOOST_AUTO_TEST_CASE(all_messages_are_a_line_each) {
  BOOST_TEST(answer({"a", "b", "--all"},
                    R"({"ok":true,"messages":{
        "b":{"ok":true,"topic":"b","message":{"payload":{}}},
        "a":{"ok":true,"topic":"a","message":{"payload":{"x":1}}}},
        "missing":[],"timeout_ms":1,"elapsed_ms":0})")
               .value()
             == "b\t{}\na\t{\"x\":1}\n");
}

BOOST_AUTO_TEST_CASE(a_timeout_has_a_status_of_its_own) {
  const auto one = answer({"a", "--timeout", "5s"},
                          R"({"ok":false,"topic":"a","timeout_ms":5000,
      "last_id":"","cursor":"x","elapsed_ms":5000})");
  BOOST_TEST((one.error().status == exit_status::timed_out));
  BOOST_TEST(one.error().reason.message() == "no message on 'a' within 5s");
  const auto all = answer({"a", "b", "--all"},
                          R"({"ok":false,"messages":{},"missing":["b"],
      "timeout_ms":30000,"elapsed_ms":30000,"cursors":{}})");
  BOOST_TEST((all.error().status == exit_status::timed_out));
  BOOST_TEST(all.error().reason.message() == "no message on 'b' within 30s");
}

// M18
BOOST_AUTO_TEST_CASE(an_expired_cursor_says_where_to_go_on) {
  const auto got = answer({"a"}, R"({"ok":false,"error":"cursor_expired",
      "topic":"a","earliest_id":"7","earliest_cursor":"c-7"})");
  BOOST_TEST((got.error().status == exit_status::usage));
  BOOST_TEST(got.error().reason.message().find("--last-id 'a=c-7'")
             != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
