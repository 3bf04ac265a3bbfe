#include "actors/coordinator.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "libsig/core/row_key.hpp"
#include "libsig/review/contracts.hpp"
#include "libsig/review/record.hpp"
#include "tests/support/caf_system.hpp"
#include "tests/support/reactors.hpp"

using namespace libsig;
using namespace std::chrono_literals;

namespace {

using review::specialist_state;

[[nodiscard]] schema::registry contracts() {
  schema::registry made;
  BOOST_REQUIRE(review::add_contracts(made));
  for (const auto* name : {"first", "second"}) {
    BOOST_REQUIRE(
      made.add(review::assignment_type(name), review::assignment_contract()));
  }
  return made;
}

class noting_observer final : public actors::review_observer {
public:
  void on_opened() noexcept override { ++opened; }

  void on_closed(review::review_status status,
                 std::chrono::microseconds after) noexcept override {
    last_status = status;
    last_duration = after;
  }

  int opened = 0;
  std::optional<review::review_status> last_status;
  std::chrono::microseconds last_duration{0};
};

/// A coordinator with two specialists that do as they are told.
struct pipeline {
  enum class behaviour { answers, is_silent, crashes_once, crashes_always };

  explicit pipeline(std::map<std::string, behaviour> how,
                    std::size_t shards = 2)
    : behaviours{std::move(how)}, system{contracts()} {
    actors::coordinator_options options;
    options.specialists = {"first", "second"};
    options.shards = shards;
    options.counters = counters;
    options.records = true;
    options.watcher = watcher;
    auto coordinator = actors::coordinator_spec(std::move(options));
    BOOST_REQUIRE(coordinator);
    BOOST_REQUIRE(system.spawn(std::move(*coordinator)));
    for (const auto* name : {"first", "second"}) {
      auto spec = test::scripted_spec(
        name, review::assignment_type(name), {std::string{review::result_type}},
        [this](const signal_ptr& what, const actor::context&) {
          return act(*what);
        });
      BOOST_REQUIRE(system.spawn(std::move(spec)));
    }
  }

  actor::step act(const signal& what) {
    const auto work = what.data().as<review::assignment>();
    const auto how = behaviours.at(work->agent);
    actor::step out;
    if (how == behaviour::crashes_always
        || (how == behaviour::crashes_once && work->attempt == 1)) {
      throw std::runtime_error{"it hurts"};
    }
    if (how != behaviour::is_silent) {
      out.emissions.push_back(test::answer_to(*work, what));
    }
    return out;
  }

  void ask(const std::string& review_id) {
    BOOST_REQUIRE(
      system.publish(test::request_draft(test::make_request(review_id))));
    system.run();
  }

  [[nodiscard]] std::vector<std::shared_ptr<const review::summary>>
  summaries() const {
    std::vector<std::shared_ptr<const review::summary>> found;
    for (const auto& one : system.logged(review::summary_type)) {
      found.push_back(one->data().as<review::summary>());
    }
    return found;
  }

  /// The only record there is.
  [[nodiscard]] review::review_record record() const {
    const auto rows = system.rows(review::closed_reviews_table);
    BOOST_REQUIRE_EQUAL(rows.size(), 1u);
    const auto read = review::read_record(rows.front().value.value_or(""));
    BOOST_REQUIRE(read.has_value());
    return *read;
  }

  std::shared_ptr<actors::coordinator_counters> counters =
    std::make_shared<actors::coordinator_counters>();
  std::shared_ptr<noting_observer> watcher =
    std::make_shared<noting_observer>();
  std::map<std::string, behaviour> behaviours;
  test::caf_system system;
};

using behaviour = pipeline::behaviour;

} // namespace

BOOST_AUTO_TEST_SUITE(coordinator)

BOOST_AUTO_TEST_CASE(a_request_gets_one_summary_when_all_have_answered_A5) {
  pipeline run{{{"first", behaviour::answers}, {"second", behaviour::answers}}};
  run.ask("r1");
  const auto summaries = run.summaries();
  BOOST_REQUIRE_EQUAL(summaries.size(), 1u);
  BOOST_TEST(summaries[0]->review_id == "r1");
  BOOST_TEST((summaries[0]->status == review::review_status::complete));
  run.system.advance(60s);
  BOOST_TEST(run.summaries().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_summary_names_its_source_subject_and_cause_002) {
  pipeline run{{{"first", behaviour::answers}, {"second", behaviour::answers}}};
  run.ask("r1");
  const auto signals = run.system.logged(review::summary_type);
  BOOST_REQUIRE_EQUAL(signals.size(), 1u);
  BOOST_TEST(signals[0]->source() == "/synapse/agents/coordinator");
  BOOST_TEST(signals[0]->subject().value() == "jido://review/r1");
  const auto requests = run.system.logged(review::request_type);
  BOOST_TEST(signals[0]->causation_id() == requests.at(0)->id());
  BOOST_TEST(signals[0]->hops() == requests.at(0)->hops() + 1);
}

BOOST_AUTO_TEST_CASE(a_restart_finds_what_is_owed_and_nothing_else_A5) {
  actors::coordinator_options options;
  options.specialists = {"first", "second"};
  options.shards = 1;
  const auto spec = actors::coordinator_spec(std::move(options));
  BOOST_REQUIRE(spec);
  const auto coordinator = spec->make(0);
  const auto rules = contracts();
  std::map<std::uint64_t, signal_ptr> log;
  for (const auto sequence : {3u, 5u, 7u, 9u}) {
    auto admitted = rules.admit(
      test::request_draft(test::make_request("r" + std::to_string(sequence))),
      {}, {});
    BOOST_REQUIRE(admitted);
    admitted->what->assign_sequence(sequence);
    log[sequence] = std::move(admitted->what);
  }
  const actor::context now{};
  const std::vector<actor::write> rows{{std::string{review::open_reviews_table},
                                        to_string(row_key{"", 5, "r5"}), "", 5},
                                       {std::string{review::open_reviews_table},
                                        to_string(row_key{"", 9, "r9"}), "",
                                        9}};
  const auto found = coordinator->recover(
    {rows, 6, [&](std::uint64_t sequence) { return log.at(sequence); }}, now);
  BOOST_TEST(found.emissions.size() == 4u);
  BOOST_TEST(found.timers.size() == 2u);
  BOOST_TEST((found.emissions.front().cause == log[5]));
  // What is still in the mailbox was found, or has its summary.
  BOOST_TEST(coordinator->on_signal(log[3], now).empty());
  BOOST_TEST(coordinator->on_signal(log[5], now).empty());
  BOOST_TEST(coordinator->on_signal(log[9], now).empty());
  BOOST_TEST(coordinator->on_signal(log[7], now).emissions.size() == 2u);
}

BOOST_AUTO_TEST_CASE(specialists_are_assigned_and_do_not_hear_requests_A5) {
  pipeline run{{{"first", behaviour::answers}, {"second", behaviour::answers}}};
  run.ask("r1");
  BOOST_TEST(run.system.logged("internal.review.assignment.first").size()
             == 1u);
  BOOST_TEST(run.system.logged("internal.review.assignment.second").size()
             == 1u);
  BOOST_TEST(run.system.logged(review::result_type).size() == 2u);
}

BOOST_AUTO_TEST_CASE(no_summary_comes_before_the_deadline) {
  pipeline run{
    {{"first", behaviour::answers}, {"second", behaviour::is_silent}}};
  run.ask("r1");
  run.system.advance(29'900ms);
  BOOST_TEST(run.summaries().empty());
}

BOOST_AUTO_TEST_CASE(at_the_deadline_a_failed_summary_keeps_what_arrived_A7) {
  pipeline run{
    {{"first", behaviour::answers}, {"second", behaviour::is_silent}}};
  run.ask("r1");
  run.system.advance(30'200ms);
  const auto summaries = run.summaries();
  BOOST_REQUIRE_EQUAL(summaries.size(), 1u);
  BOOST_TEST((summaries[0]->status == review::review_status::failed));
  BOOST_REQUIRE_EQUAL(summaries[0]->escalations.size(), 1u);
  BOOST_TEST(summaries[0]->escalations[0] == "No response from second");
  BOOST_REQUIRE_EQUAL(summaries[0]->specialists_resolved.size(), 1u);
  BOOST_TEST(summaries[0]->specialists_resolved[0] == "first");
}

BOOST_AUTO_TEST_CASE(missing_specialists_are_named_in_name_order) {
  pipeline run{
    {{"first", behaviour::is_silent}, {"second", behaviour::is_silent}}};
  run.ask("r1");
  run.system.advance(31s);
  const auto summaries = run.summaries();
  BOOST_REQUIRE_EQUAL(summaries.size(), 1u);
  const std::vector<std::string> expected{"No response from first",
                                          "No response from second"};
  BOOST_TEST(summaries[0]->escalations == expected,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_request_states_its_own_deadline) {
  pipeline run{
    {{"first", behaviour::is_silent}, {"second", behaviour::is_silent}}};
  auto asked = test::make_request("r1");
  asked->options.timeout = 500ms;
  BOOST_REQUIRE(run.system.publish(test::request_draft(asked)));
  run.system.run();
  run.system.advance(400ms);
  BOOST_TEST(run.summaries().empty());
  run.system.advance(200ms);
  BOOST_TEST(run.summaries().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_specialist_that_crashes_once_is_asked_again_A7) {
  pipeline run{
    {{"first", behaviour::crashes_once}, {"second", behaviour::answers}}};
  run.ask("r1");
  const auto summaries = run.summaries();
  BOOST_REQUIRE_EQUAL(summaries.size(), 1u);
  BOOST_TEST((summaries[0]->status == review::review_status::complete));
  BOOST_TEST(run.counters->retries.load() == 1u);
}

BOOST_AUTO_TEST_CASE(the_second_crash_counts_as_no_response_at_once_A7) {
  pipeline run{
    {{"first", behaviour::crashes_always}, {"second", behaviour::answers}}};
  run.ask("r1");
  const auto summaries = run.summaries();
  BOOST_REQUIRE_EQUAL(summaries.size(), 1u);
  BOOST_TEST((summaries[0]->status == review::review_status::failed));
  BOOST_TEST(summaries[0]->escalations.at(0) == "No response from first");
  BOOST_TEST(run.system.logged("internal.review.assignment.first").size()
             == 2u);
}

BOOST_AUTO_TEST_CASE(a_second_result_of_a_specialist_is_counted_not_used_A7) {
  pipeline run{
    {{"first", behaviour::answers}, {"second", behaviour::is_silent}}};
  run.ask("r1");
  const auto results = run.system.logged(review::result_type);
  BOOST_REQUIRE_EQUAL(results.size(), 1u);
  draft again;
  again.type = review::result_type;
  again.source = "/synapse/agents/first";
  again.data = results[0]->data();
  BOOST_REQUIRE(run.system.publish(again, {.emit_reserved = true}));
  run.system.run();
  BOOST_TEST(run.counters->duplicate_results.load() == 1u);
  BOOST_TEST(run.summaries().empty());
}

BOOST_AUTO_TEST_CASE(results_of_others_are_ignored_and_counted_A7) {
  pipeline run{
    {{"first", behaviour::is_silent}, {"second", behaviour::is_silent}}};
  run.ask("r1");
  auto foreign = std::make_shared<review::review_result>();
  foreign->review_id = "r1";
  foreign->agent = "stranger";
  draft what;
  what.type = review::result_type;
  what.source = "/synapse/agents/stranger";
  what.data = event_data::decoded(foreign);
  BOOST_REQUIRE(run.system.publish(what, {.emit_reserved = true}));
  run.system.run();
  BOOST_TEST(run.counters->foreign_results.load() == 1u);
}

BOOST_AUTO_TEST_CASE(a_result_after_the_summary_is_late_and_counted_A7) {
  pipeline run{{{"first", behaviour::answers}, {"second", behaviour::answers}}};
  run.ask("r1");
  draft late;
  late.type = review::result_type;
  late.source = "/synapse/agents/first";
  late.data = run.system.logged(review::result_type).at(0)->data();
  BOOST_REQUIRE(run.system.publish(late, {.emit_reserved = true}));
  run.system.run();
  BOOST_TEST(run.counters->late_results.load() == 1u);
  BOOST_TEST(run.summaries().size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_same_request_again_is_answered_and_not_reviewed) {
  pipeline run{{{"first", behaviour::answers}, {"second", behaviour::answers}}};
  run.ask("r1");
  const auto again =
    run.system.publish(test::request_draft(test::make_request("r1")));
  BOOST_REQUIRE(again);
  BOOST_TEST(again->duplicate);
  run.system.run();
  BOOST_TEST(run.summaries().size() == 1u);
}

BOOST_AUTO_TEST_CASE(another_request_under_a_known_review_id_is_refused) {
  pipeline run{{{"first", behaviour::answers}, {"second", behaviour::answers}}};
  run.ask("r1");
  const auto other =
    run.system.publish(test::request_draft(test::make_request("r1", 2)));
  BOOST_REQUIRE(!other);
  BOOST_TEST((other.error().code() == errc::duplicate_conflict));
  run.system.run();
  BOOST_TEST(run.summaries().size() == 1u);
}

BOOST_AUTO_TEST_CASE(only_and_skip_decide_who_is_assigned) {
  pipeline run{
    {{"first", behaviour::answers}, {"second", behaviour::is_silent}}};
  auto asked = test::make_request("r1");
  asked->options.only = {"first"};
  BOOST_REQUIRE(run.system.publish(test::request_draft(asked)));
  run.system.run();
  const auto summaries = run.summaries();
  BOOST_REQUIRE_EQUAL(summaries.size(), 1u);
  BOOST_TEST((summaries[0]->status == review::review_status::complete));
  for (const auto& [name, state] : summaries[0]->coverage.specialists) {
    BOOST_TEST((state
                == (name == "first" ? specialist_state::done
                                    : specialist_state::skipped)));
  }
}

BOOST_AUTO_TEST_CASE(a_review_that_skips_everybody_closes_at_once) {
  pipeline run{
    {{"first", behaviour::is_silent}, {"second", behaviour::is_silent}}};
  auto asked = test::make_request("r1");
  asked->options.skip = {"first", "second"};
  BOOST_REQUIRE(run.system.publish(test::request_draft(asked)));
  run.system.run();
  BOOST_TEST(run.summaries().size() == 1u);
}

BOOST_AUTO_TEST_CASE(every_one_of_many_reviews_gets_its_one_summary) {
  pipeline run{
    {{"first", behaviour::crashes_once}, {"second", behaviour::answers}}, 4};
  std::map<std::string, int> seen;
  for (int number = 0; number < 500; ++number) {
    run.ask("r" + std::to_string(number));
  }
  run.system.advance(40s);
  for (const auto& summary : run.summaries()) {
    ++seen[summary->review_id];
  }
  BOOST_TEST(seen.size() == 500u);
  for (const auto& [id, times] : seen) {
    BOOST_TEST(times == 1, id);
  }
}

BOOST_AUTO_TEST_CASE(more_specialists_than_bits_are_refused) {
  actors::coordinator_options options;
  options.specialists.resize(limits::specialists_max);
  BOOST_TEST(actors::coordinator_spec(options).has_value());
  options.specialists.resize(limits::specialists_max + 1);
  BOOST_TEST(!actors::coordinator_spec(options).has_value());
}

BOOST_AUTO_TEST_CASE(a_closed_review_has_a_record_that_leads_to_its_signals) {
  pipeline run{{{"first", behaviour::answers}, {"second", behaviour::answers}}};
  run.ask("r1");
  const auto rows = run.system.rows(review::closed_reviews_table);
  BOOST_REQUIRE_EQUAL(rows.size(), 1u);
  const auto request = run.system.logged(review::request_type).at(0);
  BOOST_TEST(rows[0].key
             == to_string(row_key{"default", request->sequence(), "r1"}));
  BOOST_TEST(run.system.rows(review::open_reviews_table).empty());
  const auto record = run.record();
  BOOST_TEST((record.status == review::review_status::complete));
  BOOST_TEST((record.opened == request->recorded_time()));
  BOOST_TEST(record.summary
             == run.system.logged(review::summary_type).at(0)->sequence());
  const auto results = run.system.logged(review::result_type);
  BOOST_REQUIRE_EQUAL(record.assignments.size(), 2u);
  for (const auto& one : record.assignments) {
    BOOST_TEST((one.state == review::assignment_state::done));
    BOOST_TEST(one.attempt == 1u);
    BOOST_TEST((one.result == results[0]->sequence()
                || one.result == results[1]->sequence()));
  }
}

BOOST_AUTO_TEST_CASE(a_record_tells_crashes_and_silence_apart) {
  pipeline run{
    {{"first", behaviour::crashes_once}, {"second", behaviour::is_silent}}};
  run.ask("r1");
  BOOST_TEST(run.system.rows(review::closed_reviews_table).empty());
  run.system.advance(30'200ms);
  const auto record = run.record();
  BOOST_TEST((record.status == review::review_status::failed));
  BOOST_TEST((record.closed - record.opened >= 30s));
  BOOST_REQUIRE_EQUAL(record.assignments.size(), 3u);
  using state = review::assignment_state;
  const auto& all = record.assignments;
  BOOST_TEST(all[0].agent == "first");
  BOOST_TEST((all[0].state == state::crashed && all[0].attempt == 1));
  BOOST_TEST((all[1].state == state::done && all[1].attempt == 2));
  BOOST_TEST((all[1].assigned == all[0].answered.value()));
  BOOST_TEST(all[2].agent == "second");
  BOOST_TEST((all[2].state == state::timed_out && !all[2].answered));
  BOOST_TEST(all[2].result == 0u);
}

BOOST_AUTO_TEST_CASE(a_second_crash_ends_an_assignment_in_the_record) {
  pipeline run{
    {{"first", behaviour::crashes_always}, {"second", behaviour::answers}}};
  run.ask("r1");
  const auto record = run.record();
  BOOST_REQUIRE_EQUAL(record.assignments.size(), 3u);
  using state = review::assignment_state;
  BOOST_TEST((record.assignments[0].state == state::crashed));
  BOOST_TEST((record.assignments[1].state == state::crashed));
  BOOST_TEST(record.assignments[1].attempt == 2u);
  BOOST_TEST((record.assignments[2].state == state::done));
}

// Contract, Aggregate: the first result counts, later ones are counted.
BOOST_AUTO_TEST_CASE(results_that_do_not_count_are_counted_with_the_review) {
  pipeline run{
    {{"first", behaviour::answers}, {"second", behaviour::is_silent}}};
  run.ask("r1");
  const auto say = [&](const std::string& agent, const std::string& tenant) {
    review::assignment as;
    as.review_id = "r1";
    as.agent = agent;
    const auto work =
      run.system.logged("internal.review.assignment.first").at(0);
    auto answer = test::answer_to(as, *work);
    answer.source = "/me";
    engine::rights by;
    by.emit_reserved = true;
    by.tenant = tenant;
    BOOST_REQUIRE(run.system.publish(std::move(answer), by));
    run.system.run();
  };
  say("first", "default");
  say("nobody", "default");
  // Of another tenant: not this review's at all.
  say("second", "other");
  BOOST_TEST(run.summaries().empty());
  say("second", "default");
  const auto record = run.record();
  BOOST_TEST(record.duplicate_results == 1u);
  BOOST_TEST(record.foreign_results == 1u);
  BOOST_TEST(run.system.rows(review::late_results_table).empty());
  say("second", "default");
  say("first", "default");
  say("first", "other");
  const auto late = run.system.rows(review::late_results_table);
  BOOST_REQUIRE_EQUAL(late.size(), 1u);
  BOOST_TEST(late[0].key
             == run.system.rows(review::closed_reviews_table).at(0).key);
  BOOST_TEST(late[0].value.value_or("") == "2");
}

BOOST_AUTO_TEST_CASE(reviews_of_two_tenants_with_one_id_do_not_meet) {
  pipeline run{{{"first", behaviour::answers}, {"second", behaviour::answers}}};
  for (const auto* tenant : {"default", "other"}) {
    engine::rights by;
    by.tenant = tenant;
    BOOST_REQUIRE(
      run.system.publish(test::request_draft(test::make_request("r1")), by));
  }
  run.system.run();
  const auto summaries = run.system.logged(review::summary_type);
  BOOST_REQUIRE_EQUAL(summaries.size(), 2u);
  BOOST_TEST(summaries[0]->tenant() != summaries[1]->tenant());
  BOOST_TEST(run.system.rows(review::closed_reviews_table).size() == 2u);
  BOOST_TEST(run.system.rows(review::open_reviews_table).empty());
}

BOOST_AUTO_TEST_CASE(an_observer_hears_of_opening_and_closing) {
  pipeline run{
    {{"first", behaviour::answers}, {"second", behaviour::is_silent}}};
  run.ask("r1");
  BOOST_TEST(run.watcher->opened == 1);
  BOOST_TEST(!run.watcher->last_status.has_value());
  run.system.advance(30'200ms);
  BOOST_TEST((run.watcher->last_status == review::review_status::failed));
  BOOST_TEST((run.watcher->last_duration >= 30s));
  BOOST_TEST((run.watcher->last_duration < 31s));
}

BOOST_AUTO_TEST_SUITE_END()
