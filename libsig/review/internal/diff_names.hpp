#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// How diffs write the names of files. All functions take time linear in their
/// text and may be called from any thread.
namespace libsig::review::internal {

/// A name in quotes, and how many bytes of the text the quotes enclose, they
/// included.
struct quoted_name {
  std::string name;
  std::size_t length = 0;
};

/// Reads a C-quoted name at the start of the text, which begins with `"`.
/// Escapes are those of git: `\a \b \f \n \r \t \v \\ \"` and three octal
/// digits up to `\377`. Anything else, and a missing quote, is nothing.
[[nodiscard]] std::optional<quoted_name> unquote(std::string_view text);

/// The name that fills the text, in quotes or bare. A name that is empty, badly
/// quoted, followed by something, or holds a NUL, is nothing.
[[nodiscard]] std::optional<std::string> whole_name(std::string_view text);

/// What a line `--- ` or `+++ ` says, the mark removed.
struct side_line {
  /// With its prefix; empty for `/dev/null`.
  std::string name;
  /// `/dev/null`, or the time stamp that tools write for a missing file.
  bool absent = false;
  /// The time stamp after the tab is the start of the epoch: GNU diff writes
  /// that for a missing file, others for any.
  bool epoch = false;
};

/// Reads the rest of a line `--- ` or `+++ `.
[[nodiscard]] std::optional<side_line> side_name(std::string_view text);

/// The names of both sides as a header has them.
struct name_pair {
  std::string old_name;
  std::string new_name;
  /// The names had prefixes, which are removed.
  bool prefixed = true;
};

/// Reads the rest of a line `diff --git `, or what stands between `Binary
/// files ` and ` differ`: two names with `separator` between them.
///
/// Bare names may hold the separator. As git does, the place is then taken at
/// which both sides name the same file, their first components aside, and
/// there is at most one. Where the whole sides are alike no prefix was written
/// (`--no-prefix`), for prefixes are there to tell the sides apart.
[[nodiscard]] std::optional<name_pair> two_names(std::string_view text,
                                                 std::string_view separator);

/// Removes the first component, as `-p1` does; a name without a slash stays.
[[nodiscard]] std::string without_prefix(std::string_view name);

} // namespace libsig::review::internal
