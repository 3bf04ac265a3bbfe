#pragma once

#include <array>
#include <csignal>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace libsig::testing {

/// A program that runs beside the test, whose standard output is read as it
/// comes. It ends with this object, or with the process that made it.
class background_program {
public:
  /// The program first, then its arguments. Its environment is this process's.
  explicit background_program(std::vector<std::string> arguments) {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
      throw std::runtime_error{"no pipe"};
    }
    output_ = ends[0];
    child_ = ::fork();
    if (child_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::dup2(ends[1], STDOUT_FILENO);
      std::vector<char*> pointers;
      for (auto& one : arguments) {
        pointers.push_back(one.data());
      }
      pointers.push_back(nullptr);
      ::execv(pointers[0], pointers.data());
      ::_exit(127);
    }
    ::close(ends[1]);
  }

  background_program(const background_program&) = delete;
  background_program& operator=(const background_program&) = delete;

  ~background_program() {
    static_cast<void>(end(SIGKILL));
    ::close(output_);
  }

  /// The next line of its output without its end; what there is when the output
  /// ends or nothing comes for twenty seconds.
  [[nodiscard]] std::string read_line() {
    std::size_t at = 0;
    while ((at = buffer_.find('\n')) == std::string::npos) {
      if (!receive()) {
        return std::exchange(buffer_, {});
      }
    }
    auto line = buffer_.substr(0, at);
    buffer_.erase(0, at + 1);
    return line;
  }

  /// Everything until its output ends.
  [[nodiscard]] std::string rest() {
    while (receive()) {
    }
    return std::exchange(buffer_, {});
  }

  /// Sends a signal and waits for the end; its status, 128 and the signal's
  /// number when one ended it.
  [[nodiscard]] int end(int which) {
    if (child_ <= 0) {
      return status_;
    }
    ::kill(child_, which);
    int status = 0;
    ::waitpid(std::exchange(child_, -1), &status, 0);
    status_ =
      WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return status_;
  }

private:
  [[nodiscard]] bool receive() {
    constexpr int patience_ms = 20'000;
    pollfd wait{output_, POLLIN, 0};
    if (::poll(&wait, 1, patience_ms) != 1) {
      return false;
    }
    std::array<char, 65'536> room{};
    const auto got = ::read(output_, room.data(), room.size());
    if (got > 0) {
      buffer_.append(room.data(), static_cast<std::size_t>(got));
    }
    return got > 0;
  }

  pid_t child_ = -1;
  int output_ = -1;
  int status_ = -1;
  std::string buffer_;
};

} // namespace libsig::testing
