#pragma once

#include <optional>
#include <string_view>

#include "libsig/review/diff.hpp"
#include "libsig/review/internal/diff_cursor.hpp"

namespace libsig::review::internal {

/// Reads the summary of a submodule at the cursor, as `--submodule=log` and
/// `--submodule=diff` write it: `Submodule <name> <old>..<new>:` and the titles
/// of commits below it, or that it has modified or untracked content. What is
/// no such line is nothing, and the cursor stays.
[[nodiscard]] std::optional<file_diff> read_submodule(diff_cursor& cursor);

/// Whether the file has nothing but `Subproject commit`
/// lines: a submodule whose header tells no mode.
[[nodiscard]] bool holds_subproject_lines(const file_diff& file) noexcept;

} // namespace libsig::review::internal
