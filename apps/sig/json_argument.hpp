#pragma once

#include <string>
#include <string_view>

#include "libsig/core/error.hpp"

namespace libsig::sig {

/// The JSON that an argument states: itself, the file behind `@`, or standard
/// input for `-`. What is no JSON within the limits of a signal is refused at
/// the place, the option's or the argument's name.
[[nodiscard]] result<std::string> json_argument(const std::string& value,
                                                std::string_view place);

} // namespace libsig::sig
