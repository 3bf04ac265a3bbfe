#include "apps/sig/output.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apps/sig/descriptor.hpp"

namespace libsig::sig {

namespace {

namespace fs = std::filesystem;

constexpr int links_max = 40;
constexpr int names_tried_max = 100;

error cannot(const std::string& file, const std::string& reason) {
  return error{errc::io, "cannot be written: " + reason}.at(file);
}

error cannot(const std::string& file) {
  return cannot(file, system_reason(errno));
}

/// The name at the end of a chain of links, which need not exist.
result<fs::path> follow(const std::string& file) {
  fs::path target{file};
  for (int i = 0; i < links_max; ++i) {
    std::error_code problem;
    if (!fs::is_symlink(fs::symlink_status(target, problem))) {
      return target;
    }
    const auto next = fs::read_symlink(target, problem);
    if (problem) {
      return fail(cannot(file, problem.message()));
    }
    target = next.is_absolute() ? next : target.parent_path() / next;
  }
  return fail(cannot(file, system_reason(ELOOP)));
}

struct new_file {
  descriptor opened;
  std::string name;
};

/// Makes a file of a fresh name in the target's folder.
std::optional<new_file> create_beside(const fs::path& target) {
  const auto stem = ".sig-" + std::to_string(::getpid()) + "-";
  for (int i = 0; i < names_tried_max; ++i) {
    const auto name =
      (target.parent_path() / (stem + std::to_string(i))).string();
    descriptor opened{
      ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)};
    if (opened) {
      return new_file{std::move(opened), name};
    }
    if (errno != EEXIST) {
      break;
    }
  }
  return std::nullopt;
}

bool fill(new_file& file, std::string_view text, const struct stat* old) {
  const bool written =
    write_all(file.opened.get(), text) == write_outcome::done
    && (old == nullptr
        || ::fchmod(file.opened.get(), old->st_mode & 07777) == 0)
    && ::fsync(file.opened.get()) == 0;
  return written && file.opened.close();
}

/// Writes to what is no regular file.
result<void> write_direct(const file_output& output) {
  descriptor opened{
    ::open(output.file.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY)};
  if (!opened) {
    return fail(cannot(output.file));
  }
  switch (write_all(opened.get(), output.text)) {
  case write_outcome::done:
    return {};
  case write_outcome::reader_gone:
    return fail(error{errc::stopped, "nobody reads it"}.at(output.file));
  case write_outcome::failed:
    break;
  }
  return fail(cannot(output.file));
}

} // namespace

staged_files::~staged_files() {
  put_back();
  for (const auto& one : entries_) {
    ::unlink(one.beside.c_str());
  }
}

result<staged_files>
staged_files::prepare(const std::vector<file_output>& outputs) {
  staged_files staged;
  for (const auto& output : outputs) {
    if (auto done = staged.stage(output); !done) {
      return fail(done.error());
    }
  }
  return staged;
}

result<void> staged_files::stage(const file_output& output) {
  struct stat old {};
  const bool exists = ::stat(output.file.c_str(), &old) == 0;
  if (exists && S_ISDIR(old.st_mode)) {
    return fail(cannot(output.file, system_reason(EISDIR)));
  }
  if (exists && !S_ISREG(old.st_mode)) {
    direct_.push_back(output);
    return {};
  }
  if (exists && ::access(output.file.c_str(), W_OK) != 0) {
    return fail(cannot(output.file));
  }
  const auto target = follow(output.file);
  if (!target) {
    return fail(target.error());
  }
  auto made = create_beside(*target);
  if (!made) {
    return fail(cannot(output.file));
  }
  entries_.push_back({output.file, target->string(), made->name, exists});
  if (!fill(*made, output.text, exists ? &old : nullptr)) {
    return fail(cannot(output.file));
  }
  return {};
}

result<void> staged_files::place(entry& one) {
  // An exchange keeps the old file at hand; where there is none, or the file
  // system knows no exchange, a plain renaming is as whole.
  if (::renameat2(AT_FDCWD, one.beside.c_str(), AT_FDCWD, one.target.c_str(),
                  RENAME_EXCHANGE)
      == 0) {
    one.exchanged = true;
    return {};
  }
  if (::rename(one.beside.c_str(), one.target.c_str()) != 0) {
    return fail(cannot(one.file));
  }
  return {};
}

result<void> staged_files::commit() {
  for (const auto& output : direct_) {
    if (auto done = write_direct(output); !done) {
      return done;
    }
  }
  for (auto& one : entries_) {
    if (auto done = place(one); !done) {
      put_back();
      return done;
    }
    ++placed_;
  }
  placed_ = 0;
  return {};
}

void staged_files::put_back() noexcept {
  for (; placed_ > 0; --placed_) {
    const auto& one = entries_[placed_ - 1];
    if (one.exchanged) {
      ::renameat2(AT_FDCWD, one.beside.c_str(), AT_FDCWD, one.target.c_str(),
                  RENAME_EXCHANGE);
    } else if (!one.existed) {
      ::unlink(one.target.c_str());
    }
  }
}

result<void> write_standard_output(std::string_view text) {
  switch (write_all(STDOUT_FILENO, text)) {
  case write_outcome::done:
    return {};
  case write_outcome::reader_gone:
    return fail(error{errc::stopped, "nobody reads standard output"});
  case write_outcome::failed:
    break;
  }
  return fail(cannot("standard output"));
}

} // namespace libsig::sig
