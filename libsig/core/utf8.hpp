#pragma once

#include <string>
#include <string_view>

namespace libsig {

/// Whether the bytes are well-formed UTF-8: no overlong forms, no surrogates,
/// nothing beyond U+10FFFF, nothing cut off. Linear.
[[nodiscard]] bool is_utf8(std::string_view bytes) noexcept;

/// The bytes as UTF-8, with U+FFFD for every maximal ill-formed subsequence (as
/// the Unicode standard recommends, and browsers do). Well-formed text comes
/// back as it is; the result has at most three times the bytes.
[[nodiscard]] std::string to_utf8_lossy(std::string_view bytes);

} // namespace libsig
