#include "libsig/report/internal/facts.hpp"

#include <algorithm>
#include <cmath>

namespace libsig::report {

namespace {

using review::severity;
using review::specialist_state;

constexpr std::string_view no_response = "No response from ";

bool is_answered(specialist_state state) noexcept {
  return state == specialist_state::done || state == specialist_state::skipped;
}

} // namespace

severity_counts count_severities(const review::summary& summary) noexcept {
  severity_counts counts;
  for (const auto& finding : summary.findings) {
    switch (finding.severity) {
    case severity::high:
      ++counts.high;
      break;
    case severity::medium:
      ++counts.medium;
      break;
    case severity::low:
      ++counts.low;
      break;
    case severity::none:
      ++counts.none;
      break;
    }
  }
  return counts;
}

verdict judge(const review::summary& summary) {
  verdict out;
  out.failed = summary.status == review::review_status::failed;
  auto& shortfalls = out.shortfalls;
  for (const auto& escalation : summary.escalations) {
    if (escalation.starts_with(no_response)) {
      shortfalls.push_back(escalation);
    }
  }
  for (const auto& [name, state] : summary.coverage.specialists) {
    auto sentence = std::string{no_response} + name;
    if (!is_answered(state)
        && std::ranges::find(shortfalls, sentence) == shortfalls.end()) {
      shortfalls.push_back(std::move(sentence));
    }
  }
  for (const auto& [name, checks] : summary.coverage.checks_failed) {
    for (const auto& check : checks) {
      shortfalls.push_back("The check " + check + " of " + name + " failed");
    }
  }
  if (out.failed && shortfalls.empty()) {
    shortfalls.emplace_back("It did not complete");
  }
  return out;
}

std::vector<std::string_view> escalations_of(const review::summary& summary) {
  std::vector<std::string_view> out;
  for (const auto& escalation : summary.escalations) {
    if (!escalation.starts_with(no_response)) {
      out.emplace_back(escalation);
    }
  }
  return out;
}

std::vector<specialist_group>
group_specialists(const review::coverage& coverage) {
  std::vector<specialist_group> groups;
  for (const auto state :
       {specialist_state::done, specialist_state::timed_out,
        specialist_state::failed, specialist_state::skipped}) {
    specialist_group group{state, {}};
    for (const auto& [name, its_state] : coverage.specialists) {
      if (its_state == state) {
        group.names.emplace_back(name);
      }
    }
    if (!group.names.empty()) {
      groups.push_back(std::move(group));
    }
  }
  return groups;
}

std::uint64_t files_unnamed(const review::coverage& coverage) noexcept {
  const std::uint64_t listed =
    coverage.files_partial.size() + coverage.files_skipped.size();
  const auto missing = coverage.files_changed
                       - std::min(coverage.files_changed, coverage.files_full);
  return missing - std::min(missing, listed);
}

std::string_view state_words(specialist_state state) noexcept {
  switch (state) {
  case specialist_state::done:
    return "done";
  case specialist_state::failed:
    return "failed";
  case specialist_state::timed_out:
    return "timed out";
  case specialist_state::skipped:
    return "skipped";
  }
  return "unknown";
}

std::string counted(std::uint64_t count, std::string_view noun) {
  auto out = std::to_string(count);
  out += ' ';
  out += noun;
  if (count != 1) {
    out += 's';
  }
  return out;
}

std::string severity_text(const review::summary& summary) {
  if (summary.findings.empty()) {
    return "no findings";
  }
  const auto counts = count_severities(summary);
  auto out = std::to_string(counts.high) + " high, "
             + std::to_string(counts.medium) + " medium, "
             + std::to_string(counts.low) + " low";
  if (counts.none > 0) {
    out += ", " + std::to_string(counts.none) + " without severity";
  }
  return out;
}

std::string duration_text(std::uint64_t milliseconds) {
  if (milliseconds < 1'000) {
    return std::to_string(milliseconds) + " ms";
  }
  if (milliseconds < 60'000) {
    return std::to_string(milliseconds / 1'000) + '.'
           + std::to_string(milliseconds / 100 % 10) + " s";
  }
  const auto seconds = milliseconds / 1'000;
  return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60)
         + " s";
}

std::string confidence_text(double confidence) {
  // A number that is none comes only from code, never from JSON.
  const auto share =
    std::isfinite(confidence) ? std::clamp(confidence, 0.0, 1.0) : 0.0;
  return std::to_string(std::lround(share * 100.0)) + "% sure";
}

std::string_view rule_of(const review::finding& finding) noexcept {
  if (finding.rule && !finding.rule->empty()) {
    return *finding.rule;
  }
  return finding.type;
}

std::string location_of(const review::finding& finding) {
  auto out = finding.file;
  if (finding.line) {
    out += ':' + std::to_string(*finding.line);
  }
  return out;
}

std::string_view headline(const verdict& verdict) noexcept {
  if (verdict.failed) {
    return "review failed";
  }
  return verdict.whole() ? "review" : "review incomplete";
}

} // namespace libsig::report
