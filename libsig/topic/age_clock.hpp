#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string_view>

#include "libsig/actor/reactor.hpp"
#include "libsig/actor/step.hpp"
#include "libsig/core/time.hpp"

namespace libsig::topic {

/// The time by which it is told how long something was not used.
///
/// It is the wall clock's when a node starts, and goes on as the steady clock
/// does: whoever sets the wall clock a month ahead, or wakes a machine that
/// slept, makes nothing older. How far the two are apart is a row, so that it
/// is the same time after a restart; what passes while the node does not run is
/// the wall clock's word, unless that would be before what was stamped already.
/// Not synchronised.
class age_clock {
public:
  /// The clocks may be apart by less without being told.
  static constexpr std::chrono::milliseconds slack = std::chrono::minutes{1};

  // -- mutators ---------------------------------------------------------------

  /// Begins, with the rows that were kept. `newest` is the last time that was
  /// stamped before, nothing for none. One that has begun goes on, and looks
  /// only which row there is: a crash may have lost what it appended last.
  void start(std::span<const actor::write> rows,
             std::optional<wall_time> newest, const actor::context& now);

  /// Looks whether the wall clock was set since it looked last, and appends the
  /// row when they are apart otherwise than kept; a subtraction when it was
  /// not. To be called often: what was not seen before the node ends counts as
  /// time in which it did not run.
  ///
  /// A wall clock that is set back takes back what it said had passed before
  /// the start: it was wrong then. True when it did, so that there may be
  /// stamps ahead of the time.
  [[nodiscard]] bool compare(const actor::context& now, actor::step& out);

  // -- observers --------------------------------------------------------------

  [[nodiscard]] wall_time now(const actor::context& at) const noexcept;

private:
  [[nodiscard]] std::chrono::milliseconds
  apart(const actor::context& at) const noexcept {
    return now(at) - at.wall_now;
  }

  bool started_ = false;
  wall_time begun_;
  steady_time begun_at_;
  /// What passed before the start, by the wall clock's word alone.
  std::chrono::milliseconds credited_{0};
  std::chrono::milliseconds last_apart_{0};
  std::chrono::milliseconds kept_apart_{0};
  /// The row is not what was kept.
  bool lost_ = false;
};

} // namespace libsig::topic
