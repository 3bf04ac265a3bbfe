#pragma once

#include <cstddef>

namespace libsig::report {

/// Columns that a terminal gives a code point: 0 for marks that join the one
/// before, 2 for East Asian wide characters and emoji, else 1. Control and
/// format characters are nobody's business here; `printable` escapes them.
[[nodiscard]] std::size_t code_point_width(char32_t code_point) noexcept;

} // namespace libsig::report
