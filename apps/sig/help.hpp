#pragma once

#include <string>
#include <string_view>

namespace libsig::sig {

/// What `sig --help` prints; at most 80 columns, as all of these.
[[nodiscard]] std::string program_help();

/// What `sig review --help` prints.
[[nodiscard]] std::string_view review_help() noexcept;

/// What `sig --version` prints.
[[nodiscard]] std::string_view version_text() noexcept;

/// The version alone.
[[nodiscard]] std::string_view version() noexcept;

} // namespace libsig::sig
