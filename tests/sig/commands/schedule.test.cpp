#include "apps/sig/commands/schedule.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "libsig/core/time.hpp"
#include "tests/sig/commands/given.hpp"
#include "tests/support/scripted_server.hpp"

using namespace libsig;
using namespace libsig::sig;
using namespace std::chrono_literals;
using libsig::testing::given_to;
using libsig::testing::json_reply;
using libsig::testing::scripted_server;
using libsig::testing::seen_request;

namespace {

constexpr wall_time now{1'767'323'045'678ms};

using texts = std::vector<std::string>;

[[nodiscard]] std::string body_of(texts arguments) {
  const auto body = schedule_body(given_to("schedule", arguments), now);
  BOOST_REQUIRE_MESSAGE(body, (body ? "" : body.error().message()));
  return *body;
}

[[nodiscard]] std::string refusal_of(texts arguments) {
  const auto body = schedule_body(given_to("schedule", arguments), now);
  BOOST_REQUIRE(!body);
  return body.error().place();
}

/// Runs a command against a server that answers these, the last for ever.
struct run_of {
  explicit run_of(texts bodies, unsigned status = 200)
    : server{[bodies = std::move(bodies), status,
              at = std::size_t{0}](const seen_request&) mutable {
        const auto& body = bodies[std::min(at, bodies.size() - 1)];
        ++at;
        return json_reply(body, status);
      }} {}

  outcome<exit_status> operator()(std::string_view command, texts arguments) {
    arguments.insert(arguments.end(), {"--url", server.url()});
    return find_node_command(command)->run(given_to(command, arguments), {});
  }

  scripted_server server;
};

} // namespace

BOOST_AUTO_TEST_SUITE(schedule_command)

BOOST_AUTO_TEST_CASE(times_are_absolute_or_from_now_on) {
  BOOST_TEST((read_time_to_come("+10m", now) == now + 10min));
  BOOST_TEST((read_time_to_come("+0s", now) == now));
  BOOST_TEST((read_time_to_come("2026-01-02T04:04:05.678+01:00", now) == now));
  for (const auto* bad : {"", "+", "10m", "tomorrow", "+10", "-5m", "+ 5m"}) {
    const auto read = read_time_to_come(bad, now);
    BOOST_REQUIRE(!read);
    BOOST_TEST(read.error().place() == "--at");
  }
}

BOOST_AUTO_TEST_CASE(the_body_says_what_the_options_say) {
  BOOST_TEST(body_of({"a.b", "--at", "+1s"})
             == R"({"type":"a.b","deliver_at":"2026-01-02T03:04:06.678Z"})");
  BOOST_TEST(body_of({"a", "--at", "+0s", "--repeat-key", "k \"l\"", "--source",
                      "/me", "--data", R"({"n":1.50})"})
             == R"({"type":"a","deliver_at":"2026-01-02T03:04:05.678Z",)"
                R"("repeat_key":"k \"l\"","source":"/me","data":{"n":1.50}})");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_named_before_anybody_is_asked) {
  BOOST_TEST(refusal_of({"a"}) == "--at");
  BOOST_TEST(refusal_of({" ", "--at", "+1s"}) == "TYPE");
  BOOST_TEST(refusal_of({"a\n", "--at", "+1s"}) == "TYPE");
  BOOST_TEST(refusal_of({"a", "--at", "+1s", "--id", "x\r"}) == "--id");
  BOOST_TEST(refusal_of({"a", "--at", "+1s", "--id", " x"}) == "--id");
  BOOST_TEST(refusal_of({"a", "--at", "+1s", "--source", "\xff"})
             == "--source");
  BOOST_TEST(
    refusal_of({"a", "--at", "+1s", "--data", "{"}).starts_with("--data"));
}

BOOST_AUTO_TEST_CASE(a_call_that_is_made_again_has_the_same_id) {
  run_of run{{R"({"id":"x"})"}, 201};
  BOOST_TEST((run("schedule", {"a", "--at", "+1s", "--id", "x"}).has_value()));
  const auto seen = run.server.seen();
  BOOST_REQUIRE(seen.size() == 1u);
  BOOST_TEST(seen[0].method == "POST");
  BOOST_TEST(seen[0].target == "/v1/scheduled");
  BOOST_TEST(seen[0].head.find("Idempotency-Key: x\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_cancelled_is_named_by_type_and_key_or_id) {
  run_of run{{R"({"removed":1})"}};
  BOOST_TEST((run("cancel", {"a b", "k&l"}).has_value()));
  BOOST_TEST((run("cancel", {"--id", "x"}).has_value()));
  const auto seen = run.server.seen();
  BOOST_REQUIRE(seen.size() == 2u);
  BOOST_TEST(seen[0].method == "DELETE");
  BOOST_TEST(seen[0].target == "/v1/scheduled?type=a%20b&repeat_key=k%26l");
  BOOST_TEST(seen[1].target == "/v1/scheduled?id=x");
  for (const auto& bad : {texts{}, texts{"a"}, texts{"a", "k", "--id", "x"}}) {
    const auto got = run("cancel", bad);
    BOOST_REQUIRE(!got);
    BOOST_TEST((got.error().status == exit_status::usage));
  }
}

BOOST_AUTO_TEST_CASE(a_list_is_read_to_its_end) {
  run_of run{{R"({"scheduled":[],"next":"1/a/b/c"})", R"({"scheduled":[]})"}};
  BOOST_TEST((run("scheduled", {}).has_value()));
  const auto seen = run.server.seen();
  BOOST_REQUIRE(seen.size() == 2u);
  BOOST_TEST(seen[1].target == "/v1/scheduled?after=1%2Fa%2Fb%2Fc");
}

BOOST_AUTO_TEST_CASE(a_table_shows_a_row_on_a_line) {
  terminal screen;
  const auto text = scheduled_table(
    {R"({"id":"1","type":"a.b","deliver_at":"2030-01-01T00:00:00.000Z",)"
     R"("source":"/system","data":{"n": 1},"repeat_key":"k"})"},
    screen);
  BOOST_TEST(text.find("DELIVER AT") == 0u);
  BOOST_TEST(text.find("2030-01-01T00:00:00.000Z") != std::string::npos);
  BOOST_TEST(text.find(R"({"n":1})") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
