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

// -- scope --------------------------------------------------------------------

/// Parses the diff of a request and keeps the files that its include and
/// exclude globs leave.
[[nodiscard]] result<std::shared_ptr<const review_scope>>
make_scope(const request& asked);

/// The same of a diff that is parsed already.
///
/// With include globs a file must match one of them; with exclude globs, none.
/// A file matches by its name (`file_diff::path`). What the globs leave out,
/// binaries, submodules and changes of mode alone count as skipped; files with
/// lines too long for the checks or bytes that are not UTF-8 as partial.
[[nodiscard]] std::shared_ptr<const review_scope>
make_scope(std::shared_ptr<const change_set> changes,
           const request_options& options);

/// Whether a path matches a glob much as git's `:(glob)` pathspecs do, byte by
/// byte.
///
/// `*` and `?` stay within a path segment, a segment `**` spans any number of
/// them, `[...]`, `[!...]` and `[^...]` are classes, `\` takes the next byte
/// as it is. A glob without `/` matches in any folder, every other one from the
/// root. One whose last segment has no wildcard also matches all below the
/// folder of that name; one that ends in `/` only that. Time is linear in the
/// path for a glob of `limits::glob_bytes_max` bytes.
[[nodiscard]] bool glob_matches(std::string_view glob, std::string_view path);

// -- classify -----------------------------------------------------------------

struct classification {
  decision_path path = decision_path::fast_path;
  std::string rationale;
};

/// First match wins: intent `hotfix` -> fast; more than 50 files -> deep; label
/// `security` or `performance` in any case -> deep; `risk_factor` >= 0.5 ->
/// deep; else fast. The number of files is the larger of the stated one and
/// `files`, the scope's `files_named`. The rationale is one sentence.
[[nodiscard]] classification classify(const request& asked,
                                      std::uint64_t files);

// -- specialist ---------------------------------------------------------------

/// When a specialist's findings ask for a person.
enum class escalation_rule : std::uint8_t { on_high, on_medium_or_high };

/// Runs the checks of one specialist over an assignment and makes its result;
/// `runtime_ms` is left to the caller. A deep check runs on the deep path
/// alone; `actions_run` names the checks that were run, `checks_failed` those
/// of them that failed; what such a check found before it failed is kept.
///
/// The confidence is the mean of the findings' own (1 for one that states none,
/// and where nothing was found), times the share of the checks that did not
/// fail: a specialist whose checks all failed has 0.
[[nodiscard]] review_result
run_checks(const assignment& work, const review_scope& scope,
           const std::vector<std::unique_ptr<const check>>& checks,
           escalation_rule escalates);

// -- aggregate ----------------------------------------------------------------

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
