#include "actors/subscriptions.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/subscriptions_stage.hpp"

// How many dead letters are under way together.

using namespace libsig;
using namespace std::chrono_literals;

namespace {

using stage = test::subscriptions_stage;

/// Items of one agent that are too old.
constexpr std::size_t items = 4'000;

/// How many burials there may be at once.
constexpr std::size_t most = 1'024;

struct with_old_items : stage {
  with_old_items() : stage{two_hours()} {
    subscribe("a", "x");
    for (std::size_t count = 0; count < items; ++count) {
      say("x");
    }
    time.advance(2h);
    fire();
    advance(1s);
  }

  static actors::subscriptions_options two_hours() {
    actors::subscriptions_options how;
    how.deliver.age_max = 2h;
    how.deliver.expired_per_step_max = 100;
    return how;
  }

  /// Items that became too old, so far.
  [[nodiscard]] std::size_t expired() const {
    return static_cast<std::size_t>(
      std::ranges::count_if(seen->events, [](const std::string& one) {
        return one.starts_with("dead ");
      }));
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(burying)

BOOST_AUTO_TEST_CASE(so_many_burials_are_under_way_at_most) {
  with_old_items on;
  BOOST_TEST(on.burials.size() == most);
  BOOST_TEST(on.bury() == most);
  on.advance(50ms);
  BOOST_TEST(on.burials.size() == most);
  for (int round = 0; round < 30; ++round) {
    on.bury();
    on.advance(100ms);
  }
  BOOST_TEST(on.letters.size() == items);
  BOOST_TEST(on.log->rows(subscription::items_table) == 0u);
}

BOOST_AUTO_TEST_CASE(what_is_too_old_stays_while_many_wait_to_be_buried) {
  with_old_items on;
  BOOST_TEST(on.expired() >= 2 * most);
  BOOST_TEST(on.expired() < 2 * most + 200);
  // Nothing goes round meanwhile.
  const auto before = on.expired();
  on.advance(10s);
  BOOST_TEST(on.expired() == before);
  on.bury();
  on.advance(1s);
  BOOST_TEST(on.expired() > before);
}

BOOST_AUTO_TEST_CASE(burials_that_fail_are_all_tried_again) {
  with_old_items on;
  on.bury(false);
  on.advance(2s);
  for (int round = 0; round < 30; ++round) {
    on.bury();
    on.advance(1s);
  }
  BOOST_TEST(on.letters.size() == items);
}

// -- and repeats --------------------------------------------------------------

// The later letter would remove the row of an item that lives.
BOOST_AUTO_TEST_CASE(what_is_on_its_way_to_the_dead_letters_is_not_repeated) {
  actors::subscriptions_options how;
  how.deliver.attempts_max = 1;
  stage on{how};
  on.subscribe("a", "x");
  const auto sequence = on.say("x");
  on.settle("a", {}, {on.take("a").delivery_id});
  on.advance(50ms);
  BOOST_REQUIRE(on.burials.size() == 1u);
  BOOST_TEST(on.repeat(sequence).has_value());
  BOOST_TEST(on.gets_nothing("a"));
  // Neither is it brought back: its letter is tried again later.
  auto back = std::make_shared<subscription::redeliver_request>();
  back->who = {"default", "a"};
  back->what = on.log->signals[sequence - 1];
  const auto refused = on.ask<subscription::noted_reply>(back);
  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code() == errc::overloaded));
  BOOST_TEST(on.bury() == 1u);
  BOOST_TEST(on.ask<subscription::noted_reply>(back).has_value());
  on.restart();
  BOOST_TEST((on.drain("a") == std::vector<std::uint64_t>{sequence}));
}

BOOST_AUTO_TEST_SUITE_END()
