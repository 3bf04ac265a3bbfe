#pragma once

#include <cstddef>
#include <string>

#include "libsig/core/error.hpp"
#include "libsig/core/signal.hpp"
#include "libsig/journal/dead_letters.hpp"
#include "libsig/journal/journal.hpp"

/// Dead letters as rows of the journal.
namespace libsig::journal::internal {

/// The row of a letter. `refused` is the signal of one that holds its own, and
/// null for all others.
[[nodiscard]] keyed_write row_of(const dead_letter& of, const signal* refused);

/// The letter of a row; `errc::io` for a row that is none of ours.
[[nodiscard]] result<dead_letter> letter_of(const keyed_write& row);

/// What `dead_letter::held_bytes` is of a signal.
[[nodiscard]] std::size_t held_bytes_of(const signal& refused);

/// The signal that the row of a letter holds.
[[nodiscard]] result<signal_ptr> refused_signal_of(const keyed_write& row);

/// A key behind all letters' that stand before one.
[[nodiscard]] std::string key_before(std::string id);

} // namespace libsig::journal::internal
