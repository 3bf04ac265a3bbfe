// Loaded before all else into a node under test, so that its disk fails at a
// known moment. The environment says what happens:
//
// DISK_FAULT=ACTION:CALL:FILE:NUMBER is done at that call, counted from 1, of
// those (`write`, `sync`, `truncate`, `unlink`, or `any`) on files of
// DISK_FOLDER whose names end with FILE:
//   kill-before  ends the process instead of the call
//   kill-after   ends it when the call is done
//   tear         writes half, and ends the process
//   fail         the call does nothing and says EIO, this once
// DISK_SKIP_SYNC=1 lets every flush say yes and do nothing.
// DISK_SHADOW names a folder that is kept as a disk would be found after a loss
// of power: it has what was flushed, and nothing else.

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

/// The function of the same name behind this library.
template <class Function>
[[nodiscard]] Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

[[nodiscard]] std::string environment(const char* name) {
  const auto* const value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string{value};
}

enum class action { none, kill_before, kill_after, tear, fail };

struct fault {
  action what = action::none;
  std::string call;
  std::string file;
  unsigned number = 0;
};

[[nodiscard]] fault read_fault() {
  std::array<std::string, 4> parts;
  std::size_t at = 0;
  for (const char each : environment("DISK_FAULT")) {
    if (each == ':' && at + 1 < parts.size()) {
      ++at;
    } else {
      parts[at] += each;
    }
  }
  fault made;
  made.call = parts[1];
  made.file = parts[2];
  made.number =
    static_cast<unsigned>(std::strtoul(parts[3].c_str(), nullptr, 10));
  made.what = parts[0] == "kill-before"  ? action::kill_before
              : parts[0] == "kill-after" ? action::kill_after
              : parts[0] == "tear"       ? action::tear
              : parts[0] == "fail"       ? action::fail
                                         : action::none;
  return made;
}

// -- the disk after a loss of power -------------------------------------------

/// What was written to each file and not flushed.
class shadow {
public:
  explicit shadow(std::string folder) : folder_{std::move(folder)} {}

  [[nodiscard]] bool kept() const { return !folder_.empty(); }

  void wrote(const std::string& file, off_t at, std::size_t bytes) {
    const std::lock_guard lock{mutex_};
    unflushed_[file].emplace_back(at, bytes);
  }

  /// Brings what was written to the file to the shadow of it.
  void flushed(const std::string& file, int descriptor) {
    const std::lock_guard lock{mutex_};
    const auto to =
      ::open((folder_ + file).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    struct stat found {};
    ::fstat(descriptor, &found);
    std::vector<char> room;
    for (const auto& [at, bytes] : unflushed_[file]) {
      room.resize(bytes);
      const auto got = ::pread(descriptor, room.data(), bytes, at);
      if (got > 0) {
        next<ssize_t(int, const void*, std::size_t, off_t)>("pwrite")(
          to, room.data(), static_cast<std::size_t>(got), at);
      }
    }
    next<int(int, off_t)>("ftruncate")(to, found.st_size);
    ::close(to);
    unflushed_.erase(file);
  }

  void removed(const std::string& file) {
    const std::lock_guard lock{mutex_};
    next<int(const char*)>("unlink")((folder_ + file).c_str());
    unflushed_.erase(file);
  }

private:
  const std::string folder_;
  std::mutex mutex_;
  std::map<std::string, std::vector<std::pair<off_t, std::size_t>>> unflushed_;
};

// -- the faulty disk ----------------------------------------------------------

struct disk {
  const std::string folder = environment("DISK_FOLDER");
  const bool skip_sync = !environment("DISK_SKIP_SYNC").empty();
  const fault planned = read_fault();
  std::atomic<unsigned> calls{0};
  shadow after_power_loss{environment("DISK_SHADOW")};
};

[[nodiscard]] disk& the_disk() {
  static disk one;
  return one;
}

/// The file's name in the folder, with the slash before it; empty for one that
/// lies elsewhere.
[[nodiscard]] std::string name_in_folder(std::string_view path) {
  const auto& folder = the_disk().folder;
  return !folder.empty() && path.starts_with(folder)
             && path.substr(folder.size()).starts_with('/')
           ? std::string{path.substr(folder.size())}
           : std::string{};
}

[[nodiscard]] std::string name_of(int descriptor) {
  const auto link = "/proc/self/fd/" + std::to_string(descriptor);
  std::array<char, 4096> path{};
  const auto length = ::readlink(link.c_str(), path.data(), path.size());
  return length <= 0
           ? std::string{}
           : name_in_folder({path.data(), static_cast<std::size_t>(length)});
}

/// What happens at this call.
[[nodiscard]] action due(std::string_view call, const std::string& file) {
  auto& on = the_disk();
  const auto& planned = on.planned;
  if (file.empty() || planned.what == action::none
      || (planned.call != "any" && planned.call != call)
      || !file.ends_with(planned.file) || ++on.calls != planned.number) {
    return action::none;
  }
  return planned.what;
}

[[noreturn]] void end_here() {
  ::kill(::getpid(), SIGKILL);
  for (;;) {
    ::pause();
  }
}

template <class Call>
auto with_fault(std::string_view call, const std::string& file,
                const Call& done) -> decltype(done()) {
  const auto what = due(call, file);
  if (what == action::kill_before || what == action::tear) {
    end_here();
  }
  if (what == action::fail) {
    errno = EIO;
    return -1;
  }
  const auto result = done();
  if (what == action::kill_after) {
    end_here();
  }
  return result;
}

/// A write of any kind, at the place.
template <class Call>
ssize_t written(int descriptor, std::size_t bytes, off_t at,
                const Call& write_some) {
  const auto file = name_of(descriptor);
  if (file.empty()) {
    return write_some(bytes);
  }
  auto& on = the_disk();
  const auto what = due("write", file);
  if (what == action::kill_before) {
    end_here();
  }
  if (what == action::fail) {
    errno = EIO;
    return -1;
  }
  const auto result =
    write_some(what == action::tear ? (bytes + 1) / 2 : bytes);
  if (what != action::none) {
    end_here();
  }
  if (result > 0 && on.after_power_loss.kept()) {
    on.after_power_loss.wrote(file, at, static_cast<std::size_t>(result));
  }
  return result;
}

int flushed(const char* name, int descriptor) {
  const auto file = name_of(descriptor);
  auto& on = the_disk();
  return with_fault("sync", file, [&] {
    if (!file.empty() && on.skip_sync) {
      return 0;
    }
    const int result = next<int(int)>(name)(descriptor);
    if (result == 0 && !file.empty() && on.after_power_loss.kept()) {
      on.after_power_loss.flushed(file, descriptor);
    }
    return result;
  });
}

} // namespace

extern "C" {

ssize_t write(int descriptor, const void* bytes, size_t count) {
  const auto at = ::lseek(descriptor, 0, SEEK_CUR);
  return written(descriptor, count, at, [&](std::size_t some) {
    return next<ssize_t(int, const void*, size_t)>("write")(descriptor, bytes,
                                                            some);
  });
}

ssize_t pwrite(int descriptor, const void* bytes, size_t count, off_t at) {
  return written(descriptor, count, at, [&](std::size_t some) {
    return next<ssize_t(int, const void*, size_t, off_t)>("pwrite")(
      descriptor, bytes, some, at);
  });
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t count, off64_t at) {
  return pwrite(descriptor, bytes, count, at);
}

int fsync(int descriptor) { return flushed("fsync", descriptor); }

int fdatasync(int descriptor) { return flushed("fdatasync", descriptor); }

int ftruncate(int descriptor, off_t length) noexcept {
  return with_fault("truncate", name_of(descriptor), [&] {
    return next<int(int, off_t)>("ftruncate")(descriptor, length);
  });
}

int ftruncate64(int descriptor, off64_t length) noexcept {
  return ftruncate(descriptor, length);
}

int unlink(const char* path) noexcept {
  const auto file = name_in_folder(path);
  return with_fault("unlink", file, [&] {
    const int result = next<int(const char*)>("unlink")(path);
    auto& shadow = the_disk().after_power_loss;
    if (result == 0 && !file.empty() && shadow.kept()) {
      shadow.removed(file);
    }
    return result;
  });
}
}
