#include "apps/sig/commands/doctor.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

#include "tests/sig/client/node_at.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace libsig;
using namespace libsig::sig;
using libsig::testing::json_reply;
using libsig::testing::node_at;
using libsig::testing::reply;
using libsig::testing::scripted_server;
using libsig::testing::seen_request;

namespace {

constexpr std::string_view date = "Date: Thu, 01 Jan 2026 00:00:00 GMT\r\n";
const wall_time then{std::chrono::seconds{1'767'225'600}};

/// `check: state` for each thing that was looked at.
std::string look(const scripted_server::script& answers,
                 std::chrono::seconds ahead = {}) {
  const scripted_server server{answers};
  node_at at{server.url()};
  auto node = at.make();
  std::string seen;
  for (const auto& one : check_node(node, manual_clock{then - ahead})) {
    const auto state = one.state == health::ok     ? "ok"
                       : one.state == health::warn ? "warn"
                                                   : "fail";
    seen += one.subject + ' ' + state + ", ";
  }
  return seen;
}

std::string healthy(const seen_request& asked) {
  if (asked.target == "/livez") {
    return reply(200, "text/plain", "ok\n", date);
  }
  if (asked.target == "/metrics") {
    return reply(200, "text/plain", "libsig_disk_free_bytes 5e9\n");
  }
  return json_reply(R"({"signals":[],"info":{"version":"0.1.0"}})");
}

} // namespace

BOOST_AUTO_TEST_SUITE(doctor_command)

BOOST_AUTO_TEST_CASE(a_healthy_node_has_nothing_but_ok) {
  BOOST_TEST(look(healthy)
             == "node ok, ready ok, token ok, version ok, clock ok, disk ok, ");
}

BOOST_AUTO_TEST_CASE(each_ill_is_named) {
  const auto with = [](std::string_view target, const std::string& answer) {
    return look([&](const seen_request& asked) {
      return asked.target.starts_with(target) ? answer : healthy(asked);
    });
  };
  BOOST_TEST(
    with("/readyz", reply(503, "text/plain", "not ready\n"))
    == "node ok, ready fail, token ok, version ok, clock ok, disk ok, ");
  BOOST_TEST(
    with("/v1/signals", reply(401, "text/plain", "")).find("token fail")
    != std::string::npos);
  BOOST_TEST(
    with("/v1/signals", reply(403, "text/plain", "")).find("token warn")
    != std::string::npos);
  BOOST_TEST(with("/openapi.json", json_reply(R"({"info":{"version":"9"}})"))
               .find("version warn")
             != std::string::npos);
  BOOST_TEST(
    with("/metrics", reply(200, "text/plain", "libsig_disk_free_bytes 1000\n"))
      .find("disk fail")
    != std::string::npos);
  BOOST_TEST(with("/", "") == "node fail, ");
}

BOOST_AUTO_TEST_CASE(what_a_node_does_not_tell_is_passed_over) {
  BOOST_TEST(look([](const seen_request& asked) {
               return asked.target == "/metrics"
                          || asked.target == "/openapi.json"
                        ? reply(404, "text/plain", "")
                        : reply(200, "text/plain", "");
             })
             == "node ok, ready ok, token ok, ");
}

BOOST_AUTO_TEST_CASE(a_clock_may_be_five_seconds_away) {
  using std::chrono::seconds;
  BOOST_TEST(look(healthy, seconds{5}).find("clock ok") != std::string::npos);
  BOOST_TEST(look(healthy, seconds{6}).find("clock warn") != std::string::npos);
  BOOST_TEST(look(healthy, seconds{-6}).find("clock warn")
             != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_first_failure_gives_the_status) {
  BOOST_TEST((status_of({}) == exit_status::clean));
  BOOST_TEST((status_of({{"a", health::warn, ""}}) == exit_status::clean));
  BOOST_TEST((status_of({{"a", health::warn, ""},
                         {"b", health::fail, "", exit_status::usage},
                         {"c", health::fail, ""}})
              == exit_status::usage));
}

BOOST_AUTO_TEST_CASE(the_list_is_aligned_and_escaped) {
  terminal screen;
  const auto text = show_checks(
    {{"node", health::ok, "well"}, {"disk", health::fail, "\x1b[2J"}}, screen);
  BOOST_TEST(text.starts_with("  ok    node      well\n  fail  disk      "));
  BOOST_TEST(text.find('\x1b') == text.npos);
  screen.colour = true;
  BOOST_TEST(show_checks({{"node", health::ok, "well"}}, screen)
             == "  \x1b[32mok\x1b[0m    node      well\n");
  BOOST_TEST(checks_json({{"a", health::fail, "b\""}})
             == R"({"ok":false,"checks":[{"check":"a","state":"fail",)"
                R"("detail":"b\""}]})"
                "\n");
}

BOOST_AUTO_TEST_CASE(samples_are_found_by_their_whole_name) {
  const std::string_view text = "# HELP a_b x\na_b_total 3\na_b{x=\"1\"} 4\n"
                                "a_b 1.5e3\nc nonsense\nd 1";
  BOOST_TEST(sample_of(text, "a_b").value() == 1'500.0);
  BOOST_TEST(sample_of(text, "d").value() == 1.0);
  BOOST_TEST(!sample_of(text, "c").has_value());
  BOOST_TEST(!sample_of(text, "a").has_value());
}

BOOST_AUTO_TEST_CASE(a_folder_without_a_store_is_the_users_mistake) {
  const testing::temporary_folder folder;
  BOOST_TEST(
    (status_of(check_store(folder.path().string())) == exit_status::usage));
  BOOST_TEST(
    (status_of(check_store(folder.file("none"))) == exit_status::usage));
}

BOOST_AUTO_TEST_SUITE_END()
