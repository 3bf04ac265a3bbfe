#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/journal/journal.hpp"
#include "libsig/publish/pump.hpp"
#include "libsig/publish/tail.hpp"

namespace libsig::publish::internal {

/// Signals that a publisher never saw since retention had their bodies first.
struct lost_bodies {
  std::uint64_t count = 0;
  /// The first and the last one; between them may stand others that are kept.
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

/// Counts which sequences a walk in their order does not meet.
class gap_count {
public:
  /// Everything up to `accounted` counts no more.
  explicit gap_count(std::uint64_t accounted) : accounted_{accounted} {}

  /// The walk is at this sequence and sees its signal.
  void see(std::uint64_t sequence);

  /// The walk has passed this sequence.
  void pass(std::uint64_t sequence);

  /// Everything up to here is counted or was seen.
  [[nodiscard]] std::uint64_t accounted() const noexcept { return accounted_; }

  [[nodiscard]] const lost_bodies& found() const noexcept { return found_; }

private:
  std::uint64_t accounted_;
  lost_bodies found_;
};

/// Where a publisher is in the log, and what it has fetched from there.
///
/// It is fed from the tail while it keeps up and by the log otherwise. Used by
/// one thread; what it is made with must outlive it.
class log_walk {
public:
  /// `how` says what is wanted. Nothing is read before `begin`.
  log_walk(const pump_options& how, const pump_surroundings& with)
    : how_{how}, with_{with} {}

  log_walk(const log_walk&) = delete;
  log_walk& operator=(const log_walk&) = delete;

  ~log_walk() {
    if (reader_) {
      with_.recent.end(*reader_);
    }
  }

  // -- mutators ---------------------------------------------------------------

  /// Stands behind `position`, and where it was `settled` before.
  void begin(std::uint64_t position, std::uint64_t settled);

  /// Fetches what is next, which may turn out to be all for others; nothing may
  /// be left of what was fetched before. Whether there may be more behind it;
  /// an error when the log cannot be read.
  [[nodiscard]] result<bool> fetch();

  /// Goes on where a fetch ended that found nothing which is wanted; whether
  /// that is somewhere else.
  [[nodiscard]] bool pass_others();

  /// The first ones are done.
  void pass(std::size_t count);

  /// Stands behind a position that it has passed before.
  void go_back(std::uint64_t after);

  /// Fetches nothing before this time.
  void rest_until(steady_time when) { not_before_ = when; }

  /// The tail keeps nothing for it any more, until the next fetch.
  void leave();

  /// What was lost since the last call.
  [[nodiscard]] lost_bodies take_lost();

  // -- observers --------------------------------------------------------------

  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }

  /// Up to here everything was done once, or counted as missing, or never was
  /// the publisher's own. At least the position; more after `go_back`.
  [[nodiscard]] std::uint64_t settled() const noexcept;

  /// Fetched and wanted, from the first one on that is not done.
  [[nodiscard]] const std::deque<signal_ptr>& waiting() const noexcept {
    return waiting_;
  }

  /// When it may fetch again.
  [[nodiscard]] steady_time not_before() const noexcept { return not_before_; }

private:
  [[nodiscard]] bool wants(const signal& what) const;
  [[nodiscard]] bool misses_some() const;
  [[nodiscard]] result<bool> fetch_from_log();
  [[nodiscard]] result<journal::page> read_page(gap_count* missed) const;
  void stand_at_end_of(const journal::page& read, std::uint64_t last);

  const pump_options& how_;
  const pump_surroundings& with_;
  std::optional<tail::reader> reader_;
  std::uint64_t position_ = 0;
  /// What is missing up to here counts no more.
  std::uint64_t accounted_ = 0;
  std::uint64_t settled_ = 0;
  std::deque<signal_ptr> waiting_;
  /// Where it is when all that waits is done.
  std::uint64_t fetched_to_ = 0;
  steady_time not_before_{};
  lost_bodies lost_;
};

} // namespace libsig::publish::internal
