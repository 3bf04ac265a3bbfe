#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "libsig/review/diff.hpp"
#include "libsig/review/language.hpp"
#include "libsig/review/lexer.hpp"

namespace libsig::review {

/// A hunk and its tokens, made once for all checks of a specialist.
struct lexed_hunk {
  const hunk* where = nullptr; ///< never null
  /// What the file holds after the change: context and added lines.
  std::vector<token> new_side;
  /// What it held before: context and removed lines. Empty when the hunk
  /// removes nothing; then it is the new side without its added tokens.
  std::vector<token> old_side;
};

/// A changed file, its language, and the tokens of its hunks. It points into
/// the change set, which must outlive it.
struct lexed_file {
  const file_diff* diff = nullptr; ///< never null
  language spoken = language::unknown;
  /// In the order of the diff; empty when the language is unknown.
  std::vector<lexed_hunk> hunks;
};

/// Lexes the hunks of a file; linear in them. The language is that of the new
/// name (of the old one for a deleted file).
[[nodiscard]] lexed_file lex_file(const file_diff& diff);

} // namespace libsig::review
