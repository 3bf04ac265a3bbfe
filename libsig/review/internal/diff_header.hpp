#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "libsig/core/error.hpp"
#include "libsig/review/diff.hpp"
#include "libsig/review/internal/diff_cursor.hpp"

namespace libsig::review::internal {

/// What stands before the hunks of a file.
struct diff_header {
  /// Names, modes and kind of change are final; hunks are to come.
  file_diff file;
  /// The number of its first line.
  std::uint32_t line = 0;
  /// The number of parents of a combined diff, 0 when no line says it.
  std::size_t parents = 0;
  /// There were `---` and `+++`.
  bool has_sides = false;
  /// It says something by itself: a mode, a name, that the file is new or gone.
  bool says_change = false;
  /// Its line `index` names a new content that is neither the old one nor
  /// empty, so that hunks or a binary patch are to be expected.
  bool content_differs = false;
};

/// Whether a line can stand in a header that `diff --git`, `diff --cc` or
/// `diff --combined` opens.
[[nodiscard]] bool is_header_line(std::string_view line) noexcept;

/// Reads a header at the cursor, which stands at its line `diff --git `, up to
/// the first line that is not part of it.
[[nodiscard]] result<diff_header> read_git_header(diff_cursor& cursor);

/// The same for `diff --cc ` and `diff --combined `.
[[nodiscard]] result<diff_header> read_combined_header(diff_cursor& cursor);

/// The same for a bare `--- ` and `+++ `; the first hunk is looked at to tell
/// a missing file from one of the year 1970.
[[nodiscard]] result<diff_header> read_plain_header(diff_cursor& cursor);

} // namespace libsig::review::internal
