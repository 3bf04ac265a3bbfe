#pragma once

#include <string>
#include <string_view>

#include "libsig/core/error.hpp"

namespace libsig::sig {

/// What the process knows of the terminal it may run in; looked up once.
struct terminal {
  bool input_is_terminal = false;
  bool output_is_terminal = false;
  bool error_is_terminal = false;
  /// ANSI colours on standard output.
  bool colour = false;
  /// Columns of standard output, and of standard error.
  unsigned width = 80;
  unsigned error_width = 80;
};

/// The environment's variables that matter to terminals; empty when not set.
struct terminal_environment {
  std::string_view no_color;
  std::string_view term;
  std::string_view columns;
};

/// Looks at the standard descriptors.
[[nodiscard]] terminal look_at_terminal(const terminal_environment& says);

/// Whether output for people may have colours.
[[nodiscard]] bool may_colour(bool is_terminal,
                              const terminal_environment& says) noexcept;

/// The width to use: what `COLUMNS` says when that is a number in 40..1000,
/// else what the terminal reports, 40 at least, else 80.
[[nodiscard]] unsigned choose_width(bool is_terminal, unsigned reported,
                                    std::string_view columns) noexcept;

/// One line for standard error: `sig: ` and the text, with everything escaped
/// that is no printable character, and a line feed.
[[nodiscard]] std::string talk_line(std::string_view text);

/// Writes such a line. What cannot be written is lost: there is no other place
/// to say so.
void talk(std::string_view text) noexcept;

} // namespace libsig::sig
