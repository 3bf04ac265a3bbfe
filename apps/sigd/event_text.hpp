#pragma once

#include <cstddef>
#include <string>

#include "libsig/core/signal.hpp"

namespace libsig::sigd {

/// Data beyond it is left out of lists and streams.
inline constexpr std::size_t listed_data_bytes_max = 256u << 10;

/// Bytes of a signal's data; 0 without any.
[[nodiscard]] std::size_t data_bytes(const signal& what);

/// Appends a signal as lists and streams show it: one line, redacted unless
/// `clear`; data over `data_bytes_max` is left out, and `dataomitted` says how
/// many bytes it has.
void append_listed_event(const signal& what, bool clear, std::string& out,
                         std::size_t data_bytes_max = listed_data_bytes_max);

} // namespace libsig::sigd
