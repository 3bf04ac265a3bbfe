#pragma once

#include "apps/sig/exit_status.hpp"
#include "apps/sig/options.hpp"
#include "apps/sig/surroundings.hpp"

namespace libsig::sig {

/// Reviews: reads the source, runs the request, writes the reports. Every
/// problem is one line on standard error.
[[nodiscard]] exit_status run_review(review_command what,
                                     const surroundings& around);

} // namespace libsig::sig
