#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "libsig/core/error.hpp"

namespace libsig::sig {

/// A program to run: no shell stands between.
struct child_process {
  /// The program's name, looked up in `PATH`, and its arguments.
  std::vector<std::string> arguments;
  /// The whole environment, as `NAME=value`.
  std::vector<std::string> environment;
  /// The file that is its standard input.
  std::string input_file = "/dev/null";
  /// Bytes of its standard output that are kept; at one more it is killed.
  std::size_t output_bytes_max = 1u << 20;
};

struct child_outcome {
  /// The exit status, or 128 plus the number of the signal that ended it.
  int status = 0;
  std::string output;
  /// The beginning of its standard error.
  std::string complaint;
};

/// Runs a program and waits for its end.
///
/// `errc::not_found` when there is no such program, `errc::too_large` when it
/// writes more than is kept, `errc::io` when the system refuses; that the
/// program failed is no error here.
[[nodiscard]] result<child_outcome> run_process(const child_process& what);

} // namespace libsig::sig
