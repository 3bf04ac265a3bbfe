#include "libsig/subscription/rows.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>
#include <vector>

using namespace libsig;
using namespace libsig::subscription;
using namespace std::chrono_literals;

namespace {

constexpr wall_time noon{1'700'000'000'123ms};
const agent_name ann{"acme", "ann: the first"};

} // namespace

BOOST_AUTO_TEST_SUITE(subscription_rows)

BOOST_AUTO_TEST_CASE(an_agent_is_read_as_it_was_written) {
  const auto row = write_of(agent_row{ann, noon, true});
  BOOST_TEST(row.key == "acme/ann: the first");
  BOOST_TEST(row.table == agents_table);
  const auto read = read_agent_row(row);
  BOOST_REQUIRE(read);
  BOOST_TEST((read->who == ann));
  BOOST_TEST((read->created_at == noon));
  BOOST_TEST(read->asleep);
  BOOST_TEST(removal_of_agent(ann).key == row.key);
}

BOOST_AUTO_TEST_CASE(a_subscription_is_read_as_it_was_written) {
  const subscription_row what{ann.agent, "a/b:**:\"c\"", false,
                              true,      noon,           noon + 1s};
  const auto row = write_of(ann.tenant, what);
  BOOST_TEST(row.table == subscriptions_table);
  const auto read = read_subscription_row(row);
  BOOST_REQUIRE(read);
  BOOST_TEST(read->first == ann.tenant);
  BOOST_TEST(read->second.agent == what.agent);
  BOOST_TEST(read->second.pattern == what.pattern);
  BOOST_TEST(!read->second.silent);
  BOOST_TEST(read->second.include_self);
  BOOST_TEST((read->second.created_at == noon));
  BOOST_TEST((read->second.updated_at == noon + 1s));
  BOOST_TEST(removal_of_subscription(ann, what.pattern).key == row.key);
}

BOOST_AUTO_TEST_CASE(an_item_is_read_as_it_was_written) {
  text_pool texts;
  item what;
  what.sequence = 0xabcdef;
  what.type = texts.get("x:\"y\"");
  what.patterns = {texts.get("**"), texts.get("x:*")};
  what.from_self = true;
  what.hand_outs = {3, 1'007};
  what.silent = false;
  what.rests_until = noon;
  what.bytes = 1'234;
  what.since = noon;
  const auto row = write_of(ann, what, "it \"hurts\"");
  BOOST_TEST(row.keeps == what.sequence);
  BOOST_TEST(row.key == "acme/ann: the first/0000000000abcdef");
  const auto read = read_item_row(row, texts);
  BOOST_REQUIRE(read);
  BOOST_TEST((read->who == ann));
  BOOST_TEST(read->dies_of == "it \"hurts\"");
  BOOST_TEST(read->what.sequence == what.sequence);
  BOOST_TEST((read->what.type == what.type));
  BOOST_TEST((read->what.patterns == what.patterns));
  BOOST_TEST(read->what.from_self);
  BOOST_TEST(read->what.hand_outs == what.hand_outs);
  BOOST_TEST(!read->what.silent);
  BOOST_TEST((read->what.rests_until == noon));
  BOOST_TEST(read->complete);
  BOOST_TEST(read->what.bytes == 1'234u);
  BOOST_TEST((read->what.since == noon));
  BOOST_TEST(removal_of_item(ann, what.sequence).key == row.key);
}

BOOST_AUTO_TEST_CASE(an_item_of_the_version_before_is_read_and_known_as_such) {
  text_pool texts;
  const auto read = read_item_row(
    {"t", "t/a/0000000000000007",
     R"({"from_self":false,"patterns":["x"],"silent":true,"type":"x"})", 7},
    texts);
  BOOST_REQUIRE(read);
  BOOST_TEST(!read->complete);
  BOOST_TEST(read->what.sequence == 7u);
}

BOOST_AUTO_TEST_CASE(keys_of_items_stand_in_the_order_of_sequences) {
  BOOST_TEST(removal_of_item(ann, 9).key < removal_of_item(ann, 10).key);
  BOOST_TEST(removal_of_item(ann, 255).key < removal_of_item(ann, 256).key);
  BOOST_TEST(removal_of_item(ann, UINT64_MAX - 1).key
             < removal_of_item(ann, UINT64_MAX).key);
}

BOOST_AUTO_TEST_CASE(a_handled_item_is_read_as_it_was_written) {
  handled_item what;
  what.delivery_id = "42-7";
  what.sequence = 42;
  what.patterns = {"a", "b"};
  what.silent = true;
  what.handled_at = noon;
  const auto row = write_of(ann, 17, what);
  BOOST_TEST(row.keeps == 0u);
  BOOST_TEST((read_handled_key(row.key) == std::pair{ann, std::uint64_t{17}}));
  const auto read = read_handled_row(row);
  BOOST_REQUIRE(read);
  BOOST_TEST(read->delivery_id == "42-7");
  BOOST_TEST(read->sequence == 42u);
  BOOST_TEST(read->patterns == what.patterns);
  BOOST_TEST(read->silent);
  BOOST_TEST((read->handled_at == noon));
  BOOST_TEST(removal_of_handled(ann, 17).key == row.key);
}

BOOST_AUTO_TEST_CASE(the_state_is_read_as_it_was_written) {
  const auto read = read_state_row(write_of(state_row{12, 3'000}));
  BOOST_REQUIRE(read);
  BOOST_TEST(read->watermark == 12u);
  BOOST_TEST(read->hand_outs == 3'000u);
  BOOST_TEST(read->reached == "");
  BOOST_TEST(read_state_row(write_of(state_row{12, 0, "ann"}))->reached
             == "ann");
}

BOOST_AUTO_TEST_CASE(what_is_none_of_ours_is_nothing) {
  text_pool texts;
  const auto row = [](std::string key, std::string value) {
    return actor::write{"t", std::move(key), std::move(value)};
  };
  for (const auto* value : {"", "{", "[]", "{}", "null", "{\"a\":1}", "1"}) {
    BOOST_TEST(!read_agent_row(row("t/a", value)));
    BOOST_TEST(!read_subscription_row(row("t/a/p", value)));
    BOOST_TEST(!read_handled_row(row("t/a/0000000000000001", value)));
    BOOST_TEST(!read_state_row(row("state", value)));
  }
  for (const auto* key : {"", "/", "t/a", "t/a/", "t/a/1",
                          "t/a/00000000000000zz", "t/a/00000000000000012"}) {
    BOOST_TEST(!read_item_row(row(key, "{}"), texts));
    BOOST_TEST(!read_handled_key(key));
  }
  BOOST_TEST(!read_agent_row({"t", "t/a", std::nullopt}));
}

BOOST_AUTO_TEST_SUITE_END()
