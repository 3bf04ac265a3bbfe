#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "apps/sig/terminal.hpp"

namespace libsig::sig {

/// Rows of cells as aligned columns for people. Cells are shown escaped.
class table {
public:
  // -- constructors -----------------------------------------------------------

  explicit table(std::vector<std::string> heads);

  // -- mutators ---------------------------------------------------------------

  /// A cell for each head.
  void add(std::vector<std::string> cells);

  // -- observers --------------------------------------------------------------

  /// All rows, each on a line of at most `width` columns; the widest columns
  /// are cut until all fit. Heads are dim with colour.
  [[nodiscard]] std::string text(unsigned width, bool colour) const;

private:
  [[nodiscard]] std::vector<std::size_t> widths(unsigned width) const;

  std::size_t columns_;
  std::vector<std::vector<std::string>> rows_; ///< printable, heads first
};

/// The columns for tables: the screen's, or as many as they need where nobody
/// looks.
[[nodiscard]] unsigned table_width(const terminal& screen) noexcept;

/// Printable text in at most `columns` columns, with an ellipsis where it is
/// cut.
[[nodiscard]] std::string cut(std::string_view printable_text,
                              std::size_t columns);

/// The columns that a printable text takes, a character counting as one.
[[nodiscard]] std::size_t columns_of(std::string_view printable_text) noexcept;

} // namespace libsig::sig
