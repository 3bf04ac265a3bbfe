#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace libsig::codec {

/// Appends `/` and the name of a member to a JSON pointer (RFC 6901), for
/// people and logs: `~` and `/` are escaped as the RFC says, control characters
/// as in a JSON string so that the pointer stays on one line, and of a name
/// longer than 128 bytes the start stands for the whole.
void append_pointer_token(std::string& pointer, std::string_view name);

/// Appends `/` and the index of an element.
void append_pointer_token(std::string& pointer, std::size_t index);

} // namespace libsig::codec
