#pragma once

#include <string>
#include <vector>

#include "apps/sig/options.hpp"
#include "libsig/core/error.hpp"

namespace libsig::sig {

/// What a source brought.
struct source_text {
  /// A diff, or the text of an event.
  std::string text;
  /// How errors name the source: a file, `standard input`, `git diff`.
  std::string name;
  /// What the user should know besides, one sentence each.
  std::vector<std::string> notes;
};

/// Reads the source, whole and within the limits of diffs and events. Standard
/// input that nobody named is refused when it is a terminal. `environment` is
/// the process's, as `NAME=value`.
[[nodiscard]] result<source_text>
read_source(const source_choice& choice, bool input_is_terminal,
            const std::vector<std::string>& environment);

/// The number of files in a diff that git made, for the progress line; 0 when
/// it has none of git's headers.
[[nodiscard]] std::size_t count_files(std::string_view diff) noexcept;

} // namespace libsig::sig
