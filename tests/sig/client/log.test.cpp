#include "apps/sig/client/log.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

#include "apps/sig/json_view.hpp"
#include "libsig/core/percent.hpp"
#include "tests/sig/client/node_at.hpp"
#include "tests/support/scripted_server.hpp"

using namespace libsig;
using namespace libsig::sig;
using namespace libsig::sig::client;
using libsig::testing::json_reply;
using libsig::testing::node_at;
using libsig::testing::scripted_server;
using libsig::testing::seen_request;

namespace {

/// The number in a query, else a default.
std::uint64_t number_in(const std::string& target, const std::string& name,
                        std::uint64_t otherwise) {
  const auto at = target.find(name + '=');
  return at == target.npos ? otherwise
                           : std::stoull(target.substr(at + name.size() + 1));
}

/// A signal a minute, with sequences that are multiples of ten.
std::string event(std::uint64_t number) {
  const wall_time recorded{std::chrono::minutes{number}};
  return R"({"sequence":")" + std::to_string(number * 10)
         + R"(","recordedtime":")" + to_rfc3339(recorded) + R"("})";
}

/// A log of so many signals in pages of at most three.
std::string page(const seen_request& asked, std::uint64_t count) {
  const auto limit =
    std::min<std::uint64_t>(number_in(asked.target, "limit", 100), 3);
  const bool newest_first = asked.target.find("desc") != std::string::npos;
  const auto after = number_in(asked.target, "after", 0);
  const auto before = number_in(asked.target, "before", count * 10 + 10);
  std::string body;
  std::uint64_t given = 0;
  std::uint64_t last = 0;
  for (std::uint64_t i = 1; i <= count && given < limit; ++i) {
    const auto number = newest_first ? count + 1 - i : i;
    if (number * 10 > after && number * 10 < before) {
      body += (given++ == 0 ? "" : ", ") + event(number);
      last = number;
    }
  }
  const bool more = given == limit && (newest_first ? last > 1 : last < count);
  return json_reply(R"({"signals":[)" + body + R"(],"next":)"
                    + (more ? '"' + std::to_string(last * 10) + '"' : "null")
                    + "}");
}

class log_of {
public:
  explicit log_of(std::uint64_t count)
    : server_{[count](const seen_request& got) { return page(got, count); }},
      at_{server_.url()}, node{at_.make()} {}

private:
  scripted_server server_;
  node_at at_;

public:
  client::node node;

  [[nodiscard]] std::size_t calls() const { return server_.seen().size(); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(client_log)

BOOST_AUTO_TEST_CASE(all_pages_are_read_in_order) {
  log_of log{8};
  std::string seen;
  const auto read =
    read_log(log.node, {}, [&seen](const std::string& one) -> outcome<bool> {
      seen += text_of(one, "sequence") + ' ';
      return true;
    });
  BOOST_TEST(read.has_value());
  BOOST_TEST(seen == "10 20 30 40 50 60 70 80 ");
  BOOST_TEST(log.calls() == 3u);
}

BOOST_AUTO_TEST_CASE(the_newest_come_oldest_first) {
  log_of log{8};
  const auto found = newest_signals(log.node, {}, 5);
  BOOST_TEST_REQUIRE(found->size() == 5u);
  BOOST_TEST(text_of(found->front(), "sequence") == "40");
  BOOST_TEST(text_of(found->back(), "sequence") == "80");
  BOOST_TEST(newest_signals(log.node, {}, 100)->size() == 8u);
  BOOST_TEST(newest_signals(log.node, {}, 0)->empty());
  BOOST_TEST(last_sequence(log.node).value() == 80u);
  log_of none{0};
  BOOST_TEST(last_sequence(none.node).value() == 0u);
}

BOOST_AUTO_TEST_CASE(a_time_is_found_with_few_calls) {
  log_of log{1'000};
  const auto at = [&log](std::uint64_t minute) {
    const wall_time time{std::chrono::minutes{minute} + clock_step_max};
    return position_before(log.node, time).value();
  };
  // Behind the position lies minute 500, and all that is later.
  const auto position = at(500);
  BOOST_TEST(position >= 4'990u);
  BOOST_TEST(position < 5'000u);
  BOOST_TEST(log.calls() <= 20u);
  BOOST_TEST(at(0) < 10u);
  BOOST_TEST(at(1'000) < 10'000u);
  BOOST_TEST(at(5'000) == 10'000u);
  log_of none{0};
  const wall_time time{std::chrono::hours{1}};
  BOOST_TEST(position_before(none.node, time).value() == 0u);
}

BOOST_AUTO_TEST_CASE(what_is_no_page_is_the_nodes_fault) {
  for (const auto* const body :
       {"", "[]", "{}", "{\"signals\":", R"({"signals":[],"next":1}x)"}) {
    const scripted_server server{
      [body](const seen_request&) { return json_reply(body); }};
    node_at at{server.url()};
    auto node = at.make();
    const auto got = read_page(node, {});
    BOOST_TEST_REQUIRE(!got.has_value());
    BOOST_TEST((got.error().status == exit_status::infrastructure));
  }
}

// A node that hands out the same cursor for ever must not hang a command.
BOOST_AUTO_TEST_CASE(a_cursor_that_leads_nowhere_ends_the_reading) {
  const scripted_server server{[](const seen_request&) {
    return json_reply(R"({"signals":[],"next":"5"})");
  }};
  node_at at{server.url()};
  auto node = at.make();
  const auto read = read_log(node, {}, [](const auto&) { return true; });
  BOOST_TEST(!read.has_value());
  BOOST_TEST(server.seen().size() == 2u);
}

BOOST_AUTO_TEST_CASE(data_that_a_page_left_out_is_fetched) {
  const scripted_server server{[](const seen_request& got) {
    return got.target == "/v1/signals/7" ? json_reply(R"({"data":1})")
                                         : json_reply("{}", 404);
  }};
  node_at at{server.url()};
  auto node = at.make();
  const auto fetch = [&node](const std::string& one) {
    return with_data(node, one).value();
  };
  BOOST_TEST(fetch(R"({"sequence":"7","dataomitted":3})") == R"({"data":1})");
  BOOST_TEST(fetch(R"({"sequence":"8"})") == R"({"sequence":"8"})");
  const std::string gone = R"({"sequence":"9","dataomitted":3})";
  BOOST_TEST(fetch(gone) == gone);
}

BOOST_AUTO_TEST_SUITE_END()
