#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/review/diff.hpp"
#include "libsig/review/internal/diff_cursor.hpp"

namespace libsig::review::internal {

/// The lines of one side that a hunk shows.
struct line_range {
  std::uint32_t start = 0;
  std::uint32_t count = 1;
};

/// The line `@@ -1,2 +3,4 @@ section`, or that of a combined diff, which has
/// one more `@` and one more range for every further parent.
struct hunk_header {
  std::vector<line_range> parents;
  line_range result;
  std::string_view section;
};

/// Reads a header of a hunk. What is none, and numbers beyond 32 bits, are
/// nothing. Linear in the line.
[[nodiscard]] std::optional<hunk_header>
read_hunk_header(std::string_view line);

/// Reads the hunks at the cursor into the file. Lines of hunks are collected in
/// `scratch`, which is kept from hunk to hunk so that each gets memory for what
/// it has and no more; nothing is reserved for what a header promises.
///
/// A file that is not combined has hunks of one parent. `parents` is how many a
/// combined one has, 0 when its header does not say.
[[nodiscard]] result<void> read_hunks(diff_cursor& cursor, file_diff& file,
                                      std::size_t parents,
                                      std::vector<diff_line>& scratch);

} // namespace libsig::review::internal
