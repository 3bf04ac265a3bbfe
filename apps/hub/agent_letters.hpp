#pragma once

#include "libsig/journal/dead_letters.hpp"
#include "libsig/runtime/runtime.hpp"
#include "libsig/subscription/burials.hpp"

namespace libsig::hub {

/// Puts items that agents could not handle into the book of dead letters, each
/// in one transaction with the end of its row, and tells the actor of
/// subscriptions. Both must outlive the actor; called on its thread.
[[nodiscard]] subscription::undertaker
make_undertaker(journal::dead_letter_book& into, runtime& node);

/// Lets the book hand dead letters of agents back to them. `node` is asked as
/// long as the book is.
void redrive_to_agents(journal::dead_letter_book& from, runtime& node);

} // namespace libsig::hub
