#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "apps/sigd/alarm_clock.hpp"
#include "libsig/runtime/runtime.hpp"

namespace libsig::sigd {

/// Removes the records of reviews that were closed long ago, in pieces, so that
/// nothing else waits for long.
class review_retention {
public:
  // -- types ------------------------------------------------------------------

  struct options {
    /// How long a record is kept after its review was closed; for ever when
    /// absent.
    std::optional<std::chrono::milliseconds> keep = std::chrono::days{30};
    /// Between two looks, and between the pieces of one.
    std::chrono::milliseconds pause = std::chrono::hours{1};
    std::chrono::milliseconds breath{100};
    /// Records of one piece.
    std::size_t piece = 1'000;
  };

  // -- constructors -----------------------------------------------------------

  /// Both must outlive it; the alarm must be stopped before it goes.
  review_retention(runtime& node, alarm_clock& by, const options& how) noexcept
    : node_{node}, alarm_{by}, how_{how} {}

  // -- mutators ---------------------------------------------------------------

  /// Begins to look, after a breath. To be called once.
  void start();

private:
  void look();
  void look_after(std::chrono::milliseconds delay);

  runtime& node_;
  alarm_clock& alarm_;
  const options how_;
};

} // namespace libsig::sigd
