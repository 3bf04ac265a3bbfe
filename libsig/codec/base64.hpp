#pragma once

#include <string>
#include <string_view>

#include "libsig/core/error.hpp"

namespace libsig::codec {

/// Appends the bytes in base64 (RFC 4648, section 4) with padding.
void append_base64(std::string& out, std::string_view bytes);

/// Reads base64 strictly: the standard alphabet, padded, without blanks, and
/// without bits behind the last byte. A refusal is `errc::invalid_argument`,
/// placed at `byte <n>`, counted from 0.
[[nodiscard]] result<std::string> decode_base64(std::string_view text);

} // namespace libsig::codec
