#include "apps/sigd/subscription_list.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "libsig/core/limits.hpp"
#include "libsig/schema/registry.hpp"
#include "tests/http/harness.hpp"

using namespace libsig;

namespace {

/// Patterns of this length make a row of about a kilobyte.
constexpr std::size_t pattern_bytes = 900;

/// The pattern of a row; they sort as their numbers do.
[[nodiscard]] std::string pattern_of(std::size_t number) {
  auto digits = std::to_string(number);
  digits.insert(0, 8 - digits.size(), '0');
  return digits + std::string(pattern_bytes, 'x');
}

/// Has so many subscriptions of one agent, which nobody has written down.
class many final : public actor::reactor {
public:
  struct shared {
    std::size_t rows = 0;
    /// Requests that are answered; the one behind them is refused.
    std::size_t answers_max = 1'000'000;
    std::atomic<std::size_t> asked{0};
    std::atomic<std::size_t> largest{0};
  };

  explicit many(std::shared_ptr<shared> with) : with_{std::move(with)} {}

  [[nodiscard]] actor::step on_signal(const signal_ptr&,
                                      const actor::context&) override {
    return {};
  }

  [[nodiscard]] actor::step on_request(actor::request_id which,
                                       const actor::request_ptr& what,
                                       const actor::context&) override {
    const auto& asked = static_cast<const subscription::list_request&>(*what);
    actor::step out;
    if (++with_->asked > with_->answers_max) {
      out.answers.push_back({which, fail(error(errc::overloaded))});
      return out;
    }
    auto reply = std::make_shared<subscription::list_reply>();
    // Behind the row that was given last.
    auto at = asked.after ? std::stoul(asked.after->pattern.substr(0, 8)) + 1
                          : std::size_t{0};
    for (; at < with_->rows && reply->rows.size() < asked.limit; ++at) {
      reply->rows.push_back({"Ann", pattern_of(at), true, false, {}, {}});
    }
    with_->largest = std::max(with_->largest.load(), reply->rows.size());
    out.answers.push_back({which, actor::reply_ptr{std::move(reply)}});
    return out;
  }

private:
  std::shared_ptr<shared> with_;
};

/// The path over a runtime whose actor of subscriptions is `many`.
class served {
public:
  explicit served(std::size_t rows) {
    with->rows = rows;
    runtime::options how;
    how.contracts = std::make_shared<const schema::registry>();
    how.threads = 1;
    node = std::move(runtime::start(std::move(how)).value());
    actor::spec of;
    of.name = subscription::actor_name;
    of.source = "/processes/subscriptions";
    of.make = [given = with](std::size_t) {
      return std::make_unique<many>(given);
    };
    BOOST_TEST_REQUIRE(node->spawn(std::move(of)).has_value());
    calls = std::make_unique<sigd::actor_calls>(*node, nullptr);
    list = std::make_unique<sigd::subscription_list>(*node, *calls);
    over.what.handling = [this](const http::request&, http::responder answer) {
      list->answer(access::caller::on_loopback({}, std::nullopt),
                   std::move(answer));
    };
    over.start();
  }

  ~served() {
    over.server.reset();
    calls->close();
    node->stop(std::chrono::seconds{5});
  }

  [[nodiscard]] test::client ask() const {
    auto to = over.connect();
    BOOST_REQUIRE(to.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    return to;
  }

  std::shared_ptr<many::shared> with = std::make_shared<many::shared>();
  std::unique_ptr<runtime> node;
  std::unique_ptr<sigd::actor_calls> calls;
  std::unique_ptr<sigd::subscription_list> list;
  test::harness over;
};

/// Checks that it is the whole list, in order.
void check_whole(const std::string& body, std::size_t rows) {
  const auto read = nlohmann::json::parse(body, nullptr, false);
  BOOST_TEST_REQUIRE(!read.is_discarded());
  const auto& list = read.at("subscriptions");
  BOOST_TEST_REQUIRE(list.size() == rows);
  for (std::size_t at = 0; at < rows; ++at) {
    BOOST_TEST_REQUIRE(list[at].at("pattern") == pattern_of(at));
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(subscription_list)

BOOST_AUTO_TEST_CASE(a_list_of_some_pages_is_an_answer_as_others_are) {
  for (const auto rows : {0u, 1u, 999u, 1'000u, 1'001u, 2'000u}) {
    const served from{rows};
    auto to = from.ask();
    const auto got = to.read_answer();
    const auto end = got.find("\r\n\r\n");
    BOOST_TEST(got.starts_with("HTTP/1.1 200 "));
    BOOST_TEST(got.find("Content-Length: ") < end);
    BOOST_TEST(got.find("Connection: close") == std::string::npos);
    check_whole(got.substr(end + 4), rows);
    BOOST_TEST(from.with->asked == rows / 1'000 + 1);
  }
}

BOOST_AUTO_TEST_CASE(a_longer_list_is_streamed_page_by_page) {
  constexpr std::size_t rows = 30'500;
  static_assert(rows * pattern_bytes > 3 * limits::page_bytes_max);
  const served from{rows};
  auto to = from.ask();
  const auto head = to.read_until("\r\n\r\n");
  BOOST_TEST(head.starts_with("HTTP/1.1 200 "));
  BOOST_TEST(head.find("Content-Type: application/json\r\n")
             != std::string::npos);
  BOOST_TEST(head.find("Content-Length: ") == std::string::npos);
  check_whole(to.read_all(), rows);
  BOOST_TEST(from.with->asked == 31u);
  BOOST_TEST(from.with->largest == 1'000u);
}

// Pages are read as they are taken: what waits for a client is bounded.
BOOST_AUTO_TEST_CASE(a_client_that_reads_nothing_is_not_read_for) {
  const served from{100'000};
  auto to = from.ask();
  BOOST_TEST(to.read_until("\r\n\r\n").starts_with("HTTP/1.1 200 "));
  BOOST_TEST(from.with->asked < 60u);
  to.reset();
  BOOST_TEST(from.over.eventually([](const auto& numbers) {
    return numbers.streams_open == 0 && numbers.connections_open == 0;
  }));
}

BOOST_AUTO_TEST_CASE(what_fails_at_first_is_refused_and_later_breaks_off) {
  served from{30'000};
  from.with->answers_max = 0;
  auto first = from.ask();
  BOOST_TEST(first.read_answer().starts_with("HTTP/1.1 429 "));
  from.with->answers_max = 20;
  from.with->asked = 0;
  auto later = from.ask();
  BOOST_TEST(later.read_until("\r\n\r\n").starts_with("HTTP/1.1 200 "));
  const auto body = later.read_all();
  BOOST_TEST(body.size() > limits::page_bytes_max);
  BOOST_TEST(nlohmann::json::parse(body, nullptr, false).is_discarded());
}

BOOST_AUTO_TEST_SUITE_END()
