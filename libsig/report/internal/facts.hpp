#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/review/signals.hpp"

/// What all formats say of a summary, worked out once. Texts are as they came,
/// not escaped for any format.
namespace libsig::report {

struct severity_counts {
  std::size_t high = 0;
  std::size_t medium = 0;
  std::size_t low = 0;
  std::size_t none = 0;
};

[[nodiscard]] severity_counts
count_severities(const review::summary& summary) noexcept;

/// Whether the review looked, and if not, why.
struct verdict {
  /// The summary says `failed`.
  bool failed = false;
  /// Why the review did not look at everything it should have: a specialist
  /// missing, a check that failed. Not empty when `failed`.
  std::vector<std::string> shortfalls;

  /// Nothing is missing.
  [[nodiscard]] bool whole() const noexcept { return shortfalls.empty(); }
};

[[nodiscard]] verdict judge(const review::summary& summary);

/// The escalations that `judge` does not give as shortfalls already.
[[nodiscard]] std::vector<std::string_view>
escalations_of(const review::summary& summary);

/// Specialists in one state, by name.
struct specialist_group {
  review::specialist_state state = review::specialist_state::done;
  std::vector<std::string_view> names;
};

/// The specialists by state, those that are done first; no empty groups.
[[nodiscard]] std::vector<specialist_group>
group_specialists(const review::coverage& coverage);

/// Changed files that no list of the coverage names, because the lists are
/// bounded.
[[nodiscard]] std::uint64_t
files_unnamed(const review::coverage& coverage) noexcept;

/// `timed out` for `timed_out`, as people write it.
[[nodiscard]] std::string_view
state_words(review::specialist_state state) noexcept;

/// `1 file`, `2 files`.
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view noun);

/// `2 high, 1 medium, 0 low`, or `no findings`.
[[nodiscard]] std::string severity_text(const review::summary& summary);

/// `42 ms`, `1.2 s`, `2 min 5 s`.
[[nodiscard]] std::string duration_text(std::uint64_t milliseconds);

/// `90% sure`.
[[nodiscard]] std::string confidence_text(double confidence);

/// The name of the rule, or of the type where the finding states no rule.
[[nodiscard]] std::string_view rule_of(const review::finding& finding) noexcept;

/// `file:line`, or the file alone.
[[nodiscard]] std::string location_of(const review::finding& finding);

/// `review failed`, `review incomplete` or `review`.
[[nodiscard]] std::string_view headline(const verdict& verdict) noexcept;

} // namespace libsig::report
