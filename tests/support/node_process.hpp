#pragma once

#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace test {

/// How a built node is run.
struct node_run {
  std::string program;
  std::string data;
  /// Behind `--data` and `--listen`.
  std::vector<std::string> arguments = {};
  /// Beside those of this process.
  std::vector<std::string> environment = {};
  /// Where its standard error goes; this process's own when empty.
  std::string complaint_file = {};
  /// What the program is started by, as words before it: `unshare -m`. It must
  /// become the program, not its parent.
  std::vector<std::string> by = {};
  /// How long its ready line may take; a node under test may also end first.
  std::chrono::milliseconds patience{30'000};
};

/// A built node in a process of its own, which ends with this object, or with
/// the process that made it. To be made by the thread that lives longest.
class node_process {
public:
  /// Waits until the node says that it is ready, or has ended.
  explicit node_process(const node_run& how) : node_process{how, true} {}

  /// Does not wait; `await_ready` does.
  [[nodiscard]] static node_process begin(const node_run& how) {
    return node_process{how, false};
  }

  node_process(node_process&& other) noexcept
    : child_{std::exchange(other.child_, -1)}, output_{std::exchange(
                                                 other.output_, -1)},
      port_{other.port_}, said_{std::move(other.said_)} {}
  node_process& operator=(node_process&&) = delete;

  ~node_process() {
    (void)end(SIGKILL);
    if (output_ >= 0) {
      ::close(output_);
    }
  }

  // -- its life ---------------------------------------------------------------

  /// Whether the node said that it listens; false when it ended before.
  bool await_ready(std::chrono::milliseconds patience) {
    std::string line;
    const auto until = std::chrono::steady_clock::now() + patience;
    while (output_ >= 0 && line.find('\n') == std::string::npos) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
      pollfd wait{output_, POLLIN, 0};
      if (left.count() <= 0
          || ::poll(&wait, 1, static_cast<int>(left.count())) != 1) {
        break;
      }
      std::array<char, 512> room{};
      const auto got = ::read(output_, room.data(), room.size());
      if (got <= 0) {
        break;
      }
      line.append(room.data(), static_cast<std::size_t>(got));
    }
    port_ = port_in(line);
    said_ = std::move(line);
    return ready();
  }

  [[nodiscard]] bool ready() const { return port_ != 0; }
  [[nodiscard]] std::uint16_t port() const { return port_; }

  /// What it said once it was ready.
  [[nodiscard]] const std::string& ready_line() const { return said_; }

  [[nodiscard]] pid_t pid() const { return child_; }

  void signal(int which) const {
    if (child_ > 0) {
      ::kill(child_, which);
    }
  }

  /// Its exit status, 128 and the signal's number when one ended it; nothing
  /// when it has not ended in time.
  [[nodiscard]] std::optional<int> wait(std::chrono::milliseconds patience) {
    if (child_ <= 0) {
      return status_;
    }
    // The header of glibc 2.36 declares it for C alone.
    const auto handle = static_cast<int>(::syscall(SYS_pidfd_open, child_, 0));
    pollfd wait{handle, POLLIN, 0};
    const bool over = ::poll(&wait, 1, static_cast<int>(patience.count())) == 1;
    ::close(handle);
    if (!over) {
      return std::nullopt;
    }
    int status = 0;
    ::waitpid(std::exchange(child_, -1), &status, 0);
    status_ =
      WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return status_;
  }

  /// Sends the signal and waits for the end.
  int end(int which) {
    signal(which);
    return wait(std::chrono::milliseconds{60'000}).value_or(-1);
  }

  // -- what it uses -----------------------------------------------------------

  [[nodiscard]] std::size_t resident_kib() const {
    return kib_of("/status", "VmRSS:");
  }

  /// The most that it has used until now.
  [[nodiscard]] std::size_t resident_kib_max() const {
    return kib_of("/status", "VmHWM:");
  }

  [[nodiscard]] std::size_t descriptors() const {
    const auto folder = "/proc/" + std::to_string(child_) + "/fd";
    return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator{folder}, {}));
  }

  /// Seconds of a processor, in both modes, since its start.
  [[nodiscard]] double processor_seconds() const {
    clockid_t of{};
    timespec used{};
    ::clock_getcpuclockid(child_, &of);
    ::clock_gettime(of, &used);
    return static_cast<double>(used.tv_sec)
           + static_cast<double>(used.tv_nsec) / 1e9;
  }

private:
  node_process(const node_run& how, bool waits) {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
      throw std::runtime_error{"no pipe"};
    }
    output_ = ends[0];
    const auto parent = ::getpid();
    child_ = ::fork();
    if (child_ < 0) {
      throw std::runtime_error{"no process"};
    }
    if (child_ == 0) {
      become(how, ends[1], parent);
    }
    ::close(ends[1]);
    if (waits) {
      await_ready(how.patience);
    }
  }

  [[noreturn]] static void become(const node_run& how, int output,
                                  pid_t parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) {
      ::_exit(127);
    }
    ::dup2(output, STDOUT_FILENO);
    if (!how.complaint_file.empty()) {
      const int file =
        ::open(how.complaint_file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
      ::dup2(file, STDERR_FILENO);
      ::close(file);
    }
    for (const auto& one : how.environment) {
      ::putenv(const_cast<char*>(one.c_str()));
    }
    auto words = how.by;
    words.insert(words.end(),
                 {how.program, "--data", how.data, "--listen", "127.0.0.1:0"});
    words.insert(words.end(), how.arguments.begin(), how.arguments.end());
    std::vector<char*> arguments;
    for (auto& one : words) {
      arguments.push_back(one.data());
    }
    arguments.push_back(nullptr);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }

  /// The port of `{"ready":true,"listen":"127.0.0.1:PORT",...}`; 0 for none.
  [[nodiscard]] static std::uint16_t port_in(const std::string& line) {
    constexpr std::string_view before = "\"listen\":\"127.0.0.1:";
    const auto at = line.find(before);
    if (line.find('\n') == std::string::npos || at == std::string::npos) {
      return 0;
    }
    return static_cast<std::uint16_t>(
      std::strtoul(line.c_str() + at + before.size(), nullptr, 10));
  }

  [[nodiscard]] std::size_t kib_of(const char* file, const char* name) const {
    std::ifstream in{"/proc/" + std::to_string(child_) + file};
    for (std::string word; in >> word;) {
      if (word == name) {
        std::size_t value = 0;
        in >> value;
        return value;
      }
    }
    return 0;
  }

  pid_t child_ = -1;
  int output_ = -1;
  std::uint16_t port_ = 0;
  std::string said_;
  std::optional<int> status_;
};

} // namespace test
