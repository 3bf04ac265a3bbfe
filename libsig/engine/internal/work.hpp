#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "libsig/engine/gate.hpp"
#include "libsig/engine/origin.hpp"
#include "libsig/journal/journal.hpp"

namespace libsig::engine {

/// Something for the draining thread to do.
struct gate::work {
  enum class kind : std::uint8_t {
    publication, ///< from outside, to be answered
    step,        ///< an actor's, which must not get lost
    routes,      ///< a change of the routes
    recall,      ///< waits until all before it is written
  };

  kind which = kind::step;
  journal::transaction what;
  /// Gets the answer of a publication.
  receipt_handler done;
  /// Is told when the step is written, or the rows of somebody outside.
  rows_handler rows_done;
  /// Whose step it is, for dead letters.
  const origin* by = nullptr;
  /// What to do for the other kinds.
  std::function<void()> chore;
  /// When it was published, if somebody measures.
  std::chrono::nanoseconds begun{0};
};

/// What a batch did.
struct gate::tally {
  /// How many more cells may get something.
  std::size_t room = 0;
  std::uint64_t admitted = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t conflicts = 0;
  std::uint64_t delivered = 0;
  /// Cells that are told that they missed something.
  std::uint64_t told = 0;
  /// Signals whose routes were looked for.
  std::size_t matched = 0;
};

} // namespace libsig::engine
