#pragma once

#include <memory>

#include "libsig/review/check.hpp"

namespace libsig::review::checks {

/// The check `high_complexity`: functions whose added lines decide too much.
///
/// Rule `complexity/function`: one more than the decision points on the added
/// lines of a function (of a hunk, where the function is not known) is above
/// 10: low up to 15, medium up to 20, high beyond.
[[nodiscard]] std::unique_ptr<const check> make_high_complexity_check();

/// The complexity up to which nothing is said.
inline constexpr unsigned complexity_max = 10;

} // namespace libsig::review::checks
