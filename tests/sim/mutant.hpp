#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace libsig::sim {

/// A known defect that is built in on purpose, to prove that a checker sees it.
enum class mutant : std::uint8_t {
  none,
  skips_write,        ///< the journal acknowledges what it has not written
  forgets_repeats,    ///< the journal takes every id for a new one
  drops_delivery,     ///< a mailbox loses a signal
  misroutes,          ///< a signal comes to an actor that did not ask for it
  second_summary,     ///< the coordinator says its summary twice
  loses_record,       ///< the coordinator does not write what it closed
  swallows_timers,    ///< the coordinator sleeps through its deadlines
  doubles_delivery,   ///< a mailbox hands a signal out twice
  forgets_hops,       ///< a mailbox strips the count of causes
  leaks_chance,       ///< a run depends on more than its seed
  reorders_delivery,  ///< a mailbox lets a signal overtake another
  leaves_mail,        ///< the run ends before the mailboxes are empty
  hides_dead_letters, ///< an observer is not told of a dead letter
  loses_request,      ///< a request does not reach its actor
  answers_forgotten,  ///< an answer is told to somebody who went away
  breaks_promise,     ///< an answer is given without its write
};

struct mutant_row {
  mutant which;
  std::string_view name;
  /// The checker that must report it.
  std::string_view checker;
};

inline constexpr std::array<mutant_row, 16> mutants{{
  {mutant::skips_write, "skips_write", "journalled_once"},
  {mutant::forgets_repeats, "forgets_repeats", "journalled_once"},
  {mutant::drops_delivery, "drops_delivery", "delivered_as_matched"},
  {mutant::misroutes, "misroutes", "delivered_as_matched"},
  {mutant::second_summary, "second_summary", "one_summary"},
  {mutant::loses_record, "loses_record", "one_record"},
  {mutant::swallows_timers, "swallows_timers", "one_summary"},
  {mutant::doubles_delivery, "doubles_delivery", "single_delivery"},
  {mutant::forgets_hops, "forgets_hops", "hops_bounded"},
  {mutant::leaks_chance, "leaks_chance", "replayed"},
  {mutant::reorders_delivery, "reorders_delivery", "log_order"},
  {mutant::leaves_mail, "leaves_mail", "nothing_left"},
  {mutant::hides_dead_letters, "hides_dead_letters", "nothing_left"},
  {mutant::loses_request, "loses_request", "answered_once"},
  {mutant::answers_forgotten, "answers_forgotten", "answered_once"},
  {mutant::breaks_promise, "breaks_promise", "answered_once"},
}};

[[nodiscard]] constexpr std::optional<mutant>
find_mutant(std::string_view name) noexcept {
  for (const auto& row : mutants) {
    if (row.name == name) {
      return row.which;
    }
  }
  return std::nullopt;
}

} // namespace libsig::sim
