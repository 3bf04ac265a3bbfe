#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libsig/core/limits.hpp"
#include "tests/engine/hand_world.hpp"

using namespace libsig;
using test::draft_of;
using test::emission_of;
using test::hand_world;
using test::spec_of;

namespace {

using texts = std::vector<std::string>;

/// Takes every number but 0.
class not_zero final : public schema::contract {
public:
  [[nodiscard]] result<schema::accepted>
  accept(const draft& what) const override {
    if (what.data.json_text() == "0") {
      return fail(error(errc::schema_violation, "must not be 0"));
    }
    return schema::accepted{what.data, {}};
  }
};

[[nodiscard]] schema::registry contracts() {
  schema::registry made;
  BOOST_REQUIRE(made.add("number", std::make_shared<not_zero>()));
  return made;
}

/// Commits one emission as the actor, outside of any cell.
[[nodiscard]] result<void> emit(hand_world& in, const engine::origin& by,
                                actor::emission what,
                                const signal_ptr& cause = {}) {
  actor::step made;
  made.emissions.push_back(std::move(what));
  return in.gate().commit(by, cause, std::move(made));
}

[[nodiscard]] actor::emission refusable(std::string type, std::string id = {}) {
  actor::emission made{emission_of(std::move(type), std::move(id))};
  made.may_be_refused = true;
  return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(gate_steps)

BOOST_AUTO_TEST_CASE(an_emission_may_belong_to_another_tenant_and_claim) {
  hand_world world;
  const auto who = world.enter(spec_of("mouth", {}, {"b"}, {}));
  engine::rights by;
  by.tenant = "first";
  BOOST_REQUIRE(world.gate().publish(draft_of("a"), by));
  actor::emission what{emission_of("b")};
  what.tenant = "second";
  what.on_behalf_of = "/claimed";
  BOOST_REQUIRE(emit(world, *who, what, *world.log.find(1)));
  BOOST_TEST((*world.log.find(2))->tenant() == "second");
  BOOST_TEST((*world.log.find(2))->stamped().on_behalf_of == "/claimed");
  BOOST_TEST((*world.log.find(2))->hops() == 1u);
}

BOOST_AUTO_TEST_CASE(a_wildcard_covers_reserved_types_only_when_told) {
  hand_world world;
  const auto who = world.enter(spec_of("mouth", {}, {"**"}, {}));
  const auto star = world.enter(spec_of("star", {}, {"*.x", "review.*"}, {}));
  BOOST_TEST(emit(world, *who, emission_of("anything.at.all")).has_value());
  for (const auto* type :
       {"internal.x", "node.x", "agent:x", "review.result"}) {
    const auto refused = emit(world, *who, emission_of(type));
    BOOST_REQUIRE(!refused);
    BOOST_TEST((refused.error().code() == errc::reserved_type));
    actor::emission allowed{emission_of(type)};
    allowed.emit_reserved = true;
    BOOST_TEST(emit(world, *who, allowed).has_value(), type);
  }
  BOOST_TEST(!emit(world, *star, emission_of("internal.x")).has_value());
  // The flag opens nothing that is not declared, a literal start needs none.
  actor::emission other{emission_of("internal.y")};
  other.emit_reserved = true;
  const auto undeclared = emit(world, *star, other);
  BOOST_REQUIRE(!undeclared);
  BOOST_TEST((undeclared.error().code() == errc::not_declared));
  BOOST_TEST(emit(world, *star, emission_of("review.result")).has_value());
}

BOOST_AUTO_TEST_CASE(an_emission_that_may_be_refused_stops_nothing_else) {
  hand_world world{100, contracts()};
  const auto who = world.enter(spec_of("mouth", {}, {"number", "a"}, {}));
  actor::step step;
  auto broken = refusable("number", "broken");
  broken.data = event_data::json(std::string{"0"});
  broken.tenant = "other";
  step.emissions.push_back(std::move(broken));
  step.emissions.push_back(refusable("undeclared", "stray"));
  step.emissions.emplace_back(emission_of("a"));
  step.writes.push_back({"table", "broken", "at ", 0, 0});
  step.writes.push_back({"table", "good", "at ", 0, 2});
  BOOST_REQUIRE(world.gate().commit(*who, {}, std::move(step)));
  BOOST_TEST(world.logged() == (texts{"a"}), boost::test_tools::per_element());
  const auto rows = *world.log.read_table("table");
  BOOST_TEST(*rows[0].value == "at 0");
  BOOST_TEST(*rows[1].value == "at 1");
  BOOST_REQUIRE(world.dead_letters.size() == 2u);
  const auto& first = world.dead_letters[0];
  BOOST_TEST(first.actor == "mouth");
  BOOST_TEST((first.why == errc::schema_violation));
  BOOST_TEST(first.what->id() == "broken");
  BOOST_TEST(first.what->type() == "number");
  BOOST_TEST(first.what->sequence() == 0u);
  BOOST_TEST(first.what->tenant() == "other");
  BOOST_TEST((world.dead_letters[1].why == errc::not_declared));
  BOOST_TEST(world.dead_letters[1].what->id() == "stray");
  BOOST_TEST(world.gate().counted().dead_letters == 2u);
}

BOOST_AUTO_TEST_CASE(what_makes_no_signal_is_told_as_far_as_it_goes) {
  hand_world world;
  const auto who = world.enter(spec_of("mouth", {}, {"**"}, {}));
  auto wrong = refusable("a", "known");
  wrong.time = "noon";
  BOOST_TEST(emit(world, *who, wrong).has_value());
  BOOST_TEST(emit(world, *who, refusable("", "nameless")).has_value());
  BOOST_REQUIRE(world.dead_letters.size() == 2u);
  BOOST_REQUIRE(world.dead_letters[0].what);
  BOOST_TEST(world.dead_letters[0].what->id() == "known");
  BOOST_TEST(!world.dead_letters[1].what);
  BOOST_TEST(world.log.last_sequence() == 0u);
}

BOOST_AUTO_TEST_CASE(a_conflict_of_a_refusable_emission_is_a_dead_letter) {
  hand_world world;
  const auto who = world.enter(spec_of("mouth", {}, {"a", "b"}, {}));
  BOOST_REQUIRE(emit(world, *who, emission_of("a", "taken")));
  BOOST_REQUIRE(emit(world, *who, emission_of("b", "taken")));
  BOOST_TEST(world.dead_letters.empty());
  BOOST_REQUIRE(emit(world, *who, refusable("b", "taken")));
  BOOST_REQUIRE(world.dead_letters.size() == 1u);
  BOOST_TEST((world.dead_letters[0].why == errc::duplicate_conflict));
  BOOST_TEST(world.dead_letters[0].what->type() == "b");
  BOOST_TEST(world.dead_letters[0].what->sequence() == 0u);
  // The same once more is a duplicate and no loss.
  BOOST_REQUIRE(emit(world, *who, refusable("a", "taken")));
  BOOST_TEST(world.dead_letters.size() == 1u);
}

BOOST_AUTO_TEST_CASE(
  a_topic_too_many_of_a_refusable_emission_is_a_dead_letter) {
  hand_world world;
  world.log.bound_topics(2);
  const auto who = world.enter(spec_of("mouth", {}, {"t.*"}, {}));
  actor::step step;
  for (const auto* type : {"t.1", "t.2", "t.3", "t.1"}) {
    step.emissions.push_back(refusable(type));
  }
  // What an actor owes goes on beyond the bound.
  step.emissions.emplace_back(emission_of("t.4"));
  BOOST_REQUIRE(world.gate().commit(*who, {}, std::move(step)));
  BOOST_TEST(world.logged() == (texts{"t.1", "t.2", "t.1", "t.4"}),
             boost::test_tools::per_element());
  BOOST_REQUIRE(world.dead_letters.size() == 1u);
  BOOST_TEST((world.dead_letters[0].why == errc::overloaded));
  BOOST_TEST(world.dead_letters[0].what->type() == "t.3");
  BOOST_TEST(world.gate().counted().refused == 1u);
}

BOOST_AUTO_TEST_CASE(whoever_handed_a_step_in_hears_when_it_is_written) {
  hand_world world;
  const auto who = world.enter(spec_of("mouth", {}, {"a"}, {}));
  std::vector<errc> told;
  std::size_t written = 0;
  const auto then = [&](const result<void>& got) {
    if (got) {
      written = world.log.last_sequence();
    } else {
      told.push_back(got.error().code());
    }
  };
  actor::step step;
  step.emissions.emplace_back(emission_of("a"));
  BOOST_REQUIRE(
    world.gate().commit(*who, {}, step, engine::hand_in::with_next, then));
  BOOST_TEST(written == 0u);
  world.gate().carry_on();
  BOOST_TEST(written == 1u);
  world.log.fails_with = errc::io;
  BOOST_REQUIRE(
    world.gate().commit(*who, {}, step, engine::hand_in::now, then));
  BOOST_TEST((told == std::vector{errc::io}));
}

BOOST_AUTO_TEST_CASE(a_step_that_waits_for_space_is_told_when_there_is_some) {
  std::vector<std::string> told;
  const auto then = [&](const result<void>& got) {
    told.emplace_back(got ? "written" : to_string(got.error().code()));
  };
  {
    hand_world world;
    const auto who = world.enter(spec_of("mouth", {}, {"a"}, {}));
    actor::step step;
    step.emissions.emplace_back(emission_of("a"));
    world.log.fails_with = errc::storage_full;
    BOOST_REQUIRE(
      world.gate().commit(*who, {}, step, engine::hand_in::now, then));
    BOOST_TEST(told.empty());
    world.log.fails_with.reset();
    world.gate().retry();
    BOOST_TEST(told == (texts{"written"}), boost::test_tools::per_element());
    world.log.fails_with = errc::storage_full;
    BOOST_REQUIRE(
      world.gate().commit(*who, {}, step, engine::hand_in::now, then));
  }
  // Nobody waits longer than the gate is there.
  BOOST_TEST(told == (texts{"written", "stopped"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
