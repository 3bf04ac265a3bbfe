#include "actors/specialist.hpp"

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace libsig::actors {

namespace {

[[nodiscard]] std::string_view review_key(const signal& of) {
  const auto* work =
    dynamic_cast<const review::assignment*>(of.data().decoded());
  return work == nullptr ? std::string_view{} : work->review_id;
}

class specialist final : public actor::reactor {
public:
  explicit specialist(std::shared_ptr<const specialist_options> how)
    : how_{std::move(how)} {}

  [[nodiscard]] actor::step on_signal(const signal_ptr& what,
                                      const actor::context& now) override {
    const auto work = what->data().as<review::assignment>();
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
    actor::step out;
    auto& emission = out.emissions.emplace_back();
    emission.type = review::result_type;
    emission.subject = what->subject();
    emission.data = event_data::decoded(std::move(answer));
    return out;
  }

private:
  std::shared_ptr<const specialist_options> how_;
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
  of.routes = {{review::assignment_type(how.name)}};
  of.emits = {std::string{review::result_type}};
  of.shards = how.shards;
  of.key_of = review_key;
  // A hostile diff may crash a check at will, which must not take the
  // specialist down: work is bounded by two attempts per assignment instead.
  of.restart.restarts_max = 1'000'000;
  const auto shared =
    std::make_shared<const specialist_options>(std::move(how));
  of.make = [shared](std::size_t) {
    return std::make_unique<specialist>(shared);
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
