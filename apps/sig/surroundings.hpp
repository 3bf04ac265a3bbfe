#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apps/sig/terminal.hpp"

namespace libsig::sig {

/// What the process brings along.
struct surroundings {
  libsig::sig::terminal terminal;
  std::string term; ///< `TERM`
  /// The environment, as `NAME=value`.
  std::vector<std::string> environment;
};

/// The value of a variable; empty when it is not set.
[[nodiscard]] std::string_view
value_of(const std::vector<std::string>& environment, std::string_view name);

} // namespace libsig::sig
