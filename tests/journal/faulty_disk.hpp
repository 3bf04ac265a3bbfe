#pragma once

#include <atomic>
#include <cstdint>
#include <limits>

#include <sqlite3.h>

namespace libsig::testing {

/// A disk below SQLite that can be full or fail to flush, for all stores that
/// are opened while one of these is there.
class faulty_disk {
public:
  static constexpr std::int64_t endless =
    std::numeric_limits<std::int64_t>::max();

  faulty_disk() : real_{sqlite3_vfs_find(nullptr)}, shim_{*real_} {
    shim_.zName = "faulty";
    shim_.pAppData = this;
    shim_.pNext = nullptr;
    shim_.szOsFile = static_cast<int>(sizeof(file)) + real_->szOsFile;
    shim_.xOpen = &open;
    sqlite3_vfs_register(&shim_, 1);
  }

  faulty_disk(const faulty_disk&) = delete;
  faulty_disk& operator=(const faulty_disk&) = delete;

  ~faulty_disk() {
    sqlite3_vfs_unregister(&shim_);
    sqlite3_vfs_register(real_, 1);
  }

  /// Writes that still succeed before the disk is full.
  std::atomic<std::int64_t> writes_left{endless};
  /// Flushes that still succeed before one fails; that one alone does.
  std::atomic<std::int64_t> flushes_left{endless};

private:
  /// SQLite gives the memory: this, and the real file's behind it.
  struct file {
    sqlite3_file base;
    faulty_disk* disk;

    [[nodiscard]] sqlite3_file* real() noexcept {
      return reinterpret_cast<sqlite3_file*>(this + 1);
    }
  };

  [[nodiscard]] static file& of(sqlite3_file* what) noexcept {
    return *reinterpret_cast<file*>(what);
  }

  static int open(sqlite3_vfs* on, const char* name, sqlite3_file* into,
                  int flags, int* out) {
    auto* const disk = static_cast<faulty_disk*>(on->pAppData);
    auto& made = of(into);
    made.disk = disk;
    made.base.pMethods = nullptr;
    const int code =
      disk->real_->xOpen(disk->real_, name, made.real(), flags, out);
    if (code == SQLITE_OK) {
      made.base.pMethods = methods();
    }
    return code;
  }

  static int write(sqlite3_file* to, const void* bytes, int count,
                   sqlite3_int64 at) {
    auto& left = of(to).disk->writes_left;
    if (left != endless && left-- <= 0) {
      return SQLITE_FULL;
    }
    auto* const real = of(to).real();
    return real->pMethods->xWrite(real, bytes, count, at);
  }

  static int sync(sqlite3_file* what, int flags) {
    auto& left = of(what).disk->flushes_left;
    if (left != endless && left-- == 0) {
      return SQLITE_IOERR_FSYNC;
    }
    auto* const real = of(what).real();
    return real->pMethods->xSync(real, flags);
  }

  static int control(sqlite3_file* what, int code, void* with) {
    // No hint about sizes may write past the shim.
    auto* const real = of(what).real();
    return code == SQLITE_FCNTL_SIZE_HINT
             ? SQLITE_OK
             : real->pMethods->xFileControl(real, code, with);
  }

  /// Everything else goes through; version 1 knows no shared memory, which an
  /// exclusive store has no use for.
  [[nodiscard]] static const sqlite3_io_methods* methods() noexcept {
    static const sqlite3_io_methods all{
      1,
      [](sqlite3_file* it) { return calls(it).xClose(real(it)); },
      [](sqlite3_file* it, void* into, int count, sqlite3_int64 at) {
        return calls(it).xRead(real(it), into, count, at);
      },
      &write,
      [](sqlite3_file* it, sqlite3_int64 size) {
        return calls(it).xTruncate(real(it), size);
      },
      &sync,
      [](sqlite3_file* it, sqlite3_int64* size) {
        return calls(it).xFileSize(real(it), size);
      },
      [](sqlite3_file* it, int level) {
        return calls(it).xLock(real(it), level);
      },
      [](sqlite3_file* it, int level) {
        return calls(it).xUnlock(real(it), level);
      },
      [](sqlite3_file* it, int* out) {
        return calls(it).xCheckReservedLock(real(it), out);
      },
      &control,
      [](sqlite3_file* it) { return calls(it).xSectorSize(real(it)); },
      [](sqlite3_file* it) {
        return calls(it).xDeviceCharacteristics(real(it));
      },
      nullptr,
      nullptr,
      nullptr,
      nullptr,
      nullptr,
      nullptr};
    return &all;
  }

  [[nodiscard]] static sqlite3_file* real(sqlite3_file* it) noexcept {
    return of(it).real();
  }

  [[nodiscard]] static const sqlite3_io_methods&
  calls(sqlite3_file* it) noexcept {
    return *of(it).real()->pMethods;
  }

  sqlite3_vfs* real_;
  sqlite3_vfs shim_;
};

} // namespace libsig::testing
