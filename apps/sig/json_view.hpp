#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/error.hpp"

/// Looks at JSON as text, so that what a node answers is printed as it was
/// written, numbers included. All texts have passed `check_answer`.
namespace libsig::sig {

/// Whether the text is JSON that is safe to read: sizes and depth for a page of
/// the log. `errc::io`, since a node never answers anything else.
[[nodiscard]] result<void> check_answer(std::string_view text);

/// A member of an object; both texts as they stand there.
struct json_member {
  std::string_view name; ///< without its quotes
  std::string_view value;
};

/// The members of an object, none when the text is no object. Linear.
[[nodiscard]] std::vector<json_member> members_of(std::string_view object);

/// The value of a member, nothing when there is none.
[[nodiscard]] std::optional<std::string_view> member_of(std::string_view object,
                                                        std::string_view name);

/// The elements of an array, none when the text is no array. Linear.
[[nodiscard]] std::vector<std::string_view> elements_of(std::string_view array);

/// What a JSON string stands for; nothing when the text is none.
[[nodiscard]] std::optional<std::string> string_of(std::string_view json);

/// The string of a member, empty when there is none.
[[nodiscard]] std::string text_of(std::string_view object,
                                  std::string_view name);

/// The whole number of a member, written as a number or as a string of digits.
[[nodiscard]] std::optional<std::uint64_t> number_of(std::string_view object,
                                                     std::string_view name);

/// The same value on one line: blanks between its parts go, and characters
/// that cannot be seen or move others (C1, DEL, direction marks) are escaped.
[[nodiscard]] std::string one_line(std::string_view json);

} // namespace libsig::sig
