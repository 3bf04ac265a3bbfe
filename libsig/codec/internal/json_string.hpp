#pragma once

#include <string>
#include <string_view>

namespace libsig::codec::internal {

/// Appends what the inside of a JSON string stands for. The text was checked
/// by `json_lexer` before.
void append_unescaped(std::string& out, std::string_view inside);

/// The same as a value; `quoted` is the string with its quotes.
[[nodiscard]] std::string unquoted(std::string_view quoted);

} // namespace libsig::codec::internal
