#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/run_program.hpp"

namespace libsig::testing {

/// A git repository in a temporary folder, with commits that are the same
/// everywhere.
class git_folder {
public:
  git_folder() { git({"init", "--quiet", "--initial-branch=main"}); }

  /// Runs git, whose success the test depends on; its output.
  std::string git(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "git");
    const auto end = run_program(
      {.arguments = arguments,
       .folder = path(),
       .environment = {
         "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b.c", "GIT_COMMITTER_NAME=a",
         "GIT_COMMITTER_EMAIL=a@b.c", "GIT_AUTHOR_DATE=2026-01-02T03:04:05Z",
         "GIT_COMMITTER_DATE=2026-01-02T03:04:05Z", "GIT_CONFIG_NOSYSTEM=1"}});
    if (end.status != 0) {
      throw std::runtime_error{"git " + arguments[1] + ": " + end.complaint};
    }
    return end.output;
  }

  void write(std::string_view name, std::string_view text) const {
    folder_.write(name, text);
  }

  /// Commits everything there is.
  void commit(const std::string& subject) const {
    git({"add", "--all"});
    git({"commit", "--quiet", "--allow-empty", "--message", subject});
  }

  [[nodiscard]] std::string path() const { return folder_.path().string(); }

  [[nodiscard]] const temporary_folder& folder() const noexcept {
    return folder_;
  }

private:
  temporary_folder folder_;
};

} // namespace libsig::testing
