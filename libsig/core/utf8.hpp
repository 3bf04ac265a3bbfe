#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace libsig {

/// What stands at one place of a text: a character of UTF-8, or bytes that are
/// none.
struct utf8_unit {
  /// 1 to 4 bytes; of an invalid unit the longest start of a character, which
  /// one U+FFFD stands for (Unicode, 3.9).
  std::size_t length = 1;
  bool valid = false;
};

/// Looks at the place `at`, which lies inside the text. Overlong forms,
/// surrogates and values beyond U+10FFFF are invalid.
[[nodiscard]] utf8_unit utf8_unit_at(std::string_view text,
                                     std::size_t at) noexcept;

/// Whether the bytes are well-formed UTF-8: no overlong forms, no surrogates,
/// nothing beyond U+10FFFF, nothing cut off. Linear.
[[nodiscard]] bool is_utf8(std::string_view bytes) noexcept;

/// Whether every byte is a printable character of ASCII (0x20 to 0x7E), which
/// most names are: what holds here needs no look at its characters.
[[nodiscard]] bool is_printable_ascii(std::string_view text) noexcept;

/// Whether well-formed UTF-8 holds a control character: C0, DEL or C1.
[[nodiscard]] bool has_control_character(std::string_view text) noexcept;

/// Appends the bytes with U+FFFD for every maximal ill-formed subsequence (as
/// the Unicode standard recommends, and browsers do); at most three times the
/// bytes.
void append_utf8_lossy(std::string& out, std::string_view bytes);

/// The same as a text of its own.
[[nodiscard]] std::string to_utf8_lossy(std::string_view bytes);

/// Appends one code point, which is no surrogate and at most U+10FFFF.
void append_code_point(std::string& out, char32_t code_point);

} // namespace libsig
