#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include "libsig/review/lexed_file.hpp"
#include "libsig/review/pipeline.hpp"

namespace libsig::review {

namespace {

/// The mean of what the findings say of themselves; 1 when there are none.
double mean_confidence(const std::vector<finding>& findings) {
  if (findings.empty()) {
    return 1.0;
  }
  double sum = 0.0;
  for (const auto& each : findings) {
    sum += std::clamp(each.confidence.value_or(1.0), 0.0, 1.0);
  }
  return sum / static_cast<double>(findings.size());
}

bool escalates(const std::vector<finding>& findings, escalation_rule rule) {
  const auto least =
    rule == escalation_rule::on_high ? severity::high : severity::medium;
  return std::any_of(
    findings.begin(), findings.end(),
    [least](const finding& each) { return each.severity >= least; });
}

/// Lines of hunks whose tokens are kept at once; a file is never divided.
constexpr std::uint64_t batch_lines_max = 20'000;

/// The checks of one specialist at work: in batches of files, so that the
/// tokens of a large diff need not all be there at once.
class check_run {
public:
  check_run(const assignment& work,
            const std::vector<std::unique_ptr<const check>>& checks) {
    if (work.asked) {
      options_.hot_functions = work.asked->hot_functions;
    }
    for (const auto& each : checks) {
      if (!each->deep() || work.path == decision_path::deep_review) {
        runners_.push_back({each.get(), false});
      }
    }
  }

  /// Runs the checks over all files, over none at least once.
  void run(std::span<const file_diff* const> files, review_result& to) {
    std::vector<lexed_file> batch;
    std::uint64_t lines = 0;
    for (const auto* file : files) {
      batch.push_back(lex_file(*file));
      for (const auto& each : file->hunks) {
        lines += each.lines.size();
      }
      if (lines >= batch_lines_max || batch.size() >= batch_lines_max) {
        run_batch(batch, to);
        batch.clear();
        lines = 0;
      }
    }
    if (!batch.empty() || files.empty()) {
      run_batch(batch, to);
    }
    for (const auto& each : runners_) {
      to.actions_run.emplace_back(each.what->name());
      if (each.failed) {
        to.checks_failed.emplace_back(each.what->name());
      }
    }
  }

private:
  struct runner {
    const check* what;
    bool failed;
  };

  void run_batch(std::span<const lexed_file> batch, review_result& to) {
    for (auto& each : runners_) {
      if (each.failed) {
        continue;
      }
      auto found = each.what->run(batch, options_);
      if (found) {
        std::move(found->begin(), found->end(),
                  std::back_inserter(to.findings));
      } else {
        each.failed = true;
      }
    }
  }

  check_options options_;
  std::vector<runner> runners_;
};

} // namespace

review_result
run_checks(const assignment& work, const review_scope& scope,
           const std::vector<std::unique_ptr<const check>>& checks,
           escalation_rule escalates_when) {
  review_result made;
  made.review_id = work.review_id;
  made.agent = work.agent;
  made.path = work.path;
  check_run{work, checks}.run(scope.files, made);
  made.confidence = mean_confidence(made.findings);
  if (!made.checks_failed.empty()) {
    const auto failed = static_cast<double>(made.checks_failed.size());
    const auto ran = static_cast<double>(made.actions_run.size());
    made.confidence *= 1.0 - failed / ran;
  }
  made.should_escalate = escalates(made.findings, escalates_when);
  for (const auto& each : scope.covered.files_partial) {
    made.files_partial.emplace_back(each.file, each.reason);
  }
  return made;
}

} // namespace libsig::review
