#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace libsig::review {

/// Names a problem so that it is known again in another revision of the file:
/// 32 hexadecimal digits, the 128-bit FNV-1a hash of the rule, the path, the
/// line's text with its white space normalised, and which one of several equal
/// ones it is.
///
/// The same on all machines and in all versions; it does not depend on line
/// numbers. Runs of white space count as one blank, those at the ends as none.
/// `occurrence` counts findings of the same rule on lines of equal text in one
/// file, from 0.
[[nodiscard]] std::string fingerprint(std::string_view rule,
                                      std::string_view path,
                                      std::string_view line_text,
                                      std::size_t occurrence);

} // namespace libsig::review
