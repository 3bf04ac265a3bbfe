#include "apps/sig/descriptor.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace libsig::sig {

namespace {

constexpr std::size_t chunk_bytes = 64u << 10;

/// Waits until a non-blocking descriptor is ready again.
void await(int number, short events) noexcept {
  pollfd what{number, events, 0};
  ::poll(&what, 1, -1);
}

error too_large(std::size_t bytes_max) {
  return error{errc::too_large,
               "more than " + bytes_text(bytes_max) + ", the most that is read"}
    .mend("split it, or leave files out of it");
}

/// What a regular file still holds, so that its text is read in one piece.
std::size_t size_hint(int from) noexcept {
  struct stat status {};
  if (::fstat(from, &status) != 0 || !S_ISREG(status.st_mode)
      || status.st_size < 0) {
    return 0;
  }
  return static_cast<std::size_t>(status.st_size);
}

} // namespace

void prepare_standard_descriptors() noexcept {
  std::signal(SIGPIPE, SIG_IGN);
  for (int number = 0; number <= 2; ++number) {
    if (::fcntl(number, F_GETFD) == -1 && errno == EBADF) {
      // The wrong direction on purpose: using it fails as a closed one does.
      // The lowest free number is the one that is missing.
      const int direction = number == 0 ? O_WRONLY : O_RDONLY;
      [[maybe_unused]] const int got = ::open("/dev/null", direction);
    }
  }
}

write_outcome write_all(int to, std::string_view bytes) noexcept {
  while (!bytes.empty()) {
    const auto wrote = ::write(to, bytes.data(), bytes.size());
    if (wrote >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(wrote));
    } else if (errno == EAGAIN) {
      await(to, POLLOUT);
    } else if (errno != EINTR) {
      return errno == EPIPE ? write_outcome::reader_gone
                            : write_outcome::failed;
    }
  }
  return write_outcome::done;
}

result<std::string> read_all(int from, std::size_t bytes_max) {
  const auto hint = size_hint(from);
  if (hint > bytes_max) {
    return fail(too_large(bytes_max));
  }
  std::string text;
  text.reserve(hint + 1);
  std::array<char, chunk_bytes> chunk{};
  for (;;) {
    const auto got = ::read(from, chunk.data(), chunk.size());
    if (got == 0) {
      return text;
    }
    if (got < 0 && errno == EAGAIN) {
      await(from, POLLIN);
    } else if (got < 0 && errno != EINTR) {
      return fail(errc::io, "cannot be read: " + system_reason(errno));
    } else if (got > 0) {
      const auto count = static_cast<std::size_t>(got);
      if (count > bytes_max - text.size()) {
        return fail(too_large(bytes_max));
      }
      text.append(chunk.data(), count);
    }
  }
}

result<std::string> read_file(const std::string& name, std::size_t bytes_max) {
  const bool standard = name == "-";
  const auto place = standard ? std::string{"standard input"} : name;
  descriptor opened;
  if (!standard) {
    opened = descriptor{::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)};
    if (!opened) {
      return fail(
        error{errc::io, "cannot be opened: " + system_reason(errno)}.at(place));
    }
  }
  auto text = read_all(standard ? STDIN_FILENO : opened.get(), bytes_max);
  if (!text) {
    return fail(std::move(text).error().at(place));
  }
  return text;
}

std::string system_reason(int number) {
  return std::generic_category().message(number);
}

std::string bytes_text(std::size_t bytes) {
  constexpr std::size_t mebibyte = 1u << 20;
  if (bytes >= mebibyte && bytes % mebibyte == 0) {
    return std::to_string(bytes / mebibyte) + " MiB";
  }
  return std::to_string(bytes) + (bytes == 1 ? " byte" : " bytes");
}

} // namespace libsig::sig
