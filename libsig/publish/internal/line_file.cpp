#include "libsig/publish/internal/line_file.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace libsig::publish::internal {

namespace {

constexpr mode_t file_mode = 0600;
constexpr mode_t folder_mode = 0700;
constexpr std::size_t block = 64u << 10;

} // namespace

line_file::line_file(std::string path, bool make_folder)
  : make_folder_{make_folder} {
  const auto slash = path.rfind('/');
  folder_ = slash == std::string::npos ? "." : path.substr(0, slash);
  if (folder_.empty()) {
    folder_ = "/";
  }
  name_ = slash == std::string::npos ? path : path.substr(slash + 1);
}

error line_file::failure(std::string_view what, int number) const {
  const auto code =
    number == ENOSPC || number == EDQUOT ? errc::storage_full : errc::io;
  return error(code, std::string{what} + ": "
                       + std::generic_category().message(number))
    .at(folder_ + "/" + name_);
}

result<void> line_file::open_folder() {
  int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  if (make_folder_) {
    flags |= O_NOFOLLOW;
    std::error_code failed;
    std::filesystem::create_directories(
      std::filesystem::path{folder_}.parent_path(), failed);
    if (failed) {
      return fail(failure("cannot make the folders above", failed.value()));
    }
    if (::mkdir(folder_.c_str(), folder_mode) != 0 && errno != EEXIST) {
      return fail(failure("cannot make the folder", errno));
    }
  }
  descriptor opened{::open(folder_.c_str(), flags)};
  if (!opened) {
    return fail(failure("cannot open the folder", errno));
  }
  if (make_folder_ && ::fchmod(opened.get(), folder_mode) != 0) {
    return fail(failure("cannot set the folder's mode", errno));
  }
  directory_ = std::move(opened);
  return {};
}

result<void> line_file::check() const {
  struct stat is {};
  if (::fstat(file_.get(), &is) != 0) {
    return fail(failure("cannot look at the file", errno));
  }
  if (!S_ISREG(is.st_mode) || is.st_nlink != 1 || is.st_uid != ::geteuid()) {
    return fail(error(errc::io, "is no regular file of this user with one name")
                  .at(folder_ + "/" + name_)
                  .mend("remove it"));
  }
  if (::fchmod(file_.get(), file_mode) != 0) {
    return fail(failure("cannot set the file's mode", errno));
  }
  return {};
}

result<void> line_file::open() {
  if (auto done = open_folder(); !done) {
    return done;
  }
  // Not to block on a pipe that somebody has put there.
  constexpr int flags =
    O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
  descriptor opened{
    ::openat(directory_.get(), name_.c_str(), flags, file_mode)};
  if (!opened) {
    return fail(failure("cannot open the file", errno));
  }
  file_ = std::move(opened);
  unsynced_ = true;
  if (auto done = check(); !done) {
    file_ = descriptor{};
    return done;
  }
  const auto end = ::lseek(file_.get(), 0, SEEK_END);
  size_ = end < 0 ? 0 : static_cast<std::uint64_t>(end);
  return {};
}

result<void> line_file::append(std::string_view lines) {
  std::size_t written = 0;
  while (written < lines.size()) {
    const auto some =
      ::write(file_.get(), lines.data() + written, lines.size() - written);
    if (some < 0 && errno == EINTR) {
      continue;
    }
    if (some < 0) {
      auto why = failure("cannot append", errno);
      // No torn line stays, if that can be helped.
      static_cast<void>(::ftruncate(file_.get(), static_cast<off_t>(size_)));
      return fail(std::move(why));
    }
    written += static_cast<std::size_t>(some);
  }
  size_ += lines.size();
  unsynced_ = true;
  return {};
}

result<void> line_file::sync() {
  if (!file_ || !unsynced_) {
    return {};
  }
  if (::fdatasync(file_.get()) != 0) {
    return fail(failure("cannot flush", errno));
  }
  if (::fsync(directory_.get()) != 0) {
    return fail(failure("cannot flush the folder", errno));
  }
  unsynced_ = false;
  return {};
}

result<void> line_file::truncate(std::uint64_t size) {
  if (::ftruncate(file_.get(), static_cast<off_t>(size)) != 0) {
    return fail(failure("cannot cut the file", errno));
  }
  size_ = size;
  return {};
}

result<void> line_file::cut_torn_line(std::string_view begin,
                                      std::size_t most) {
  // One byte more than the longest one, which may be the end of a line.
  const auto from = size_ > most ? size_ - most - 1 : 0;
  auto start = size_;
  while (start > from) {
    const auto at = start - from > block ? start - block : from;
    const auto bytes = read(at, static_cast<std::size_t>(start - at));
    if (!bytes) {
      return fail(bytes.error());
    }
    const auto last = bytes->rfind('\n');
    if (last != std::string::npos) {
      start = at + last + 1;
      break;
    }
    start = at;
  }
  if (start == size_) {
    return {};
  }
  const auto found = read(start, begin.size());
  if (!found) {
    return fail(found.error());
  }
  if (size_ - start > most || found->empty() || !begin.starts_with(*found)) {
    return fail(error(errc::io, "the file ends in something that is no line of "
                                "this publisher, and is not written")
                  .at(folder_ + "/" + name_)
                  .mend("move it away, or end its last line"));
  }
  return truncate(start);
}

result<void> line_file::rename_to(const std::string& name) {
  if (::renameat(directory_.get(), name_.c_str(), directory_.get(),
                 name.c_str())
      != 0) {
    return fail(failure("cannot put the file aside", errno));
  }
  file_ = descriptor{};
  return {};
}

bool line_file::intact() const noexcept {
  struct stat ours {};
  struct stat there {};
  return file_ && ::fstat(file_.get(), &ours) == 0
         && ::fstatat(directory_.get(), name_.c_str(), &there,
                      AT_SYMLINK_NOFOLLOW)
              == 0
         && ours.st_ino == there.st_ino && ours.st_dev == there.st_dev
         && static_cast<std::uint64_t>(there.st_size) == size_;
}

result<std::string> line_file::read(std::uint64_t from,
                                    std::size_t bytes) const {
  std::string found(bytes, '\0');
  std::size_t got = 0;
  while (got < bytes) {
    const auto some = ::pread(file_.get(), found.data() + got, bytes - got,
                              static_cast<off_t>(from + got));
    if (some < 0 && errno == EINTR) {
      continue;
    }
    if (some < 0) {
      return fail(failure("cannot read", errno));
    }
    if (some == 0) {
      break;
    }
    got += static_cast<std::size_t>(some);
  }
  found.resize(got);
  return found;
}

} // namespace libsig::publish::internal
