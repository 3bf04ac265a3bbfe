#include "libsig/config/file.hpp"

#include "libsig/core/descriptor.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace libsig::config {

namespace {

[[nodiscard]] tl::unexpected<error> cannot_read(const std::string& name) {
  return fail(
    error(errc::io, "cannot be read: " + std::generic_category().message(errno))
      .at(name));
}

} // namespace

result<file_text> read_file(const std::string& name) {
  const descriptor from{::open(name.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!from) {
    return cannot_read(name);
  }
  file_text made{name, {}};
  std::size_t used = 0;
  while (used <= file_bytes_max) {
    made.text.resize(std::min(used + (64u << 10), file_bytes_max + 1));
    const auto got =
      ::read(from.get(), made.text.data() + used, made.text.size() - used);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return cannot_read(name);
    }
    if (got == 0) {
      made.text.resize(used);
      return made;
    }
    used += static_cast<std::size_t>(got);
  }
  return fail(
    error(errc::too_large,
          "has more than " + std::to_string(file_bytes_max) + " bytes")
      .at(name));
}

result<void> guard_toml(std::string_view text, const std::string& name) {
  std::size_t line = 1;
  std::size_t parts = 0;
  bool after_dot = false;
  for (const char letter : text) {
    if (letter == '\n') {
      ++line;
    }
    if (letter == '.') {
      // Two dots in a row are no key; rows of dots adorn comments.
      parts += after_dot ? 0 : 1;
    } else if (letter == '\n' || letter == '=' || letter == ',' || letter == '{'
               || letter == '[') {
      parts = 0;
    }
    after_dot = letter == '.';
    if (parts >= key_parts_max) {
      return fail(
        error(errc::too_deep,
              "a key has more than " + std::to_string(key_parts_max) + " parts")
          .at(name + ':' + std::to_string(line)));
    }
  }
  return {};
}

} // namespace libsig::config
