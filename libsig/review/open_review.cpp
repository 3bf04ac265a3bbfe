#include "libsig/review/open_review.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace libsig::review {

namespace {

/// The assignments of one specialist: a second one where the first crashed.
void add_assignments(const open_review& review, std::size_t index,
                     const std::string& agent,
                     std::vector<assignment_record>& into) {
  assignment_record one;
  one.agent = agent;
  one.assigned = review.assigned_at;
  one.state = assignment_state::timed_out;
  for (const auto& what : review.arrivals) {
    if (what.specialist != index) {
      continue;
    }
    one.answered = what.what->recorded_time();
    one.state =
      what.crashed ? assignment_state::crashed : assignment_state::done;
    one.result = what.crashed ? 0 : what.what->sequence();
    if (!what.crashed || one.attempt == 2) {
      break;
    }
    into.push_back(one);
    one.attempt = 2;
    one.assigned = *std::exchange(one.answered, std::nullopt);
    one.state = assignment_state::timed_out;
  }
  into.push_back(std::move(one));
}

} // namespace

std::uint64_t files_of(const request& asked) {
  return std::max<std::uint64_t>(asked.files_changed.value_or(0),
                                 asked.scope->files_named);
}

review_outcome outcome_of(const open_review& review,
                          std::span<const std::string> specialists,
                          steady_time now) {
  using state = specialist_state;
  using std::chrono::milliseconds;
  const auto& asked = *review.request->data().peek<request>();
  review_outcome outcome;
  outcome.review_id = std::string{review.review_id};
  outcome.decision = classify(asked, files_of(asked));
  outcome.duration_ms = static_cast<std::uint64_t>(
    std::chrono::floor<milliseconds>(now - review.opened).count());
  for (const auto& one : review.arrivals) {
    if (!one.crashed) {
      auto answer = one.what->data().as<review_result>();
      outcome.specialists.push_back(
        {answer->agent, state::done, std::move(answer)});
    }
  }
  for (std::size_t index = 0; index < specialists.size(); ++index) {
    const auto& name = specialists[index];
    if ((review.assigned & bit(index)) == 0) {
      outcome.specialists.push_back({name, state::skipped, nullptr});
    } else if ((review.crashed_twice & bit(index)) != 0) {
      outcome.specialists.push_back({name, state::failed, nullptr});
    } else if ((review.pending & bit(index)) != 0) {
      outcome.specialists.push_back({name, state::timed_out, nullptr});
    }
  }
  return outcome;
}

review_record record_of(const open_review& review,
                        std::span<const std::string> specialists,
                        const summary& with, wall_time now) {
  review_record made;
  made.opened = review.request->recorded_time();
  made.closed = now;
  made.status = with.status;
  made.severity = with.severity;
  made.duplicate_results = review.duplicate_results;
  made.foreign_results = review.foreign_results;
  made.assignments.reserve(specialists.size());
  for (std::size_t index = 0; index < specialists.size(); ++index) {
    if ((review.assigned & bit(index)) != 0) {
      add_assignments(review, index, specialists[index], made.assignments);
    }
  }
  return made;
}

} // namespace libsig::review
