#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libsig/report/report.hpp"

namespace libsig::report {

/// How a piece of text looks where colours are on. The sixteen colours of the
/// terminal alone, so that they fit light and dark backgrounds.
enum class style : std::uint8_t {
  plain,
  strong,
  faint,
  high,
  medium,
  low,
  good,
  caution,
  added,
  removed,
};

/// The marks that are not ASCII, and what stands for them where they cannot be
/// shown. Each is one or more columns wide.
struct glyphs {
  std::string_view ellipsis;
  std::string_view bar;
  std::string_view dot;
  std::string_view arrow;
  std::string_view minus;
  std::string_view dash;
  std::string_view rule;
};

/// A page of text for a terminal, written from the top. It knows the width and
/// whether there are colours; lines never end in blanks.
class canvas {
public:
  // -- constructors -----------------------------------------------------------

  explicit canvas(const options& how);

  // -- mutators ---------------------------------------------------------------

  /// Appends text that is printable already.
  void put(style look, std::string_view printable_text);

  void put_blanks(std::size_t count);

  void end_line();

  /// Draws a faint line over the whole width.
  void put_rule();

  /// Appends untrusted text, broken into lines; the first goes on where the
  /// line stands, which the caller filled up to `indent` columns.
  void put_paragraph(std::size_t indent, style look, std::string_view text);

  /// Appends printable parts with dots between them; lines break at the dots
  /// as long as a part fits into one. Otherwise as `put_paragraph`.
  void put_parts(std::size_t indent, style look,
                 const std::vector<std::string>& parts);

  [[nodiscard]] std::string take() &&;

  // -- observers --------------------------------------------------------------

  /// Columns of a line.
  [[nodiscard]] std::size_t columns() const noexcept { return columns_; }

  /// Whether the page is too small for a wide margin.
  [[nodiscard]] bool is_narrow() const noexcept { return columns_ < 60; }

  [[nodiscard]] const glyphs& marks() const noexcept { return *marks_; }

private:
  /// Columns for prose beside an indentation.
  [[nodiscard]] std::size_t prose_columns(std::size_t indent) const noexcept;

  std::string out_;
  std::size_t columns_;
  const glyphs* marks_;
  bool colour_;
  std::size_t blanks_ = 0;
};

} // namespace libsig::report
