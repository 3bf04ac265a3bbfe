#include "apps/sig/git_repository.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <system_error>
#include <utility>

#include "libsig/core/in_quotes.hpp"
#include "libsig/core/limits.hpp"

namespace libsig::sig {

namespace {

error no_repository(const error& reason) {
  std::error_code ignored;
  const auto here = std::filesystem::current_path(ignored).string();
  if (reason.detail().starts_with("not a git repository")) {
    return error{errc::not_found, "not a git repository"}.at(here).mend(
      "run this inside of one, or give a diff with --diff FILE");
  }
  if (reason.detail().find("dubious ownership") != std::string::npos) {
    return error{errc::not_found, "the repository belongs to somebody else"}
      .at(here)
      .mend("if you trust it: git config --global --add safe.directory '" + here
            + "'");
  }
  return reason;
}

} // namespace

result<repository>
find_repository(const std::vector<std::string>& environment) {
  git_command git{environment};
  const std::vector<std::string> question{"rev-parse",
                                          "--show-object-format",
                                          "--path-format=absolute",
                                          "--git-path",
                                          "objects",
                                          "--git-path",
                                          "index"};
  auto answer = git.run({.arguments = question});
  if (!answer
      && answer.error().detail().find("dubious ownership")
           != std::string::npos) {
    git.trust_what_the_user_trusts();
    answer = git.run({.arguments = question});
  }
  if (!answer) {
    return fail(no_repository(answer.error()));
  }
  auto lines = parts_of(*answer, '\n');
  if (lines.size() != 3) {
    return fail(error{errc::invalid_argument,
                      "the repository's folder has a line break in its name"}
                  .mend("move it, or give a diff with --diff FILE"));
  }
  return repository{std::move(git), lines[0], lines[1], lines[2]};
}

result<std::string> resolve(const repository& in, const std::string& revision,
                            std::string_view kind) {
  if (revision.starts_with('-')) {
    return fail(
      error{errc::invalid_argument, in_quotes(revision) + " is no revision"}.at(
        "--range"));
  }
  auto id = in.git.line({"rev-parse", "--verify", "--quiet", "--end-of-options",
                         revision + "^{" + std::string{kind} + "}"});
  if (!id || id->find_first_not_of("0123456789abcdef") != std::string::npos) {
    return fail(error{errc::not_found, "there is no revision "
                                         + in_quotes(revision)
                                         + " in this repository"}
                  .at("--range")
                  .mend("git log --all shows what there is"));
  }
  return id;
}

result<head_tree> find_head(const repository& in) {
  auto tree = in.git.line({"rev-parse", "--verify", "--quiet", "HEAD^{tree}"});
  if (tree) {
    return head_tree{std::move(*tree)};
  }
  if (in.git.line({"rev-parse", "--verify", "--quiet", "HEAD"})) {
    return fail(
      error{errc::not_found, "HEAD names a commit that is not there"}.mend(
        "git fsck says what is damaged"));
  }
  auto empty = in.git.line({"hash-object", "-t", "tree", "/dev/null"});
  if (!empty) {
    return fail(empty.error());
  }
  return head_tree{std::move(*empty), false};
}

git_command shadowed(git_command git, const git_shadow& shadow,
                     const std::string& work_tree) {
  git.set("GIT_DIR", shadow.path().c_str());
  git.set("GIT_WORK_TREE", work_tree.empty() ? nullptr : work_tree.c_str());
  git.enter(work_tree);
  for (const char* const name :
       {"GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"}) {
    git.set(name, nullptr);
  }
  return git;
}

result<std::string> run_diff(const git_command& git,
                             std::vector<std::string> what) {
  std::vector<std::string> arguments{"diff",
                                     "--patch",
                                     "--no-ext-diff",
                                     "--no-textconv",
                                     "--no-color",
                                     "--no-relative",
                                     "--src-prefix=a/",
                                     "--dst-prefix=b/",
                                     "--find-renames",
                                     "--unified=3",
                                     "--inter-hunk-context=0",
                                     "--diff-algorithm=default",
                                     "--submodule=short",
                                     "--ignore-submodules=none"};
  std::move(what.begin(), what.end(), std::back_inserter(arguments));
  arguments.emplace_back("--");
  return git.run({.arguments = std::move(arguments),
                  .output_bytes_max = limits::diff_bytes_max});
}

std::vector<std::string> parts_of(std::string_view text, char end) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto stop = std::min(text.find(end), text.size());
    lines.emplace_back(text.substr(0, stop));
    text.remove_prefix(std::min(stop + 1, text.size()));
  }
  return lines;
}

} // namespace libsig::sig
