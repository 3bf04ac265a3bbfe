#include "actors/topics.hpp"

#include "tests/actors/topics_calls.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace libsig;
using namespace libsig::testing::topics;

// Waits for any and for all of several topics.
BOOST_AUTO_TEST_SUITE(topics_several)

// -- any
// -----------------------------------------------------------------------

// M25: the first listed topic that has a message, not the oldest message.
BOOST_AUTO_TEST_CASE(any_takes_the_first_topic_of_the_list) {
  node at;
  at.send("b", "older");
  at.send("a", "newer");
  auto what = on({"a", "b"});
  BOOST_TEST(at.hit(at.topics.ask(what)) == "newer");
  what.oldest_first = true;
  BOOST_TEST(at.hit(at.topics.ask(what)) == "older");
}

// M25: exactly one is consumed, other topics' cursors are untouched.
BOOST_AUTO_TEST_CASE(any_consumes_exactly_one_message) {
  node at;
  at.send("a", "1");
  at.send("b", "2");
  const auto mine = by(from(on({"a", "b"}), start::earliest), "me");
  BOOST_TEST(at.take(mine) == "1");
  BOOST_TEST(has_cursor(at, "me", "a"));
  BOOST_TEST(!has_cursor(at, "me", "b"));
  BOOST_TEST(at.take(mine) == "2");
  BOOST_TEST((at.got(at.topics.ask(mine)).is == outcome::timeout));
}

BOOST_AUTO_TEST_CASE(any_is_woken_by_whichever_comes_first) {
  node at;
  const auto who = at.topics.ask(on({"a", "b", "c"}, 1s));
  at.send("c", "1");
  BOOST_TEST(at.hit(who) == "1");
  BOOST_TEST(at.got(who).messages[0].topic == "c");
  at.send("a", "2");
}

// M15: a topic without an explicit cursor falls back to the stored one.
BOOST_AUTO_TEST_CASE(any_respects_the_cursor_of_each_topic) {
  node at;
  at.send("a", "1");
  at.send("b", "2");
  at.send("b", "3");
  at.topics.ask(put("me", "2", "b"));
  auto mine = by(on({"a", "b"}), "me");
  mine.last_ids["a"] = "1";
  BOOST_TEST(at.hit(at.topics.ask(mine)) == "3");
}

BOOST_AUTO_TEST_CASE(a_timeout_of_any_has_a_cursor_for_each_topic) {
  node at;
  const auto who = at.topics.ask(on({"a", "b"}, 1s));
  at.topics.pass(2s);
  const auto cursors = at.got(who).cursors;
  BOOST_TEST(cursors.size() == 2u);
  at.send("b", "1");
  auto again = on({"a", "b"});
  again.last_ids = cursors;
  BOOST_TEST(at.hit(at.topics.ask(again)) == "1");
}

// -- all
// -----------------------------------------------------------------------

// M26
BOOST_AUTO_TEST_CASE(all_gives_one_message_of_each_topic_in_any_order) {
  node at;
  at.send("b", "1");
  const auto who = at.topics.ask(all_of({"a", "b", "c"}, 1s));
  at.send("c", "2");
  // A second message of a topic is not taken.
  at.send("c", "3");
  BOOST_TEST(!at.topics.answered(who));
  at.send("a", "4");
  const auto& got = at.got(who);
  BOOST_TEST((got.is == outcome::hit));
  std::vector<std::string> seen;
  for (const auto& each : got.messages) {
    seen.push_back(each.topic + each.what->id());
  }
  BOOST_TEST(seen == (std::vector<std::string>{"a4", "b1", "c2"}),
             boost::test_tools::per_element());
  BOOST_TEST(got.missing.empty());
}

// M26 R: cursors move on completion alone.
BOOST_AUTO_TEST_CASE(all_moves_cursors_only_when_it_completes) {
  node at;
  at.send("a", "1");
  const auto mine = by(from(all_of({"a", "b"}, 1s), start::earliest), "me");
  const auto first = at.topics.ask(mine);
  at.topics.pass(2s);
  const auto& partial = at.got(first);
  BOOST_TEST((partial.is == outcome::timeout));
  BOOST_REQUIRE(partial.messages.size() == 1u);
  BOOST_TEST(partial.messages[0].what->id() == "1");
  BOOST_TEST(partial.missing == (std::vector<std::string>{"b"}),
             boost::test_tools::per_element());
  BOOST_TEST(partial.pending == 0u);
  BOOST_TEST(!has_cursor(at, "me", "a"));
  at.send("b", "2");
  const auto second = at.topics.ask(mine);
  const auto& complete = at.got(second);
  BOOST_REQUIRE((complete.is == outcome::hit));
  BOOST_TEST(complete.messages[0].what->id() == "1");
  at.settle(second);
  BOOST_TEST(stored(at, "me", "a") == "1");
  BOOST_TEST(stored(at, "me", "b") == "2");
}

// M26 R: unless partial results are consumed.
BOOST_AUTO_TEST_CASE(all_moves_cursors_of_partial_results_when_asked_to) {
  node at;
  at.send("a", "1");
  auto mine = by(from(all_of({"a", "b"}, 1s), start::earliest), "me");
  mine.consume_partial = true;
  const auto who = at.topics.ask(mine);
  at.topics.pass(2s);
  BOOST_TEST(at.got(who).pending != 0u);
  BOOST_TEST(!has_cursor(at, "me", "a"));
  at.settle(who);
  BOOST_TEST(stored(at, "me", "a") == "1");
  BOOST_TEST(!has_cursor(at, "me", "b"));
  // The cursors of the answer go on likewise.
  at.send("a", "2");
  at.send("b", "3");
  auto again = all_of({"a", "b"});
  again.last_ids = at.got(who).cursors;
  const auto& got = at.got(at.topics.ask(again));
  BOOST_REQUIRE((got.is == outcome::hit));
  BOOST_TEST(got.messages[0].what->id() == "2");
}

BOOST_AUTO_TEST_CASE(the_cursors_of_partial_results_find_them_again) {
  node at;
  const auto who = at.topics.ask(all_of({"a", "b"}, 1s));
  at.send("a", "1");
  at.topics.pass(2s);
  at.send("b", "2");
  auto again = all_of({"a", "b"});
  again.last_ids = at.got(who).cursors;
  const auto& got = at.got(at.topics.ask(again));
  BOOST_REQUIRE((got.is == outcome::hit));
  BOOST_TEST(got.messages[0].what->id() == "1");
}

BOOST_AUTO_TEST_CASE(all_that_started_at_new_finds_partial_results_again) {
  node at;
  const auto mine = by(from(all_of({"a", "b"}, 1s), start::fresh), "me");
  const auto who = at.topics.ask(mine);
  at.send("a", "1");
  at.topics.pass(2s);
  BOOST_TEST((at.got(who).is == outcome::timeout));
  at.send("b", "2");
  const auto& got = at.got(at.topics.ask(mine));
  BOOST_REQUIRE((got.is == outcome::hit));
  BOOST_TEST(got.messages[0].what->id() == "1");
}

BOOST_AUTO_TEST_CASE(a_message_that_went_while_all_waited_is_expired) {
  node at;
  const auto who = at.topics.ask(all_of({"a", "b"}, 1s));
  at.send("a", "1");
  at.log->retire_before(2);
  at.send("b", "2");
  const auto& got = at.got(who);
  BOOST_TEST((got.is == outcome::expired));
  BOOST_TEST(got.topic == "a");
}

BOOST_AUTO_TEST_SUITE_END()
