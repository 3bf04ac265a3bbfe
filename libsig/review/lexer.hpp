#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "libsig/review/diff.hpp"
#include "libsig/review/language.hpp"

namespace libsig::review {

/// What a piece of source text is. A string with interpolation is several
/// tokens: `string_open`, then `string_text` and, for each hole, `hole_open`,
/// the tokens of its code, `hole_close`, and at last `string_close`. A plain
/// string is `string_open`, one `string_text` for each of its lines that has
/// text, `string_close`. Closing tokens are never missing, but their text is
/// empty where the source shows none (a name after `$`, a string that its line
/// ends); `hole_open` is empty before a PHP variable in a string. The body of
/// a here-document comes right behind its `string_open`, before what follows
/// that on the line.
enum class token_kind : std::uint8_t {
  identifier, ///< names and keywords, with `$` and `@` where they belong to
              ///< them
  number,
  punctuation, ///< an operator, the longest that languages have: `==`, `->`
  string_open, ///< the prefix and quote: `f"`, `$@"`, `"""`, `~r/`, a backtick
  string_text, ///< the text between, escapes as written
  hole_open,   ///< `${`, `#{`, `{` of an f-string …
  hole_close,
  string_close,
  comment,      ///< one for each line of it
  markup,       ///< text of a template outside of code, one for each line
  markup_open,  ///< what begins code in a template: `<%=`, `{{`, `{!!`, `<?php`
  markup_close, ///< what ends it
};

struct token {
  std::string_view text;    ///< a view into the diff's text
  std::uint32_t line = 0;   ///< as the finding would name it
  std::uint32_t column = 0; ///< bytes before it on its line
  token_kind kind = token_kind::identifier;
  line_kind origin = line_kind::context; ///< how the diff marks its line

  [[nodiscard]] bool is(token_kind what,
                        std::string_view spelled) const noexcept {
    return kind == what && text == spelled;
  }
};

/// Which side of a hunk to read.
enum class side : std::uint8_t {
  new_side, ///< context and added lines
  old_side, ///< context and removed lines
};

/// The tokens of one side of a hunk, in order. A hunk begins in the middle of a
/// file: the lexer starts in code (for templates: in markup) and recovers when
/// that turns out wrong (a `*/` or a closing tag before any opening one).
/// Unterminated strings that the language does not let run over lines end with
/// their line. Never fails; time and memory are linear in the hunk. Lines
/// longer than `limits::checked_line_bytes_max` are skipped.
[[nodiscard]] std::vector<token> lex(const hunk& where, side which,
                                     language what);

/// As above, into a vector whose memory is used again; it is cleared first.
void lex_into(std::vector<token>& out, const hunk& where, side which,
              language what);

} // namespace libsig::review
