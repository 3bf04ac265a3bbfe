#pragma once

#include <string>
#include <string_view>

namespace libsig::codec::internal {

/// Appends a JSON text without the blanks between its tokens, on one line;
/// everything else stays as it was written. Bytes that are not UTF-8 become
/// U+FFFD.
void append_compact_json(std::string& out, std::string_view text);

} // namespace libsig::codec::internal
