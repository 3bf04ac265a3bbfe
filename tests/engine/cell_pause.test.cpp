#include "libsig/engine/cell.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/engine/hand_world.hpp"

using namespace libsig;
using namespace std::chrono_literals;
using test::draft_of;
using test::hand_world;
using test::spec_of;

namespace {

using texts = std::vector<std::string>;

struct question final : actor::request {};

/// An actor that never stays down and whose making fails while it is told to.
struct ailing_world : hand_world {
  ailing_world() : hand_world{100} {
    auto of = spec_of("ailing", {"a"}, {},
                      {[this](const signal_ptr& what) {
                         heard.push_back(what->id());
                         if (what->id() == "bad") {
                           throw std::runtime_error{"it hurts"};
                         }
                         return actor::step{};
                       },
                       {},
                       {}});
    of.restart.always = true;
    of.make = [this, make = std::move(of.make)](std::size_t shard) {
      ++tries;
      if (ill) {
        throw std::runtime_error{"a page cannot be read"};
      }
      return make(shard);
    };
    enter(std::move(of));
  }

  /// Breaks it, so that it is in its first pause, of 50 ms.
  void pause() {
    ill = true;
    publish(draft_of("a", "bad"));
    run();
    BOOST_REQUIRE(actor().has_timers());
    tries = 0;
  }

  void ask() {
    actor::reply_handler done = [this](const result<actor::reply_ptr>& got) {
      told.push_back(got ? "ok" : got.error().message());
    };
    BOOST_REQUIRE(actor().asked_at()->ask(actor::request_id{++asked},
                                          std::make_shared<question>(), done));
  }

  [[nodiscard]] engine::cell& actor() { return cell(1); }

  bool ill = false;
  int tries = 0;
  std::uint64_t asked = 0;
  texts heard;
  texts told;
};

} // namespace

BOOST_AUTO_TEST_SUITE(cell_pause)

BOOST_AUTO_TEST_CASE(a_first_crash_is_followed_by_a_new_making_at_once) {
  ailing_world world;
  world.publish(draft_of("a", "bad"));
  world.publish(draft_of("a", "good"));
  world.run();
  BOOST_TEST(world.tries == 2);
  BOOST_TEST(!world.actor().has_timers());
  BOOST_TEST(world.heard == (texts{"bad", "good"}),
             boost::test_tools::per_element());
}

// C2: an actor whose store cannot be read for good does no work over and over.
BOOST_AUTO_TEST_CASE(a_making_that_fails_for_good_is_tried_ever_more_rarely) {
  ailing_world world;
  world.pause();
  // 100 ms after the last: 50, 100, 200, ... 25'600 ms, then 30 s each.
  for (auto gone = 0ms; gone < 10min; gone += 50ms) {
    world.tick(50ms);
    world.run();
  }
  BOOST_TEST(world.tries == 28);
  // One notice for each crash: the signal's, the first making's and these.
  BOOST_TEST(world.crashes.size() == 30u);
  BOOST_TEST(!world.actor().down());
  world.ill = false;
  world.tick(30s);
  BOOST_TEST(!world.actor().has_timers());
  BOOST_TEST(world.gate().in_flight() == 0u);
}

BOOST_AUTO_TEST_CASE(a_pause_ends_at_its_time_and_not_before) {
  ailing_world world;
  world.pause();
  BOOST_TEST((world.actor().next_look() == world.time.steady_now() + 50ms));
  world.tick(49ms);
  BOOST_TEST(world.tries == 0);
  world.ill = false;
  world.tick(1ms);
  BOOST_TEST(world.tries == 1);
  BOOST_TEST(!world.actor().has_timers());
}

BOOST_AUTO_TEST_CASE(signals_of_a_pause_wait_for_its_end) {
  ailing_world world;
  world.pause();
  world.publish(draft_of("a", "1"));
  world.publish(draft_of("a", "2"));
  world.run();
  BOOST_TEST(world.gate().in_flight() == 2u);
  world.heard.clear();
  world.ill = false;
  world.tick(50ms);
  BOOST_TEST(world.heard == (texts{"1", "2"}),
             boost::test_tools::per_element());
  BOOST_TEST(world.gate().in_flight() == 0u);
  BOOST_TEST(world.dead_letters.size() == 1u); // what it crashed on
}

BOOST_AUTO_TEST_CASE(requests_of_a_pause_are_refused_at_once) {
  ailing_world world;
  world.pause();
  world.ask();
  world.ask();
  BOOST_TEST(world.actor().has_errands());
  BOOST_TEST(world.actor().serve(1));
  BOOST_REQUIRE(world.told.size() == 1u);
  BOOST_TEST(world.told[0]
             == "ailing: it recovers from a crash; ask again in 50 ms");
  world.tick(20ms);
  BOOST_TEST(!world.actor().serve(10));
  BOOST_TEST(world.told[1]
             == "ailing: it recovers from a crash; ask again in 30 ms");
  world.ill = false;
  world.tick(30ms);
  world.ask();
  static_cast<void>(world.actor().serve(10));
  BOOST_TEST(world.told[2].find("recovers") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(whoever_leaves_in_a_pause_is_forgotten) {
  ailing_world world;
  world.pause();
  world.ask();
  static_cast<void>(world.actor().asked_at()->forget(actor::request_id{1}));
  static_cast<void>(world.actor().serve(10));
  BOOST_TEST(world.told.empty());
  BOOST_TEST(world.actor().asked_at()->size() == 0u);
}

BOOST_AUTO_TEST_CASE(a_pause_that_is_over_still_waits_for_what_is_written) {
  ailing_world world;
  world.ill = true;
  world.publish(draft_of("a", "bad"));
  // The second crash: its notice to the cell is under way.
  for (int handled = 0; handled < 3 && !world.out.delivered.empty();) {
    const auto [to, what] = std::move(world.out.delivered.front());
    world.out.delivered.pop_front();
    world.cell(to).handle(what);
    if (to == 1 && !what) {
      break;
    }
    handled += to == 1 ? 1 : 0;
  }
  world.ill = false;
  world.tries = 0;
  BOOST_REQUIRE(!world.out.delivered.empty());
  world.tick(1min);
  BOOST_TEST(world.tries == 0);
  world.run();
  BOOST_TEST(world.tries == 1);
}

// A store that is full holds up what is to be written before.
BOOST_AUTO_TEST_CASE(requests_are_refused_when_the_next_making_is_held_up) {
  ailing_world world;
  world.publish(draft_of("a", "bad"));
  const auto [to, what] = std::move(world.out.delivered.front());
  world.out.delivered.pop_front();
  world.cell(to).handle(what);
  world.ask();
  BOOST_TEST(!world.actor().serve(10));
  BOOST_TEST(world.actor().has_timers());
  world.tick(49ms);
  BOOST_TEST(!world.actor().has_errands());
  world.tick(1ms);
  BOOST_TEST(world.actor().has_errands());
  static_cast<void>(world.actor().serve(10));
  BOOST_REQUIRE(world.told.size() == 1u);
  BOOST_TEST(world.told[0]
             == "ailing: it recovers from a crash; ask again in 50 ms");
  BOOST_TEST(!world.actor().has_timers());
  world.run();
  world.ask();
  static_cast<void>(world.actor().serve(10));
  BOOST_TEST(world.told[1].find("recovers") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_timer_that_fails_again_and_again_pauses_as_well) {
  hand_world world;
  auto of = spec_of(
    "clock", {"a"}, {},
    {{},
     [](actor::timer_key) -> actor::step {
       throw std::runtime_error{"it hurts"};
     },
     [&](const actor::kept&) {
       actor::step out;
       out.timers.push_back({actor::timer_key{1}, world.time.steady_now()});
       return out;
     }});
  of.restart.always = true;
  world.enter(std::move(of));
  for (auto gone = 0ms; gone < 1min; gone += 10ms) {
    world.tick(10ms);
    world.run();
  }
  BOOST_TEST(world.crashes.size() <= 14u);
  BOOST_TEST(world.crashes.size() >= 11u);
}

BOOST_AUTO_TEST_SUITE_END()
