#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <string>
#include <vector>

#include "libsig/engine/cell.hpp"
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

/// One signal from outside in flight at most, so that four is the bound of
/// mailboxes: `source` answers each with a burst of signals for `reader`.
struct narrow_world : hand_world {
  explicit narrow_world(bool reads_log = true, int burst_size = 6)
    : hand_world{1} {
    source = enter(spec_of("source", {"go"}, {"a"},
                           {[burst_size](const signal_ptr& what) {
                              std::vector<draft> all;
                              for (int one = 0; one < burst_size; ++one) {
                                all.push_back(emission_of(
                                  "a", what->id() + std::to_string(one)));
                              }
                              return emits(std::move(all));
                            },
                            {},
                            {}}));
    auto of = spec_of("reader", {"a"}, {}, reader());
    of.reads_log = reads_log;
    of.restart.always = true;
    enter(std::move(of));
    seen.clear();
  }

  /// Notes what it hears, and where the log ends when it missed something.
  [[nodiscard]] test::script reader() {
    test::script how;
    how.on_signal = [this](const signal_ptr& what) {
      seen.push_back(what->id());
      if (what->id() == breaks_on) {
        throw std::runtime_error{"it hurts"};
      }
      return actor::step{};
    };
    how.recover = [this](const actor::kept& kept) {
      seen.push_back("from " + std::to_string(kept.sequence));
      return actor::step{};
    };
    how.on_missed = [this] {
      seen.push_back("missed up to " + std::to_string(log.last_sequence()));
      if (missing_hurts) {
        throw std::runtime_error{"it hurts"};
      }
      return actor::step{};
    };
    return how;
  }

  /// Lets the source alone work.
  void burst(std::string id) {
    publish(draft_of("go", std::move(id)));
    hand_next();
  }

  void hand_next() {
    const auto [to, what] = std::move(out.delivered.front());
    out.delivered.pop_front();
    cell(to).handle(what);
  }

  std::shared_ptr<const engine::origin> source;
  std::string breaks_on;
  bool missing_hurts = false;
  texts seen;
};

} // namespace

BOOST_AUTO_TEST_SUITE(missed)

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_a_dead_letter_to_who_keeps_no_log) {
  narrow_world world{false};
  world.burst("x");
  world.run();
  BOOST_TEST(world.seen == (texts{"x0", "x1"}),
             boost::test_tools::per_element());
  BOOST_TEST(world.dead_letters.size() == 4u);
  BOOST_TEST(world.gate().counted().missed == 0u);
}

BOOST_AUTO_TEST_CASE(who_reads_the_log_is_told_once_of_all_that_did_not_fit) {
  narrow_world world;
  world.burst("x");
  world.run();
  BOOST_TEST(world.seen == (texts{"x0", "x1", "missed up to 7"}),
             boost::test_tools::per_element());
  BOOST_TEST(world.dead_letters.empty());
  BOOST_TEST(world.gate().counted().missed == 4u);
  BOOST_TEST(world.gate().in_flight() == 0u);
}

BOOST_AUTO_TEST_CASE(at_the_bound_nothing_is_missed_and_one_behind_it_is) {
  narrow_world fits{true, 2};
  fits.burst("x");
  fits.run();
  BOOST_TEST(fits.seen == (texts{"x0", "x1"}),
             boost::test_tools::per_element());
  narrow_world exceeds{true, 3};
  exceeds.burst("x");
  exceeds.run();
  BOOST_TEST(exceeds.seen == (texts{"x0", "x1", "missed up to 4"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_notice_stands_before_what_comes_later) {
  narrow_world world;
  world.burst("x");
  // Two have left the mailbox, but the notice is not told yet.
  world.hand_next();
  world.hand_next();
  std::vector<draft> one;
  one.push_back(emission_of("a", "later"));
  BOOST_REQUIRE(
    world.gate().commit(*world.source, nullptr, emits(std::move(one))));
  world.run();
  BOOST_TEST(world.seen == (texts{"x0", "x1", "missed up to 8", "later"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_is_missed_after_the_notice_is_told_anew) {
  narrow_world world;
  world.burst("x");
  world.run();
  world.burst("y");
  world.run();
  BOOST_TEST(
    world.seen
      == (texts{"x0", "x1", "missed up to 7", "y0", "y1", "missed up to 14"}),
    boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_a_recovery_has_read_is_not_told_once_more) {
  narrow_world world;
  world.breaks_on = "x0";
  world.burst("x");
  world.run();
  // The notice and x1 came while it recovered, which covers both.
  BOOST_TEST(world.seen == (texts{"x0", "from 8"}),
             boost::test_tools::per_element());
  BOOST_TEST(world.gate().counted().missed == 5u);
  BOOST_TEST(world.gate().in_flight() == 0u);
  world.seen.clear();
  world.breaks_on.clear();
  world.burst("y");
  world.run();
  BOOST_TEST(world.seen == (texts{"y0", "y1", "missed up to 15"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_crash_at_the_notice_is_mended_by_the_recovery) {
  narrow_world world;
  world.missing_hurts = true;
  world.burst("x");
  world.run();
  BOOST_TEST(world.seen == (texts{"x0", "x1", "missed up to 7", "from 8"}),
             boost::test_tools::per_element());
  BOOST_TEST(world.dead_letters.empty());
}

BOOST_AUTO_TEST_CASE(a_pause_holds_nothing_for_who_reads_the_log) {
  narrow_world world;
  world.breaks_on = "x0";
  world.publish(draft_of("a", "x0"));
  world.run();
  world.publish(draft_of("a", "x0 again"));
  world.breaks_on = "x0 again";
  world.run();
  BOOST_REQUIRE(world.cell(2).has_timers());
  world.seen.clear();
  world.publish(draft_of("a", "1"));
  world.run();
  BOOST_TEST(world.gate().in_flight() == 0u);
  world.publish(draft_of("a", "2"));
  world.run();
  world.tick(limits::restart_pause_first);
  world.publish(draft_of("a", "3"));
  world.run();
  // 1 to 4: two signals and their notices, 5 and 6: what came in the pause.
  BOOST_TEST(world.seen == (texts{"from 6", "3"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
