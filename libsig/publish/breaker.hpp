#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "libsig/core/time.hpp"

namespace libsig::publish {

/// When a breaker opens, and for how long.
struct breaker_options {
  /// Failures in a row that open it; 0: it never opens.
  unsigned failures_max = 5;
  /// How long it stays open before one try is let through; doubled by each try
  /// that fails, up to `open_max`.
  std::chrono::milliseconds open_for{30'000};
  std::chrono::milliseconds open_max{300'000};
};

/// Spares an endpoint that fails: one object for one endpoint, for as long as
/// it is used. Closed, every try is let through; failures in a row open it, and
/// it lets none through for a while; then it is half open and one try decides.
/// Pure: time comes in.
class breaker {
public:
  enum class state : std::uint8_t { closed, open, half_open };

  // -- constructors -----------------------------------------------------------

  explicit breaker(const breaker_options& how) noexcept : how_{how} {}

  // -- mutators ---------------------------------------------------------------

  /// Whether a try may be made now; in the half-open state only the first one
  /// that asks, until it has told how it went. Each permitted try must be
  /// followed by one of the calls below.
  [[nodiscard]] bool permit(steady_time now) noexcept;

  void succeeded() noexcept;
  void failed(steady_time now) noexcept;

  /// The try was not made.
  void withdrawn() noexcept;

  // -- observers --------------------------------------------------------------

  /// The state at a time.
  [[nodiscard]] state at(steady_time now) const noexcept;

  /// When the next try may be made; nothing when one may be made at any time.
  [[nodiscard]] std::optional<steady_time> opens_until() const noexcept {
    return until_;
  }

private:
  breaker_options how_;
  unsigned failures_ = 0;
  /// How often it opened in a row.
  unsigned opened_ = 0;
  std::optional<steady_time> until_;
  /// The one try of the half-open state is being made.
  bool trying_ = false;
};

} // namespace libsig::publish
