#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/review/check.hpp"
#include "libsig/review/diff.hpp"
#include "libsig/review/signals.hpp"
#include "libsig/review/types.hpp"

/// The pure steps of a review: what the coordinator and the specialists do,
/// without actors, time or I/O.
namespace libsig::review {

// -- scope ---------------------------------------------------------------------

/// Parses the diff of a request and keeps the files that its include and
/// exclude globs leave.
[[nodiscard]] result<std::shared_ptr<const review_scope>>
make_scope(const request& asked);

/// Whether a path matches a glob as git's `:(glob)` pathspecs do: `*` and `?`
/// stay within a path segment, `**` spans them, `[…]` is a class, a glob
/// without `/` matches in any folder, one that names a folder matches all below
/// it. Linear time.
[[nodiscard]] bool glob_matches(std::string_view glob, std::string_view path);

// -- classify ------------------------------------------------------------------

struct classification {
  decision_path path = decision_path::fast_path;
  std::string rationale;
};

/// First match wins: intent `hotfix` -> fast; more than 50 files -> deep; label
/// `security` or `performance` in any case -> deep; `risk_factor` >= 0.5 ->
/// deep; else fast. `files` is the larger of the stated and the counted number.
[[nodiscard]] classification classify(const request& asked,
                                      std::uint64_t files);

// -- specialist ----------------------------------------------------------------

/// When a specialist's findings ask for a person.
enum class escalation_rule : std::uint8_t { on_high, on_medium_or_high };

/// Runs the checks of one specialist over an assignment and makes its result;
/// `runtime_ms` is left to the caller. A check that fails is named in
/// `checks_failed` and lowers the confidence. A deep check runs on the deep
/// path alone.
[[nodiscard]] review_result
run_checks(const assignment& work, const review_scope& scope,
           const std::vector<std::unique_ptr<const check>>& checks,
           escalation_rule escalates);

// -- aggregate -----------------------------------------------------------------

/// What is known of one specialist when a review closes.
struct specialist_outcome {
  std::string name;
  specialist_state state = specialist_state::done;
  /// The first result that came; null unless the state is `done`.
  std::shared_ptr<const review_result> answer;
};

/// Everything that a summary is made of.
struct review_outcome {
  std::string review_id;
  classification decision;
  /// In order of arrival, those without an answer last.
  std::vector<specialist_outcome> specialists;
  std::uint64_t duration_ms = 0;
};

/// The one summary of a review: filters, tags, deduplicates and sorts the
/// findings, takes the maximum severity, collects recommendations and
/// escalations (`No response from <agent>` for each missing specialist, in name
/// order, when any is missing; then the status is failed), and states the
/// coverage.
[[nodiscard]] std::shared_ptr<const summary>
aggregate(const review_outcome& outcome, const request& asked,
          const review_scope& scope);

} // namespace libsig::review
