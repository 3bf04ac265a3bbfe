#include "apps/sig/spawn.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace libsig::sig {

namespace {

std::vector<char*> pointers(std::span<const std::string> texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (const auto& text : texts) {
    // posix_spawn promises not to write through these.
    result.push_back(const_cast<char*>(text.c_str()));
  }
  result.push_back(nullptr);
  return result;
}

/// The two descriptions that posix_spawn takes, released when they go.
class spawn_plan {
public:
  explicit spawn_plan(const spawn_request& what) noexcept {
    ::posix_spawn_file_actions_init(&actions_);
    hand_on(what.input, STDIN_FILENO);
    hand_on(what.output, STDOUT_FILENO);
    hand_on(what.complaint, STDERR_FILENO);
    ::posix_spawnattr_init(&attributes_);
    // This process ignores SIGPIPE and may block others; the child shall not
    // inherit that.
    sigset_t set;
    ::sigemptyset(&set);
    ::posix_spawnattr_setsigmask(&attributes_, &set);
    ::sigaddset(&set, SIGPIPE);
    ::posix_spawnattr_setsigdefault(&attributes_, &set);
    int flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
    if (what.own_group) {
      flags |= POSIX_SPAWN_SETPGROUP;
      ::posix_spawnattr_setpgroup(&attributes_, 0);
    }
    ::posix_spawnattr_setflags(&attributes_, static_cast<short>(flags));
  }

  spawn_plan(const spawn_plan&) = delete;
  spawn_plan& operator=(const spawn_plan&) = delete;

  ~spawn_plan() {
    ::posix_spawnattr_destroy(&attributes_);
    ::posix_spawn_file_actions_destroy(&actions_);
  }

  [[nodiscard]] int start(const spawn_request& what, pid_t& child) const {
    const auto arguments = pointers(what.arguments);
    const auto environment = pointers(what.environment);
    return ::posix_spawnp(&child, arguments.front(), &actions_, &attributes_,
                          arguments.data(), environment.data());
  }

private:
  void hand_on(int from, int to) noexcept {
    if (from >= 0) {
      ::posix_spawn_file_actions_adddup2(&actions_, from, to);
    }
  }

  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

} // namespace

result<pipe_ends> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return fail(errc::io, "no pipe: " + system_reason(errno));
  }
  return pipe_ends{descriptor{ends[0]}, descriptor{ends[1]}};
}

result<pid_t> spawn(const spawn_request& what) {
  pid_t child = 0;
  if (const int problem = spawn_plan{what}.start(what, child); problem != 0) {
    return fail(error{problem == ENOENT ? errc::not_found : errc::io,
                      "cannot be started: " + system_reason(problem)}
                  .at(what.arguments.front()));
  }
  return child;
}

int wait_for(pid_t child) noexcept {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

bool is_program(const std::string& name, std::string_view path) {
  if (name.empty()) {
    return false;
  }
  if (name.find('/') != name.npos) {
    return ::access(name.c_str(), X_OK) == 0;
  }
  while (!path.empty()) {
    const auto folder = path.substr(0, path.find(':'));
    path.remove_prefix(std::min(folder.size() + 1, path.size()));
    // An empty one is the current folder.
    auto file = std::string{folder.empty() ? "." : folder} + '/' + name;
    if (::access(file.c_str(), X_OK) == 0) {
      return true;
    }
  }
  return false;
}

} // namespace libsig::sig
