#pragma once

#include <string_view>

namespace libsig::sigd {

/// What `sigd --help` prints; at most 80 columns, as all of these.
[[nodiscard]] std::string_view program_help() noexcept;

/// What `sigd token --help` and `sigd token new --help` print.
[[nodiscard]] std::string_view token_help() noexcept;

/// What `sigd --version` prints.
[[nodiscard]] std::string_view version_text() noexcept;

} // namespace libsig::sigd
