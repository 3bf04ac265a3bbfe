#pragma once

#include <string>
#include <string_view>

namespace libsig::report {

/// A path, which is bytes, as a URI reference (RFC 3986): every byte that is
/// neither unreserved nor a slash is percent-encoded. An absolute path becomes
/// a `file` URI.
[[nodiscard]] std::string path_to_uri(std::string_view path);

} // namespace libsig::report
