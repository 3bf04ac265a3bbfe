#include "libsig/publish/file_claims.hpp"

#include "libsig/core/limits.hpp"

#include <cerrno>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include <sys/stat.h>

namespace libsig::publish {

namespace {

namespace fs = std::filesystem;

[[nodiscard]] tl::unexpected<error> refuse(const file_claim& of,
                                           const std::string& why) {
  return fail(error(errc::invalid_argument, "the publisher '" + of.publisher
                                              + "' cannot write '" + of.path
                                              + "': " + why)
                .mend("state a file of its own"));
}

/// As far as it exists without symlinks, and without dots.
[[nodiscard]] result<fs::path> resolved(const fs::path& from) {
  std::error_code failed;
  auto whole = fs::absolute(from, failed);
  if (!failed) {
    whole = fs::weakly_canonical(whole, failed);
  }
  if (failed) {
    return fail(error(errc::io, "cannot look at it: " + failed.message())
                  .at(from.string()));
  }
  return whole;
}

/// The folder is resolved, and the name in it is not, since no symlink is
/// followed there.
[[nodiscard]] result<fs::path> place_of(const std::string& path) {
  const fs::path stated{path};
  const auto folder = stated.parent_path();
  auto found = resolved(folder.empty() ? fs::path{"."} : folder);
  if (!found) {
    return found;
  }
  return *found / stated.filename();
}

/// Whether a folder is the other one or stands in it, also by another name,
/// such as that of a mount.
[[nodiscard]] bool is_within(fs::path folder, const fs::path& other) {
  std::error_code failed;
  while (true) {
    if (folder == other || fs::equivalent(folder, other, failed)) {
      return true;
    }
    if (!folder.has_relative_path()) {
      return false;
    }
    folder = folder.parent_path();
  }
}

/// What stands at a place, as far as that is a reason against it.
[[nodiscard]] std::string fault_of(const fs::path& place) {
  struct stat is {};
  if (::lstat(place.c_str(), &is) != 0) {
    return errno == ENOENT ? std::string{}
                           : std::generic_category().message(errno);
  }
  if (!S_ISREG(is.st_mode)) {
    return "it is no regular file";
  }
  return is.st_nlink == 1 ? std::string{} : "the file has a second name";
}

} // namespace

result<void> check_file_claims(const std::string& data,
                               std::span<const file_claim> all) {
  const auto ours = resolved(data);
  if (!ours) {
    return fail(ours.error());
  }
  std::map<fs::path, const file_claim*> taken;
  for (const auto& one : all) {
    const auto place = place_of(one.path);
    if (!place) {
      return refuse(one, place.error().message());
    }
    if (!place->has_filename() || place->filename() == "."
        || place->filename() == "..") {
      return refuse(one, "it is no name of a file");
    }
    if (is_within(place->parent_path(), *ours)) {
      return refuse(one, "it is in the data folder, which is the node's");
    }
    if (const auto fault = fault_of(*place); !fault.empty()) {
      return refuse(one, fault);
    }
    // The files that are put aside are its own as well.
    for (unsigned number = 0; number <= limits::line_files_kept; ++number) {
      auto name = place->string();
      if (number > 0) {
        name += "." + std::to_string(number);
      }
      const auto [at, is_new] = taken.emplace(std::move(name), &one);
      if (!is_new) {
        return refuse(one, "the publisher '" + at->second->publisher
                             + "' writes there");
      }
    }
  }
  return {};
}

} // namespace libsig::publish
