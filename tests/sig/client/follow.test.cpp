#include "apps/sig/client/follow.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "tests/sig/client/node_at.hpp"
#include "tests/support/scripted_server.hpp"

using namespace libsig;
using namespace libsig::sig;
using namespace libsig::sig::client;
using libsig::testing::node_at;
using libsig::testing::reply;
using libsig::testing::scripted_server;
using libsig::testing::seen_request;
using libsig::testing::stream_reply;

namespace {

using texts = std::vector<std::string>;

/// What came of following a node that gives these answers, the last of them
/// again and again, until it paused so often.
struct course {
  texts signals;
  texts notes;
  std::vector<seen_request> seen;
  std::size_t pauses = 0;
  refusal end{error{errc::internal}, exit_status::clean};
};

course follow_script(const texts& answers, std::size_t pauses_max,
                     follow_request what = {}) {
  std::size_t turn = 0;
  const scripted_server server{[&](const seen_request&) {
    return answers[std::min(turn++, answers.size() - 1)];
  }};
  node_at at{server.url()};
  at.pauses_max = pauses_max;
  auto node = at.make();
  course made;
  follow_receiver to;
  to.signal = [&made](std::string_view one) -> result<void> {
    made.signals.emplace_back(one);
    return {};
  };
  to.note = [&made](const std::string& one) { made.notes.push_back(one); };
  const auto end = follow(node, what, to);
  BOOST_TEST_REQUIRE(!end.has_value());
  made.end = end.error();
  made.seen = server.seen();
  made.pauses = at.pauses.size();
  return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(client_follow)

BOOST_AUTO_TEST_CASE(a_stream_is_resumed_behind_its_last_signal) {
  const auto got = follow_script(
    {stream_reply("retry: 100\n\nid: 8\ndata: {\"n\":1}\n\n"
                  "id: 9\ndata: {\"n\":2}\n\nid: 10\ndata: {\"br"),
     stream_reply("id: 10\ndata: {\"n\":3}\n\n")},
    1, {"a.*", 7});
  BOOST_TEST(got.signals == (texts{R"({"n":1})", R"({"n":2})", R"({"n":3})"}));
  BOOST_TEST_REQUIRE(got.seen.size() == 2u);
  BOOST_TEST(got.seen[0].target == "/v1/stream?after=7&pattern=a.%2A");
  BOOST_TEST(got.seen[0].has_line("Accept: text/event-stream"));
  BOOST_TEST(!got.seen[0].has_line("Last-Event-ID: 7"));
  BOOST_TEST(got.seen[1].has_line("Last-Event-ID: 9"));
  BOOST_TEST((got.end.reason.code() == errc::stopped));
}

BOOST_AUTO_TEST_CASE(a_node_that_is_away_is_waited_for_and_noted_once) {
  const auto got =
    follow_script({stream_reply("id: 1\ndata: {}\n\n"), "", "",
                   reply(503, "text/plain", ""), stream_reply(":\n\n"), ""},
                  5);
  BOOST_TEST(got.signals.size() == 1u);
  BOOST_TEST_REQUIRE(got.notes.size() == 3u);
  BOOST_TEST(got.notes[0] == "the node is away, waiting for it");
  BOOST_TEST(got.notes[1] == "the node is back");
  BOOST_TEST(got.notes[2] == "the node is away, waiting for it");
}

BOOST_AUTO_TEST_CASE(the_first_connection_must_succeed) {
  for (const auto& answer : {std::string{}, reply(500, "text/plain", ""),
                             reply(200, "text/html", "x")}) {
    const auto got = follow_script({answer}, 100);
    BOOST_TEST((got.end.status == exit_status::infrastructure));
    BOOST_TEST(got.pauses == 0u);
  }
}

// An expired cursor, a token that was withdrawn.
BOOST_AUTO_TEST_CASE(a_refusal_ends_it_at_any_time) {
  const auto first = follow_script({reply(400, "text/plain", "")}, 100);
  BOOST_TEST((first.end.status == exit_status::usage));
  const auto later = follow_script(
    {stream_reply("id: 1\ndata: {}\n\n"), reply(401, "text/plain", "")}, 100);
  BOOST_TEST((later.end.status == exit_status::usage));
  BOOST_TEST(later.signals.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_gap_is_noted_and_a_cut_resumed) {
  const auto got = follow_script(
    {stream_reply("event: gap\ndata: {\"after\":\"1\",\"earliest\":\"5\"}\n\n"
                  "id: 5\ndata: {}\n\n"
                  "event: cut\ndata: {\"resume\":\"5\"}\n\n"),
     stream_reply("id: 6\ndata: {}\n\n")},
    1, {"", 1});
  BOOST_TEST(got.signals.size() == 2u);
  BOOST_TEST(got.notes
             == (texts{"the node no longer keeps everything behind 1; the "
                       "oldest it has is 5"}));
  BOOST_TEST(got.seen[1].has_line("Last-Event-ID: 5"));
}

// As after a backup was put back.
BOOST_AUTO_TEST_CASE(a_log_that_ends_before_is_noted_and_followed) {
  const auto got =
    follow_script({stream_reply("id: 9\ndata: {}\n\n"),
                   stream_reply("id: 4\nevent: gap\ndata: {\"after\":\"9\","
                                "\"earliest\":\"2\",\"last\":\"4\"}\n\n"),
                   stream_reply("id: 5\ndata: {}\n\n")},
                  2, {"", 7});
  BOOST_TEST(got.signals.size() == 2u);
  BOOST_TEST(got.notes.front()
             == "the node's log ends at 4, before 9: it was put back or made "
                "anew; what it has from 2 on was not looked at");
  BOOST_TEST_REQUIRE(got.seen.size() == 3u);
  BOOST_TEST(got.seen[1].has_line("Last-Event-ID: 9"));
  BOOST_TEST(got.seen[2].has_line("Last-Event-ID: 4"));
}

// Where it began counts as seen, once there was a stream.
BOOST_AUTO_TEST_CASE(a_stream_without_signals_is_resumed_as_well) {
  const auto got = follow_script(
    {stream_reply(":\n\n"), stream_reply("id: 8\ndata: {}\n\n")}, 1, {"", 7});
  BOOST_TEST_REQUIRE(got.seen.size() == 2u);
  BOOST_TEST(!got.seen[0].has_line("Last-Event-ID: 7"));
  BOOST_TEST(got.seen[1].has_line("Last-Event-ID: 7"));
}

BOOST_AUTO_TEST_CASE(what_is_no_json_is_the_nodes_fault) {
  const auto got = follow_script({stream_reply("data: {\"a\"\n\n")}, 100);
  BOOST_TEST(got.signals.empty());
  BOOST_TEST((got.end.status == exit_status::infrastructure));
}

BOOST_AUTO_TEST_SUITE_END()
