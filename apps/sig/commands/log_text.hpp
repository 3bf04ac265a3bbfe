#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apps/sig/terminal.hpp"

namespace libsig::sig {

/// Signals as lines of JSON, one each.
[[nodiscard]] std::string json_lines(const std::vector<std::string>& events);

/// Signals as a table for people.
[[nodiscard]] std::string signal_table(const std::vector<std::string>& events,
                                       const terminal& screen);

} // namespace libsig::sig
