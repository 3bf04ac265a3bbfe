#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/time.hpp"
#include "libsig/review/types.hpp"

/// What is kept of a review beside its signals.
namespace libsig::review {

/// The table of the records of closed reviews, by `row_key` of the request's
/// tenant and sequence and the review id.
inline constexpr std::string_view closed_reviews_table = "reviews.closed";

/// The table of results that came for a review when it was closed: under the
/// key of its record, their number in decimal digits. Most reviews have none.
inline constexpr std::string_view late_results_table = "reviews.late";

/// The claim of a request on its review id; see `schema::accepted`.
[[nodiscard]] std::string claim_of_review(std::string_view review_id);

/// What became of one assignment.
enum class assignment_state : std::uint8_t {
  pending,   ///< no answer yet
  done,      ///< its result counts
  crashed,   ///< the specialist threw
  timed_out, ///< the review was closed without it
};

[[nodiscard]] std::string_view to_string(assignment_state value) noexcept;

/// One assignment of a review to a specialist.
struct assignment_record {
  std::string agent;
  /// 1, or 2 after a crash.
  std::uint32_t attempt = 1;
  assignment_state state = assignment_state::pending;
  wall_time assigned;
  /// When it was done, or crashed.
  std::optional<wall_time> answered;
  /// The sequence of its result; 0 for none.
  std::uint64_t result = 0;

  friend bool operator==(const assignment_record&,
                         const assignment_record&) = default;
};

/// The record of a closed review: what its request and its summary do not say.
struct review_record {
  wall_time opened;
  wall_time closed;
  review_status status = review_status::complete;
  libsig::review::severity severity = severity::none;
  /// Results that did not count: second ones of a specialist, and those of
  /// somebody who was not assigned.
  std::uint64_t duplicate_results = 0;
  std::uint64_t foreign_results = 0;
  /// By agent, then attempt.
  std::vector<assignment_record> assignments;
  /// The sequence of the summary.
  std::uint64_t summary = 0;

  friend bool operator==(const review_record&, const review_record&) = default;
};

/// The record as text without the summary's sequence, which is to be appended
/// to it in decimal digits.
[[nodiscard]] std::string begin_record(const review_record& what);

/// Reads a whole record; nothing when the text is none.
[[nodiscard]] std::optional<review_record> read_record(std::string_view text);

} // namespace libsig::review
