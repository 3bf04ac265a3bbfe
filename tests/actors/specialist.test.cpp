#include "actors/specialist.hpp"

#include "actors/coordinator.hpp"
#include "libsig/review/contracts.hpp"
#include "tests/support/caf_system.hpp"
#include "tests/support/reactors.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

using namespace libsig;

namespace {

using table = std::map<std::string, std::string>;

/// What a check is told to do: each review id once.
struct orders {
  std::set<std::string> crash_at;
  std::set<std::string> fail_at;
};

/// A check that finds nothing, and fails or throws when it is told to.
class obedient_check final : public review::check {
public:
  explicit obedient_check(std::shared_ptr<orders> told)
    : told_{std::move(told)} {}

  [[nodiscard]] std::string_view name() const noexcept override {
    return "obedient";
  }

  [[nodiscard]] result<std::vector<review::finding>>
  run(std::span<const review::lexed_file>,
      const review::check_options& options) const override {
    // The only thing of a request that a check sees besides the files.
    const auto& id = options.hot_functions.at(0);
    if (told_->crash_at.erase(id) > 0) {
      throw std::runtime_error{"it hurts"};
    }
    if (told_->fail_at.contains(id)) {
      return fail(errc::invalid_argument, "no");
    }
    return std::vector<review::finding>{};
  }

private:
  std::shared_ptr<orders> told_;
};

[[nodiscard]] schema::registry contracts() {
  schema::registry made;
  BOOST_REQUIRE(review::add_contracts(made));
  for (const auto name : {std::string_view{"first"}, std::string_view{"second"},
                          review::security_specialist_name,
                          review::performance_specialist_name}) {
    BOOST_REQUIRE(
      made.add(review::assignment_type(name), review::assignment_contract()));
  }
  return made;
}

/// A request that tells the obedient check its id.
[[nodiscard]] std::shared_ptr<review::request>
asked_for(const std::string& review_id) {
  auto asked = test::make_request(review_id);
  asked->hot_functions = {review_id};
  return asked;
}

/// A specialist named `first` with the obedient check, and its node.
struct workplace {
  explicit workplace(bool emits_history = false, std::size_t shards = 1)
    : system{contracts()} {
    actors::specialist_options how;
    how.name = "first";
    std::vector<std::unique_ptr<const review::check>> checks;
    checks.push_back(std::make_unique<obedient_check>(told));
    how.checks =
      std::make_shared<const std::vector<std::unique_ptr<const review::check>>>(
        std::move(checks));
    how.shards = shards;
    how.time = &system.time();
    how.emits_history = emits_history;
    BOOST_REQUIRE(system.spawn(actors::specialist_spec(std::move(how))));
  }

  void add_coordinator() {
    actors::coordinator_options how;
    how.specialists = {"first"};
    auto spec = actors::coordinator_spec(std::move(how));
    BOOST_REQUIRE(spec);
    BOOST_REQUIRE(system.spawn(std::move(*spec)));
  }

  /// Hands an assignment to a specialist, as the coordinator would.
  void assign(const std::string& review_id,
              std::shared_ptr<const review::request> asked,
              std::string_view name = "first") {
    auto work = std::make_shared<review::assignment>();
    work->review_id = review_id;
    work->agent = name;
    work->path = review::decision_path::deep_review;
    work->asked = std::move(asked);
    draft what;
    what.type = review::assignment_type(name);
    what.source = "/synapse/agents/coordinator";
    what.subject = review::review_subject(review_id);
    what.data = event_data::decoded(std::move(work));
    BOOST_REQUIRE(system.publish(what, {.emit_reserved = true}));
    system.run();
  }

  void assign(const std::string& review_id) {
    assign(review_id, asked_for(review_id));
  }

  [[nodiscard]] std::size_t count(std::string_view type) const {
    return system.logged(type).size();
  }

  [[nodiscard]] table kept(std::string_view name = "specialist.first") {
    table rows;
    const auto found = system.gate().log().read_table(name);
    BOOST_REQUIRE(found);
    for (const auto& row : *found) {
      rows.emplace(row.key, row.value.value());
    }
    return rows;
  }

  /// The reviews that the last `review.history` names.
  [[nodiscard]] std::vector<std::string> traced() const {
    std::vector<std::string> ids;
    const auto traces = system.logged(review::history_type);
    BOOST_REQUIRE(!traces.empty());
    const auto last = traces.back()->data().as<review::history>();
    for (const auto& each : last->entries) {
      ids.push_back(each.review_id);
    }
    return ids;
  }

  std::shared_ptr<orders> told = std::make_shared<orders>();
  test::caf_system system;
};

/// The one result of a built-in specialist for a diff.
[[nodiscard]] std::shared_ptr<const review::review_result>
result_of(workplace& at, actors::specialist_options how,
          const std::string& diff, std::vector<std::string> hot = {}) {
  const auto name = how.name;
  BOOST_REQUIRE(at.system.spawn(actors::specialist_spec(std::move(how))));
  auto asked = std::make_shared<review::request>();
  asked->review_id = "r1";
  asked->diff = std::make_shared<const std::string>(diff);
  asked->hot_functions = std::move(hot);
  auto scope = review::make_scope(*asked);
  BOOST_REQUIRE(scope);
  asked->scope = std::move(*scope);
  at.assign("r1", asked, name);
  const auto found = at.system.logged(review::result_type);
  BOOST_REQUIRE_EQUAL(found.size(), 1u);
  return found[0]->data().as<review::review_result>();
}

} // namespace

BOOST_AUTO_TEST_SUITE(specialist)

// -- results ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_assignment_gets_one_result_of_its_specialist_002) {
  workplace at;
  at.assign("r1");
  const auto found = at.system.logged(review::result_type);
  BOOST_REQUIRE_EQUAL(found.size(), 1u);
  BOOST_TEST(found[0]->source() == "/synapse/agents/first");
  BOOST_TEST(found[0]->subject().value() == "jido://review/r1");
  BOOST_TEST(found[0]->causation_id()
             == at.system.logged(review::assignment_type("first"))[0]->id());
  const auto answer = found[0]->data().as<review::review_result>();
  BOOST_TEST(answer->review_id == "r1");
  BOOST_TEST(answer->agent == "first");
  BOOST_TEST(answer->runtime_ms.value() == 0u);
}

BOOST_AUTO_TEST_CASE(an_assignment_of_another_is_not_answered) {
  workplace at;
  at.assign("r1", asked_for("r1"), "second");
  BOOST_TEST(at.count(review::result_type) == 0u);
}

BOOST_AUTO_TEST_CASE(a_failed_check_is_named_and_leaves_a_scar_A4) {
  workplace at;
  at.told->fail_at = {"r1"};
  at.assign("r1");
  const auto found = at.system.logged(review::result_type);
  BOOST_REQUIRE_EQUAL(found.size(), 1u);
  const auto answer = found[0]->data().as<review::review_result>();
  BOOST_REQUIRE_EQUAL(answer->checks_failed.size(), 1u);
  BOOST_TEST(answer->checks_failed[0] == "obedient");
  BOOST_TEST(at.kept().at("0/scar/1")
             == R"({"number":1,"review_id":"r1","what":"obedient"})");
}

// -- memory -------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_clean_review_is_kept_as_one_row_with_its_result) {
  workplace at;
  at.assign("r1");
  const table expected{
    {"0/history/1",
     R"({"findings":0,"number":1,"review_id":"r1","severity":"none"})"}};
  BOOST_TEST((at.kept() == expected));
}

BOOST_AUTO_TEST_CASE(a_crash_leaves_a_scar_and_the_retry_succeeds_A7) {
  workplace at;
  at.add_coordinator();
  at.told->crash_at = {"r1"};
  BOOST_REQUIRE(at.system.publish(test::request_draft(asked_for("r1"))));
  at.system.run();
  BOOST_TEST(at.count(actor::crashed_type) == 1u);
  BOOST_TEST(at.count(review::result_type) == 1u);
  const auto summaries = at.system.logged(review::summary_type);
  BOOST_REQUIRE_EQUAL(summaries.size(), 1u);
  BOOST_TEST((summaries[0]->data().as<review::summary>()->status
              == review::review_status::complete));
  const table expected{
    {"0/history/1",
     R"({"findings":0,"number":1,"review_id":"r1","severity":"none"})"},
    {"0/scar/1", R"({"number":1,"review_id":"r1","what":"crash"})"}};
  BOOST_TEST((at.kept() == expected));
}

BOOST_AUTO_TEST_CASE(what_was_learned_survives_a_crash) {
  workplace at{true};
  at.assign("r1");
  at.assign("r2");
  at.told->crash_at = {"r3"};
  at.assign("r3");
  BOOST_TEST(at.count(actor::crashed_type) == 1u);
  at.assign("r4");
  const std::vector<std::string> expected{"r1", "r2", "r4"};
  BOOST_TEST(at.traced() == expected, boost::test_tools::per_element());
  BOOST_TEST(at.kept().contains("0/history/3"));
}

BOOST_AUTO_TEST_CASE(scars_of_several_crashes_are_all_kept) {
  workplace at;
  at.told->crash_at = {"r1", "r2"};
  at.assign("r1");
  at.assign("r2");
  // The second crash in a row is followed by a pause.
  at.system.advance(limits::restart_pause_first);
  at.system.run();
  const table expected{
    {"0/scar/1", R"({"number":1,"review_id":"r1","what":"crash"})"},
    {"0/scar/2", R"({"number":2,"review_id":"r2","what":"crash"})"}};
  BOOST_TEST((at.kept() == expected));
}

BOOST_AUTO_TEST_CASE(a_crash_of_another_actor_leaves_no_scar) {
  workplace at;
  BOOST_REQUIRE(at.system.spawn(test::scripted_spec(
    "second", review::assignment_type("second"), {},
    [](const signal_ptr&, const actor::context&) -> actor::step {
      throw std::runtime_error{"it hurts"};
    })));
  at.assign("r1", asked_for("r1"), "second");
  BOOST_TEST(at.count(actor::crashed_type) == 1u);
  BOOST_TEST(at.kept().empty());
}

BOOST_AUTO_TEST_CASE(each_shard_remembers_its_own_reviews_and_crashes) {
  constexpr std::size_t shards = 4;
  workplace at{true, shards};
  std::map<std::size_t, std::vector<std::string>> expected;
  for (int number = 0; number < 20; ++number) {
    const auto id = std::to_string(number) + "-review";
    at.assign(id);
    auto& of_shard = expected[actor::shard_of(id, shards)];
    of_shard.push_back(id);
    BOOST_TEST(at.traced() == of_shard, boost::test_tools::per_element());
  }
  BOOST_REQUIRE_EQUAL(expected.size(), shards);
  at.told->crash_at = {"x-review"};
  at.assign("x-review");
  const auto of_crash = actor::shard_of("x-review", shards);
  BOOST_TEST(at.kept().contains(std::to_string(of_crash) + "/scar/1"));
  for (const auto* id : {"a-review", "b-review", "c-review", "d-review"}) {
    at.assign(id);
    auto& of_shard = expected[actor::shard_of(id, shards)];
    of_shard.emplace_back(id);
    BOOST_TEST(at.traced() == of_shard, boost::test_tools::per_element());
  }
}

// -- history ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(history_is_not_emitted_unless_it_was_asked_for) {
  workplace at;
  at.assign("r1");
  BOOST_TEST(at.count(review::history_type) == 0u);
  actors::specialist_options how;
  how.name = "second";
  BOOST_TEST(actors::specialist_spec(how).emits.size() == 1u);
  how.emits_history = true;
  BOOST_TEST(actors::specialist_spec(how).emits.size() == 2u);
}

BOOST_AUTO_TEST_CASE(history_follows_each_result_when_it_was_asked_for) {
  workplace at{true};
  at.assign("r1");
  at.assign("r2");
  const auto traces = at.system.logged(review::history_type);
  BOOST_REQUIRE_EQUAL(traces.size(), 2u);
  BOOST_TEST(traces[1]->source() == "/synapse/agents/first");
  BOOST_TEST(traces[1]->subject().value() == "jido://review/r2");
  const auto results = at.system.logged(review::result_type);
  BOOST_TEST(results.at(1)->sequence() < traces[1]->sequence());
  BOOST_TEST(traces[1]->data().json_text()
             == R"({"agent":"first","history":[)"
                R"({"findings":0,"review_id":"r1","severity":"none"},)"
                R"({"findings":0,"review_id":"r2","severity":"none"}],)"
                R"("review_id":"r2"})");
}

// -- the built-in two ---------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_security_specialist_escalates_an_injection_A4) {
  workplace at;
  const auto answer =
    result_of(at, actors::security_specialist(at.system.time()),
              "--- a/dao.py\n+++ b/dao.py\n@@ -1,2 +1,3 @@\n"
              " def find(cursor, name):\n"
              "+    query = \"SELECT id FROM users WHERE name = '\" + name\n"
              "+    cursor.execute(query)\n"
              "-    pass\n");
  BOOST_REQUIRE_EQUAL(answer->findings.size(), 1u);
  BOOST_TEST(answer->findings[0].type == "sql_injection");
  BOOST_TEST((answer->findings[0].severity == review::severity::high));
  BOOST_TEST(answer->should_escalate);
  const auto pattern =
    at.kept("specialist.security_specialist")
      .at("0/pattern/" + answer->findings[0].rule.value() + ":py");
  BOOST_TEST(pattern == R"({"count":1,"examples":["dao.py:3"],"number":1})");
}

BOOST_AUTO_TEST_CASE(the_performance_specialist_escalates_a_hot_path_A4) {
  workplace at;
  const auto answer =
    result_of(at, actors::performance_specialist(at.system.time()),
              "--- a/batch.py\n+++ b/batch.py\n@@ -1,2 +1,2 @@\n"
              " def process_batch(items):\n"
              "-    return [work(x) for x in items]\n"
              "+    return sorted(work(x) for x in items)\n",
              {"process_batch"});
  BOOST_REQUIRE_EQUAL(answer->findings.size(), 1u);
  BOOST_TEST(answer->findings[0].type == "hot_path_modified");
  BOOST_TEST((answer->findings[0].severity == review::severity::medium));
  BOOST_TEST(answer->should_escalate);
}

BOOST_AUTO_TEST_CASE(security_does_not_escalate_on_medium_A4) {
  const manual_clock time{wall_time{}};
  BOOST_TEST((actors::security_specialist(time).escalates
              == review::escalation_rule::on_high));
  BOOST_TEST((actors::performance_specialist(time).escalates
              == review::escalation_rule::on_medium_or_high));
}

BOOST_AUTO_TEST_SUITE_END()
