#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/core/error.hpp"

namespace libsig::sig {

/// What a shadow borrows from the repository it stands for.
struct shadow_plan {
  /// The repository's object store, absolute.
  std::string objects;
  /// `sha1` or `sha256`.
  std::string object_format;
  /// The index to copy, absolute; empty for a comparison that needs none.
  std::string index;
  /// Whether the comparison looks at files outside of git.
  bool has_work_tree = false;
};

/// A git directory for the time of one comparison: it sees the repository's
/// objects and a copy of its index, but none of its settings, attributes or
/// ignore rules outside of the tree; and whatever git writes, it writes here.
///
/// Names of attributes that would hide text from a diff are reset for all
/// paths, so that a `.gitattributes` in the tree hides nothing either.
class git_shadow {
public:
  [[nodiscard]] static result<git_shadow> make(const shadow_plan& plan);

  git_shadow(git_shadow&& other) noexcept;
  git_shadow& operator=(git_shadow&& other) noexcept;
  git_shadow(const git_shadow&) = delete;
  git_shadow& operator=(const git_shadow&) = delete;

  /// Removes the directory.
  ~git_shadow();

  /// Writes a list of names, each ended by NUL, for git's standard input.
  [[nodiscard]] result<std::string>
  write_list(const std::vector<std::string>& names) const;

  [[nodiscard]] const std::filesystem::path& path() const noexcept {
    return path_;
  }

private:
  explicit git_shadow(std::filesystem::path path) : path_{std::move(path)} {}

  std::filesystem::path path_;
};

} // namespace libsig::sig
