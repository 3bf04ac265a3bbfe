#include "apps/sig/git_shadow.hpp"

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

#include <fcntl.h>

#include "apps/sig/descriptor.hpp"

namespace libsig::sig {

namespace {

namespace fs = std::filesystem;

/// An entry of `objects/info/alternates`, in git's C-like quotes.
std::string quoted_line(std::string_view path) {
  std::string line = "\"";
  for (const char byte : path) {
    if (byte == '"' || byte == '\\') {
      line += '\\';
      line += byte;
    } else if (byte == '\n') {
      line += "\\n";
    } else {
      line += byte;
    }
  }
  return line + "\"\n";
}

std::string config_text(const shadow_plan& plan) {
  std::string text = "[core]\n\trepositoryformatversion = 1\n\tbare = ";
  text += plan.has_work_tree ? "false" : "true";
  text += "\n[extensions]\n\tobjectformat = " + plan.object_format + "\n";
  return text;
}

result<void> write_new(const fs::path& path, std::string_view text) {
  descriptor file{
    ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (!file || write_all(file.get(), text) != write_outcome::done
      || !file.close()) {
    return fail(
      error{errc::internal, "cannot be written: " + system_reason(errno)}.at(
        path.string()));
  }
  return {};
}

/// Copies the index, and links what a split index shares.
void borrow_index(const fs::path& index, const fs::path& shadow,
                  std::error_code& problem) {
  if (!fs::exists(index, problem)) {
    return;
  }
  const auto time = fs::last_write_time(index, problem);
  fs::copy_file(index, shadow / "index", problem);
  if (problem) {
    return;
  }
  // By the time of the index git tells files that may have changed since, in
  // the same tick and to the same size.
  fs::last_write_time(shadow / "index", time, problem);
  std::error_code none;
  for (const auto& entry : fs::directory_iterator{index.parent_path(), none}) {
    const auto name = entry.path().filename();
    if (name.string().starts_with("sharedindex.")) {
      fs::create_symlink(entry.path(), shadow / name, none);
    }
  }
}

result<void> fill(const fs::path& shadow, const shadow_plan& plan) {
  std::error_code problem;
  for (const char* const folder : {"objects/info", "refs", "info"}) {
    fs::create_directories(shadow / folder, problem);
  }
  if (!plan.index.empty()) {
    borrow_index(plan.index, shadow, problem);
  }
  if (problem) {
    return fail(
      error{errc::internal, "cannot be filled: " + problem.message()}.at(
        shadow.string()));
  }
  const std::pair<const char*, std::string> files[]{
    {"HEAD", "ref: refs/heads/none\n"},
    {"config", config_text(plan)},
    {"info/attributes", "* !diff !filter\n"},
    {"objects/info/alternates", quoted_line(plan.objects)},
  };
  for (const auto& [name, text] : files) {
    if (auto wrote = write_new(shadow / name, text); !wrote) {
      return wrote;
    }
  }
  return {};
}

} // namespace

result<git_shadow> git_shadow::make(const shadow_plan& plan) {
  std::error_code problem;
  auto folder = fs::temp_directory_path(problem);
  auto name = (folder / "sig-XXXXXX").string();
  if (problem || ::mkdtemp(name.data()) == nullptr) {
    const auto reason = problem ? problem.message() : system_reason(errno);
    return fail(error{errc::internal, "no temporary folder: " + reason}
                  .at(folder.string())
                  .mend("set TMPDIR to a folder that can be written"));
  }
  git_shadow shadow{name};
  if (auto filled = fill(shadow.path_, plan); !filled) {
    return fail(filled.error());
  }
  return shadow;
}

git_shadow::git_shadow(git_shadow&& other) noexcept
  : path_{std::exchange(other.path_, {})} {}

git_shadow& git_shadow::operator=(git_shadow&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

git_shadow::~git_shadow() {
  if (!path_.empty()) {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
}

result<std::string>
git_shadow::write_list(const std::vector<std::string>& names) const {
  std::string text;
  for (const auto& name : names) {
    text += name;
    text += '\0';
  }
  const auto path = path_ / "list";
  std::error_code ignored;
  fs::remove(path, ignored);
  if (auto wrote = write_new(path, text); !wrote) {
    return fail(wrote.error());
  }
  return path.string();
}

} // namespace libsig::sig
