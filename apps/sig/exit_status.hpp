#pragma once

#include <cstdint>

#include "libsig/core/error.hpp"
#include "libsig/review/signals.hpp"

namespace libsig::sig {

/// What the process says to its caller when it ends.
enum class exit_status : std::uint8_t {
  clean = 0,          ///< done; nothing at or above the fail level
  findings = 1,       ///< findings at or above it
  usage = 2,          ///< wrong usage, unreadable input, or refused by a node
  incomplete = 3,     ///< a specialist or a check did not look
  infrastructure = 4, ///< an output cannot be written, or a fault of ours or
                      ///< the node's
  timed_out = 124,    ///< no answer in the time that was given
};

/// From which severity on findings fail a review; ordered.
enum class fail_level : std::uint8_t { none, any, low, medium, high };

/// The status of a review that has a summary. A review that did not look at
/// everything is incomplete, whatever it found; `fail_level::none` turns
/// findings into clean, never incomplete.
[[nodiscard]] exit_status status_of(const review::summary& what,
                                    fail_level level) noexcept;

/// The status of a review that was refused or broke down without a summary:
/// what the request is to blame for is usage, a deadline without a summary is
/// incomplete, the rest infrastructure.
[[nodiscard]] exit_status status_of(const error& refusal) noexcept;

} // namespace libsig::sig
