#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "libsig/core/error.hpp"
#include "libsig/core/signal.hpp"

/// What leaves the node by itself: publishers, and the log as a file.
namespace libsig::publish {

/// How the first signal that was not delivered fared.
enum class outcome : std::uint8_t {
  done,      ///< all were delivered
  again,     ///< not now; to be tried again
  refused,   ///< never; the signal is a dead letter
  gone,      ///< never, and no other either: the sink is to be stopped for good
  rewind,    ///< what was delivered is lost; to be begun again at `after`
  cancelled, ///< the node stops; no try at all
};

/// What became of the signals that a sink was given.
struct delivery {
  /// So many, from the first one on, were delivered.
  std::size_t done = 0;
  publish::outcome outcome = publish::outcome::done;
  /// Why not, for people.
  std::string reason = {};
  /// How long the receiver wants to be left alone.
  std::optional<std::chrono::milliseconds> retry_after = {};
  /// With `rewind`, the position behind which to begin again.
  std::uint64_t after = 0;
};

/// Where a publisher's signals go. Used by one thread, apart from `cancel`.
class sink {
public:
  virtual ~sink() = default;

  // -- mutators ---------------------------------------------------------------

  /// Delivers signals in order; may block, with a time limit.
  [[nodiscard]] virtual delivery
  deliver(std::span<const signal_ptr> signals) = 0;

  /// Takes up its work behind a position, with what `state` said there. Where
  /// it wants to begin instead, when it has to begin anew.
  [[nodiscard]] virtual std::uint64_t resume(std::uint64_t after,
                                             std::string_view state) {
    static_cast<void>(state);
    return after;
  }

  /// Makes what was delivered outlive the machine's end, before a position
  /// behind it is saved; an error keeps it from being saved.
  [[nodiscard]] virtual result<void> sync() { return {}; }

  /// Everything was delivered, for the moment.
  virtual void at_end() {}

  /// Ends a delivery that is under way, from any thread, and all later ones.
  virtual void cancel() noexcept {}

  // -- observers --------------------------------------------------------------

  /// How many signals it takes at once.
  [[nodiscard]] virtual std::size_t batch_max() const noexcept { return 1; }

  /// What it needs to go on behind the last delivered signal after a restart.
  [[nodiscard]] virtual std::string state() const { return {}; }
};

} // namespace libsig::publish
