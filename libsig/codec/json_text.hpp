#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <string>
#include <string_view>

#include "libsig/core/error.hpp"

/// JSON as text, for whoever writes it without building a document.
namespace libsig::codec {

/// Appends a JSON string with its quotes. Control characters, `"` and `\` are
/// escaped, bytes that are not UTF-8 become U+FFFD, everything else stays.
void append_json_string(std::string& out, std::string_view text);

/// Appends the shortest number that reads back as the same double; one without
/// a fraction is written as `1.0`, and what is no number (NaN, infinity) as
/// `null`.
void append_json_number(std::string& out, double value);

/// Appends a whole number.
template <std::integral Integer>
requires(!std::same_as<Integer, bool>) void append_json_integer(
  std::string& out, Integer value) {
  std::array<char, 24> digits{};
  const auto end =
    std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  out.append(digits.data(), end);
}

/// The text in the form in which two JSON values are equal exactly when their
/// texts are: members sorted by the bytes of their names, no blanks, strings
/// escaped in one way, numbers by their decimal value (`1.0`, `1` and `1e0` are
/// one) however many digits they have.
///
/// The text is guarded first, with the size of a review request and the depth
/// and members of `json_limits`; refusals are those of `guard_json`.
[[nodiscard]] result<std::string> canonical_json(std::string_view text);

} // namespace libsig::codec
