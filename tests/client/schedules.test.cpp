#include "libsig/client/client.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

#include "tests/client/world.hpp"

using namespace libsig;
using namespace libsig::test;
using libsig::client::wait_result;

BOOST_AUTO_TEST_SUITE(schedules)

BOOST_AUTO_TEST_CASE(a_scheduled_signal_comes_at_its_time) { // D25, D27
  world in;
  const auto ann = in.make("ann");
  const auto at = in.time().wall_now() + 10s;
  const auto row = must(ann.schedule("remind", R"({"n":1})", at));
  BOOST_TEST((row.deliver_at == at));
  BOOST_TEST(row.source == "/agents/ann");
  channel<wait_result> came;
  const auto parked =
    must(ann.wait_for_signal("remind", {}, [&](const result<wait_result>& got) {
      came.put(must(got));
    }));
  in.settle();
  in.time().advance(9s);
  BOOST_TEST(must(ann.scheduled()).size() == 1u);
  in.time().advance(1s);
  const auto got = came.take();
  BOOST_REQUIRE(got.ok());
  BOOST_TEST(got.message().message_id == row.id);
  BOOST_TEST(got.message().source == "/agents/ann");
  BOOST_TEST(must(ann.scheduled()).empty());
}

BOOST_AUTO_TEST_CASE(a_repeat_key_replaces_what_has_it) { // D25
  world in;
  const auto ann = in.make("ann");
  const auto at = in.time().wall_now() + 10s;
  const auto first = must(ann.schedule("a", R"({"n":1})", at, {"daily"}));
  const auto second = must(ann.schedule("a", R"({"n":2})", at, {" daily "}));
  const auto other = must(ann.schedule("b", R"({"n":3})", at, {"daily"}));
  const auto rows = must(ann.scheduled());
  BOOST_REQUIRE(rows.size() == 2u);
  BOOST_TEST(rows[0].id == second.id);
  BOOST_TEST(rows[1].id == other.id);
  BOOST_TEST(first.id != second.id);
}

BOOST_AUTO_TEST_CASE(what_is_cancelled_does_not_come) { // D26
  world in;
  const auto ann = in.make("ann");
  const auto at = in.time().wall_now() + 10s;
  must(ann.schedule("a", event_data{}, at, {"k"}));
  const auto other = must(ann.schedule("a", event_data{}, at));
  BOOST_TEST(must(ann.cancel("a", "k")) == 1u);
  BOOST_TEST(must(ann.cancel("a", "k")) == 0u);
  BOOST_TEST(must(ann.cancel_id(other.id)) == 1u);
  BOOST_TEST(must(ann.scheduled()).empty());
  BOOST_TEST(code_of(ann.cancel("a", " ")) == "invalid_argument");
  BOOST_TEST(code_of(ann.cancel_id("")) == "invalid_argument");
}

BOOST_AUTO_TEST_CASE(what_is_scheduled_is_shown_redacted) {
  world in;
  const auto ann = in.make("ann");
  const auto at = in.time().wall_now() + 10s;
  const auto row = must(ann.schedule("a", R"({"token":"x"})", at));
  BOOST_TEST(row.data.json_text() == R"({"token":"[REDACTED]"})");
  BOOST_TEST(must(ann.scheduled())[0].data.json_text()
             == R"({"token":"[REDACTED]"})");
}

BOOST_AUTO_TEST_CASE(what_may_not_be_published_is_not_scheduled) { // Reserved
  world in;
  const auto ann = in.make("ann");
  const auto at = in.time().wall_now();
  BOOST_TEST(code_of(ann.schedule("agent:x:wake", event_data{}, at))
             == "reserved_type");
  BOOST_TEST(code_of(ann.schedule(" ", event_data{}, at))
             == "invalid_argument");
  BOOST_TEST(code_of(ann.schedule("a", "{", at)) == "invalid_json");
}

BOOST_AUTO_TEST_SUITE_END()
