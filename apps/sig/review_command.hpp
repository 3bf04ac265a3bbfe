#pragma once

#include <string>
#include <vector>

#include "apps/sig/exit_status.hpp"
#include "apps/sig/options.hpp"
#include "apps/sig/terminal.hpp"

namespace libsig::sig {

/// What the process brings along.
struct surroundings {
  libsig::sig::terminal terminal;
  std::string term; ///< `TERM`
  /// The environment, as `NAME=value`.
  std::vector<std::string> environment;
};

/// Reviews: reads the source, runs the request, writes the reports. Every
/// problem is one line on standard error.
[[nodiscard]] exit_status run_review(review_command what,
                                     const surroundings& around);

} // namespace libsig::sig
