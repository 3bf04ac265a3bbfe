#pragma once

#include "libsig/core/error.hpp"
#include "libsig/review/internal/diff_cursor.hpp"

namespace libsig::review::internal {

/// Skips a `GIT binary patch`, whose first line the cursor stands at: a block
/// `literal <size>` or `delta <size>` with lines of base 85 up to a blank one,
/// and mostly a second one for the way back. The data are checked for their
/// form, not decoded.
[[nodiscard]] result<void> skip_binary_patch(diff_cursor& cursor);

} // namespace libsig::review::internal
