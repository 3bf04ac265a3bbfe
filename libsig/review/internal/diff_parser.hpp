#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "libsig/core/error.hpp"
#include "libsig/review/diff.hpp"
#include "libsig/review/internal/diff_cursor.hpp"
#include "libsig/review/internal/diff_header.hpp"

namespace libsig::review::internal {

/// Finds the files in the text of a diff. One parser reads one text.
class diff_parser {
public:
  // -- constructors -----------------------------------------------------------

  explicit diff_parser(std::string_view text) noexcept;

  // -- mutators ---------------------------------------------------------------

  /// Reads the whole text; see `change_set::parse`. To be called once.
  [[nodiscard]] result<std::vector<file_diff>> parse();

private:
  /// What stands before the current line, on which depends what it may be.
  enum class place : std::uint8_t {
    text,
    /// A line such as `diff -ru a/x b/x`, which announces a file.
    announced,
    /// The end of a file, which a blank line or text ends for good.
    file,
  };

  result<void> read_line();
  result<void> read_text_line();
  result<void> read_text_after_file();
  result<void> read_diff_line();
  result<void> read_sides_line();
  result<void> read_git_file();
  result<void> read_file(result<diff_header> header);
  result<void> read_content(diff_header& header);
  result<void> finish(diff_header header);
  result<void> add(file_diff file);

  diff_cursor cursor_;
  place place_ = place::text;
  std::uint32_t first_text_ = 0;
  std::vector<file_diff> files_;
  std::vector<diff_line> scratch_;
};

} // namespace libsig::review::internal
