#include "actors/scheduler.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libsig/actor/wheel.hpp"
#include "libsig/schedule/row.hpp"

using namespace libsig;
using namespace std::chrono_literals;

namespace {

constexpr wall_time start{std::chrono::milliseconds{1'700'000'000'000}};

/// Notes the events of the engine.
class noting final : public actors::schedule_observer {
public:
  void on_scheduled(std::string_view, const schedule::scheduled_row& row,
                    std::string_view replaced) noexcept override {
    events.push_back("scheduled " + row.id + (replaced.empty() ? "" : " for ")
                     + std::string{replaced});
  }

  void on_cancelled(std::string_view,
                    const schedule::scheduled_row& row) noexcept override {
    events.push_back("cancelled " + row.id);
  }

  void on_delivered(std::string_view,
                    const schedule::scheduled_row& row) noexcept override {
    events.push_back("delivered " + row.id);
  }

  void on_unreadable(std::string_view key) noexcept override {
    events.push_back("unreadable " + std::string{key});
  }

  std::vector<std::string> events;
};

/// The actor with a journal's rows and timers around it, moved by hand. Each
/// step is carried out as one, or lost with `crash`.
class stage {
public:
  explicit stage(actors::scheduler_options how = {}) {
    how.watcher = seen;
    spec = actors::scheduler_spec(std::move(how));
    begin();
  }

  /// What was kept is all that a new one knows.
  void begin() {
    timers = {};
    reactor = spec.make(0);
    std::vector<actor::write> kept;
    for (const auto& [key, value] : rows) {
      kept.push_back({std::string{schedule::table}, key, value});
    }
    carry_out(reactor->recover({kept, 0, {}}, now()));
  }

  [[nodiscard]] actor::context now() const {
    return {time.wall_now() + clock_set, time.steady_now()};
  }

  void carry_out(actor::step what) {
    for (const auto& one : what.timers) {
      timers.arm(static_cast<std::uint64_t>(one.key), one.due);
      ++timers_set;
    }
    for (auto& one : what.writes) {
      BOOST_TEST(one.table == schedule::table);
      if (one.value) {
        rows[one.key] = *one.value;
      } else {
        BOOST_TEST(rows.erase(one.key) == 1u);
      }
    }
    for (auto& one : what.emissions) {
      fired.push_back(std::move(one));
    }
    answers = std::move(what.answers);
  }

  /// Lets time pass in ticks.
  void advance(std::chrono::milliseconds by) {
    for (; by > 0ms; by -= 10ms) {
      time.advance(std::min(by, 10ms));
      tick();
    }
  }

  void tick() {
    std::vector<std::uint64_t> due;
    timers.advance(time.steady_now(), due);
    for (const auto key : due) {
      const auto before = fired.size();
      carry_out(reactor->on_timer(static_cast<actor::timer_key>(key), now()));
      most_of_a_step = std::max(most_of_a_step, fired.size() - before);
    }
  }

  template <class Reply>
  [[nodiscard]] result<Reply> ask(actor::request_ptr what) {
    carry_out(reactor->on_request(actor::request_id{7}, what, now()));
    BOOST_REQUIRE_EQUAL(answers.size(), 1u);
    BOOST_TEST((answers[0].to == actor::request_id{7}));
    if (!answers[0].what) {
      return fail(answers[0].what.error());
    }
    const auto* const found =
      dynamic_cast<const Reply*>(answers[0].what->get());
    BOOST_REQUIRE(found != nullptr);
    return *found;
  }

  [[nodiscard]] result<schedule::schedule_reply>
  schedule_at(std::chrono::milliseconds later, std::string id,
              std::string key = {}, std::string type = "a.b") {
    schedule::schedule_request asked;
    asked.tenant = "default";
    asked.row.id = std::move(id);
    asked.row.deliver_at = now().wall_now + later;
    asked.row.repeat_key = std::move(key);
    asked.row.what.type = std::move(type);
    asked.row.what.source = "/agents/ann";
    asked.row.on_behalf_of = "/system";
    return ask<schedule::schedule_reply>(
      std::make_shared<schedule::schedule_request>(std::move(asked)));
  }

  [[nodiscard]] std::size_t cancel(std::string type, std::string key,
                                   std::string id = {}) {
    schedule::cancel_request asked;
    asked.tenant = "default";
    asked.type = std::move(type);
    asked.repeat_key = std::move(key);
    asked.id = std::move(id);
    const auto got = ask<schedule::cancel_reply>(
      std::make_shared<schedule::cancel_request>(std::move(asked)));
    BOOST_REQUIRE(got);
    return got->removed;
  }

  [[nodiscard]] std::vector<std::string> fired_ids() const {
    std::vector<std::string> ids;
    for (const auto& one : fired) {
      ids.push_back(one.id);
    }
    return ids;
  }

  std::shared_ptr<noting> seen = std::make_shared<noting>();
  manual_clock time{start};
  /// How far somebody has set the wall clock.
  std::chrono::milliseconds clock_set{0};
  actor::spec spec;
  std::unique_ptr<actor::reactor> reactor;
  actor::timing_wheel timers;
  std::size_t timers_set = 0;
  std::map<std::string, std::string> rows;
  std::vector<actor::emission> fired;
  std::vector<actor::answer> answers;
  std::size_t most_of_a_step = 0;
};

using ids = std::vector<std::string>;

} // namespace

BOOST_AUTO_TEST_SUITE(scheduler)

BOOST_AUTO_TEST_CASE(its_spec_is_one_that_the_runtime_takes) {
  const auto spec = actors::scheduler_spec({});
  BOOST_TEST(actor::check_spec(spec).has_value());
  BOOST_TEST(spec.name == schedule::actor_name);
}

BOOST_AUTO_TEST_CASE(a_signal_fires_at_its_time_with_the_rows_id_D25) {
  stage run;
  const auto got = run.schedule_at(1'000ms, "1");
  BOOST_REQUIRE(got);
  BOOST_TEST(got->row.id == "1");
  BOOST_TEST((got->row.created_at == start));
  run.advance(990ms);
  BOOST_TEST(run.fired.empty());
  run.advance(10ms);
  BOOST_REQUIRE_EQUAL(run.fired.size(), 1u);
  const auto& signal = run.fired[0];
  BOOST_TEST(signal.id == "1");
  BOOST_TEST(signal.type == "a.b");
  BOOST_TEST(signal.source == "/agents/ann");
  BOOST_TEST(signal.tenant == "default");
  BOOST_TEST(signal.on_behalf_of == "/system");
  BOOST_TEST(signal.may_be_refused);
  BOOST_TEST(run.rows.empty());
  run.advance(120'000ms);
  BOOST_TEST(run.fired.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_time_that_has_passed_is_due_at_once_D25) {
  stage run;
  BOOST_REQUIRE(run.schedule_at(-5'000ms, "1"));
  run.advance(50ms);
  BOOST_TEST(run.fired_ids() == (ids{"1"}));
}

BOOST_AUTO_TEST_CASE(times_beyond_the_bounds_are_moved_to_them) {
  stage run;
  const auto before = run.schedule_at(-start.time_since_epoch() - 1ms, "1");
  BOOST_REQUIRE(before);
  BOOST_TEST((before->row.deliver_at == wall_time{}));
  const auto after = run.schedule_at(
    schedule::deliver_at_max - start + std::chrono::milliseconds{1}, "2");
  BOOST_REQUIRE(after);
  BOOST_TEST((after->row.deliver_at == schedule::deliver_at_max));
}

BOOST_AUTO_TEST_CASE(a_repeat_key_replaces_what_is_queued_D25) {
  stage run;
  BOOST_REQUIRE(run.schedule_at(1'000ms, "1", "k"));
  const auto again = run.schedule_at(2'000ms, "2", " k ");
  BOOST_REQUIRE(again);
  BOOST_TEST(again->replaced_id == "1");
  BOOST_TEST(again->row.repeat_key == "k");
  BOOST_TEST(run.rows.size() == 1u);
  run.advance(3'000ms);
  BOOST_TEST(run.fired_ids() == (ids{"2"}));
}

BOOST_AUTO_TEST_CASE(a_blank_repeat_key_is_none_D25) {
  stage run;
  for (const auto* id : {"1", "2"}) {
    const auto got = run.schedule_at(1'000ms, id, " \t");
    BOOST_REQUIRE(got);
    BOOST_TEST(got->row.repeat_key.empty());
    BOOST_TEST(got->replaced_id.empty());
  }
  run.advance(1'000ms);
  BOOST_TEST(run.fired.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_blank_type_and_what_is_too_long_are_refused_D25) {
  stage run;
  const auto blank = run.schedule_at(1'000ms, "1", {}, " ");
  BOOST_REQUIRE(!blank);
  BOOST_TEST((blank.error().code() == errc::invalid_argument));
  BOOST_TEST(!run.schedule_at(1'000ms, ""));
  const std::string key(limits::repeat_key_bytes_max, 'k');
  BOOST_TEST(run.schedule_at(1'000ms, "1", key).has_value());
  BOOST_TEST(!run.schedule_at(1'000ms, "2", key + "k"));
  BOOST_TEST(run.rows.size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_cancelled_does_not_fire_D26) {
  stage run;
  BOOST_REQUIRE(run.schedule_at(1'000ms, "1", "k"));
  BOOST_REQUIRE(run.schedule_at(1'000ms, "2"));
  BOOST_REQUIRE(run.schedule_at(1'000ms, "3"));
  BOOST_TEST(run.cancel("a.b", " k ") == 1u);
  BOOST_TEST(run.cancel("a.b", "k") == 0u);
  BOOST_TEST(run.cancel({}, {}, "2") == 1u);
  BOOST_TEST(run.rows.size() == 1u);
  run.advance(2'000ms);
  BOOST_TEST(run.fired_ids() == (ids{"3"}));
  // Early, unknown or already removed: nothing to remove (D27).
  BOOST_TEST(run.cancel({}, {}, "3") == 0u);
}

BOOST_AUTO_TEST_CASE(a_list_is_ordered_by_time_type_and_id_D27) {
  stage run;
  BOOST_REQUIRE(run.schedule_at(2'000ms, "1"));
  BOOST_REQUIRE(run.schedule_at(1'000ms, "3", {}, "b"));
  BOOST_REQUIRE(run.schedule_at(1'000ms, "2", {}, "b"));
  BOOST_REQUIRE(run.schedule_at(1'000ms, "4", {}, "a"));
  schedule::list_request asked;
  asked.tenant = "default";
  const auto got = run.ask<schedule::list_reply>(
    std::make_shared<schedule::list_request>(asked));
  BOOST_REQUIRE(got);
  ids found;
  for (const auto& row : got->rows) {
    found.push_back(row.id);
  }
  BOOST_TEST(found == (ids{"4", "2", "3", "1"}));
}

BOOST_AUTO_TEST_CASE(the_queue_survives_a_restart_D27) {
  stage run;
  BOOST_REQUIRE(run.schedule_at(1'000ms, "1"));
  BOOST_REQUIRE(run.schedule_at(90'000ms, "2", "k"));
  run.begin();
  run.advance(1'000ms);
  BOOST_TEST(run.fired_ids() == (ids{"1"}));
  run.begin();
  // The key is known again.
  const auto again = run.schedule_at(1'000ms, "3", "k");
  BOOST_REQUIRE(again);
  BOOST_TEST(again->replaced_id == "2");
  run.advance(120'000ms);
  BOOST_TEST(run.fired_ids() == (ids{"1", "3"}));
}

BOOST_AUTO_TEST_CASE(what_was_due_while_nobody_ran_fires_at_the_start_D27) {
  stage run;
  BOOST_REQUIRE(run.schedule_at(1'000ms, "1"));
  run.time.advance(60min);
  run.begin();
  run.advance(50ms);
  BOOST_TEST(run.fired_ids() == (ids{"1"}));
}

BOOST_AUTO_TEST_CASE(a_firing_that_was_not_written_happens_again_D27) {
  stage run;
  BOOST_REQUIRE(run.schedule_at(1'000ms, "1"));
  run.time.advance(1'000ms);
  std::vector<std::uint64_t> due;
  run.timers.advance(run.time.steady_now(), due);
  BOOST_REQUIRE_EQUAL(due.size(), 1u);
  // Emission and removal stand in one step, which a crash takes as a whole.
  const auto lost =
    run.reactor->on_timer(static_cast<actor::timer_key>(due[0]), run.now());
  BOOST_TEST(lost.emissions.size() == 1u);
  BOOST_TEST(lost.writes.size() == 1u);
  run.begin();
  run.advance(50ms);
  BOOST_TEST(run.fired_ids() == (ids{"1"}));
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_set_is_noticed_within_a_minute_D27) {
  stage forward;
  BOOST_REQUIRE(forward.schedule_at(24h, "1"));
  forward.clock_set = 24h;
  forward.advance(60'000ms);
  BOOST_TEST(forward.fired_ids() == (ids{"1"}));
  stage back;
  BOOST_REQUIRE(back.schedule_at(1'000ms, "1"));
  back.clock_set = -10'000ms;
  back.advance(10'000ms);
  BOOST_TEST(back.fired.empty());
  back.advance(1'000ms);
  BOOST_TEST(back.fired_ids() == (ids{"1"}));
}

BOOST_AUTO_TEST_CASE(an_idle_scheduler_sets_no_timers) {
  stage run;
  run.advance(1'000ms);
  BOOST_TEST(run.timers_set == 0u);
  BOOST_REQUIRE(run.schedule_at(24h, "1"));
  run.advance(600'000ms);
  // One a minute, and the first.
  BOOST_TEST(run.timers_set <= 11u);
}

BOOST_AUTO_TEST_CASE(timers_stay_few_however_rows_come_and_go) {
  stage run;
  for (int count = 50'000; count > 0; --count) {
    const auto id = std::to_string(count);
    BOOST_REQUIRE(run.schedule_at(std::chrono::milliseconds{count}, id));
  }
  BOOST_TEST(run.timers.size() <= 6'001u);
}

BOOST_AUTO_TEST_CASE(a_burst_fires_in_bounded_steps_tick_after_tick) {
  actors::scheduler_options how;
  how.firings_per_step = 100;
  stage run{how};
  for (int count = 0; count < 1'000; ++count) {
    BOOST_REQUIRE(run.schedule_at(1'000ms, std::to_string(count)));
  }
  run.advance(1'000ms);
  BOOST_TEST(run.fired.size() == 100u);
  run.advance(10ms);
  BOOST_TEST(run.fired.size() == 200u);
  run.advance(80ms);
  BOOST_TEST(run.fired.size() == 1'000u);
  BOOST_TEST(run.most_of_a_step == 100u);
  // Nothing is left over.
  run.advance(100ms);
  BOOST_TEST(run.timers.empty());
}

BOOST_AUTO_TEST_CASE(a_tenant_has_only_so_many) {
  actors::scheduler_options how;
  how.bounds.rows_max = 1;
  stage run{how};
  BOOST_REQUIRE(run.schedule_at(1'000ms, "1"));
  const auto refused = run.schedule_at(1'000ms, "2");
  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code() == errc::overloaded));
  BOOST_TEST(run.rows.size() == 1u);
  // Those that are there already stay after a restart.
  run.begin();
  run.advance(1'000ms);
  BOOST_TEST(run.fired_ids() == (ids{"1"}));
}

BOOST_AUTO_TEST_CASE(the_same_request_again_is_answered_with_the_row) {
  stage run;
  const auto first = run.schedule_at(1'000ms, "1");
  BOOST_REQUIRE(first);
  BOOST_TEST(!first->duplicate);
  const auto again = run.schedule_at(1'000ms, "1");
  BOOST_REQUIRE(again);
  BOOST_TEST(again->duplicate);
  BOOST_TEST((again->row.created_at == first->row.created_at));
  run.advance(1'000ms);
  BOOST_TEST(run.fired_ids() == (ids{"1"}));
}

BOOST_AUTO_TEST_CASE(the_observer_is_told_and_nothing_else_is_D25_D26_D27) {
  stage run;
  BOOST_REQUIRE(run.schedule_at(1'000ms, "1", "k"));
  BOOST_REQUIRE(run.schedule_at(1'000ms, "2", "k"));
  BOOST_REQUIRE(run.schedule_at(1'000ms, "3"));
  BOOST_TEST(run.cancel({}, {}, "3") == 1u);
  BOOST_TEST(run.cancel({}, {}, "3") == 0u);
  run.advance(1'000ms);
  BOOST_TEST(run.seen->events
             == (ids{"scheduled 1", "scheduled 2 for 1", "scheduled 3",
                     "cancelled 3", "delivered 2"}));
  BOOST_TEST(run.fired.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_row_that_cannot_be_read_stays_and_is_told_of) {
  stage run;
  run.rows["default/1/x"] = "nonsense";
  BOOST_REQUIRE(run.schedule_at(1'000ms, "1"));
  run.begin();
  run.advance(1'000ms);
  BOOST_TEST(run.fired_ids() == (ids{"1"}));
  BOOST_TEST(run.rows.size() == 1u);
  BOOST_TEST(run.seen->events.at(1) == "unreadable default/1/x");
}

BOOST_AUTO_TEST_CASE(a_request_that_it_does_not_know_is_refused) {
  stage run;
  struct unknown final : actor::request {};
  const auto got = run.ask<schedule::list_reply>(std::make_shared<unknown>());
  BOOST_REQUIRE(!got);
  BOOST_TEST((got.error().code() == errc::invalid_argument));
}

BOOST_AUTO_TEST_SUITE_END()
