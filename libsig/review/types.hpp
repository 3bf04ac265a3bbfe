#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The payloads of the review signals (document 002), decoded.
namespace libsig::review {

/// How bad a finding is; ordered.
enum class severity : std::uint8_t { none, low, medium, high };

[[nodiscard]] std::string_view to_string(severity value) noexcept;
[[nodiscard]] std::optional<severity> parse_severity(std::string_view text);

/// Which way a review takes.
enum class decision_path : std::uint8_t { fast_path, deep_review };

[[nodiscard]] std::string_view to_string(decision_path value) noexcept;
[[nodiscard]] std::optional<decision_path>
parse_decision_path(std::string_view text);

/// Which findings count, by where they stand.
enum class filter_mode : std::uint8_t {
  added,        ///< on lines that the diff adds or removes
  diff_context, ///< on any line of its hunks
  file,         ///< anywhere in a changed file
  nofilter,     ///< everywhere
};

[[nodiscard]] std::string_view to_string(filter_mode value) noexcept;
[[nodiscard]] std::optional<filter_mode>
parse_filter_mode(std::string_view text);

enum class review_status : std::uint8_t { complete, failed };

[[nodiscard]] std::string_view to_string(review_status value) noexcept;
[[nodiscard]] std::optional<review_status>
parse_review_status(std::string_view text);

/// One thing that a check has to say about one place.
struct finding {
  /// What kind of problem, such as `sql_injection`.
  std::string type;
  libsig::review::severity severity = severity::none;
  /// The file as the diff names it (the new name unless it was deleted).
  std::string file;
  /// One sentence.
  std::string summary;
  /// What to do about it, one sentence.
  std::optional<std::string> recommendation;
  /// The line in the new file, from 1; for something removed, the new line at
  /// which it stood; in a deleted file, the old line.
  std::optional<std::uint32_t> line;
  /// The last line, where the finding spans several.
  std::optional<std::uint32_t> end_line;
  /// The rule that fired, such as `sql-injection/string-building`.
  std::optional<std::string> rule;
  /// How sure the check is, 0..1.
  std::optional<double> confidence;
  /// The same for the same problem in another place or revision of the file; it
  /// does not depend on line numbers.
  std::optional<std::string> fingerprint;
  /// Text that would replace the lines line..end_line.
  std::optional<std::string> suggestion;
  /// Who found it; set by the aggregator.
  std::string agent;

  friend bool operator==(const finding&, const finding&) = default;
};

/// `metadata.options` of a request: what to look at, and how.
struct request_options {
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  std::vector<std::string> only;
  std::vector<std::string> skip;
  filter_mode mode = filter_mode::added;
  std::optional<std::chrono::milliseconds> timeout;

  friend bool operator==(const request_options&,
                         const request_options&) = default;
};

} // namespace libsig::review
