#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "apps/sig/table.hpp"
#include "apps/sig/terminal.hpp"

namespace libsig::sig {

/// Text for people, made from the front to the back: headings, labelled rows,
/// tables. Everything that goes in is shown escaped and bounded.
class text_page {
public:
  // -- constructors -----------------------------------------------------------

  explicit text_page(const terminal& screen) : screen_{screen} {}

  // -- mutators ---------------------------------------------------------------

  /// A line by itself, bold with colour, behind an empty one unless it is the
  /// first.
  void heading(std::string_view text);

  /// A label and a text beside it, broken at blanks where it is too long.
  /// Nothing for an empty text.
  void row(std::string_view label, std::string_view text);

  /// A table, indented.
  void rows(const table& of);

  [[nodiscard]] std::string take() && { return std::move(out_); }

private:
  std::string out_;
  terminal screen_;
};

} // namespace libsig::sig
