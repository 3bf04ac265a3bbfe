#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace libsig::codec {

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

/// Whether the whole text is UTF-8.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// Appends the text with U+FFFD for every invalid unit.
void append_utf8_lossy(std::string& out, std::string_view text);

/// Appends one code point, which is no surrogate and at most U+10FFFF.
void append_code_point(std::string& out, char32_t code_point);

} // namespace libsig::codec
