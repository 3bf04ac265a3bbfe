#include "actors/specialist.hpp"

#include "libsig/review/learning.hpp"

#include <chrono>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace libsig::actors {

namespace {

/// The assignment that a crash notice tells of; null when it tells of another
/// thing.
[[nodiscard]] const review::assignment*
crashed_over(const actor::crash_notice& notice) {
  return notice.handled == nullptr ? nullptr
                                   : dynamic_cast<const review::assignment*>(
                                     notice.handled->data().decoded());
}

/// The review that a signal belongs to, by which the specialist is sharded: a
/// crash comes back to the shard that crashed.
[[nodiscard]] std::string_view review_key(const signal& of) {
  const auto* data = of.data().decoded();
  const auto* work = dynamic_cast<const review::assignment*>(data);
  if (work == nullptr) {
    const auto* notice = dynamic_cast<const actor::crash_notice*>(data);
    work = notice == nullptr ? nullptr : crashed_over(*notice);
  }
  return work == nullptr ? std::string_view{} : work->review_id;
}

[[nodiscard]] std::string table_of(std::string_view name) {
  std::string table{"specialist."};
  table += name;
  return table;
}

class specialist final : public actor::reactor {
public:
  specialist(std::shared_ptr<const specialist_options> how, std::size_t shard)
    : how_{std::move(how)}, table_{table_of(how_->name)},
      key_prefix_{std::to_string(shard) + '/'} {}

  [[nodiscard]] actor::step on_signal(const signal_ptr& what,
                                      const actor::context& now) override {
    actor::step out;
    if (what->type() == actor::crashed_type) {
      on_crash(*what, out);
    } else {
      on_assignment(*what, now, out);
    }
    return out;
  }

  [[nodiscard]] actor::step recover(const actor::kept& what,
                                    const actor::context&) override {
    for (const auto& row : what.rows) {
      if (row.table == table_ && row.value
          && row.key.starts_with(key_prefix_)) {
        memory_.recall(std::string_view{row.key}.substr(key_prefix_.size()),
                       *row.value);
      }
    }
    return {};
  }

private:
  // -- handlers ---------------------------------------------------------------

  void on_assignment(const signal& what, const actor::context& now,
                     actor::step& out) {
    const auto work = what.data().as<review::assignment>();
    if (!work || !work->asked || !work->asked->scope) {
      // The gate's contract does not let such an assignment through; one from
      // an old log is answered by the coordinator's deadline.
      throw std::invalid_argument{"an assignment without its request"};
    }
    auto answer = std::make_shared<review::review_result>(review::run_checks(
      *work, *work->asked->scope, *how_->checks, how_->escalates));
    answer->runtime_ms =
      static_cast<std::uint64_t>(std::chrono::floor<std::chrono::milliseconds>(
                                   how_->time->steady_now() - now.steady_now)
                                   .count());
    memory_.remember(*answer, rows_);
    keep(out);
    emit(review::result_type, what, std::move(answer), out);
    if (how_->emits_history) {
      auto trace = std::make_shared<review::history>();
      trace->review_id = work->review_id;
      trace->agent = how_->name;
      trace->entries = memory_.history();
      emit(review::history_type, what, std::move(trace), out);
    }
  }

  /// The reactor that crashed is gone with what it knew, so that the one made
  /// after it learns of the crash from the notice.
  void on_crash(const signal& what, actor::step& out) {
    const auto notice = what.data().as<actor::crash_notice>();
    if (!notice || notice->actor != how_->name) {
      return;
    }
    if (const auto* work = crashed_over(*notice)) {
      memory_.remember_crash(work->review_id, rows_);
      keep(out);
    }
  }

  // -- leaves -----------------------------------------------------------------

  void keep(actor::step& out) {
    out.writes.reserve(rows_.size());
    for (auto& row : rows_) {
      auto& write = out.writes.emplace_back();
      write.table = table_;
      write.key = key_prefix_ + row.key;
      write.value = std::move(row.value);
    }
    rows_.clear();
  }

  static void emit(std::string_view type, const signal& cause,
                   std::shared_ptr<const payload> data, actor::step& out) {
    auto& emission = out.emissions.emplace_back();
    emission.type = type;
    emission.subject = cause.subject();
    emission.data = event_data::decoded(std::move(data));
  }

  std::shared_ptr<const specialist_options> how_;
  std::string table_;
  std::string key_prefix_;
  review::learning memory_;
  /// What `memory_` wants kept; empty between signals.
  std::vector<review::learning_row> rows_;
};

[[nodiscard]] specialist_options
make_options(std::string_view name,
             std::vector<std::unique_ptr<const review::check>> checks,
             review::escalation_rule escalates, const clock& time) {
  specialist_options made;
  made.name = name;
  made.checks =
    std::make_shared<const std::vector<std::unique_ptr<const review::check>>>(
      std::move(checks));
  made.escalates = escalates;
  made.time = &time;
  return made;
}

} // namespace

actor::spec specialist_spec(specialist_options how) {
  actor::spec of;
  of.name = how.name;
  of.source = review::agent_source(how.source_prefix, how.name);
  of.routes = {{review::assignment_type(how.name)},
               {std::string{actor::crashed_type}}};
  of.emits = {std::string{review::result_type}};
  if (how.emits_history) {
    of.emits.emplace_back(review::history_type);
  }
  of.tables = {table_of(how.name)};
  of.shards = how.shards;
  of.key_of = review_key;
  // A hostile diff may crash a check at will, which must not take the
  // specialist down: work is bounded by two attempts per assignment instead.
  of.restart.always = true;
  const auto shared =
    std::make_shared<const specialist_options>(std::move(how));
  of.make = [shared](std::size_t shard) {
    return std::make_unique<specialist>(shared, shard);
  };
  return of;
}

specialist_options security_specialist(const clock& time) {
  return make_options(review::security_specialist_name,
                      review::security_checks(),
                      review::escalation_rule::on_high, time);
}

specialist_options performance_specialist(const clock& time) {
  return make_options(review::performance_specialist_name,
                      review::performance_checks(),
                      review::escalation_rule::on_medium_or_high, time);
}

} // namespace libsig::actors
