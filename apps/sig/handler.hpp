#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apps/sig/interruption.hpp"
#include "libsig/core/error.hpp"

namespace libsig::sig {

/// A program that handles one item.
struct handler_program {
  /// Its name, looked up in `PATH`, and its arguments.
  std::vector<std::string> arguments;
  /// The whole environment, as `NAME=value`.
  std::vector<std::string> environment;
};

/// How a program ended.
struct handler_end {
  /// It exited with 0.
  bool handled = false;
  /// Otherwise how it ended, and the last line of its standard error: one line,
  /// printable and of at most `handler_reason_bytes_max` bytes.
  std::string reason;
};

inline constexpr std::size_t handler_reason_bytes_max = 600;

/// Runs a program with the item on its standard input and waits for its end.
/// What it writes goes where ours goes.
///
/// It runs in a process group of its own, which is sent what interrupts; the
/// second interruption kills it. SIGPIPE must be ignored, as
/// `prepare_standard_descriptors` sees to. Errors are those of `spawn`.
[[nodiscard]] result<handler_end> run_handler(const handler_program& what,
                                              std::string_view item,
                                              interruption& by);

} // namespace libsig::sig
