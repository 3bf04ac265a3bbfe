#include "libsig/engine/gate.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "libsig/core/limits.hpp"
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

/// An actor that hears a pattern and does nothing.
[[nodiscard]] actor::spec listener(std::string name, std::string pattern) {
  return spec_of(std::move(name), {std::move(pattern)}, {}, {});
}

/// Takes `1` and claims the subject.
class claiming final : public schema::contract {
public:
  [[nodiscard]] result<schema::accepted>
  accept(const draft& what) const override {
    if (what.data.json_text() == "0") {
      return fail(error(errc::schema_violation, "must not be 0"));
    }
    return schema::accepted{what.data, what.subject.value_or("")};
  }
};

[[nodiscard]] schema::registry claiming_contracts() {
  schema::registry made;
  BOOST_REQUIRE(made.add("claimed", std::make_shared<claiming>()));
  return made;
}

/// Emits one signal as the actor, outside of any cell.
[[nodiscard]] result<void> emit(hand_world& in, const engine::origin& by,
                                draft what, const signal_ptr& cause = {}) {
  std::vector<draft> all;
  all.push_back(std::move(what));
  return in.gate().commit(by, cause, emits(std::move(all)));
}

} // namespace

BOOST_AUTO_TEST_SUITE(gate)

BOOST_AUTO_TEST_CASE(a_signal_is_in_the_log_before_it_is_delivered) {
  hand_world world;
  world.enter(listener("ear", "a"));
  world.publish(draft_of("a"));
  BOOST_TEST(world.out.delivered.size() == 1u);
  BOOST_TEST(!world.out.early);
  BOOST_TEST(world.out.flushes >= 1u);
}

BOOST_AUTO_TEST_CASE(what_the_journal_has_no_space_for_is_refused) {
  hand_world world;
  world.enter(listener("ear", "a"));
  world.log.fails_with = errc::storage_full;
  BOOST_TEST((world.refusal(draft_of("a")) == errc::storage_full));
  BOOST_TEST(world.out.delivered.empty());
  BOOST_TEST(world.dead_letters.empty());
  world.log.fails_with = std::nullopt;
  world.publish(draft_of("a"));
  BOOST_TEST(world.out.delivered.size() == 1u);
}

BOOST_AUTO_TEST_CASE(one_type_more_than_may_be_is_refused_to_clients_alone) {
  hand_world world;
  world.enter(listener("ear", "late"));
  const auto by = world.enter(spec_of("mouth", {}, {"late"}, {}));
  world.log.bound_topics(2);
  world.publish(draft_of("one"));
  world.publish(draft_of("two"));
  const auto refused = world.gate().counted().refused.load();
  BOOST_TEST((world.refusal(draft_of("late")) == errc::overloaded));
  BOOST_TEST(world.gate().counted().refused.load() == refused + 1);
  BOOST_TEST(world.out.delivered.empty());
  BOOST_TEST(world.dead_letters.empty());
  BOOST_TEST(emit(world, *by, emission_of("late")).has_value());
  BOOST_TEST(world.out.delivered.size() == 1u);
  // It is there now.
  world.publish(draft_of("late"));
  BOOST_TEST(world.out.delivered.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_gate_is_writable_until_something_was_refused_for_space) {
  hand_world world;
  BOOST_TEST(world.gate().writable());
  world.log.fails_with = errc::storage_full;
  BOOST_TEST((world.refusal(draft_of("a")) == errc::storage_full));
  BOOST_TEST(!world.gate().writable());
  // Nobody else may find out that there is space again, so that it is tried.
  world.time.advance(engine::gate::refusal_counts - 1us);
  BOOST_TEST(!world.gate().writable());
  world.time.advance(1us);
  BOOST_TEST(world.gate().writable());
  BOOST_TEST((world.refusal(draft_of("a")) == errc::storage_full));
  world.log.fails_with = std::nullopt;
  BOOST_TEST(!world.gate().writable());
  world.publish(draft_of("a"));
  BOOST_TEST(world.gate().writable());
}

BOOST_AUTO_TEST_CASE(a_gate_that_owes_steps_or_is_broken_is_not_writable) {
  hand_world world;
  const auto who = world.enter(spec_of("mouth", {}, {"a"}, {}));
  world.log.fails_with = errc::storage_full;
  BOOST_REQUIRE(emit(world, *who, emission_of("a")));
  BOOST_TEST(!world.gate().writable());
  world.time.advance(2 * engine::gate::refusal_counts);
  BOOST_TEST(!world.gate().writable());
  world.log.fails_with = std::nullopt;
  world.gate().retry();
  BOOST_TEST(world.gate().writable());
  world.log.fails_with = errc::io;
  BOOST_TEST((world.refusal(draft_of("a")) == errc::io));
  world.log.fails_with = std::nullopt;
  world.time.advance(2 * engine::gate::refusal_counts);
  BOOST_TEST(!world.gate().writable());
}

BOOST_AUTO_TEST_CASE(
  a_step_waits_for_space_and_then_goes_before_what_came_later) {
  hand_world world;
  const auto who = world.enter(spec_of("mouth", {}, {"a", "b"}, {}));
  world.enter(listener("ear", "*"));
  world.log.fails_with = errc::storage_full;
  BOOST_REQUIRE(emit(world, *who, emission_of("a")));
  BOOST_REQUIRE(emit(world, *who, emission_of("b")));
  BOOST_TEST(world.out.delivered.empty());
  BOOST_TEST(world.gate().in_flight() == 2u);
  BOOST_TEST((world.refusal(draft_of("c")) == errc::storage_full));
  world.gate().retry();
  BOOST_TEST(world.out.delivered.empty());
  world.log.fails_with = std::nullopt;
  world.gate().retry();
  world.publish(draft_of("c"));
  BOOST_TEST(world.logged() == (texts{"a", "b", "c"}),
             boost::test_tools::per_element());
  BOOST_TEST(world.out.delivered.size() == 3u);
  BOOST_TEST(world.dead_letters.empty());
  BOOST_TEST(world.journal_failures == (texts{"storage_full"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(rows_from_outside_are_written_and_answered) {
  hand_world world;
  std::vector<bool> answers;
  const auto note = [&](const result<void>& written) {
    answers.push_back(written.has_value());
  };
  world.gate().write({{"t", "k", "v"}, {"t", "l", "w"}}, note);
  BOOST_TEST(world.log.read_table("t")->size() == 2u);
  world.gate().stop();
  world.log.fails_with = errc::storage_full;
  world.gate().write({{"t", "k", std::nullopt}}, note);
  BOOST_TEST(answers == (std::vector<bool>{true}),
             boost::test_tools::per_element());
  world.log.fails_with = std::nullopt;
  world.gate().retry();
  BOOST_TEST(world.log.read_table("t")->size() == 1u);
  world.log.fails_with = errc::io;
  world.gate().write({{"t", "l", std::nullopt}}, note);
  BOOST_TEST(answers == (std::vector<bool>{true, true, false}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_step_s_row_names_the_sequence_of_its_emission) {
  hand_world world;
  const auto who = world.enter(spec_of("mouth", {}, {"a", "b"}, {}));
  world.publish(draft_of("other"));
  actor::step both;
  both.emissions.push_back(emission_of("a"));
  both.emissions.push_back(emission_of("b"));
  both.writes.push_back({"t", "k", "at ", 0, 1});
  BOOST_REQUIRE(world.gate().commit(*who, {}, std::move(both)));
  BOOST_TEST(*world.log.read_table("t")->at(0).value == "at 3");
}

BOOST_AUTO_TEST_CASE(
  a_row_still_names_its_emission_when_one_before_is_refused) {
  hand_world world;
  const auto who = world.enter(spec_of("loop", {"a"}, {"a"},
                                       {[](const signal_ptr&) {
                                          std::vector<draft> one;
                                          one.push_back(emission_of("a"));
                                          return emits(std::move(one));
                                        },
                                        {},
                                        {}}));
  world.publish(draft_of("a"));
  world.run();
  const auto last = world.log.last_sequence();
  actor::step both;
  both.emissions.push_back(emission_of("a"));
  both.emissions[0].cause = *world.log.find(last); // one hop too many
  both.emissions.push_back(emission_of("a"));
  both.writes.push_back({"t", "first", "at ", 0, 0});
  both.writes.push_back({"t", "second", "at ", 0, 1});
  BOOST_REQUIRE(world.gate().commit(*who, {}, std::move(both)));
  const auto rows = *world.log.read_table("t");
  BOOST_TEST(*rows[0].value == "at 0");
  BOOST_TEST(*rows[1].value == "at " + std::to_string(last + 1));
}

BOOST_AUTO_TEST_CASE(an_idle_gate_lets_its_journal_tidy_up_piece_by_piece) {
  hand_world world{100, {}, true};
  for (int seen = 0; seen < 3; seen = world.log.tidied.load()) {
    world.log.tidied.wait(seen);
  }
  // It goes on to write.
  world.publish(draft_of("a"));
}

BOOST_AUTO_TEST_CASE(an_actor_can_enter_while_steps_wait_for_space) {
  hand_world world;
  const auto who = world.enter(spec_of("mouth", {}, {"a"}, {}));
  world.log.fails_with = errc::storage_full;
  BOOST_REQUIRE(emit(world, *who, emission_of("a")));
  world.enter(listener("ear", "a"));
  world.log.fails_with = std::nullopt;
  world.gate().retry();
  BOOST_TEST(world.out.delivered.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_broken_journal_ends_all_writing) {
  hand_world world;
  const auto who = world.enter(spec_of("mouth", {}, {"a"}, {}));
  world.enter(listener("ear", "a"));
  world.log.fails_with = errc::io;
  BOOST_TEST((world.refusal(draft_of("a")) == errc::io));
  BOOST_TEST(world.journal_failures == (texts{"io for good"}),
             boost::test_tools::per_element());
  world.log.fails_with = std::nullopt;
  BOOST_TEST((world.refusal(draft_of("a")) == errc::io));
  BOOST_REQUIRE(emit(world, *who, emission_of("a")));
  BOOST_TEST(world.out.delivered.empty());
  BOOST_REQUIRE(world.dead_letters.size() == 2u);
  BOOST_TEST(world.dead_letters[1].actor == "mouth");
  BOOST_TEST(world.gate().in_flight() == 0u);
}

BOOST_AUTO_TEST_CASE(a_journal_that_fails_behind_a_commit_keeps_that_commit) {
  hand_world world;
  world.log.fails_from_here = true;
  BOOST_TEST(world.publish(draft_of("a")).sequence == 1u);
  BOOST_TEST(world.journal_failures == (texts{"io for good"}),
             boost::test_tools::per_element());
  BOOST_TEST((world.refusal(draft_of("a")) == errc::io));
}

BOOST_AUTO_TEST_CASE(what_waits_for_company_goes_with_the_next_or_when_told) {
  hand_world world;
  const auto who = world.enter(spec_of("mouth", {}, {"a"}, {}));
  const auto wait = [&] {
    std::vector<draft> one;
    one.push_back(emission_of("a"));
    BOOST_REQUIRE(world.gate().commit(*who, {}, emits(std::move(one)),
                                      engine::hand_in::with_next));
  };
  wait();
  wait();
  BOOST_TEST(world.logged().empty());
  world.publish(draft_of("b"));
  BOOST_TEST(world.logged() == (texts{"a", "a", "b"}),
             boost::test_tools::per_element());
  wait();
  world.gate().carry_on();
  BOOST_TEST(world.logged().size() == 4u);
  BOOST_TEST(world.gate().in_flight() == 0u);
}

BOOST_AUTO_TEST_CASE(deliveries_stand_in_the_order_of_the_log) {
  hand_world world;
  world.enter(listener("first", "**"));
  world.enter(listener("second", "a.*"));
  for (const auto* type : {"a.b", "c", "a.c", "a.b"}) {
    world.publish(draft_of(type));
  }
  std::uint64_t last = 0;
  for (const auto& [to, what] : world.out.delivered) {
    BOOST_TEST(what->sequence() >= last);
    last = what->sequence();
  }
  BOOST_TEST(last == 4u);
  BOOST_TEST(world.out.delivered.size() == 7u);
}

BOOST_AUTO_TEST_CASE(two_threads_share_one_order_without_gaps) {
  hand_world world{10'000};
  world.enter(listener("ear", "a"));
  constexpr std::size_t each = 500;
  const auto publish = [&] {
    for (std::size_t count = 0; count < each; ++count) {
      world.gate().publish(draft_of("a"), {}, [](auto) {});
    }
  };
  std::thread other{publish};
  publish();
  other.join();
  BOOST_REQUIRE(world.out.delivered.size() == 2 * each);
  for (std::size_t at = 0; at < 2 * each; ++at) {
    BOOST_REQUIRE(world.out.delivered[at].second->sequence() == at + 1);
  }
}

BOOST_AUTO_TEST_CASE(a_gate_with_a_thread_of_its_own_does_the_same) {
  hand_world world{10'000, {}, true};
  world.enter(listener("ear", "a"));
  constexpr std::size_t each = 500;
  // Boost's checks are for one thread.
  std::atomic<std::size_t> published{0};
  const auto publish = [&] {
    for (std::size_t count = 0; count < each; ++count) {
      if (world.gate().publish(draft_of("a"), {})) {
        ++published;
      }
    }
  };
  std::thread other{publish};
  publish();
  other.join();
  BOOST_TEST(published == 2 * each);
  BOOST_REQUIRE(world.out.delivered.size() == 2 * each);
  for (std::size_t at = 0; at < 2 * each; ++at) {
    BOOST_REQUIRE(world.out.delivered[at].second->sequence() == at + 1);
  }
}

BOOST_AUTO_TEST_CASE(what_an_actor_emits_belongs_to_the_tenant_of_its_cause) {
  hand_world world;
  const auto who = world.enter(spec_of("mouth", {}, {"b"}, {}));
  engine::rights by;
  by.tenant = "other";
  by.on_behalf_of = "/claimed";
  BOOST_REQUIRE(world.gate().publish(draft_of("a"), by));
  const auto cause = *world.log.find(1);
  BOOST_TEST(cause->tenant() == "other");
  BOOST_TEST(cause->stamped().on_behalf_of == "/claimed");
  BOOST_REQUIRE(emit(world, *who, emission_of("b"), cause));
  BOOST_TEST((*world.log.find(2))->tenant() == "other");
  BOOST_TEST((*world.log.find(2))->stamped().on_behalf_of == "");
  BOOST_REQUIRE(emit(world, *who, emission_of("b")));
  BOOST_TEST((*world.log.find(3))->tenant() == "default");
}

BOOST_AUTO_TEST_CASE(a_receipt_names_id_source_and_sequence) {
  hand_world world;
  const auto given = world.publish(draft_of("a", "mine"));
  BOOST_TEST(given.id == "mine");
  BOOST_TEST(given.source == "/outside");
  BOOST_TEST(given.sequence == 1u);
  BOOST_TEST(!given.duplicate);
  const auto made = world.publish(draft_of("a"));
  BOOST_TEST(made.id.size() == 36u);
  BOOST_TEST(made.sequence == 2u);
}

BOOST_AUTO_TEST_CASE(a_repeat_gets_the_receipt_of_the_first_and_goes_nowhere) {
  hand_world world;
  world.enter(listener("ear", "a"));
  world.publish(draft_of("a", "1"));
  world.publish(draft_of("a", "2"));
  auto again = world.publish(draft_of("a", "1"));
  BOOST_TEST(again.duplicate);
  BOOST_TEST(!again.differs);
  BOOST_TEST(again.sequence == 1u);
  BOOST_TEST(again.id == "1");
  BOOST_TEST(again.source == "/outside");
  auto other = draft_of("a", "1");
  other.data = event_data::json(std::string{"2"});
  again = world.publish(std::move(other));
  BOOST_TEST(again.duplicate);
  BOOST_TEST(again.differs);
  BOOST_TEST(world.out.delivered.size() == 2u);
  BOOST_TEST(world.gate().counted().duplicates == 2u);
}

BOOST_AUTO_TEST_CASE(an_id_belongs_to_its_source) {
  hand_world world;
  world.publish(draft_of("a", "1"));
  auto other = draft_of("a", "1");
  other.source = "/elsewhere";
  BOOST_TEST(!world.publish(std::move(other)).duplicate);
}

BOOST_AUTO_TEST_CASE(an_id_under_another_type_is_a_conflict_that_names_it) {
  hand_world world;
  world.publish(draft_of("a", "1"));
  auto got = world.gate().publish(draft_of("b", "1"), {});
  BOOST_REQUIRE(!got);
  BOOST_TEST((got.error().code() == errc::duplicate_conflict));
  BOOST_TEST(got.error().message().find("id 1 of /outside")
             != std::string::npos);
  BOOST_TEST(world.gate().counted().conflicts == 1u);
}

BOOST_AUTO_TEST_CASE(an_id_that_the_gate_made_is_a_repeat_when_it_comes_back) {
  hand_world world;
  const auto first = world.publish(draft_of("a"));
  const auto again = world.publish(draft_of("a", first.id));
  BOOST_TEST(again.duplicate);
  BOOST_TEST(again.sequence == first.sequence);
}

BOOST_AUTO_TEST_CASE(an_id_is_one_signal_however_it_is_written) {
  // Texts that only look alike are different ids.
  hand_world world;
  const std::string lower = "0190a0a0-0000-7000-8000-0000000000ab";
  const std::string upper = "0190A0A0-0000-7000-8000-0000000000AB";
  BOOST_TEST(!world.publish(draft_of("a", lower)).duplicate);
  BOOST_TEST(!world.publish(draft_of("a", upper)).duplicate);
  BOOST_TEST(world.publish(draft_of("a", lower)).duplicate);
}

BOOST_AUTO_TEST_CASE(a_claim_takes_equal_data_once_and_refuses_others) {
  hand_world world{100, claiming_contracts()};
  auto one = draft_of("claimed", "1");
  one.subject = "key";
  world.publish(one);
  one.id = "2";
  const auto again = world.publish(one);
  BOOST_TEST(again.duplicate);
  BOOST_TEST(again.id == "1");
  BOOST_TEST(again.sequence == 1u);
  one.id = "3";
  one.data = event_data::json(std::string{"2"});
  BOOST_TEST((world.refusal(one) == errc::duplicate_conflict));
  one.subject = "other";
  BOOST_TEST(!world.publish(one).duplicate);
}

BOOST_AUTO_TEST_CASE(reserved_types_need_the_right_or_a_declaration) {
  hand_world world;
  BOOST_TEST((world.refusal(draft_of("internal.x")) == errc::reserved_type));
  BOOST_TEST((world.refusal(draft_of("node.x")) == errc::reserved_type));
  BOOST_TEST((world.refusal(draft_of("review.result")) == errc::reserved_type));
  BOOST_TEST(world.gate().counted().refused == 3u);
  engine::rights all;
  all.emit_reserved = true;
  BOOST_TEST(world.gate().publish(draft_of("node.x"), all).has_value());
  const auto who = world.enter(spec_of("mouth", {}, {"internal.*"}, {}));
  BOOST_TEST(emit(world, *who, emission_of("internal.x")).has_value());
}

BOOST_AUTO_TEST_CASE(internal_types_go_by_routes_that_name_them_only) {
  hand_world world;
  world.enter(listener("all", "**"));
  world.enter(listener("star", "*.x"));
  world.enter(listener("named", "internal.*"));
  engine::rights all;
  all.emit_reserved = true;
  BOOST_REQUIRE(world.gate().publish(draft_of("internal.x"), all));
  BOOST_REQUIRE(world.out.delivered.size() == 1u);
  BOOST_TEST(world.out.delivered[0].first == 3u);
  world.publish(draft_of("other.x"));
  BOOST_TEST(world.out.delivered.size() == 3u);
}

BOOST_AUTO_TEST_CASE(an_actor_with_two_fitting_routes_hears_once) {
  hand_world world;
  world.enter(spec_of("ear", {"a.*", "a.b", "**"}, {}, {}));
  world.publish(draft_of("a.b"));
  BOOST_TEST(world.out.delivered.size() == 1u);
}

BOOST_AUTO_TEST_CASE(undeclared_emissions_keep_the_whole_step_back) {
  hand_world world;
  const auto who = world.enter(spec_of("mouth", {}, {"a", "b.*"}, {}));
  std::vector<draft> both;
  both.push_back(emission_of("a"));
  both.push_back(emission_of("c"));
  const auto done = world.gate().commit(*who, {}, emits(std::move(both)));
  BOOST_REQUIRE(!done);
  BOOST_TEST((done.error().code() == errc::not_declared));
  BOOST_TEST(world.logged() == texts{}, boost::test_tools::per_element());
  BOOST_TEST(emit(world, *who, emission_of("b.c")).has_value());
  BOOST_TEST(!emit(world, *who, emission_of("b")).has_value());
}

BOOST_AUTO_TEST_CASE(emissions_that_break_their_contract_are_refused) {
  hand_world world{100, claiming_contracts()};
  const auto who = world.enter(spec_of("mouth", {}, {"claimed"}, {}));
  auto wrong = emission_of("claimed");
  wrong.data = event_data::json(std::string{"0"});
  const auto done = emit(world, *who, wrong);
  BOOST_REQUIRE(!done);
  BOOST_TEST((done.error().code() == errc::schema_violation));
  BOOST_TEST(world.log.last_sequence() == 0u);
}

BOOST_AUTO_TEST_CASE(emissions_with_attributes_of_their_own_are_checked) {
  hand_world world;
  const auto who = world.enter(spec_of("mouth", {}, {"a"}, {}));
  const std::string long_text(limits::attribute_bytes_max + 1, 'x');
  std::vector<draft> wrong(5, emission_of("a"));
  wrong[0].source = "\n";
  wrong[1].id = "\xff";
  wrong[2].subject = "";
  wrong[3].causation_id = long_text;
  wrong[4].time = "noon";
  for (auto& one : wrong) {
    BOOST_TEST(!emit(world, *who, std::move(one)).has_value());
  }
  auto right = emission_of("a");
  right.causation_id = long_text.substr(1);
  BOOST_TEST(emit(world, *who, std::move(right)).has_value());
}

BOOST_AUTO_TEST_CASE(a_step_is_one_transaction) {
  hand_world world;
  const auto who = world.enter(spec_of("mouth", {}, {"a", "b"}, {}));
  auto step = emits({});
  step.emissions.push_back(emission_of("a"));
  step.emissions.push_back(emission_of("b"));
  step.writes.push_back({"table", "key", "value", 0});
  BOOST_REQUIRE(world.gate().commit(*who, {}, std::move(step)));
  BOOST_TEST(world.log.transactions == std::vector<std::size_t>{2},
             boost::test_tools::per_element());
  BOOST_TEST(world.log.read_table("table")->size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_empty_step_writes_nothing) {
  hand_world world;
  const auto who = world.enter(spec_of("mouth", {}, {"a"}, {}));
  BOOST_REQUIRE(world.gate().commit(*who, {}, {}));
  BOOST_TEST(world.log.transactions.empty());
}

BOOST_AUTO_TEST_CASE(an_emission_names_its_actor_and_its_cause) {
  hand_world world;
  const auto who = world.enter(spec_of("mouth", {"a"}, {"b"}, {}));
  world.publish(draft_of("a", "first"));
  const auto cause = world.out.delivered.front().second;
  BOOST_REQUIRE(emit(world, *who, emission_of("b"), cause));
  const auto made = *world.log.find(2);
  BOOST_TEST(made->source() == "/agents/mouth");
  BOOST_TEST(made->causation_id() == "first");
  BOOST_TEST(made->hops() == 1u);
  BOOST_TEST(made->tenant() == "default");
  BOOST_TEST((made->recorded_time() == world.time.wall_now()));
  auto own = emission_of("b");
  own.causation_id = "another";
  BOOST_REQUIRE(emit(world, *who, std::move(own), cause));
  BOOST_TEST((*world.log.find(3))->causation_id() == "another");
}

BOOST_AUTO_TEST_CASE(sixteen_hops_are_allowed_and_seventeen_are_not) {
  hand_world world;
  world.enter(spec_of("loop", {"a"}, {"a"},
                      {[](const signal_ptr&) {
                         std::vector<draft> one;
                         one.push_back(emission_of("a"));
                         return emits(std::move(one));
                       },
                       {},
                       {}}));
  world.publish(draft_of("a"));
  world.run();
  BOOST_TEST(world.log.last_sequence() == limits::hops_max + 1);
  BOOST_TEST((*world.log.find(limits::hops_max + 1))->hops()
             == limits::hops_max);
  BOOST_REQUIRE(world.dead_letters.size() == 1u);
  BOOST_TEST((world.dead_letters[0].why == errc::hops_exceeded));
  BOOST_TEST(world.crashes.empty());
}

// Contract, Envelope: hops is that of the known causationid plus one.
BOOST_AUTO_TEST_CASE(a_publisher_s_cause_counts_as_a_hop) {
  hand_world world;
  const auto caused_by = [](std::string id, std::string cause) {
    auto made = draft_of("a");
    made.id = std::move(id);
    made.causation_id = std::move(cause);
    return made;
  };
  world.publish(caused_by("0", "nobody knows it"));
  for (unsigned hop = 1; hop <= limits::hops_max; ++hop) {
    const auto got =
      world.publish(caused_by(std::to_string(hop), std::to_string(hop - 1)));
    BOOST_TEST((*world.log.find(got.sequence))->hops() == hop);
  }
  BOOST_TEST((world.refusal(caused_by("17", "16")) == errc::hops_exceeded));
  // Another tenant's signal of the same id is another one.
  engine::rights other;
  other.tenant = "other";
  const auto got = world.gate().publish(caused_by("17", "16"), other);
  BOOST_REQUIRE(got);
  BOOST_TEST((*world.log.find(got->sequence))->hops() == 0u);
}

BOOST_AUTO_TEST_CASE(a_signal_is_handed_once_more_to_one_actor_alone) {
  hand_world world{2};
  std::vector<std::string> heard;
  const auto note = [&](std::string who) {
    return test::script{[&heard, who](const signal_ptr& what) {
                          heard.push_back(who + ' ' + what->id());
                          return actor::step{};
                        },
                        {},
                        {}};
  };
  world.enter(spec_of("ear", {"a"}, {}, note("ear")));
  world.enter(spec_of("eye", {"a"}, {}, note("eye")));
  world.publish(draft_of("a", "1"));
  world.run();
  const auto first = *world.log.find(1);
  std::vector<std::string> answers;
  const auto answer = [&](const result<void>& done) {
    answers.emplace_back(done ? "done" : to_string(done.error().code()));
  };
  world.gate().redeliver("eye", first, answer);
  world.gate().redeliver("nose", first, answer);
  BOOST_TEST(world.gate().in_flight() == 1u);
  world.run();
  BOOST_TEST(heard == (texts{"ear 1", "eye 1", "eye 1"}),
             boost::test_tools::per_element());
  BOOST_TEST(world.gate().in_flight() == 0u);
  world.publish(draft_of("a", "2"));
  world.gate().redeliver("eye", first, answer);
  world.gate().stop();
  world.gate().redeliver("eye", first, answer);
  BOOST_TEST(answers == (texts{"done", "not_found", "overloaded", "stopped"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(publishing_is_refused_at_the_bound_of_flight) {
  hand_world world{3};
  world.enter(listener("ear", "a"));
  for (int count = 0; count < 3; ++count) {
    world.publish(draft_of("a"));
  }
  BOOST_TEST((world.refusal(draft_of("a")) == errc::overloaded));
  world.run();
  BOOST_TEST(world.gate().in_flight() == 0u);
  world.publish(draft_of("a"));
}

BOOST_AUTO_TEST_CASE(emissions_go_on_up_to_four_times_the_bound) {
  hand_world world{2};
  const auto who = world.enter(spec_of("mouth", {}, {"a"}, {}));
  world.enter(listener("ear", "a"));
  // The step under way is in flight itself.
  for (int count = 0; count < 7; ++count) {
    BOOST_REQUIRE(emit(world, *who, emission_of("a")));
  }
  BOOST_TEST(world.out.delivered.size() == 7u);
  BOOST_TEST(world.dead_letters.empty());
  BOOST_REQUIRE(emit(world, *who, emission_of("a")));
  BOOST_TEST(world.out.delivered.size() == 7u);
  BOOST_REQUIRE(world.dead_letters.size() == 1u);
  BOOST_TEST((world.dead_letters[0].why == errc::overloaded));
  BOOST_TEST(world.dead_letters[0].actor == "ear");
}

BOOST_AUTO_TEST_CASE(a_withdrawn_actor_hears_no_more) {
  hand_world world;
  const auto who = world.enter(listener("ear", "a"));
  world.publish(draft_of("a"));
  world.gate().withdraw_actor(who);
  world.publish(draft_of("a"));
  BOOST_TEST(world.out.delivered.size() == 1u);
  BOOST_TEST(world.unrouted == 1u);
  world.enter(listener("ear", "a"));
  world.publish(draft_of("a"));
  BOOST_REQUIRE(world.out.delivered.size() == 2u);
  BOOST_TEST(world.out.delivered[1].first == 2u);
}

BOOST_AUTO_TEST_CASE(an_actor_that_enters_hears_types_that_went_elsewhere) {
  hand_world world;
  world.publish(draft_of("a"));
  world.enter(listener("first", "a"));
  world.publish(draft_of("a"));
  world.enter(listener("second", "*"));
  world.publish(draft_of("a"));
  BOOST_TEST(world.out.delivered.size() == 3u);
  BOOST_TEST(world.unrouted == 1u);
}

BOOST_AUTO_TEST_CASE(many_types_are_led_as_well_as_few) {
  // More than the gate remembers; every one finds its way, twice.
  hand_world world{20'000};
  world.enter(listener("ear", "many.*"));
  constexpr std::size_t types = 3'000;
  for (int round = 0; round < 2; ++round) {
    for (std::size_t type = 0; type < types; ++type) {
      world.gate().publish(draft_of("many." + std::to_string(type)), {},
                           [](auto) {});
    }
  }
  BOOST_TEST(world.out.delivered.size() == 2 * types);
  BOOST_TEST(world.unrouted == 0u);
}

BOOST_AUTO_TEST_CASE(a_name_runs_once) {
  hand_world world;
  world.enter(listener("ear", "a"));
  const auto again = world.try_enter(listener("ear", "b"));
  BOOST_REQUIRE(!again);
  BOOST_TEST((again.error().code() == errc::already_exists));
}

BOOST_AUTO_TEST_CASE(signals_of_one_key_go_to_one_shard) {
  hand_world world;
  auto of = listener("ear", "a");
  of.shards = 8;
  of.key_of = [](const signal& what) -> std::string_view {
    return *what.subject();
  };
  world.enter(std::move(of));
  for (int round = 0; round < 2; ++round) {
    for (int key = 0; key < 20; ++key) {
      auto what = draft_of("a");
      what.subject = std::to_string(key);
      world.publish(std::move(what));
    }
  }
  for (std::size_t key = 0; key < 20; ++key) {
    const auto& [to, what] = world.out.delivered[key];
    BOOST_TEST(to == 1 + actor::shard_of(std::to_string(key), 8));
    BOOST_TEST(world.out.delivered[key + 20].first == to);
  }
}

BOOST_AUTO_TEST_CASE(a_stopped_gate_refuses_publishing_but_no_emission) {
  hand_world world;
  const auto who = world.enter(spec_of("mouth", {}, {"a"}, {}));
  world.gate().stop();
  BOOST_TEST((world.refusal(draft_of("a")) == errc::stopped));
  BOOST_TEST(emit(world, *who, emission_of("a")).has_value());
}

BOOST_AUTO_TEST_CASE(waiting_ends_when_nothing_is_in_flight) {
  hand_world world;
  BOOST_TEST(world.gate().wait_idle(0ms));
  world.enter(listener("ear", "a"));
  world.publish(draft_of("a"));
  BOOST_TEST(!world.gate().wait_idle(0ms));
  std::thread other{[&] { world.run(); }};
  BOOST_TEST(world.gate().wait_idle(1min));
  other.join();
}

BOOST_AUTO_TEST_CASE(the_answer_comes_after_the_write_and_once) {
  hand_world world;
  int answers = 0;
  world.gate().publish(draft_of("a"), {}, [&](auto got) {
    ++answers;
    BOOST_REQUIRE(got);
    BOOST_TEST(world.log.last_sequence() == got->sequence);
  });
  BOOST_TEST(answers == 1);
}

BOOST_AUTO_TEST_SUITE_END()
