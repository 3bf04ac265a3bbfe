#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/wait.h>

namespace libsig::review::testing {

/// A git repository in a temporary folder that goes with it. Git sees nothing
/// of the user's configuration, so what it writes depends on its version alone.
/// Whatever fails throws: a test cannot go on without it.
class git_sandbox {
public:
  git_sandbox() {
    const auto folder = std::filesystem::temp_directory_path();
    auto pattern = (folder / "libsig-diff-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
      throw std::runtime_error("there is no temporary folder");
    root_ = pattern;
    std::filesystem::create_directory(root_ / "tree");
    (void)git("init -q -b main .");
  }

  git_sandbox(const git_sandbox&) = delete;
  git_sandbox& operator=(const git_sandbox&) = delete;

  ~git_sandbox() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }

  /// A file of the work tree.
  [[nodiscard]] std::filesystem::path path(const std::string& name) const {
    return root_ / "tree" / name;
  }

  /// Writes a file of the work tree; name and content are bytes.
  void write(const std::string& name, std::string_view content) const {
    std::filesystem::create_directories(path(name).parent_path());
    std::ofstream file(path(name), std::ios::binary);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    if (!file.flush())
      throw std::runtime_error("cannot write " + name);
  }

  /// Runs git with arguments as a shell takes them and returns what it writes;
  /// a status above `status_max` throws.
  [[nodiscard]] std::string git(const std::string& arguments,
                                int status_max = 0) const {
    const auto command =
      "cd '" + (root_ / "tree").string()
      + "' && exec env -i PATH=\"$PATH\" HOME='" + root_.string()
      + "' LC_ALL=C GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null"
        " GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a"
        " GIT_COMMITTER_EMAIL=a@b GIT_AUTHOR_DATE='1700000000 +0000'"
        " GIT_COMMITTER_DATE='1700000000 +0000' git "
      + arguments;
    std::FILE* pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr)
      throw std::runtime_error("cannot start git");
    std::string output;
    char block[4096];
    for (std::size_t size = 0;
         (size = std::fread(block, 1, sizeof(block), pipe)) > 0;)
      output.append(block, size);
    const int status = ::pclose(pipe);
    if (!WIFEXITED(status) || WEXITSTATUS(status) > status_max)
      throw std::runtime_error("git failed: " + arguments);
    return output;
  }

  /// Stages all and commits.
  void commit() const {
    (void)git("add -A");
    (void)git("commit -q --allow-empty -m change");
  }

  /// What `git apply --numstat -z` makes of a diff, on stdin.
  [[nodiscard]] std::string numstat(std::string_view diff,
                                    const std::string& options) const {
    std::ofstream(root_ / "diff", std::ios::binary) << diff;
    return git("apply --numstat -z " + options + " ../diff");
  }

private:
  std::filesystem::path root_;
};

} // namespace libsig::review::testing
