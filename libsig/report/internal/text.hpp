#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Untrusted text made fit for people's eyes: escaped, measured, cut, broken.
namespace libsig::report {

/// What becomes of a horizontal tab.
enum class tabs : std::uint8_t {
  escape, ///< shown as `\t`, as in names
  expand, ///< blanks up to the next multiple of 4 columns, as in code
};

/// Bytes read from a text and columns that their printable form takes.
struct measure {
  std::size_t bytes = 0;
  std::size_t columns = 0;
};

/// Appends the printable form of the character (or stray byte) at `at`, which
/// lies inside the text. `tabs::escape` holds.
measure append_printable_unit(std::string& out, std::string_view text,
                              std::size_t at);

/// One character, seen as to whether it can be seen.
struct visibility {
  std::size_t bytes = 1;
  /// Meaningful for well-formed characters alone.
  char32_t code_point = 0;
  /// A control, direction or zero-width character; never for a stray byte.
  bool is_hidden = false;
};

/// Looks at the character at `at`, which lies inside the text.
[[nodiscard]] visibility hidden_unit_at(std::string_view text, std::size_t at);

/// Columns of a text that `printable` made.
[[nodiscard]] std::size_t columns_of(std::string_view printable_text);

/// The printable form of the text in at most `columns` columns; what is longer
/// ends in the ellipsis, which counts. Reads no further than it must.
[[nodiscard]] std::string clip(std::string_view text, std::size_t columns,
                               std::string_view ellipsis, tabs how);

/// As `clip` with expanded tabs, but of a text whose byte `anchor` would be cut
/// away it leaves out the beginning instead.
[[nodiscard]] std::string clip_around(std::string_view text, std::size_t anchor,
                                      std::size_t columns,
                                      std::string_view ellipsis);

/// Printable lines of at most `columns` columns, broken at blanks and, where a
/// word is longer than a line, inside it. At least one line.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text,
                                            std::size_t columns);

} // namespace libsig::report
