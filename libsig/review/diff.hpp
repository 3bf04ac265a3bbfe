#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/error.hpp"

namespace libsig::review {

enum class line_kind : std::uint8_t { context, added, removed };

/// One line of a hunk. `text` has neither the marks in front nor the line end,
/// and is a view into the diff that the `change_set` keeps alive. A carriage
/// return before the line feed belongs to the text.
struct diff_line {
  line_kind kind = line_kind::context;
  /// The line's number in the old file; for an added line, the number of the
  /// old line that comes next.
  std::uint32_t old_line = 0;
  /// The line's number in the new file; for a removed line, the new line at
  /// which it stood (at least 1).
  std::uint32_t new_line = 0;
  std::string_view text;
};

/// A run of lines. In a combined diff the old side is that of the first parent.
struct hunk {
  std::uint32_t old_start = 0;
  std::uint32_t old_count = 0;
  std::uint32_t new_start = 0;
  std::uint32_t new_count = 0;
  /// What git writes behind the second `@@`: the enclosing function.
  std::string_view section;
  std::vector<diff_line> lines;
};

enum class file_change : std::uint8_t {
  modified,
  added,
  deleted,
  renamed,
  copied,
  mode_changed, ///< the mode alone
};

/// What a diff says of one file.
struct file_diff {
  /// The names as bytes, unquoted, without the prefixes `a/` and `b/`; the one
  /// of an absent side is empty.
  std::string old_path;
  std::string new_path;
  file_change change = file_change::modified;
  /// The content is binary: there are no hunks.
  bool binary = false;
  /// The entry is a submodule's commit, not a file.
  bool submodule = false;
  /// The diff has more than one parent.
  bool combined = false;
  std::uint32_t old_mode = 0;
  std::uint32_t new_mode = 0;
  std::uint32_t added_lines = 0;
  std::uint32_t removed_lines = 0;
  std::vector<hunk> hunks;

  /// The name that findings use: the new one, or the old one of a deleted file.
  [[nodiscard]] const std::string& path() const noexcept {
    return change == file_change::deleted ? old_path : new_path;
  }
};

/// A parsed diff; it owns the text that its lines point into. Immutable and
/// safe to share between threads.
class change_set {
public:
  /// Parses what `git diff`, `git show`, `git format-patch`, `git log -p`,
  /// `diff -u` and the like write.
  ///
  /// Text outside of hunks is legal. Empty or blank text is an empty change
  /// set. Text without any diff in it, one that breaks off inside a diff, and
  /// one that breaks its syntax are `errc::invalid_diff`, placed at
  /// `line <n>` of the text. More than `limits::diff_bytes_max` bytes or
  /// `limits::diff_files_max` files are `errc::too_large`.
  [[nodiscard]] static result<change_set>
  parse(std::shared_ptr<const std::string> text);

  [[nodiscard]] std::span<const file_diff> files() const noexcept {
    return files_;
  }

  /// The whole text.
  [[nodiscard]] const std::string& text() const noexcept { return *text_; }

private:
  std::shared_ptr<const std::string> text_;
  std::vector<file_diff> files_;
};

} // namespace libsig::review
