#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace libsig::sim {

/// A known defect of topics that is built in on purpose, to prove that a rule
/// sees it.
enum class topic_mutant : std::uint8_t {
  none,
  parks_too_high, ///< a wait parks behind messages that it has not seen
  misses_message, ///< a look into the log misses a message that is there
  hears_nothing,  ///< the actor is not told of a message
  forgets_cursor, ///< a cursor is not written
  moves_early,    ///< a cursor moves though its answer was not written
  never_moves,    ///< a cursor stays though its answer was written
  ignores_gone,   ///< nobody settles what was answered to who has gone
};

struct topic_mutant_row {
  topic_mutant which;
  std::string_view name;
  /// The rule that must be broken.
  std::string_view rule;
};

inline constexpr std::array<topic_mutant_row, 7> topic_mutants{{
  {topic_mutant::parks_too_high, "parks_too_high", "no_lost_wake_up"},
  {topic_mutant::misses_message, "misses_message", "each_once_in_order"},
  {topic_mutant::hears_nothing, "hears_nothing", "no_lost_wake_up"},
  {topic_mutant::forgets_cursor, "forgets_cursor", "each_once_in_order"},
  {topic_mutant::moves_early, "moves_early", "each_once_in_order"},
  {topic_mutant::never_moves, "never_moves", "each_once_in_order"},
  {topic_mutant::ignores_gone, "ignores_gone", "no_lost_wake_up"},
}};

[[nodiscard]] constexpr std::optional<topic_mutant>
find_topic_mutant(std::string_view name) noexcept {
  for (const auto& row : topic_mutants) {
    if (row.name == name) {
      return row.which;
    }
  }
  return std::nullopt;
}

} // namespace libsig::sim
