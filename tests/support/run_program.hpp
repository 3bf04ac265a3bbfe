#pragma once

#include <array>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/temporary_folder.hpp"

namespace libsig::testing {

/// What a standard descriptor of the program is.
enum class standard_stream : std::uint8_t {
  captured, ///< a file; for input, one with the given text
  closed,
  no_reader, ///< a pipe that nobody reads, output only
};

struct program_run {
  std::vector<std::string> arguments; ///< with the program first
  std::string folder = ".";
  std::string input = {};
  /// Opened in place of what `standard_stream` says.
  std::string input_file = {};
  std::string output_file = {};
  standard_stream input_is = standard_stream::captured;
  standard_stream output_is = standard_stream::captured;
  standard_stream error_is = standard_stream::captured;
  /// Beside `PATH` and `HOME`, which are always there.
  std::vector<std::string> environment = {};
};

struct program_end {
  int status = -1; ///< 128 plus the signal's number when one ended it
  std::string output;
  std::string complaint;
  long resident_kilobytes_max = 0;
};

namespace internal {

inline void place(int wanted, int opened) {
  if (opened < 0 || ::dup2(opened, wanted) < 0) {
    ::_exit(126);
  }
  // A program under test must not see more than its three descriptors.
  if (opened > 2) {
    ::close(opened);
  }
}

inline void arrange_output(int number, standard_stream is,
                           const std::string& file) {
  if (is == standard_stream::closed) {
    // Closed at last, so that nothing opened here takes the number.
    return;
  }
  if (is == standard_stream::no_reader) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) {
      ::_exit(126);
    }
    ::close(ends[0]);
    place(number, ends[1]);
  } else {
    place(number, ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600));
  }
}

[[noreturn]] inline void become(const program_run& what,
                                const std::string& input,
                                const std::string& output,
                                const std::string& complaint) {
  const std::string path = "PATH=" + std::string{::getenv("PATH")};
  const std::string home = "HOME=/nonexistent";
  std::vector<char*> arguments;
  std::vector<char*> environment{const_cast<char*>(path.c_str()),
                                 const_cast<char*>(home.c_str())};
  for (const auto& one : what.arguments) {
    arguments.push_back(const_cast<char*>(one.c_str()));
  }
  for (const auto& one : what.environment) {
    environment.push_back(const_cast<char*>(one.c_str()));
  }
  arguments.push_back(nullptr);
  environment.push_back(nullptr);
  if (what.input_is != standard_stream::closed) {
    place(0, ::open(input.c_str(), O_RDONLY));
  }
  arrange_output(1, what.output_is, output);
  arrange_output(2, what.error_is, complaint);
  const std::array<standard_stream, 3> are{what.input_is, what.output_is,
                                           what.error_is};
  for (int number = 0; number < 3; ++number) {
    if (are[static_cast<std::size_t>(number)] == standard_stream::closed) {
      ::close(number);
    }
  }
  if (::chdir(what.folder.c_str()) == 0) {
    ::execvpe(arguments[0], arguments.data(), environment.data());
  }
  ::_exit(127);
}

} // namespace internal

/// Runs a program to its end.
inline program_end run_program(const program_run& what) {
  const temporary_folder files;
  const auto input =
    what.input_file.empty() ? files.write("in", what.input) : what.input_file;
  const auto output =
    what.output_file.empty() ? files.file("out") : what.output_file;
  const auto complaint = files.file("err");
  const auto child = ::fork();
  if (child < 0) {
    throw std::runtime_error{"no process"};
  }
  if (child == 0) {
    internal::become(what, input, output, complaint);
  }
  int status = 0;
  rusage used{};
  if (::wait4(child, &status, 0, &used) != child) {
    throw std::runtime_error{"no end of the process"};
  }
  program_end end;
  end.status =
    WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  end.output = files.read("out");
  end.complaint = files.read("err");
  end.resident_kilobytes_max = used.ru_maxrss;
  return end;
}

} // namespace libsig::testing
