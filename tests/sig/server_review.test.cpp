#include "apps/sig/server_review.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <boost/test/unit_test.hpp>

#include "apps/sig/request.hpp"
#include "tests/sig/client/node_at.hpp"
#include "tests/support/scripted_server.hpp"

using namespace libsig;
using namespace libsig::sig;
using namespace std::chrono_literals;
using libsig::testing::json_reply;
using libsig::testing::node_at;
using libsig::testing::scripted_server;
using libsig::testing::seen_request;

namespace {

/// A clock that any thread may move.
class shared_clock final : public clock {
public:
  void advance(std::chrono::milliseconds by) { passed_ += by.count(); }

  [[nodiscard]] wall_time wall_now() const noexcept override { return {}; }

  [[nodiscard]] steady_time steady_now() const noexcept override {
    return steady_time{std::chrono::milliseconds{passed_.load()}};
  }

private:
  std::atomic<std::int64_t> passed_{1'000};
};

local_review_request request_of(const review_settings& settings = {}) {
  auto asked = make_request(
    {"r1", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n", wall_time{}}, settings);
  return {std::move(asked.asked), {}, {}};
}

/// A node that has no summary in time of the one call, and then tells its state
/// so many times, each after so long, before the summary is there.
struct slow_node {
  std::string state = R"("state":"open")";
  int times = 0;
  std::chrono::milliseconds each{60s};
  review_settings settings = {};

  shared_clock time = {};
  int asked = 0;
  std::chrono::milliseconds longest_pause{0};

  outcome<review_answer> review() {
    const auto ignore = [](std::string_view, specialist_progress) {};
    const auto here = review_locally(request_of(), ignore).value().event;
    const scripted_server node{[&](const seen_request& got) {
      time.advance(each);
      if (got.method == "POST") {
        return json_reply(R"({"review_id":"r1"})", 202);
      }
      const auto summary = ++asked > times ? here : std::string{"null"};
      return json_reply(R"({"review_id":"r1",)" + state + R"(,"summary":)"
                        + summary + "}");
    }};
    node_at at{node.url()};
    auto whom = at.make();
    auto got = review_on_node(whom, request_of(settings), ignore, time);
    for (const auto pause : at.pauses) {
      longest_pause = std::max(longest_pause, pause);
    }
    return got;
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(server_review)

// The deadline is the node's, which may be far longer than that of here.
BOOST_AUTO_TEST_CASE(an_open_review_without_a_timeout_is_waited_for) {
  slow_node node{.times = 50};
  const auto got = node.review();
  BOOST_TEST_REQUIRE(got.has_value());
  BOOST_TEST(got->summary->review_id == "r1");
  BOOST_TEST(node.asked == 51);
  BOOST_TEST((node.longest_pause >= 10s));
}

BOOST_AUTO_TEST_CASE(nothing_is_waited_for_longer_than_an_hour) {
  slow_node node{.times = 1'000};
  const auto got = node.review();
  BOOST_TEST_REQUIRE(!got.has_value());
  BOOST_TEST((got.error().reason.code() == errc::deadline_exceeded));
  BOOST_TEST(node.asked == 59);
}

BOOST_AUTO_TEST_CASE(a_timeout_that_was_stated_ends_the_wait) {
  slow_node node{.times = 1'000, .each = 1s};
  node.settings.timeout = 20s;
  const auto got = node.review();
  BOOST_TEST_REQUIRE(!got.has_value());
  BOOST_TEST((got.error().reason.code() == errc::deadline_exceeded));
  // Of the 30 s with the grace one went by for the request.
  BOOST_TEST(node.asked == 29);
  BOOST_TEST((node.longest_pause <= 2s));
}

BOOST_AUTO_TEST_CASE(a_closed_review_without_a_summary_is_not_waited_for) {
  slow_node node{.state = R"("state":"complete")", .times = 1'000};
  const auto got = node.review();
  BOOST_TEST_REQUIRE(!got.has_value());
  BOOST_TEST((got.error().reason.code() == errc::io));
  BOOST_TEST(node.asked == 1);
}

BOOST_AUTO_TEST_SUITE_END()
