#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/signal.hpp"
#include "libsig/core/time.hpp"
#include "libsig/review/pipeline.hpp"
#include "libsig/review/record.hpp"
#include "libsig/review/signals.hpp"

/// An open review, and what is made of it when it closes.
namespace libsig::review {

/// A bit for each specialist of the pipeline.
using specialist_set = std::uint32_t;

[[nodiscard]] constexpr specialist_set bit(std::size_t index) noexcept {
  return specialist_set{1} << index;
}

/// A first result, or the crash of a specialist.
struct arrival {
  signal_ptr what;
  /// Its place in the pipeline.
  std::uint32_t specialist = 0;
  bool crashed = false;
};

/// What an open review is, beside its request.
struct open_review {
  /// A view into the request.
  std::string_view review_id;
  signal_ptr request;
  /// When it began, for its duration.
  steady_time opened;
  /// When its specialists were assigned.
  wall_time assigned_at;
  decision_path path = decision_path::fast_path;
  /// Tells a timer of this review from one of an earlier in the same slot.
  std::uint32_t generation = 0;
  specialist_set assigned = 0;
  specialist_set pending = 0;
  specialist_set crashed_once = 0;
  specialist_set crashed_twice = 0;
  std::uint32_t duplicate_results = 0;
  std::uint32_t foreign_results = 0;
  /// In their order.
  std::vector<arrival> arrivals;
};

/// The larger of the stated number of files and what the diff holds.
[[nodiscard]] std::uint64_t files_of(const request& asked);

/// What the summary of a review that closes at `now` is made of.
[[nodiscard]] review_outcome
outcome_of(const open_review& review, std::span<const std::string> specialists,
           steady_time now);

/// The record of a review that closes at `now` with the summary.
[[nodiscard]] review_record record_of(const open_review& review,
                                      std::span<const std::string> specialists,
                                      const summary& with, wall_time now);

} // namespace libsig::review
