#include "apps/sig/process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apps/sig/descriptor.hpp"

namespace libsig::sig {

namespace {

constexpr std::size_t chunk_bytes = 64u << 10;
constexpr std::size_t complaint_bytes_max = 4u << 10;

struct pipe_ends {
  descriptor reads;
  descriptor writes;
};

result<pipe_ends> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return fail(errc::io, "no pipe: " + system_reason(errno));
  }
  return pipe_ends{descriptor{ends[0]}, descriptor{ends[1]}};
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
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
  spawn_plan(const std::string& input, int output, int complaint) noexcept {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, input.c_str(),
                                       O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, complaint, STDERR_FILENO);
    ::posix_spawnattr_init(&attributes_);
    // This process ignores SIGPIPE; the child shall not inherit that.
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    ::posix_spawnattr_setsigdefault(&attributes_, &defaults);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGDEF);
  }

  spawn_plan(const spawn_plan&) = delete;
  spawn_plan& operator=(const spawn_plan&) = delete;

  ~spawn_plan() {
    ::posix_spawnattr_destroy(&attributes_);
    ::posix_spawn_file_actions_destroy(&actions_);
  }

  [[nodiscard]] result<pid_t> start(const child_process& what) const {
    const auto arguments = pointers(what.arguments);
    const auto environment = pointers(what.environment);
    pid_t child = 0;
    const int problem =
      ::posix_spawnp(&child, arguments.front(), &actions_, &attributes_,
                     arguments.data(), environment.data());
    if (problem != 0) {
      return fail(error{problem == ENOENT ? errc::not_found : errc::io,
                        "cannot be started: " + system_reason(problem)}
                    .at(what.arguments.front()));
    }
    return child;
  }

private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

/// One read from a pipe that has something to say; 0 bytes at its end.
std::size_t read_some(int from, std::array<char, chunk_bytes>& chunk) {
  for (;;) {
    const auto got = ::read(from, chunk.data(), chunk.size());
    if (got >= 0) {
      return static_cast<std::size_t>(got);
    }
    if (errno != EINTR) {
      return 0;
    }
  }
}

/// Reads both pipes until both end; false when there is more than is kept.
bool collect(pipe_ends& output, pipe_ends& complaint, std::size_t bytes_max,
             child_outcome& into) {
  std::array<char, chunk_bytes> chunk{};
  std::array<pollfd, 2> waits{
    {{output.reads.get(), POLLIN, 0}, {complaint.reads.get(), POLLIN, 0}}};
  while (waits[0].fd >= 0 || waits[1].fd >= 0) {
    if (::poll(waits.data(), waits.size(), -1) < 0) {
      if (errno == EINTR) {
        continue;
      }
      return false;
    }
    for (auto& one : waits) {
      if (one.fd < 0 || one.revents == 0) {
        continue;
      }
      const auto count = read_some(one.fd, chunk);
      const bool talk = &one == &waits[1];
      auto& text = talk ? into.complaint : into.output;
      const auto room = (talk ? complaint_bytes_max : bytes_max) - text.size();
      if (count > room && !talk) {
        return false;
      }
      text.append(chunk.data(), std::min(count, room));
      one.fd = count == 0 ? -1 : one.fd;
    }
  }
  return true;
}

int wait_for(pid_t child) noexcept {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

} // namespace

result<child_outcome> run_process(const child_process& what) {
  auto output = make_pipe();
  auto complaint = make_pipe();
  if (!output || !complaint) {
    return fail(output ? complaint.error() : output.error());
  }
  const spawn_plan plan{what.input_file, output->writes.get(),
                        complaint->writes.get()};
  const auto child = plan.start(what);
  if (!child) {
    return fail(child.error());
  }
  output->writes = descriptor{};
  complaint->writes = descriptor{};
  child_outcome outcome;
  const bool whole =
    collect(*output, *complaint, what.output_bytes_max, outcome);
  if (!whole) {
    ::kill(*child, SIGKILL);
  }
  outcome.status = wait_for(*child);
  if (!whole) {
    return fail(error{errc::too_large, "more than "
                                         + bytes_text(what.output_bytes_max)
                                         + ", the most that is read"}
                  .mend("name a smaller change"));
  }
  return outcome;
}

} // namespace libsig::sig
