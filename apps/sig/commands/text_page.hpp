#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace libsig::sig {

/// Text for people, made from the front to the back: headings, labelled rows,
/// blocks. Everything that goes in is shown escaped and bounded.
class text_page {
public:
  // -- constructors -----------------------------------------------------------

  text_page(unsigned width, bool colour) : width_{width}, colour_{colour} {}

  // -- mutators ---------------------------------------------------------------

  /// A line by itself, bold with colour, behind an empty one unless it is the
  /// first.
  void heading(std::string_view text);

  /// A label and a text beside it, broken at blanks where it is too long.
  /// Nothing for an empty text.
  void row(std::string_view label, std::string_view text);

  /// Lines that are ready, indented.
  void block(std::string_view lines);

  [[nodiscard]] std::string take() && { return std::move(out_); }

  // -- observers --------------------------------------------------------------

  [[nodiscard]] unsigned width() const noexcept { return width_; }
  [[nodiscard]] bool colour() const noexcept { return colour_; }

private:
  std::string out_;
  unsigned width_;
  bool colour_;
};

} // namespace libsig::sig
