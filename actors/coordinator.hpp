#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "libsig/actor/spec.hpp"
#include "libsig/core/error.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/review/signals.hpp"

namespace libsig::actors {

/// What the coordinator has seen that leads to no summary of its own.
struct coordinator_counters {
  std::atomic<std::uint64_t> opened{0};
  std::atomic<std::uint64_t> completed{0};
  std::atomic<std::uint64_t> failed{0};
  /// A second result of a specialist for an open review.
  std::atomic<std::uint64_t> duplicate_results{0};
  /// A result of somebody who was not assigned.
  std::atomic<std::uint64_t> foreign_results{0};
  /// A result for a review that is closed or was never known.
  std::atomic<std::uint64_t> late_results{0};
  std::atomic<std::uint64_t> retries{0};
};

/// Is told what becomes of reviews, on the threads of the coordinator; must not
/// block.
class review_observer {
public:
  virtual ~review_observer() = default;

  /// A review was opened, or found open after a restart.
  virtual void on_opened() noexcept = 0;

  /// A review was closed so long after its request.
  virtual void on_closed(review::review_status status,
                         std::chrono::microseconds after) noexcept = 0;
};

struct coordinator_options {
  /// The specialists of the pipeline, at most `limits::specialists_max`.
  std::vector<std::string> specialists;
  std::string source_prefix{review::source_prefix_default};
  std::chrono::milliseconds deadline = limits::review_deadline_default;
  /// Reviews are spread over so many shards by their id.
  std::size_t shards = 2;
  /// May be null.
  std::shared_ptr<coordinator_counters> counters;
  /// May be null.
  std::shared_ptr<review_observer> watcher;
  /// Whether a record of each closed review is written
  /// (`review::closed_reviews_table`), in one transaction with its summary.
  bool records = false;
};

/// The actor that sees to it that every `review.request` gets exactly one
/// `review.summary`.
///
/// It assigns the request to the specialists that `only` and `skip` leave,
/// takes the first result of each, gives a specialist that crashes the
/// assignment once more, and closes the review when all have answered or at
/// the deadline. What is open stands in the table `reviews`, so that a restart
/// finds it. Reviews of different tenants never meet, whatever their ids.
[[nodiscard]] result<actor::spec> coordinator_spec(coordinator_options how);

} // namespace libsig::actors
