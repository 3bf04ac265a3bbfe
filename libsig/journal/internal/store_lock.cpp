#include "libsig/journal/internal/store_lock.hpp"

#include "libsig/core/time.hpp"
#include "libsig/core/utf8.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace libsig::journal::internal {

namespace {

/// Bytes that a holder says of itself, at most.
constexpr std::size_t note_bytes_max = 512;

[[nodiscard]] std::string own_note() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) {
    host[0] = '?';
  }
  return "process " + std::to_string(::getpid()) + " on " + host.data()
         + ", since " + to_rfc3339(system_clock{}.wall_now());
}

/// What the holder wrote, if it is fit to be shown.
[[nodiscard]] std::string note_in(int descriptor) {
  std::array<char, note_bytes_max> bytes{};
  const auto got = ::pread(descriptor, bytes.data(), bytes.size(), 0);
  const std::string note{bytes.data(), got > 0 ? std::size_t(got) : 0};
  return note.empty() || !is_printable_ascii(note) ? "another process" : note;
}

[[nodiscard]] bool write_note(int descriptor) {
  const auto note = own_note();
  return ::ftruncate(descriptor, 0) == 0
         && ::pwrite(descriptor, note.data(), note.size(), 0)
              == static_cast<ssize_t>(note.size());
}

} // namespace

result<store_lock> store_lock::take(const std::string& store) {
  const auto path = store + ".lock";
  const int descriptor =
    ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) {
    return fail(
      error(errc::io, std::string{"cannot be opened: "} + std::strerror(errno))
        .at(path)
        .mend("give this user the right to write into the folder"));
  }
  store_lock made{descriptor};
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    return fail(error(errc::already_exists,
                      "the store is open already, by " + note_in(descriptor))
                  .at(store)
                  .mend("end that one first, or use another store"));
  }
  // The lock holds without the note; on a full disk there is none.
  (void)write_note(descriptor);
  return made;
}

store_lock::store_lock(store_lock&& other) noexcept
  : descriptor_{std::exchange(other.descriptor_, -1)} {}

store_lock& store_lock::operator=(store_lock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

store_lock::~store_lock() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

} // namespace libsig::journal::internal
