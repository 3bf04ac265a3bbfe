#include "actors/topics.hpp"

#include "tests/actors/topics_calls.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace libsig;
using namespace libsig::testing::topics;

// Bounds of waits and cursors.
BOOST_AUTO_TEST_SUITE(topics_bounds)

// -- bounds
// --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(parked_waits_are_bounded_together_and_by_caller) {
  topic::wait_bounds bounds;
  bounds.parked.waits_max = 3;
  bounds.parked.caller_waits_max = 2;
  node at{bounds};
  const auto first = at.topics.ask(on({"a"}, 1s));
  at.topics.ask(on({"a"}, 1s));
  const auto of_caller = at.topics.ask(on({"a"}, 1s));
  BOOST_TEST((at.topics.refusal(of_caller).code() == errc::overloaded));
  auto other = on({"a"}, 1s);
  other.caller = "other";
  BOOST_TEST(!at.topics.answered(at.topics.ask(other)));
  BOOST_TEST(
    (at.topics.refusal(at.topics.ask(other)).code() == errc::overloaded));
  // A poll needs no room.
  BOOST_TEST((at.got(at.topics.ask(on({"a"}))).is == outcome::timeout));
  at.topics.forget(first);
  BOOST_TEST(!at.topics.answered(at.topics.ask(on({"a"}, 1s))));
}

BOOST_AUTO_TEST_CASE(topics_and_bytes_of_parked_waits_are_bounded) {
  topic::wait_bounds bounds;
  bounds.parked.topics_max = 30;
  node at{bounds};
  BOOST_TEST(!at.topics.answered(at.topics.ask(all_of({"a", "b", "c"}, 1s))));
  const auto refused = at.topics.ask(on({"a"}, 1s));
  BOOST_TEST((at.topics.refusal(refused).code() == errc::overloaded));

  bounds = {};
  bounds.parked.bytes_max = 20'000;
  node small{bounds};
  BOOST_TEST(!small.topics.answered(
    small.topics.ask(on({std::string(1'000, 'a')}, 1s))));
  BOOST_TEST(
    (small.topics.refusal(small.topics.ask(on({std::string(1'000, 'b')}, 1s)))
       .code()
     == errc::overloaded));
}

BOOST_AUTO_TEST_CASE(cursors_of_a_tenant_are_bounded) {
  topic::wait_bounds bounds;
  bounds.cursors_max = 2;
  node at{bounds};
  at.send("a", "1");
  const auto what = from(on({"a"}), start::earliest);
  at.take(by(what, "one"));
  at.take(by(what, "two"));
  const auto refused = at.topics.ask(by(what, "three"));
  BOOST_TEST((at.topics.refusal(refused).code() == errc::overloaded));
  BOOST_TEST((at.topics.refusal(at.topics.ask(put("three", "1"))).code()
              == errc::overloaded));
  // Who has one goes on, and so do other tenants and nobody.
  BOOST_TEST((at.got(at.topics.ask(by(what, "one"))).is == outcome::timeout));
  BOOST_TEST(at.hit(at.topics.ask(what)) == "1");
  auto other = by(what, "one");
  other.owner.tenant = "other";
  BOOST_TEST((at.got(at.topics.ask(other)).is == outcome::timeout));
}

// Waits that were let in while there was room do not overshoot the bound
// together: an answer that would store a cursor too many is refused.
BOOST_AUTO_TEST_CASE(answers_on_their_way_count_as_cursors) {
  topic::wait_bounds bounds;
  bounds.cursors_max = 1;
  node at{bounds};
  const auto one = at.topics.ask(by(on({"a"}, 1s), "one"));
  const auto two = at.topics.ask(by(on({"a"}, 1s), "two"));
  at.send("a", "1");
  BOOST_TEST(at.hit(one) == "1");
  BOOST_TEST((at.topics.refusal(two).code() == errc::overloaded));
  BOOST_TEST((at.topics.refusal(at.topics.ask(put("two", "1"))).code()
              == errc::overloaded));
  // What was promised and not written is free again.
  at.settle(one, false);
  const auto earliest = from(on({"a"}), start::earliest);
  BOOST_TEST(at.take(by(earliest, "two")) == "1");
  BOOST_TEST(stored(at, "two") == "1");
  BOOST_TEST((at.topics.refusal(at.topics.ask(by(earliest, "one"))).code()
              == errc::overloaded));
  BOOST_TEST(at.topics.rows() == 1u);
}

BOOST_AUTO_TEST_CASE(a_promised_cursor_may_be_set_and_settled) {
  topic::wait_bounds bounds;
  bounds.cursors_max = 1;
  node at{bounds};
  at.send("a", "1");
  at.send("a", "2");
  const auto who = at.topics.ask(by(from(on({"a"}), start::earliest), "me"));
  at.topics.ask(put("me", "2"));
  at.settle(who);
  BOOST_TEST(stored(at, "me") == "2");
  BOOST_TEST(at.topics.rows() == 1u);
  topic::remove_cursor_request gone;
  gone.owner = owner("me");
  gone.topic = "a";
  at.topics.ask(gone);
  at.topics.ask(put("other", "1"));
  BOOST_TEST(stored(at, "other") == "1");
}

BOOST_AUTO_TEST_CASE(timeouts_that_store_where_they_parked_count_too) {
  topic::wait_bounds bounds;
  bounds.cursors_max = 1;
  node at{bounds};
  const auto fresh = from(on({"a"}, 1s), start::fresh);
  const auto one = at.topics.ask(by(fresh, "one"));
  const auto two = at.topics.ask(by(fresh, "two"));
  at.topics.pass(2s);
  BOOST_TEST((at.got(one).is == outcome::timeout));
  BOOST_TEST((at.topics.refusal(two).code() == errc::overloaded));
  BOOST_TEST(at.topics.rows() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
