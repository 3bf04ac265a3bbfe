#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <tuple>
#include <unordered_set>

#include "libsig/core/keyed_hash.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/review/filter.hpp"
#include "libsig/review/pipeline.hpp"

namespace libsig::review {

namespace {

/// A finding of one of the answers, and whose it is.
struct candidate {
  const finding* what;
  const specialist_outcome* whose;
};

/// What makes two findings one: a hash and an equality. The texts come from
/// strangers, so that the hash is keyed.
class same_finding {
public:
  std::size_t operator()(const finding* of) const {
    std::size_t seed = of->line.value_or(0);
    for (const auto* text : {&of->type, &of->file, &of->summary}) {
      seed = seed * 0x9e3779b97f4a7c15u + hash_(*text);
    }
    return seed;
  }

  bool operator()(const finding* one, const finding* other) const {
    const auto key = [](const finding* of) {
      return std::tie(of->type, of->file, of->line, of->summary);
    };
    return key(one) == key(other);
  }

private:
  keyed_hash hash_;
};

using finding_set =
  std::unordered_set<const finding*, same_finding, same_finding>;

/// Whether the specialist's result is there.
bool answered(const specialist_outcome& who) {
  return who.state == specialist_state::done && who.answer != nullptr;
}

bool missing(const specialist_outcome& who) {
  return who.state != specialist_state::skipped && !answered(who);
}

/// Puts the findings of all answers together.
class finding_gatherer {
public:
  finding_gatherer(const request& asked, const review_scope& scope)
    : mode_{asked.options.mode}, files_{scope.files} {}

  /// Takes the findings of an answer; says whether it may escalate: one whose
  /// findings were all held back may not.
  bool take(const specialist_outcome& who) {
    const auto& findings = who.answer->findings;
    if (findings.empty()) {
      return true;
    }
    if (!sieve_) {
      sieve_.emplace(mode_, files_);
    }
    bool any = false;
    for (const auto& each : findings) {
      if (!sieve_->filter.keeps(each)) {
        sieve_->held.insert(&each);
        continue;
      }
      any = true;
      if (sieve_->kept.insert(&each).second) {
        ordered_.push_back({&each, &who});
      }
    }
    return any;
  }

  /// Writes the findings and what follows from them.
  void finish(summary& to) {
    if (!sieve_) {
      return;
    }
    to.coverage.held_back = sieve_->held.size();
    if (ordered_.empty()) {
      return;
    }
    const auto rank = [](const candidate& each) {
      return std::tuple<int, const std::string&, std::uint32_t,
                        const std::string&>{
        -static_cast<int>(each.what->severity), each.what->file,
        each.what->line.value_or(0), each.what->type};
    };
    std::stable_sort(ordered_.begin(), ordered_.end(),
                     [&rank](const candidate& one, const candidate& other) {
                       return rank(one) < rank(other);
                     });
    to.severity = ordered_.front().what->severity;
    if (ordered_.size() > limits::findings_max) {
      to.coverage.held_back += ordered_.size() - limits::findings_max;
      ordered_.resize(limits::findings_max);
    }
    add_findings(to);
  }

private:
  void add_findings(summary& to) const {
    std::unordered_set<std::string_view, keyed_hash> recommended;
    to.findings.reserve(ordered_.size());
    for (const auto& each : ordered_) {
      to.findings.push_back(*each.what);
      to.findings.back().agent = each.whose->name;
      const auto& advice = each.what->recommendation;
      if (advice && recommended.insert(*advice).second) {
        to.recommendations.push_back(*advice);
      }
    }
  }

  /// What is made when there is a finding to ask about.
  struct sieve {
    sieve(filter_mode mode, std::span<const file_diff* const> files)
      : filter{mode, files} {}

    finding_filter filter;
    finding_set kept;
    finding_set held;
  };

  filter_mode mode_;
  std::span<const file_diff* const> files_;
  std::optional<sieve> sieve_;
  std::vector<candidate> ordered_;
};

// -- coverage -----------------------------------------------------------------

/// Moves files from full to partial that a specialist saw only in part.
void add_partial(coverage& to, const review_scope& scope,
                 const review_result& answer) {
  // Beyond the cap nobody knows which files the lists stand for.
  if (answer.files_partial.empty() || to.files_partial_unnamed > 0
      || to.files_skipped_unnamed > 0) {
    return;
  }
  std::set<std::string_view> full;
  for (const auto* file : scope.files) {
    full.insert(file->path());
  }
  for (const auto* notes : {&to.files_partial, &to.files_skipped}) {
    for (const auto& each : *notes) {
      full.erase(each.file);
    }
  }
  for (const auto& [file, reason] : answer.files_partial) {
    if (full.erase(file) == 0) {
      continue;
    }
    --to.files_full;
    if (to.files_partial.size() < limits::coverage_files_max) {
      to.files_partial.push_back({file, reason});
    } else {
      ++to.files_partial_unnamed;
    }
  }
}

bool by_file(const file_note& one, const file_note& other) {
  return one.file < other.file;
}

/// Says of every file that nobody looked at it.
void cover_nothing(coverage& to, const review_scope& scope) {
  std::set<std::string_view> named;
  for (const auto& each : scope.covered.files_skipped) {
    named.insert(each.file);
  }
  for (const auto* file : scope.files) {
    if (named.insert(file->path()).second) {
      to.files_skipped.push_back({file->path(), "no specialist looked"});
    }
  }
  std::sort(to.files_skipped.begin(), to.files_skipped.end(), by_file);
  if (to.files_skipped.size() > limits::coverage_files_max) {
    to.files_skipped.resize(limits::coverage_files_max);
  }
  to.files_full = 0;
  to.files_partial.clear();
  to.files_partial_unnamed = 0;
  to.files_skipped_unnamed = to.files_changed - to.files_skipped.size();
}

void cover(coverage& to, const review_outcome& outcome,
           const review_scope& scope) {
  to = scope.covered;
  bool any = false;
  to.specialists.reserve(outcome.specialists.size());
  for (const auto& who : outcome.specialists) {
    const bool done = answered(who);
    any = any || done;
    const bool lost = who.state == specialist_state::done && !done;
    to.specialists.emplace_back(who.name,
                                lost ? specialist_state::failed : who.state);
    if (!done) {
      continue;
    }
    add_partial(to, scope, *who.answer);
    if (!who.answer->checks_failed.empty()) {
      to.checks_failed.emplace_back(who.name, who.answer->checks_failed);
    }
  }
  std::sort(to.specialists.begin(), to.specialists.end());
  std::sort(to.checks_failed.begin(), to.checks_failed.end());
  std::sort(to.files_partial.begin(), to.files_partial.end(), by_file);
  if (!any) {
    cover_nothing(to, scope);
  }
}

// -- escalations --------------------------------------------------------------

/// One sentence for each name, in the order of the names.
void add_sentences(std::vector<std::string>& to,
                   std::vector<std::string_view> names, std::string_view before,
                   std::string_view behind) {
  std::sort(names.begin(), names.end());
  for (const auto name : names) {
    std::string& sentence = to.emplace_back(before);
    sentence += name;
    sentence += behind;
  }
}

} // namespace

std::shared_ptr<const summary> aggregate(const review_outcome& outcome,
                                         const request& asked,
                                         const review_scope& scope) {
  auto made = std::make_shared<summary>();
  made->review_id = outcome.review_id;
  made->path = outcome.decision.path;
  made->rationale = outcome.decision.rationale;
  made->duration_ms = outcome.duration_ms;
  cover(made->coverage, outcome, scope);
  finding_gatherer gatherer{asked, scope};
  std::vector<std::string_view> escalating;
  std::vector<std::string_view> silent;
  for (const auto& who : outcome.specialists) {
    if (missing(who)) {
      silent.push_back(who.name);
    } else if (answered(who)) {
      made->specialists_resolved.push_back(who.name);
      if (gatherer.take(who) && who.answer->should_escalate) {
        escalating.push_back(who.name);
      }
    }
  }
  gatherer.finish(*made);
  add_sentences(made->escalations, std::move(escalating), {},
                " asks for a person to look at this change.");
  made->status =
    silent.empty() ? review_status::complete : review_status::failed;
  add_sentences(made->escalations, std::move(silent), "No response from ", {});
  return made;
}

} // namespace libsig::review
