#pragma once

#include <string>
#include <vector>

#include "apps/sig/exit_status.hpp"

namespace libsig::sig {

/// The whole program behind `main`: `arguments` without the program's name,
/// `environment` as `NAME=value`. Never throws.
[[nodiscard]] exit_status
run_program(const std::vector<std::string>& arguments,
            const std::vector<std::string>& environment) noexcept;

} // namespace libsig::sig
