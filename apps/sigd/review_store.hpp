#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/core/time.hpp"
#include "libsig/journal/journal.hpp"
#include "libsig/review/record.hpp"

/// What the log and its tables say of reviews. Any thread.
namespace libsig::sigd {

/// A review as lists show it.
struct listed_review {
  std::string review_id;
  /// Of its request.
  std::uint64_t sequence = 0;
  wall_time opened;
  /// Nothing while it is open.
  std::optional<review::review_record> closed;
};

/// Which reviews a page shall hold.
struct review_query {
  std::string tenant;
  /// Only those whose request came before this sequence; all when absent.
  std::optional<std::uint64_t> before;
  /// Whether open ones are wanted, and closed ones by status.
  bool open = true;
  bool complete = true;
  bool failed = true;
  std::size_t limit = 100;
};

/// A page of reviews, the newest first. It may hold less than its limit and
/// still have a next one: the rows that are looked at have a bound as well.
struct review_page {
  std::vector<listed_review> reviews;
  /// The `before` of the next page; nothing at the end.
  std::optional<std::uint64_t> next;
};

/// All that is known of one review.
struct known_review {
  std::uint64_t sequence = 0;
  /// The closed one's; of an open one the assignments and results so far, as
  /// far as they stand near its request in the log.
  review::review_record record;
  bool open = false;
  std::uint64_t late_results = 0;
};

[[nodiscard]] result<review_page> list_reviews(const journal::journal& of,
                                               const review_query& what);

/// Nothing when the tenant has no such review, or its record was retired.
[[nodiscard]] result<std::optional<known_review>>
find_review(const journal::journal& of, std::string_view tenant,
            std::string_view review_id);

/// The summary of a closed review; null while it is open, and when it is not
/// kept any more.
[[nodiscard]] result<signal_ptr> find_summary(const journal::journal& of,
                                              std::string_view tenant,
                                              std::string_view review_id);

/// The records of reviews that were closed before `cutoff`, at most `limit` of
/// them, as the removals of their rows. Looks at few others.
[[nodiscard]] result<std::vector<journal::keyed_write>>
expired_reviews(const journal::journal& of, wall_time cutoff,
                std::size_t limit);

} // namespace libsig::sigd
