#pragma once

#include "libsig/review/diff.hpp"
#include "libsig/review/lexer.hpp"
#include "libsig/review/lexer_engine.hpp"

namespace libsig::review::internal {

/// Where a hunk begins: in code, in markup, in a comment or in a docstring, as
/// far as its first closing mark tells.
[[nodiscard]] frame first_frame(const hunk& where, side which, language what);

} // namespace libsig::review::internal
