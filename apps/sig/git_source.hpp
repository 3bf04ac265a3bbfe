#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "libsig/core/error.hpp"

namespace libsig::sig {

/// A diff that git made.
struct git_diff {
  std::string text;
  /// What the reader should know besides, one sentence each.
  std::vector<std::string> notes;
};

/// Said when there is no HEAD to compare with.
inline constexpr const char* no_commit_note =
  "there is no commit yet; all files count as added";

/// Compares in the repository around the current folder: always the whole of
/// it, whatever folder that is, and independently of every setting of git.
/// Nothing in the repository is changed. `environment` is the process's own, as
/// `NAME=value`.
///
/// Errors name what is missing: no repository, no such revision, no common
/// ancestor (`errc::not_found`), a wrong range (`errc::invalid_argument`), a
/// diff above `limits::diff_bytes_max` (`errc::too_large`), git not installed
/// or no temporary folder (`errc::internal`).

/// `A..B` the two trees, `A...B` the merge base with B; an end that is left out
/// is HEAD.
[[nodiscard]] result<git_diff>
diff_of_range(const std::string& range,
              const std::vector<std::string>& environment);

/// The index against HEAD (without a commit, against nothing). Unresolved
/// merges are refused.
[[nodiscard]] result<git_diff>
diff_of_index(const std::vector<std::string>& environment);

/// The files on disk against HEAD. Untracked files that `.gitignore` does not
/// name are in it or counted in a note.
[[nodiscard]] result<git_diff>
diff_of_worktree(bool with_untracked,
                 const std::vector<std::string>& environment);

} // namespace libsig::sig
