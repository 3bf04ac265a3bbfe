#pragma once

#include <cstdint>
#include <string>

#include "libsig/actor/step.hpp"
#include "libsig/core/limits.hpp"
#include "libsig/subscription/rows.hpp"

namespace libsig::subscription {

/// How far the log was matched, and which numbers hand-outs were given: what a
/// restart goes on from. Its row is written with every step for which that
/// matters, and else now and then.
class progress {
public:
  // -- mutators ---------------------------------------------------------------

  /// Goes on from what was kept.
  void restore(const state_row& kept) noexcept {
    heard_ = written_ = kept.watermark;
    reached_ = kept.reached;
    given_ = reserved_ = kept.hand_outs;
    exists_ = true;
  }

  /// Notes that every signal up to here was matched.
  void hear(std::uint64_t sequence) noexcept {
    if (sequence > heard_) {
      heard_ = sequence;
      reached_.clear();
    }
  }

  /// Notes that the next signal was brought to every agent up to this name; the
  /// row is written with the step.
  void reach(const std::string& agent) {
    reached_ = agent;
    moved_ = true;
  }

  /// What the step does is not to be done again for what was heard: the row is
  /// written with it.
  void pin() noexcept { pinned_ = true; }

  /// A number that no hand-out had.
  [[nodiscard]] std::uint64_t next_number() noexcept {
    if (given_ == reserved_) {
      reserved_ += numbers_reserved;
      owed_ = true;
    }
    return ++given_;
  }

  /// Completes a step. With nobody to match for there is nothing to do again.
  void finish(actor::step& out, bool somebody_listens) {
    const auto behind = heard_ - written_;
    // Without a row nothing that is in the log now would be looked at.
    if (owed_ || moved_ || (pinned_ && (behind > 0 || !exists_))
        || (somebody_listens
            && behind >= limits::matched_signals_unsaved_max)) {
      out.writes.push_back(write_of(state_row{heard_, reserved_, reached_}));
      written_ = heard_;
      owed_ = false;
      moved_ = false;
      exists_ = true;
    }
    pinned_ = false;
  }

  // -- observers --------------------------------------------------------------

  [[nodiscard]] std::uint64_t heard() const noexcept { return heard_; }

  /// The last agent, by name, that got the signal behind `heard`; empty when
  /// none is known to have it.
  [[nodiscard]] const std::string& reached() const noexcept { return reached_; }

private:
  /// So many numbers for one write; a restart leaves the rest out.
  static constexpr std::uint64_t numbers_reserved = 1'000;

  std::uint64_t heard_ = 0;
  std::string reached_;
  std::uint64_t written_ = 0;
  std::uint64_t given_ = 0;
  std::uint64_t reserved_ = 0;
  bool exists_ = false;
  bool pinned_ = false;
  bool owed_ = false;
  bool moved_ = false;
};

} // namespace libsig::subscription
