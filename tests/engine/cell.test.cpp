#include "libsig/engine/cell.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/engine/hand_world.hpp"

using namespace libsig;
using namespace std::chrono_literals;
using test::draft_of;
using test::emission_of;
using test::emits;
using test::hand_world;
using test::spec_of;

namespace {

using texts = std::vector<std::string>;

/// Throws at every signal.
[[nodiscard]] actor::spec fragile(unsigned restarts_max) {
  auto made = spec_of("fragile", {"a"}, {},
                      {[](const signal_ptr&) -> actor::step {
                         throw std::runtime_error{"it hurts"};
                       },
                       {},
                       {}});
  made.restart = {restarts_max, 10s};
  return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(cell)

BOOST_AUTO_TEST_CASE(a_step_of_a_signal_names_it_as_its_cause) {
  hand_world world;
  world.enter(spec_of("echo", {"a"}, {"b"},
                      {[](const signal_ptr&) {
                         std::vector<draft> one;
                         one.push_back(emission_of("b"));
                         return emits(std::move(one));
                       },
                       {},
                       {}}));
  const auto first = world.publish(draft_of("a"));
  world.run();
  BOOST_TEST(world.logged() == (texts{"a", "b"}),
             boost::test_tools::per_element());
  BOOST_TEST((*world.log.find(2))->causation_id() == first.id);
  BOOST_TEST(world.gate().in_flight() == 0u);
}

BOOST_AUTO_TEST_CASE(timers_fire_when_they_are_due_and_not_before) {
  hand_world world;
  int fired = 0;
  world.enter(spec_of("clock", {"a"}, {},
                      {[&](const signal_ptr&) {
                         actor::step out;
                         out.timers.push_back(
                           {actor::timer_key{7}, world.time.steady_now() + 1s});
                         return out;
                       },
                       [&](actor::timer_key key) {
                         BOOST_TEST((key == actor::timer_key{7}));
                         ++fired;
                         return actor::step{};
                       },
                       {}}));
  BOOST_TEST(!world.cell(1).has_timers());
  world.publish(draft_of("a"));
  world.run();
  BOOST_TEST(world.cell(1).has_timers());
  world.tick(990ms);
  BOOST_TEST(fired == 0);
  world.tick(20ms);
  BOOST_TEST(fired == 1);
  BOOST_TEST(!world.cell(1).has_timers());
}

BOOST_AUTO_TEST_CASE(a_crash_is_told_with_the_signal_and_the_actor_made_anew) {
  hand_world world;
  world.enter(fragile(1));
  world.publish(draft_of("a", "victim"));
  world.run();
  BOOST_TEST(world.logged() == (texts{"a", "internal.actor.crashed"}),
             boost::test_tools::per_element());
  const auto notice = (*world.log.find(2))->data().as<actor::crash_notice>();
  BOOST_REQUIRE(notice);
  BOOST_TEST(notice->actor == "fragile");
  BOOST_TEST(notice->reason == "it hurts");
  BOOST_TEST(notice->handled->id() == "victim");
  BOOST_TEST(!world.cell(1).down());
  BOOST_TEST(world.gate().in_flight() == 0u);
}

BOOST_AUTO_TEST_CASE(at_the_bound_of_restarts_the_actor_stays_down) {
  hand_world world;
  world.enter(fragile(2));
  for (int crash = 0; crash < 2; ++crash) {
    world.publish(draft_of("a"));
    world.run();
    world.tick(limits::restart_pause_first);
    BOOST_TEST(!world.cell(1).down());
  }
  world.publish(draft_of("a"));
  world.publish(draft_of("a"));
  world.run();
  BOOST_TEST(world.cell(1).down());
  BOOST_TEST(world.downs == texts{"it hurts"},
             boost::test_tools::per_element());
  // What it crashed on and what was in its mailbox is told (C2 row 22), what
  // comes later has no route.
  BOOST_REQUIRE(world.dead_letters.size() == 4u);
  for (std::size_t at = 0; at < 4; ++at) {
    BOOST_TEST((world.dead_letters[at].why == errc::actor_crashed));
    BOOST_TEST(world.dead_letters[at].what->type() == "a");
  }
  const auto unrouted = world.unrouted;
  world.publish(draft_of("a"));
  BOOST_TEST(world.unrouted == unrouted + 1);
}

BOOST_AUTO_TEST_CASE(restarts_of_an_earlier_window_do_not_count) {
  hand_world world;
  world.enter(fragile(1));
  world.publish(draft_of("a"));
  world.run();
  world.time.advance(10s);
  world.publish(draft_of("a"));
  world.run();
  BOOST_TEST(!world.cell(1).down());
  world.time.advance(10s - 1us);
  world.publish(draft_of("a"));
  world.run();
  BOOST_TEST(world.cell(1).down());
}

BOOST_AUTO_TEST_CASE(an_undeclared_emission_is_a_crash) {
  hand_world world;
  world.enter(spec_of("liar", {"a"}, {"b"},
                      {[](const signal_ptr&) {
                         std::vector<draft> two;
                         two.push_back(emission_of("b"));
                         two.push_back(emission_of("c"));
                         return emits(std::move(two));
                       },
                       {},
                       {}}));
  world.publish(draft_of("a"));
  world.run();
  BOOST_TEST(world.crashes.size() == 1u);
  BOOST_TEST(world.logged() == (texts{"a", "internal.actor.crashed"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_restart_finds_its_rows_and_the_signals_they_keep) {
  hand_world world;
  texts found;
  auto of = spec_of(
    "keeper", {"a", "crash"}, {},
    {[](const signal_ptr& what) {
       if (what->type() == "crash") {
         throw std::runtime_error{"it hurts"};
       }
       actor::step out;
       out.writes.push_back({"open", what->id(), "value", what->sequence()});
       return out;
     },
     {},
     [&](const actor::kept& kept) {
       for (const auto& row : kept.rows) {
         const auto what = kept.find(row.keeps);
         found.push_back(row.key + "=" + row.value.value_or("")
                         + (what ? " of " + what->id() : ""));
       }
       return actor::step{};
     }});
  of.tables = {"open"};
  world.enter(std::move(of));
  world.publish(draft_of("a", "first"));
  world.run();
  // The body would be gone by now if no row kept it.
  for (int other = 0; other < 100; ++other) {
    world.publish(draft_of("other"));
  }
  world.publish(draft_of("crash"));
  world.run();
  BOOST_TEST(found == texts{"first=value of first"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_factory_that_fails_is_tried_up_to_the_bound) {
  hand_world world;
  int tries = 0;
  auto of = spec_of("stillborn", {"a"}, {}, {});
  of.restart = {3, 10s};
  of.make = [&](std::size_t) -> std::unique_ptr<actor::reactor> {
    ++tries;
    throw std::runtime_error{"no"};
  };
  world.enter(std::move(of));
  world.run();
  // The first of them at once, and the others after 50 and 100 ms.
  BOOST_TEST(tries == 2);
  world.tick(50ms);
  world.run();
  BOOST_TEST(tries == 3);
  world.tick(100ms);
  BOOST_TEST(tries == 4);
  BOOST_TEST(world.cell(1).down());
}

BOOST_AUTO_TEST_SUITE_END()
