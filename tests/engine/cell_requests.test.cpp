#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "libsig/engine/desk.hpp"
#include "tests/engine/hand_world.hpp"

using namespace libsig;
using namespace std::chrono_literals;
using test::draft_of;
using test::emission_of;
using test::hand_world;
using test::spec_of;

namespace {

using texts = std::vector<std::string>;

/// Does as it is told: the text is what the step of the request holds.
struct order final : actor::request {
  explicit order(std::string what) : text{std::move(what)} {}

  std::string text;
};

constexpr std::size_t all = 1'000;

/// A world with one actor that is asked: `answer` at once, `emit` or `write`
/// with an answer, `stray` with an undeclared emission, `crash`, `park` until a
/// signal comes.
class asked_world : public hand_world {
public:
  explicit asked_world(unsigned restarts_max = 5) {
    auto of =
      spec_of("clerk", {"wake", "crash"}, {"b"},
              {[this](const signal_ptr& what) { return hear(*what); },
               {},
               [this](const actor::kept&) {
                 parked.clear();
                 return actor::step{};
               },
               [this](actor::request_id which, const actor::request_ptr& what) {
                 return obey(which, static_cast<const order&>(*what).text);
               },
               [this](actor::request_id which) {
                 gone.push_back(number(which));
                 std::erase(parked, which);
                 return actor::step{};
               }});
    of.restart.restarts_max = restarts_max;
    who = enter(std::move(of));
  }

  ~asked_world() override = default;

  actor::request_id ask(std::string text) {
    const auto which = static_cast<actor::request_id>(++asked_);
    const auto said = std::to_string(asked_) + ' ';
    actor::reply_handler done = [this,
                                 said](const result<actor::reply_ptr>& got) {
      told.push_back(
        said + (got ? "ok" : std::string{to_string(got.error().code())}));
    };
    auto put = clerk().asked_at()->ask(
      which, std::make_shared<order>(std::move(text)), done);
    if (!put) {
      done(fail(put.error()));
    }
    return which;
  }

  engine::cell& clerk() { return cell(1); }

  std::vector<actor::request_id> parked;
  std::vector<std::uint64_t> gone;
  texts told;
  std::shared_ptr<const engine::origin> who;

private:
  [[nodiscard]] static std::uint64_t number(actor::request_id which) {
    return static_cast<std::uint64_t>(which);
  }

  [[nodiscard]] actor::step hear(const signal& what) {
    if (what.type() == "crash") {
      throw std::runtime_error{"it hurts"};
    }
    actor::step made;
    for (const auto which : std::exchange(parked, {})) {
      made.answers.push_back({which, actor::reply_ptr{}});
    }
    return made;
  }

  [[nodiscard]] actor::step obey(actor::request_id which,
                                 const std::string& text) {
    actor::step made;
    if (text == "crash") {
      throw std::runtime_error{"it hurts"};
    }
    if (text == "park") {
      parked.push_back(which);
      return made;
    }
    made.answers.push_back({which, actor::reply_ptr{}});
    if (text == "emit") {
      made.emissions.emplace_back(emission_of("b"));
    } else if (text == "write") {
      made.writes.push_back({"table", "key", "value", 0});
    } else if (text == "stray") {
      made.emissions.emplace_back(emission_of("undeclared"));
    }
    return made;
  }

  std::uint64_t asked_ = 0;
};

} // namespace

BOOST_AUTO_TEST_SUITE(cell_requests)

BOOST_AUTO_TEST_CASE(answers_without_effects_are_given_at_once) {
  asked_world world;
  world.ask("answer");
  world.ask("park");
  BOOST_TEST(world.clerk().has_errands());
  BOOST_TEST(!world.clerk().serve(all));
  BOOST_TEST(!world.clerk().has_errands());
  BOOST_TEST(world.told == (texts{"1 ok"}), boost::test_tools::per_element());
  world.publish(draft_of("wake"));
  world.run();
  BOOST_TEST(world.told == (texts{"1 ok", "2 ok"}),
             boost::test_tools::per_element());
  BOOST_TEST(world.log.last_sequence() == 1u);
}

BOOST_AUTO_TEST_CASE(no_more_requests_are_served_than_asked_for) {
  asked_world world;
  world.ask("answer");
  world.ask("answer");
  BOOST_TEST(world.clerk().serve(1));
  BOOST_TEST(world.told.size() == 1u);
  BOOST_TEST(world.clerk().serve(1));
  BOOST_TEST(!world.clerk().serve(1));
  BOOST_TEST(world.told.size() == 2u);
}

BOOST_AUTO_TEST_CASE(an_answer_with_effects_waits_until_they_are_written) {
  asked_world world;
  for (const auto* what : {"emit", "write"}) {
    world.told.clear();
    world.log.fails_with = errc::storage_full;
    world.ask(what);
    static_cast<void>(world.clerk().serve(all));
    BOOST_TEST(world.told.empty());
    world.log.fails_with.reset();
    world.gate().retry();
    BOOST_TEST(world.told.size() == 1u);
    BOOST_TEST(world.told.front().ends_with(" ok"));
  }
}

BOOST_AUTO_TEST_CASE(when_the_journal_fails_whoever_asked_gets_its_error) {
  asked_world world;
  world.log.fails_with = errc::io;
  world.ask("write");
  world.ask("answer");
  static_cast<void>(world.clerk().serve(all));
  BOOST_TEST_REQUIRE(world.told.size() == 2u);
  BOOST_TEST(world.told[0] == "2 ok");
  BOOST_TEST(world.told[1] == "1 io");
}

BOOST_AUTO_TEST_CASE(a_refused_step_answers_with_its_error_and_is_a_crash) {
  asked_world world;
  world.ask("park");
  world.ask("stray");
  static_cast<void>(world.clerk().serve(all));
  BOOST_TEST(world.told == (texts{"2 not_declared", "1 actor_crashed"}),
             boost::test_tools::per_element());
  BOOST_TEST(world.crashes.size() == 1u);
}

BOOST_AUTO_TEST_CASE(while_a_reactor_is_made_anew_requests_are_held_back) {
  asked_world world;
  world.ask("park");
  world.ask("crash");
  world.ask("answer");
  BOOST_TEST(!world.clerk().serve(all));
  BOOST_TEST(world.told == (texts{"1 actor_crashed", "2 actor_crashed"}),
             boost::test_tools::per_element());
  world.ask("answer");
  BOOST_TEST(!world.clerk().has_errands());
  BOOST_TEST(!world.clerk().serve(all));
  BOOST_TEST(world.told.size() == 2u);
  world.run();
  BOOST_TEST(world.clerk().has_errands());
  BOOST_TEST(!world.clerk().serve(all));
  BOOST_TEST(world.told
               == (texts{"1 actor_crashed", "2 actor_crashed", "3 ok", "4 ok"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_crash_at_a_signal_answers_what_is_open) {
  asked_world world;
  world.ask("park");
  static_cast<void>(world.clerk().serve(all));
  world.publish(draft_of("crash"));
  world.run();
  BOOST_TEST(world.told == (texts{"1 actor_crashed"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_successor_hears_nothing_of_who_left_its_predecessor) {
  asked_world world;
  const auto left = world.ask("park");
  static_cast<void>(world.clerk().serve(all));
  world.publish(draft_of("crash"));
  BOOST_TEST(world.clerk().asked_at()->forget(left));
  world.run();
  static_cast<void>(world.clerk().serve(all));
  BOOST_TEST(world.gone.empty());
  BOOST_TEST(world.told.empty());
  BOOST_TEST(world.clerk().asked_at()->size() == 0u);
}

BOOST_AUTO_TEST_CASE(an_actor_hears_who_went_away_while_a_request_was_open) {
  asked_world world;
  const auto left = world.ask("park");
  world.ask("park");
  static_cast<void>(world.clerk().serve(all));
  BOOST_TEST(world.clerk().asked_at()->forget(left));
  static_cast<void>(world.clerk().serve(all));
  BOOST_TEST(world.gone == std::vector<std::uint64_t>{1},
             boost::test_tools::per_element());
  world.publish(draft_of("wake"));
  world.run();
  BOOST_TEST(world.told == (texts{"2 ok"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_asked_before_the_start_waits_for_it) {
  asked_world world;
  const auto of = spec_of("clerk", {"wake"}, {}, {});
  engine::cell early{of, world.who, 0, world.gate(), *world.who};
  actor::reply_handler done = [](const result<actor::reply_ptr>&) {};
  BOOST_REQUIRE(early.asked_at()->ask(actor::request_id{1},
                                      std::make_shared<order>("answer"), done));
  BOOST_TEST(!early.has_errands());
  BOOST_TEST(!early.serve(all));
  early.start();
  BOOST_TEST(early.has_errands());
}

BOOST_AUTO_TEST_CASE(an_actor_that_stays_down_is_not_found) {
  asked_world world{0};
  world.ask("park");
  world.ask("crash");
  world.ask("answer");
  static_cast<void>(world.clerk().serve(all));
  world.run();
  world.ask("answer");
  BOOST_TEST(world.told
               == (texts{"1 actor_crashed", "2 actor_crashed", "3 not_found",
                         "4 not_found"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_end_of_a_cell_answers_what_is_open_and_waits) {
  texts told;
  std::shared_ptr<engine::desk> desk;
  const auto ask = [&](std::uint64_t which) {
    actor::reply_handler done = [&](const result<actor::reply_ptr>& got) {
      told.emplace_back(got ? "ok" : to_string(got.error().code()));
    };
    return desk->ask(static_cast<actor::request_id>(which),
                     std::make_shared<order>("park"), done);
  };
  {
    asked_world world;
    desk = world.clerk().asked_at();
    BOOST_REQUIRE(ask(1));
    static_cast<void>(world.clerk().serve(all));
    BOOST_REQUIRE(ask(2));
  }
  BOOST_TEST(told == (texts{"stopped", "stopped"}),
             boost::test_tools::per_element());
  BOOST_TEST(!ask(3));
}

BOOST_AUTO_TEST_SUITE_END()
