#include "actors/subscriptions.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/subscriptions_stage.hpp"

// Signals that are matched once more, since they were dead letters of the actor
// itself.

using namespace libsig;
using namespace std::chrono_literals;

namespace {

using stage = test::subscriptions_stage;
using sequences = std::vector<std::uint64_t>;

/// Ten agents, `a0` on, with a subscription to `x`; a step brings three items.
struct with_many : stage {
  explicit with_many(actors::subscriptions_options how = {})
    : stage{three_in_a_step(std::move(how))} {
    for (int number = 0; number < 10; ++number) {
      subscribe(name_of(number), "x");
    }
  }

  static actors::subscriptions_options
  three_in_a_step(actors::subscriptions_options how) {
    how.match.items_max = 3;
    return how;
  }

  static std::string name_of(int number) {
    return "a" + std::to_string(number);
  }

  actor::request_id begin_repeat(std::uint64_t sequence) {
    auto asked = std::make_shared<subscription::repeat_request>();
    asked->what = log->signals[sequence - 1];
    return start(std::move(asked));
  }

  /// What every agent must get.
  void check_all(const sequences& expected) {
    for (int number = 0; number < 10; ++number) {
      BOOST_TEST((drain(name_of(number)) == expected),
                 "agent " << name_of(number));
    }
  }

  /// A signal that all have handled.
  std::uint64_t handled() {
    const auto sequence = say("x");
    advance(500ms);
    check_all({sequence});
    return sequence;
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(repeats)

// -- for many -----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_repeat_for_many_is_brought_to_them_in_pieces) {
  with_many on;
  const auto sequence = on.handled();
  const auto asked = on.begin_repeat(sequence);
  BOOST_TEST(on.log->rows(subscription::items_table) == 3u);
  BOOST_TEST(!on.is_answered(asked));
  on.fire();
  BOOST_TEST(on.log->rows(subscription::items_table) == 6u);
  // Whoever listens may be changed meanwhile.
  BOOST_TEST(on.subscribe("a10", "y").has_value());
  BOOST_TEST(!on.is_answered(asked));
  on.advance(200ms);
  BOOST_TEST(on.answer_to<subscription::noted_reply>(asked).has_value());
  on.check_all({sequence});
  BOOST_TEST(on.gets_nothing("a10"));
}

BOOST_AUTO_TEST_CASE(several_repeats_for_many_follow_each_other) {
  with_many on;
  const auto first = on.handled();
  const auto second = on.handled();
  const auto one = on.begin_repeat(first);
  const auto two = on.begin_repeat(second);
  on.advance(300ms);
  BOOST_TEST(on.answer_to<subscription::noted_reply>(one).has_value());
  BOOST_TEST(on.answer_to<subscription::noted_reply>(two).has_value());
  on.check_all({first, second});
}

// The letter stays until the answer, so that it can be tried once more.
BOOST_AUTO_TEST_CASE(a_crash_between_pieces_of_a_repeat_answers_nothing_C15) {
  with_many on;
  const auto sequence = on.handled();
  const auto asked = on.begin_repeat(sequence);
  on.fire();
  on.restart();
  on.advance(200ms);
  BOOST_TEST(!on.is_answered(asked));
  BOOST_TEST(on.log->rows(subscription::items_table) == 6u);
  const auto again = on.begin_repeat(sequence);
  on.advance(200ms);
  BOOST_TEST(on.answer_to<subscription::noted_reply>(again).has_value());
  on.check_all({sequence});
}

BOOST_AUTO_TEST_CASE(a_repeat_goes_on_when_who_asked_is_gone) {
  with_many on;
  const auto sequence = on.handled();
  const auto asked = on.begin_repeat(sequence);
  on.carry_out(on.reactor->on_gone(asked, on.now()));
  on.advance(200ms);
  BOOST_TEST(!on.is_answered(asked));
  on.check_all({sequence});
}

BOOST_AUTO_TEST_SUITE_END()
