#include "actors/visibility.hpp"

#include "tests/support/asked_reactor.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace libsig;
using actor::request_id;
using topic::follow_reply;
using topic::visibility_kind;

namespace {

struct node {
  explicit node(const topic::visibility_bounds& bounds = {})
    : actor{actors::visibility_spec({bounds})} {}

  void note(const std::string& conversation, const std::string& id,
            const std::string& tenant = "default") {
    topic::note_request what;
    what.tenant = tenant;
    what.conversation = conversation;
    what.what.kind = visibility_kind::received;
    what.what.topic = "a";
    what.what.message_id = id;
    what.what.payload_bytes = 7;
    actor.ask(what);
  }

  request_id follow(const std::string& conversation,
                    std::optional<std::uint64_t> after = std::nullopt,
                    std::size_t limit = 100) {
    topic::follow_request what;
    what.tenant = "default";
    what.conversation = conversation;
    what.after = after;
    what.limit = limit;
    return actor.ask(what);
  }

  [[nodiscard]] const follow_reply& got(request_id who) const {
    return actor.reply<follow_reply>(who);
  }

  /// The ids of the events of an answer.
  [[nodiscard]] std::string ids(request_id who) const {
    std::string joined;
    for (const auto& each : got(who).events) {
      joined += each.message_id + ' ';
    }
    return joined;
  }

  test::asked_reactor actor;
};

} // namespace

BOOST_AUTO_TEST_SUITE(visibility)

// M28
BOOST_AUTO_TEST_CASE(an_event_is_kept_as_it_is) {
  node at;
  topic::note_request what;
  what.tenant = "default";
  what.conversation = "talk";
  what.what = {99, visibility_kind::sent, "a 1:b", "id/2 3", 42};
  at.actor.ask(what);
  at.actor.restart();
  const auto& events = at.got(at.follow("talk")).events;
  BOOST_REQUIRE(events.size() == 1u);
  BOOST_TEST((events[0].kind == visibility_kind::sent));
  BOOST_TEST(events[0].topic == "a 1:b");
  BOOST_TEST(events[0].message_id == "id/2 3");
  BOOST_TEST(events[0].payload_bytes == 42u);
  BOOST_TEST(events[0].position == 1u);
}

// M31
BOOST_AUTO_TEST_CASE(without_a_position_the_oldest_come_first) {
  node at;
  at.note("talk", "1");
  at.note("talk", "2");
  at.note("other", "x");
  BOOST_TEST(at.ids(at.follow("talk")) == "1 2 ");
  BOOST_TEST(at.ids(at.follow("talk", std::nullopt, 1)) == "1 ");
  BOOST_TEST(at.ids(at.follow("talk", std::nullopt, 0)) == "1 ");
}

BOOST_AUTO_TEST_CASE(a_follower_goes_on_behind_its_position) {
  node at;
  at.note("talk", "1");
  at.note("other", "x");
  at.note("talk", "2");
  at.note("talk", "3");
  const auto first = at.got(at.follow("talk")).events.front().position;
  const auto who = at.follow("talk", first);
  BOOST_TEST(at.ids(who) == "2 3 ");
  BOOST_TEST(!at.got(who).gap_to.has_value());
}

BOOST_AUTO_TEST_CASE(a_follower_at_the_end_waits_for_the_next_event) {
  node at;
  at.note("talk", "1");
  const auto end = at.got(at.follow("talk")).events.back().position;
  const auto first = at.follow("talk", end);
  const auto second = at.follow("talk", end);
  const auto empty = at.follow("nothing yet");
  BOOST_TEST(!at.actor.answered(first));
  at.note("other", "x");
  BOOST_TEST(!at.actor.answered(first));
  at.note("talk", "2");
  BOOST_TEST(at.ids(first) == "2 ");
  BOOST_TEST(at.ids(second) == "2 ");
  BOOST_TEST(!at.actor.answered(empty));
  at.note("nothing yet", "3");
  BOOST_TEST(at.ids(empty) == "3 ");
}

BOOST_AUTO_TEST_CASE(who_is_gone_is_not_answered) {
  node at;
  const auto gone = at.follow("talk");
  const auto stays = at.follow("talk");
  at.actor.forget(gone);
  at.actor.forget(gone);
  at.note("talk", "1");
  BOOST_TEST(!at.actor.answered(gone));
  BOOST_TEST(at.ids(stays) == "1 ");
  at.actor.forget(stays);
}

// M31 R: an unknown id gives a gap, then the oldest.
BOOST_AUTO_TEST_CASE(an_unknown_position_is_a_gap) {
  node at;
  at.note("talk", "1");
  at.note("other", "x");
  at.note("talk", "2");
  for (const std::uint64_t unknown : {std::uint64_t{2}, std::uint64_t{99}}) {
    const auto who = at.follow("talk", unknown);
    BOOST_TEST(at.got(who).gap_to.value() == 1u);
    BOOST_TEST(at.ids(who) == "1 2 ");
  }
  const auto who = at.follow("nothing", 5);
  BOOST_TEST(at.got(who).gap_to.value() == 0u);
  BOOST_TEST(at.got(who).events.empty());
}

// surface.md: 1,000 a conversation; the oldest go.
BOOST_AUTO_TEST_CASE(of_a_conversation_the_oldest_events_go) {
  topic::visibility_bounds bounds;
  bounds.events_max = 2;
  node at{bounds};
  for (const auto* const id : {"1", "2", "3"}) {
    at.note("talk", id);
  }
  BOOST_TEST(at.ids(at.follow("talk")) == "2 3 ");
  BOOST_TEST(at.actor.rows() == 2u);
  // Who had the first one missed nothing, who had none of them did not either.
  const auto had_first = at.follow("talk", 1);
  BOOST_TEST(at.ids(had_first) == "2 3 ");
  BOOST_TEST(!at.got(had_first).gap_to.has_value());
  at.note("talk", "4");
  BOOST_TEST(at.got(at.follow("talk", 1)).gap_to.value() == 3u);
  // The same after a restart.
  at.actor.restart();
  BOOST_TEST(at.got(at.follow("talk", 1)).gap_to.value() == 3u);
  BOOST_TEST(!at.got(at.follow("talk", 2)).gap_to.has_value());
  BOOST_TEST(at.ids(at.follow("talk", 2)) == "3 4 ");
}

// surface.md: 10,000 conversations; the one whose last event is oldest goes.
BOOST_AUTO_TEST_CASE(the_conversation_that_was_quiet_longest_goes) {
  topic::visibility_bounds bounds;
  bounds.conversations_max = 2;
  node at{bounds};
  at.note("first", "1");
  at.note("second", "2");
  at.note("first", "3");
  at.note("third", "4");
  BOOST_TEST(at.ids(at.follow("first")) == "1 3 ");
  BOOST_TEST(at.ids(at.follow("third")) == "4 ");
  BOOST_TEST(!at.actor.answered(at.follow("second")));
  BOOST_TEST(at.actor.rows() == 3u);
  // Other tenants have room of their own.
  at.note("fourth", "5", "other");
  BOOST_TEST(at.actor.rows() == 4u);
}

BOOST_AUTO_TEST_CASE(the_bytes_of_a_tenant_are_bounded) {
  topic::visibility_bounds bounds;
  bounds.bytes_max = 1'000;
  node at{bounds};
  for (int n = 0; n < 100; ++n) {
    at.note("talk" + std::to_string(n % 3), std::to_string(n));
  }
  BOOST_TEST(at.actor.rows() <= 1'000u / 64);
  BOOST_TEST(at.actor.rows() >= 3u);
  at.note("talk", std::string(2'000, 'x'));
  BOOST_TEST(at.actor.rows() == 0u);
}

BOOST_AUTO_TEST_CASE(positions_rise_over_restarts_and_conversations_that_went) {
  topic::visibility_bounds bounds;
  bounds.conversations_max = 1;
  node at{bounds};
  at.note("talk", "1");
  at.note("talk", "2");
  at.note("other", "3");
  at.actor.restart();
  at.note("talk", "4");
  const auto who = at.follow("talk", 2);
  BOOST_TEST(at.got(who).events.front().position > 3u);
  BOOST_TEST(at.got(who).gap_to.has_value());
}

BOOST_AUTO_TEST_CASE(names_of_conversations_do_not_run_together) {
  node at;
  at.note("a/1", "1");
  at.note("a", "2");
  at.note("a/", "3");
  at.note("1:a", "4", "default");
  at.actor.restart();
  BOOST_TEST(at.ids(at.follow("a/1")) == "1 ");
  BOOST_TEST(at.ids(at.follow("a")) == "2 ");
  BOOST_TEST(at.ids(at.follow("a/")) == "3 ");
  BOOST_TEST(at.ids(at.follow("1:a")) == "4 ");
}

BOOST_AUTO_TEST_CASE(who_follows_is_bounded) {
  topic::visibility_bounds bounds;
  bounds.follows_max = 1;
  node at{bounds};
  const auto first = at.follow("a");
  const auto second = at.follow("a");
  BOOST_TEST((at.actor.refusal(second).code() == errc::overloaded));
  at.actor.forget(first);
  BOOST_TEST(!at.actor.answered(at.follow("a")));
}

BOOST_AUTO_TEST_CASE(the_spec_is_one_that_runs) {
  BOOST_TEST(actor::check_spec(actors::visibility_spec({})).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
