#pragma once

#include <string>
#include <string_view>

namespace libsig::config::internal {

/// The text between apostrophes for an error of one line: control characters
/// are escaped, and what is beyond 80 bytes is left out.
[[nodiscard]] std::string shown(std::string_view text);

} // namespace libsig::config::internal
