#pragma once

#include <cstdint>
#include <deque>
#include <mutex>

namespace libsig::engine {

/// What the engine has to tell one cell: each null signal of its mailbox stands
/// for the next of them, so that they keep their places among the signals.
///
/// The gate notes before it delivers the null signal, the cell takes. At most
/// two wait: one of each kind.
class notices {
public:
  // -- types ------------------------------------------------------------------

  enum class kind : std::uint8_t {
    none,
    recalled, ///< what the cell committed before is written
    missed,   ///< signals went by that are in the log
  };

  struct notice {
    kind what = kind::none;
    /// The last signal that was missed.
    std::uint64_t up_to = 0;
  };

  // -- mutators ---------------------------------------------------------------

  /// The cell is to recover.
  void recall();

  /// The cell misses a signal, which is in the log already. Returns true when a
  /// null signal must be delivered for that; false when the cell was not told
  /// yet of what it missed before, and will find this one in the log as well.
  [[nodiscard]] bool miss(std::uint64_t sequence);

  /// What the null signal at hand stands for. What is missed from here on is
  /// told by another one.
  [[nodiscard]] notice take();

private:
  // The gate's thread notes while the cell takes; both are rare.
  std::mutex mutex_;
  std::deque<kind> waiting_;
  bool missed_ = false;
  std::uint64_t missed_up_to_ = 0;
};

} // namespace libsig::engine
