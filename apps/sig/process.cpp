#include "apps/sig/process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "apps/sig/descriptor.hpp"
#include "apps/sig/spawn.hpp"

namespace libsig::sig {

namespace {

constexpr std::size_t chunk_bytes = 64u << 10;
constexpr std::size_t complaint_bytes_max = 4u << 10;

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

} // namespace

result<child_outcome> run_process(const child_process& what) {
  const descriptor input{::open(what.input_file.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!input) {
    return fail(error{errc::io, "cannot be read: " + system_reason(errno)}.at(
      what.input_file));
  }
  auto output = make_pipe();
  auto complaint = make_pipe();
  if (!output || !complaint) {
    return fail(output ? complaint.error() : output.error());
  }
  const auto child = spawn({.arguments = what.arguments,
                            .environment = what.environment,
                            .input = input.get(),
                            .output = output->writes.get(),
                            .complaint = complaint->writes.get()});
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
