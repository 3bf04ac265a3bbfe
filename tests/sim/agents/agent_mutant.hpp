#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace libsig::sim {

/// A known defect of subscriptions that is built in on purpose, to prove that a
/// rule sees it.
enum class agent_mutant : std::uint8_t {
  none,
  hears_nothing,      ///< the actor is not told of a signal
  forgets_item,       ///< an item is not written
  forgets_settlement, ///< that an item was handled is not written
  forgets_position,   ///< how far the log was matched is not written
  misses_signal,      ///< a look into the log misses a signal that is there
  repeats_numbers,    ///< which numbers were given is not written
};

struct agent_mutant_row {
  agent_mutant which;
  std::string_view name;
  /// The rule that must be broken.
  std::string_view rule;
};

inline constexpr std::array<agent_mutant_row, 7> agent_mutants{{
  {agent_mutant::hears_nothing, "hears_nothing", "no_lost_wake_up"},
  {agent_mutant::forgets_item, "forgets_item", "none_lost"},
  {agent_mutant::forgets_item, "forgets_item_that_counts", "accounts_hold"},
  {agent_mutant::forgets_settlement, "forgets_settlement", "settled_for_good"},
  {agent_mutant::forgets_position, "forgets_position", "none_lost"},
  {agent_mutant::misses_signal, "misses_signal", "none_lost"},
  {agent_mutant::repeats_numbers, "repeats_numbers", "each_hand_out_once"},
}};

} // namespace libsig::sim
