#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "libsig/review/lexer.hpp"

/// What the checks of guards, complexity, memory and hot paths share: source
/// text as lines of code tokens.
namespace libsig::review::checks {

/// A line of code: the tokens first..last-1 of a `code_view`. The rest of a
/// string that runs over several lines belongs to the line it began on.
struct code_line {
  std::uint32_t line = 0;   ///< as the finding would name it
  std::uint32_t indent = 0; ///< bytes before the first token
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  line_kind origin = line_kind::context;
};

/// One side of a hunk without its comments and without the markup of
/// templates, cut into lines that have code on them.
struct code_view {
  std::vector<token> tokens;
  std::vector<code_line> lines;

  /// The tokens of a line.
  [[nodiscard]] std::span<const token> of(const code_line& line) const {
    return std::span(tokens).subspan(line.first, line.last - line.first);
  }
};

/// Builds the view of lexed text into memory that is used again.
void view_into(code_view& out, std::span<const token> lexed);

/// Whether the text is one of a few.
[[nodiscard]] bool one_of(std::string_view text,
                          std::initializer_list<std::string_view> words);

/// Whether the token at a place is the identifier or operator spelled so; a
/// place beyond the end is nothing.
[[nodiscard]] bool spelled(std::span<const token> tokens, std::size_t place,
                           std::string_view text);

/// Whether the token is a name or an operator, not a piece of a string.
[[nodiscard]] bool is_code(const token& what);

[[nodiscard]] inline bool is_identifier(const token& what) {
  return what.kind == token_kind::identifier;
}

/// The place behind the bracket that closes the one at `open`, or the number
/// of tokens. Looks at `reach_max` tokens at most.
[[nodiscard]] std::size_t behind_bracket(std::span<const token> tokens,
                                         std::size_t open);

/// How far searches look from one token; what is longer is not understood.
inline constexpr std::size_t reach_max = 160;

/// Whether some text holds another, letters compared without case.
[[nodiscard]] bool holds(std::string_view text, std::string_view part);

/// As `holds`, with neither a letter, a digit nor `_` on the sides of the part.
[[nodiscard]] bool holds_word(std::string_view text, std::string_view part);

/// Whether the name of a file says that it is a test or an example of one.
[[nodiscard]] bool is_test_path(std::string_view path);

} // namespace libsig::review::checks
