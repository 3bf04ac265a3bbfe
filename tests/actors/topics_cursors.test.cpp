#include "actors/topics.hpp"

#include "tests/actors/topics_calls.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace libsig;
using namespace libsig::testing::topics;

// What is asked of cursors.
BOOST_AUTO_TEST_SUITE(topics_cursors)

// -- cursor requests
// -----------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_cursor_is_set_read_and_forgotten) {
  node at;
  for (const auto* const id : {"1", "2", "3"}) {
    at.send("a", id);
  }
  BOOST_TEST(!has_cursor(at, "me"));
  const auto set = at.topics.ask(put("me", "2"));
  BOOST_TEST(at.topics.reply<topic::cursor_reply>(set).last_id == "2");
  BOOST_TEST(stored(at, "me") == "2");
  BOOST_TEST(at.take(by(on({"a"}), "me")) == "3");
  // Also back.
  at.topics.ask(put("me", "1"));
  BOOST_TEST(at.take(by(on({"a"}), "me")) == "2");
  topic::remove_cursor_request remove;
  remove.owner = owner("me");
  remove.topic = "a";
  const auto removed = at.topics.ask(remove);
  BOOST_TEST(at.topics.reply<topic::cursor_reply>(removed).last_id == "2");
  BOOST_TEST(!has_cursor(at, "me"));
  BOOST_TEST(at.topics.rows() == 0u);
  BOOST_TEST(
    (at.topics.refusal(at.topics.ask(remove)).code() == errc::not_found));
}

BOOST_AUTO_TEST_CASE(a_cursor_is_not_set_to_what_is_unknown_or_gone) {
  node at;
  for (const auto* const id : {"1", "2", "3"}) {
    at.send("a", id);
  }
  const auto cursor =
    at.got(at.topics.ask(from(on({"a"}), start::earliest))).messages[0].cursor;
  at.log->retire_before(3);
  for (const auto& text : {std::string{"gone"}, std::string{"1"}, cursor}) {
    const auto& refused = at.topics.refusal(at.topics.ask(put("me", text)));
    BOOST_TEST((refused.code() == errc::not_found));
    BOOST_TEST(refused.message().find("'3'") != std::string::npos);
  }
  BOOST_TEST(!has_cursor(at, "me"));
  BOOST_TEST(at.topics.writes() == 0u);
}

BOOST_AUTO_TEST_CASE(a_cursor_behind_no_message_is_shown_as_its_text) {
  node at;
  at.send("b", "1");
  const auto& got = at.got(at.topics.ask(on({"a"})));
  const auto cursor = got.cursors.at("a");
  at.topics.ask(put("me", cursor));
  BOOST_TEST(stored(at, "me") == cursor);
  // Of two with one id the second has no id of its own.
  at.send("a", "same");
  at.send("a", "same");
  const auto second = at.got(at.topics.ask(on({"a"}))).messages[0].cursor;
  at.topics.ask(put("me", second));
  BOOST_TEST(stored(at, "me") == second);
}

BOOST_AUTO_TEST_CASE(an_answer_of_before_a_put_does_not_undo_it) {
  node at;
  for (const auto* const id : {"1", "2", "3"}) {
    at.send("a", id);
  }
  at.topics.ask(put("me", "2"));
  const auto who = at.topics.ask(by(on({"a"}), "me"));
  BOOST_TEST(at.hit(who) == "3");
  at.topics.ask(put("me", "1"));
  at.settle(who);
  BOOST_TEST(stored(at, "me") == "1");
}

BOOST_AUTO_TEST_SUITE_END()
