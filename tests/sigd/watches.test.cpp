// What is counted and logged of the engine, the server and reviews.

#include <chrono>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include "apps/sigd/engine_watch.hpp"
#include "apps/sigd/http_watch.hpp"
#include "apps/sigd/rate_bound.hpp"
#include "apps/sigd/review_watch.hpp"
#include "libsig/schema/registry.hpp"
#include "tests/support/prometheus_text.hpp"
#include "tests/support/temporary_folder.hpp"

namespace {

using namespace libsig;
using namespace libsig::sigd;
using namespace std::chrono_literals;

/// A logger into a file, whose lines are there once it has ended.
class log_file {
public:
  explicit log_file(log_level level = log_level::info)
    : descriptor_{::open(folder_.file("log").c_str(), O_WRONLY | O_CREAT,
                         0600)},
      to_{std::make_unique<logger>(
        log_options{.level = level, .descriptor = descriptor_})} {}

  ~log_file() { ::close(descriptor_); }

  [[nodiscard]] logger* to() { return to_.get(); }

  /// Without their times.
  [[nodiscard]] std::vector<std::string> lines() {
    to_.reset();
    std::vector<std::string> all;
    std::ifstream from{folder_.file("log")};
    for (std::string line; std::getline(from, line);) {
      all.push_back(line.substr(25));
    }
    return all;
  }

private:
  testing::temporary_folder folder_;
  int descriptor_;
  std::unique_ptr<logger> to_;
};

[[nodiscard]] signal_ptr signal_with_data(std::string data) {
  draft what;
  what.type = "a.b";
  what.source = "/me";
  what.id = "1";
  what.data = event_data::json(std::move(data));
  const schema::registry free_of_contracts;
  return std::make_shared<signal>(
    std::move(*free_of_contracts.validate(std::move(what))), stamp{});
}

[[nodiscard]] operations two_operations() {
  return {{.method = "GET", .path = "/a", .name = "first", .summary = {}},
          {.method = "GET", .path = "/b", .name = "second", .summary = {}}};
}

manual_clock make_clock() {
  return manual_clock{wall_time{std::chrono::hours{500'000}}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(watches)

BOOST_AUTO_TEST_CASE(a_bound_lets_so_many_through_and_counts_the_rest) {
  rate_bound bound{2, 10s};
  steady_time now{1s};
  BOOST_TEST((bound.pass(now) == 0u));
  BOOST_TEST((bound.pass(now) == 0u));
  BOOST_TEST(!bound.pass(now).has_value());
  now += 10s - 1us;
  BOOST_TEST(!bound.pass(now).has_value());
  now += 1us;
  BOOST_TEST((bound.pass(now) == 2u));
  BOOST_TEST((bound.pass(now) == 0u));
  BOOST_TEST(!bound.pass(now).has_value());
}

BOOST_AUTO_TEST_CASE(a_dead_letter_is_logged_without_its_data) {
  log_file log;
  const auto time = make_clock();
  engine_watch watch{log.to(), time, {}};
  watch.on_dead_letter("reader", signal_with_data(R"({"password":"hunter2"})"),
                       error(errc::overloaded, "the mailboxes are full"));
  const auto lines = log.lines();
  BOOST_REQUIRE(lines.size() == 1u);
  BOOST_TEST(lines[0].starts_with(
    "warning dead_letter actor=reader type=a.b source=/me id=1 why="));
  BOOST_TEST(lines[0].find("hunter2") == std::string::npos);
  BOOST_TEST(lines[0].ends_with("not_logged=0"));
}

// C2 38: what strangers can cause does not fill the disk.
BOOST_AUTO_TEST_CASE(a_flood_of_dead_letters_is_a_few_lines) {
  log_file log;
  auto time = make_clock();
  engine_watch watch{log.to(), time, {}};
  const auto what = signal_with_data("1");
  for (int count = 0; count < 1'000; ++count) {
    watch.on_dead_letter("reader", what, error(errc::overloaded));
  }
  time.advance(10s);
  watch.on_dead_letter("reader", what, error(errc::overloaded));
  const auto lines = log.lines();
  BOOST_REQUIRE(lines.size() == 11u);
  BOOST_TEST(lines[10].ends_with("not_logged=990"));
}

BOOST_AUTO_TEST_CASE(crashes_and_an_end_of_them_are_logged) {
  log_file log;
  const auto time = make_clock();
  engine_watch watch{log.to(), time, {}};
  for (int count = 0; count < 20; ++count) {
    watch.on_crash("reader", "it\nthrew", false);
  }
  watch.on_crash("reader", "it threw", true);
  const auto lines = log.lines();
  BOOST_REQUIRE(lines.size() == 11u);
  BOOST_TEST(lines[0]
             == "error actor_crashed actor=reader why=\"it\\nthrew\" "
                "not_logged=0");
  BOOST_TEST(lines[10].starts_with("error actor_down actor=reader"));
}

BOOST_AUTO_TEST_CASE(a_journal_that_failed_for_good_is_told_on) {
  log_file log;
  const auto time = make_clock();
  int told = 0;
  engine_watch watch{log.to(), time, [&](const error&) { ++told; }};
  watch.on_journal_failure(error(errc::storage_full), false);
  BOOST_TEST(told == 0);
  watch.on_journal_failure(error(errc::io), true);
  BOOST_TEST(told == 1);
  const auto lines = log.lines();
  BOOST_REQUIRE(lines.size() == 2u);
  BOOST_TEST(lines[0].ends_with("for_good=false"));
  BOOST_TEST(lines[1].ends_with("for_good=true"));
  engine_watch silent{nullptr, time, [&](const error&) { ++told; }};
  silent.on_journal_failure(error(errc::io), true);
  silent.on_crash("a", "b", true);
  silent.on_dead_letter("a", nullptr, error(errc::io));
  BOOST_TEST(told == 2);
}

BOOST_AUTO_TEST_CASE(answers_are_counted_by_operation_and_class) {
  const auto time = make_clock();
  auto table = http::route_table::make({});
  http::route one;
  one.method = "GET";
  one.path = "/a";
  http::route two = one;
  two.path = "/b";
  table = http::route_table::make({one, two});
  BOOST_REQUIRE(table);
  http_watch watch{two_operations(), nullptr, time};
  http::answer_record record;
  record.status = 404;
  watch.on_answer(record);
  record.route = &table->routes()[1];
  record.status = 202;
  record.duration = 3ms;
  watch.on_answer(record);
  watch.on_answer(record);
  record.status = 999;
  watch.on_answer(record);
  metrics::text_writer page;
  watch.append_metrics(page);
  const testing::prometheus_text read{page.text()};
  const std::string name = "libsig_http_answers_total";
  BOOST_TEST(read.value(name, {{"operation", "none"}, {"status", "4xx"}}) == 1);
  BOOST_TEST(read.value(name, {{"operation", "second"}, {"status", "2xx"}})
             == 2);
  BOOST_TEST(read.value(name, {{"operation", "second"}, {"status", "other"}})
             == 1);
  BOOST_TEST(read.value("libsig_http_request_duration_seconds_count") == 4);
}

BOOST_AUTO_TEST_CASE(a_caller_who_is_refused_is_logged_and_a_guest_is_not) {
  log_file log;
  const auto time = make_clock();
  http_watch watch{two_operations(), log.to(), time};
  http::answer_record record;
  record.method = "GET";
  record.target = "/b?access_token=hunter2";
  record.peer = "10.0.0.1";
  record.request_id = "r1";
  for (const unsigned status : {200u, 404u, 401u, 403u, 429u}) {
    record.status = status;
    watch.on_answer(record);
  }
  for (int count = 0; count < 1'000; ++count) {
    record.status = 401;
    watch.on_answer(record);
  }
  const auto lines = log.lines();
  BOOST_REQUIRE(lines.size() == 10u);
  BOOST_TEST(lines[0]
             == "warning caller_refused status=401 operation=none "
                "peer=10.0.0.1 request_id=r1 not_logged=0");
  BOOST_TEST(lines[1].find("status=403") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(requests_are_logged_at_debug_without_their_targets) {
  log_file log{log_level::debug};
  const auto time = make_clock();
  http_watch watch{two_operations(), log.to(), time};
  http::answer_record record;
  record.method = "G\nT";
  record.target = "/b?access_token=hunter2";
  record.status = 200;
  record.body_bytes = 7;
  record.duration = 3ms;
  watch.on_answer(record);
  watch.on_trouble(error(errc::io, "too many descriptors"));
  const auto lines = log.lines();
  BOOST_REQUIRE(lines.size() == 2u);
  BOOST_TEST(lines[0]
             == "debug request method=\"G\\nT\" operation=none status=200 "
                "body_bytes=7 duration_us=3000 peer=\"\" request_id=\"\"");
  BOOST_TEST(lines[1].starts_with("warning http_trouble why="));
}

BOOST_AUTO_TEST_CASE(reviews_are_counted_by_how_they_end_and_timed) {
  review_watch watch;
  watch.on_opened();
  watch.on_opened();
  watch.on_opened();
  watch.on_closed(review::review_status::complete, 1500us);
  watch.on_closed(review::review_status::failed, 30s);
  metrics::text_writer page;
  watch.append_metrics(page);
  const testing::prometheus_text read{page.text()};
  const std::string closed = "libsig_reviews_closed_total";
  BOOST_TEST(read.value("libsig_reviews_open") == 1);
  BOOST_TEST(read.value(closed, {{"status", "complete"}}) == 1);
  BOOST_TEST(read.value(closed, {{"status", "failed"}}) == 1);
  BOOST_TEST(read.value("libsig_review_duration_seconds_sum") == 30.0015);
}

BOOST_AUTO_TEST_SUITE_END()
