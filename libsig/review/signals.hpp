#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsig/core/data.hpp"
#include "libsig/review/diff.hpp"
#include "libsig/review/types.hpp"

/// The payloads of the review signals. Each is built once, then shared as
/// `std::shared_ptr<const T>`.
namespace libsig::review {

// -- types and names ----------------------------------------------------------

inline constexpr std::string_view request_type = "review.request";
inline constexpr std::string_view result_type = "review.result";
inline constexpr std::string_view summary_type = "review.summary";
inline constexpr std::string_view history_type = "review.history";

/// The table of reviews that have no summary yet, by `row_key` of the request's
/// tenant and sequence and the review id; each row keeps its request.
inline constexpr std::string_view open_reviews_table = "reviews";

/// An assignment's type is this, a dot, and the specialist's name.
inline constexpr std::string_view assignment_type_prefix =
  "internal.review.assignment";

inline constexpr std::string_view coordinator_name = "coordinator";
inline constexpr std::string_view security_specialist_name =
  "security_specialist";
inline constexpr std::string_view performance_specialist_name =
  "performance_specialist";

/// The first part of all sources unless configured otherwise.
inline constexpr std::string_view source_prefix_default = "/synapse";

/// `<prefix>/reviews`, where requests come from.
[[nodiscard]] std::string reviews_source(std::string_view prefix);

/// `<prefix>/agents/<name>`, the name percent-encoded.
[[nodiscard]] std::string agent_source(std::string_view prefix,
                                       std::string_view name);

/// `jido://review/<review_id>`, by which signals of one review are correlated.
[[nodiscard]] std::string review_subject(std::string_view review_id);

[[nodiscard]] std::string assignment_type(std::string_view specialist);

// -- coverage -----------------------------------------------------------------

enum class specialist_state : std::uint8_t { done, failed, timed_out, skipped };

[[nodiscard]] std::string_view to_string(specialist_state value) noexcept;

/// A file that was not looked at wholly, and why.
struct file_note {
  std::string file;
  std::string reason;

  friend bool operator==(const file_note&, const file_note&) = default;
};

/// What the review looked at, and what it did not.
struct coverage {
  /// Files of the diff, each name counted once.
  std::uint64_t files_changed = 0;
  std::uint64_t files_full = 0;
  /// Sorted by file, at most `limits::coverage_files_max`; so are the skipped.
  std::vector<file_note> files_partial;
  std::vector<file_note> files_skipped;
  /// Files that the two lists had no room for. What was changed is always the
  /// sum: full, both lists, and both of these.
  std::uint64_t files_partial_unnamed = 0;
  std::uint64_t files_skipped_unnamed = 0;
  std::uint64_t lines_added = 0;
  std::uint64_t lines_removed = 0;
  /// By name.
  std::vector<std::pair<std::string, specialist_state>> specialists;
  /// By specialist's name: the checks that failed.
  std::vector<std::pair<std::string, std::vector<std::string>>> checks_failed;
  /// Findings that the filter or the cap kept out of the summary.
  std::uint64_t held_back = 0;

  friend bool operator==(const coverage&, const coverage&) = default;
};

// -- review.request -----------------------------------------------------------

/// The files of a change set that a review looks at.
struct review_scope {
  std::shared_ptr<const change_set> changes;
  /// Those that include and exclude leave, pointing into `changes`.
  std::vector<const file_diff*> files;
  /// How many names `files` has; a series of patches may name a file twice.
  std::uint64_t files_named = 0;
  /// What the scope alone says of coverage: files and lines. `make_scope`
  /// fills it, so that it is counted once for all who share the scope.
  coverage covered;
};

struct request final : payload {
  std::string review_id;
  /// The diff as bytes: `metadata.diff_base64` decoded when that is there, else
  /// `diff`. Never null.
  std::shared_ptr<const std::string> diff;
  /// Whether the JSON has the bytes in `metadata.diff_base64`, as it must when
  /// `diff` holds bytes that are not UTF-8; its member `diff` has U+FFFD for
  /// them.
  bool diff_is_bytes = false;
  /// The member `diff` as it was stated beside `diff_base64`, when it shows the
  /// replaced bytes in another way than we do; else null.
  std::shared_ptr<const std::string> diff_shown;
  /// As stated; the default is the diff's own count.
  std::optional<std::uint64_t> files_changed;
  std::vector<std::string> labels;
  std::string intent = "feature";
  double risk_factor = 0.0;
  /// `metadata` as a JSON object's text without `options`, `hot_functions`
  /// and `diff_base64`, which stand decoded below; `{}` when absent.
  std::string metadata = "{}";
  request_options options;
  std::vector<std::string> hot_functions;
  /// The diff, parsed, less what include and exclude leave out. The contract
  /// sets it (`make_scope`), so that a broken diff is refused at the gate and a
  /// diff is parsed once; never null in an admitted request.
  std::shared_ptr<const review_scope> scope;
  /// Which optional members the JSON stated, so that writing it again gives the
  /// same document. Members that differ from their default are written anyway.
  struct presence {
    bool labels = false;
    bool intent = false;
    bool risk_factor = false;
    bool metadata = false;
    bool hot_functions = false;
    bool options = false;
    // Of the options; a timeout says itself whether it was stated.
    bool include = false;
    bool exclude = false;
    bool only = false;
    bool skip = false;
    bool filter_mode = false;
    friend bool operator==(const presence&, const presence&) = default;
  } stated;

  void append_json(std::string& out) const override;
};

// -- the internal assignment --------------------------------------------------

/// What the coordinator hands to one specialist.
struct assignment final : payload {
  std::string review_id;
  std::string agent;
  /// 1, or 2 after a crash.
  std::uint32_t attempt = 1;
  decision_path path = decision_path::fast_path;
  /// The request, whose scope, options and hot functions hold. Null on one
  /// that came from the log.
  std::shared_ptr<const request> asked;

  void append_json(std::string& out) const override;
};

// -- review.result ------------------------------------------------------------

struct review_result final : payload {
  std::string review_id;
  std::string agent;
  double confidence = 0.0;
  std::vector<finding> findings;
  bool should_escalate = false;
  // Of metadata:
  std::optional<std::uint64_t> runtime_ms;
  std::optional<decision_path> path;
  std::vector<std::string> actions_run;
  std::vector<std::string> checks_failed;
  /// Files or lines the specialist could not look at, with the reason.
  std::vector<std::pair<std::string, std::string>> files_partial;
  /// Every other member of `metadata`, as a JSON object's text.
  std::string metadata = "{}";

  void append_json(std::string& out) const override;
};

// -- review.summary -----------------------------------------------------------

struct summary final : payload {
  std::string review_id;
  review_status status = review_status::complete;
  libsig::review::severity severity = severity::none;
  std::vector<finding> findings; ///< with their agent
  std::vector<std::string> recommendations;
  std::vector<std::string> escalations;
  // Of metadata:
  decision_path path = decision_path::fast_path;
  std::string rationale;
  std::vector<std::string> specialists_resolved; ///< in order of arrival
  std::uint64_t duration_ms = 0;
  libsig::review::coverage coverage;

  void append_json(std::string& out) const override;
};

// -- review.history -----------------------------------------------------------

struct history_entry {
  std::string review_id;
  libsig::review::severity severity = severity::none;
  std::uint32_t findings = 0;
};

struct history final : payload {
  std::string review_id;
  std::string agent;
  std::vector<history_entry> entries;

  void append_json(std::string& out) const override;
};

} // namespace libsig::review
