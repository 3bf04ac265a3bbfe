#pragma once

#include <string_view>

#include "libsig/core/error.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/journal/dead_letters.hpp"
#include "libsig/runtime/runtime.hpp"

namespace libsig::sigd {

/// Puts what an actor could not handle, and what was refused of what it emitted
/// by leave, into the book of dead letters; hands the one to the actor again
/// when somebody asks for that, and publishes the other. Any thread.
class actor_letters {
public:
  static constexpr std::string_view target_kind = "actor";

  // -- constructors -----------------------------------------------------------

  /// The book must outlive it. `node` is asked as long as the book is.
  actor_letters(journal::dead_letter_book& into, runtime& node);

  // -- mutators ---------------------------------------------------------------

  /// Adds a letter. A signal without a sequence never came into the log.
  void add(std::string_view actor, const signal_ptr& what, const error& why);

private:
  journal::dead_letter_book& into_;
};

} // namespace libsig::sigd
