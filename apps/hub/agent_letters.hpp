#pragma once

#include "libsig/core/error.hpp"
#include "libsig/journal/dead_letters.hpp"
#include "libsig/runtime/runtime.hpp"
#include "libsig/subscription/burials.hpp"

namespace libsig::hub {

/// Puts items that agents could not handle into the book of dead letters, each
/// in one transaction with the end of its row, and tells the actor of
/// subscriptions. Both must outlive the actor; called on its thread.
[[nodiscard]] subscription::undertaker
make_undertaker(journal::dead_letter_book& into, runtime& node);

/// What the book is told of a letter whose target was asked (or could not be)
/// and refused: `stopped` and `overloaded` when it was not tried, also of an
/// actor that recovers from a crash; else `io`, since another error would say
/// that the letter itself is not there.
[[nodiscard]] error refusal_of_letter(const error& why);

/// Lets the book hand dead letters of agents back to them. `node` is asked as
/// long as the book is.
void redrive_to_agents(journal::dead_letter_book& from, runtime& node);

} // namespace libsig::hub
