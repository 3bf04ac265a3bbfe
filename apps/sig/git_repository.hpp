#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/sig/git_command.hpp"
#include "apps/sig/git_shadow.hpp"
#include "libsig/core/error.hpp"

namespace libsig::sig {

/// The most that a list of a repository's files may have.
inline constexpr std::size_t listing_bytes_max = 256u << 20;

/// Where the parts of a repository are, and a git to ask about it.
struct repository {
  git_command git;
  /// `sha1` or `sha256`.
  std::string object_format;
  std::string objects;
  std::string index;
};

/// What stands for HEAD in a comparison.
struct head_tree {
  std::string id;
  /// False before the first commit; then `id` is that of the empty tree.
  bool exists = true;
};

/// Finds the repository around the current folder, or the one that the
/// environment names.
[[nodiscard]] result<repository>
find_repository(const std::vector<std::string>& environment);

/// The id of a revision as a `kind`, `tree` or `commit`.
[[nodiscard]] result<std::string> resolve(const repository& in,
                                          const std::string& revision,
                                          std::string_view kind);

[[nodiscard]] result<head_tree> find_head(const repository& in);

/// A git that sees the shadow and, when one is given, a work tree.
[[nodiscard]] git_command shadowed(git_command git, const git_shadow& shadow,
                                   const std::string& work_tree);

/// `git diff` in the one form that reviews read; `what` names the sides.
[[nodiscard]] result<std::string> run_diff(const git_command& git,
                                           std::vector<std::string> what);

/// The parts of a text that ends each of them with `end`.
[[nodiscard]] std::vector<std::string> parts_of(std::string_view text,
                                                char end);

} // namespace libsig::sig
