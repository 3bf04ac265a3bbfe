#include "actors/topics.hpp"

#include "tests/actors/topics_calls.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

using namespace libsig;
using namespace libsig::testing::topics;

namespace {

/// The actor, past whose full mailbox messages go.
struct full_node : node {
  /// A message is committed and does not fit into the mailbox.
  signal_ptr lose(const std::string& topic, const std::string& id) {
    return log->append(topic, id, "{\"n\":1}", {}, "default");
  }

  /// Waits for the messages of a topic one after the other.
  request_id next(std::chrono::milliseconds timeout = 1s) {
    return topics.ask(by(from(on({"a"}, timeout), start::earliest), "me"));
  }
};

/// More waits than one step lets look.
constexpr int many = 3'000;

} // namespace

// Of messages that went past the mailbox of the actor.
BOOST_AUTO_TEST_SUITE(topics_missed)

BOOST_AUTO_TEST_CASE(the_spec_says_that_the_actor_reads_the_log) {
  const auto of = actors::topics_spec({});
  BOOST_TEST(of.reads_log);
  BOOST_TEST(of.restart.always);
}

// M10: none is skipped.
BOOST_AUTO_TEST_CASE(a_parked_wait_gets_the_message_that_was_missed) {
  full_node at;
  const auto who = at.next();
  at.lose("a", "lost");
  at.topics.miss();
  BOOST_TEST(at.hit(who) == "lost");
}

BOOST_AUTO_TEST_CASE(messages_of_a_gap_come_in_order_and_once) {
  full_node at;
  auto who = at.next();
  at.lose("a", "1");
  at.lose("a", "2");
  at.topics.miss();
  at.send("a", "3");
  std::vector<std::string> got;
  for (int each = 0; each < 3; ++each) {
    got.push_back(at.hit(who));
    at.settle(who);
    who = at.next();
  }
  BOOST_TEST(got == (std::vector<std::string>{"1", "2", "3"}),
             boost::test_tools::per_element());
  at.topics.pass(2s);
  BOOST_TEST((at.got(who).is == outcome::timeout));
}

BOOST_AUTO_TEST_CASE(a_wait_for_all_takes_what_was_missed_at_each_topic) {
  full_node at;
  const auto who = at.topics.ask(all_of({"a", "b"}, 1s));
  at.lose("a", "lost");
  at.topics.miss();
  BOOST_TEST(!at.topics.answered(who));
  at.send("a", "later");
  at.send("b", "other");
  const auto& got = at.got(who);
  BOOST_REQUIRE((got.is == outcome::hit));
  BOOST_REQUIRE(got.messages.size() == 2u);
  BOOST_TEST(got.messages[0].what->id() == "lost");
  BOOST_TEST(got.messages[1].what->id() == "other");
}

BOOST_AUTO_TEST_CASE(a_wait_that_found_nothing_goes_on_to_its_own_timeout) {
  full_node at;
  const auto who = at.topics.ask(on({"b"}, 100ms));
  at.topics.pass(50ms);
  at.lose("a", "lost");
  at.topics.miss();
  at.topics.pass(49ms);
  BOOST_TEST(!at.topics.answered(who));
  at.topics.pass(20ms);
  BOOST_TEST((at.got(who).is == outcome::timeout));
}

BOOST_AUTO_TEST_CASE(a_long_look_goes_on_by_itself_a_piece_at_a_time) {
  full_node at;
  std::vector<request_id> all;
  for (int each = 0; each < many; ++each) {
    auto what = on({"t" + std::to_string(each)}, 60s);
    what.caller = "caller " + std::to_string(each % 10);
    all.push_back(at.topics.ask(what));
  }
  for (int each = 0; each < many; ++each) {
    at.lose("t" + std::to_string(each), "lost " + std::to_string(each));
  }
  const auto answered = [&] {
    return std::ranges::count_if(
      all, [&](request_id who) { return at.topics.answered(who); });
  };
  at.topics.miss();
  BOOST_TEST(answered() > 0);
  BOOST_TEST(answered() <= 1'024);
  at.topics.pass(1ms);
  BOOST_TEST(answered() == many);
  BOOST_TEST(at.hit(all.back()) == "lost " + std::to_string(many - 1));
}

// What jumped over a lost message before.
BOOST_AUTO_TEST_CASE(while_a_look_goes_on_no_message_jumps_over_a_lost_one) {
  full_node at;
  for (int each = 0; each < many; ++each) {
    auto what = on({"t" + std::to_string(each)}, 60s);
    what.caller = "caller " + std::to_string(each % 10);
    static_cast<void>(at.topics.ask(what));
  }
  const auto last = at.next(60s);
  at.lose("a", "lost");
  at.topics.miss();
  BOOST_TEST(!at.topics.answered(last));
  at.send("a", "later");
  BOOST_TEST(at.hit(last) == "lost");
}

BOOST_AUTO_TEST_CASE(what_is_missed_during_a_look_is_looked_for_as_well) {
  full_node at;
  std::vector<request_id> all;
  for (int each = 0; each < many; ++each) {
    auto what = on({"t" + std::to_string(each)}, 60s);
    what.caller = "caller " + std::to_string(each % 10);
    all.push_back(at.topics.ask(what));
  }
  at.topics.miss();
  // The first of them has looked already.
  at.lose("t0", "lost");
  at.topics.miss();
  at.send("t0", "later");
  at.topics.pass(1ms);
  BOOST_TEST(at.hit(all.front()) == "lost");
}

BOOST_AUTO_TEST_CASE(a_deadline_during_a_look_takes_what_was_lost) {
  full_node at;
  const auto who = at.next(10ms);
  at.lose("a", "lost");
  at.topics.pass(100ms);
  BOOST_TEST(at.hit(who) == "lost");
}

BOOST_AUTO_TEST_CASE(a_wait_from_a_time_to_come_passes_what_lies_before_it) {
  full_node at;
  auto what = on({"a"}, 60s);
  what.start.is = start::time;
  what.start.time = at.topics.now().wall_now + 24h * 365 * 100;
  const auto who = at.topics.ask(what);
  at.lose("a", "before its time");
  at.topics.miss();
  BOOST_TEST(!at.topics.answered(who));
}

BOOST_AUTO_TEST_SUITE_END()
