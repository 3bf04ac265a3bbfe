#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "apps/sig/descriptor.hpp"
#include "libsig/core/error.hpp"

namespace libsig::sig {

/// Both ends of a pipe; programs that are spawned have neither unless one is
/// handed to them.
struct pipe_ends {
  descriptor reads;
  descriptor writes;
};

/// `errc::io` when the system has none.
[[nodiscard]] result<pipe_ends> make_pipe();

/// A program to start: no shell stands between.
struct spawn_request {
  /// The program's name, looked up in `PATH`, and its arguments.
  std::span<const std::string> arguments;
  /// The whole environment, as `NAME=value`.
  std::span<const std::string> environment;
  /// What becomes its standard input, output and error; -1 leaves it ours.
  int input = -1;
  int output = -1;
  int complaint = -1;
  /// It leads a process group of its own, so that what interrupts ours does not
  /// reach it by itself.
  bool own_group = false;
};

/// Starts it, with no signal blocked and SIGPIPE not ignored. `errc::not_found`
/// when there is no such program, `errc::io` when the system refuses; both are
/// placed at its name.
[[nodiscard]] result<pid_t> spawn(const spawn_request& what);

/// Waits for the end of a child: its exit status, or 128 plus the number of the
/// signal that ended it.
[[nodiscard]] int wait_for(pid_t child) noexcept;

/// Whether the name leads to a program as `spawn` looks it up; `path` is the
/// value of `PATH`.
[[nodiscard]] bool is_program(const std::string& name, std::string_view path);

} // namespace libsig::sig
