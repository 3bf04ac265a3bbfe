#include "apps/sig/git_source.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <sys/stat.h>

#include "tests/support/git_folder.hpp"

using namespace libsig;
using namespace libsig::sig;
using libsig::testing::git_folder;
namespace fs = std::filesystem;

namespace {

/// The current folder for as long as this lives.
class standing_in {
public:
  explicit standing_in(const fs::path& folder) : before_{fs::current_path()} {
    fs::current_path(folder);
  }

  standing_in(const standing_in&) = delete;
  standing_in& operator=(const standing_in&) = delete;
  ~standing_in() { fs::current_path(before_); }

private:
  fs::path before_;
};

std::vector<std::string> environment() {
  return {"PATH=" + std::string{::getenv("PATH")}};
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// A text with the bytes of every file of a folder, to see that nothing in it
/// changed.
std::string picture(const fs::path& folder) {
  std::vector<std::string> parts;
  for (const auto& entry : fs::recursive_directory_iterator{folder}) {
    auto part = entry.path().string();
    if (entry.is_regular_file()) {
      std::ifstream in{entry.path(), std::ios::binary};
      part.append(std::istreambuf_iterator<char>{in}, {});
    }
    parts.push_back(std::move(part));
  }
  std::sort(parts.begin(), parts.end());
  std::string all;
  for (const auto& part : parts) {
    all += part + "\n";
  }
  return all;
}

/// A repository with two commits, a staged change, a change on disk and an
/// untracked file.
struct busy_repository : git_folder {
  busy_repository() {
    write("a.txt", "one\n");
    write("b/c.txt", "x\n");
    commit("first");
    write("a.txt", "one\ntwo\n");
    commit("second");
    write("a.txt", "one\ntwo\nstaged\n");
    git({"add", "a.txt"});
    write("b/c.txt", "x\non disk\n");
    write("new.txt", "untracked\n");
  }
};

std::string text_of(const result<git_diff>& made) {
  BOOST_TEST_REQUIRE(made.has_value(),
                     (made ? std::string{} : made.error().message()));
  return made->text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(git_source)

BOOST_AUTO_TEST_CASE(two_dots_compare_the_trees) {
  const busy_repository repository;
  const standing_in here{repository.path()};
  const auto text = text_of(diff_of_range("HEAD~1..HEAD", environment()));
  BOOST_TEST(contains(text, "diff --git a/a.txt b/a.txt\n"));
  BOOST_TEST(contains(text, "\n+two\n"));
  BOOST_TEST(!contains(text, "staged"));
  const auto back = text_of(diff_of_range("HEAD..HEAD~1", environment()));
  BOOST_TEST(contains(back, "\n-two\n"));
}

BOOST_AUTO_TEST_CASE(three_dots_compare_the_merge_base) {
  const git_folder repository;
  repository.write("base.txt", "base\n");
  repository.commit("base");
  repository.git({"checkout", "-q", "-b", "side"});
  repository.write("side.txt", "side\n");
  repository.commit("side");
  repository.git({"checkout", "-q", "main"});
  repository.write("main.txt", "main\n");
  repository.commit("main");
  const standing_in here{repository.path()};
  const auto three = text_of(diff_of_range("main...side", environment()));
  BOOST_TEST(contains(three, "side.txt"));
  BOOST_TEST(!contains(three, "main.txt"));
  const auto two = text_of(diff_of_range("main..side", environment()));
  BOOST_TEST(contains(two, "main.txt"));
}

BOOST_AUTO_TEST_CASE(an_end_that_is_left_out_is_head) {
  const busy_repository repository;
  const standing_in here{repository.path()};
  BOOST_TEST(text_of(diff_of_range("HEAD~1..", environment()))
             == text_of(diff_of_range("HEAD~1..HEAD", environment())));
  BOOST_TEST(text_of(diff_of_range("..HEAD~1", environment()))
             == text_of(diff_of_range("HEAD..HEAD~1", environment())));
}

BOOST_AUTO_TEST_CASE(trees_and_tags_can_be_compared) {
  const busy_repository repository;
  repository.git({"tag", "-a", "-m", "x", "v1", "HEAD~1"});
  const standing_in here{repository.path()};
  BOOST_TEST(!text_of(diff_of_range("v1..HEAD^{tree}", environment())).empty());
}

BOOST_AUTO_TEST_CASE(ranges_that_are_none_are_refused) {
  const busy_repository repository;
  const standing_in here{repository.path()};
  for (const char* const range : {"HEAD", "..", "...", "", "."}) {
    const auto made = diff_of_range(range, environment());
    BOOST_TEST_CONTEXT(range) {
      BOOST_TEST_REQUIRE(!made.has_value());
      BOOST_TEST((made.error().code() == errc::invalid_argument));
      BOOST_TEST(made.error().place() == "--range");
    }
  }
}

BOOST_AUTO_TEST_CASE(revisions_that_are_missing_are_named) {
  const busy_repository repository;
  const standing_in here{repository.path()};
  for (const char* const range :
       {"HEAD..no-such", "no-such..HEAD", "HEAD...no-such", "HEAD~99..HEAD",
        "HEAD:a.txt..HEAD", "a b..HEAD", "HEAD..HEAD..HEAD"}) {
    const auto made = diff_of_range(range, environment());
    BOOST_TEST_CONTEXT(range) {
      BOOST_TEST_REQUIRE(!made.has_value());
      BOOST_TEST((made.error().code() == errc::not_found));
      BOOST_TEST(contains(made.error().message(), "no revision"));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_revision_is_never_an_option) {
  const busy_repository repository;
  const standing_in here{repository.path()};
  const auto evil = repository.folder().file("evil");
  for (const auto& range :
       {"--output=" + evil + "..HEAD", "HEAD..--output=" + evil,
        "-O" + evil + "...HEAD"}) {
    BOOST_TEST(!diff_of_range(range, environment()).has_value());
  }
  BOOST_TEST(!fs::exists(evil));
}

BOOST_AUTO_TEST_CASE(histories_that_never_met_have_no_merge_base) {
  const git_folder repository;
  repository.write("a", "a\n");
  repository.commit("a");
  repository.git({"checkout", "-q", "--orphan", "other"});
  repository.commit("b");
  const standing_in here{repository.path()};
  const auto made = diff_of_range("main...other", environment());
  BOOST_TEST_REQUIRE(!made.has_value());
  BOOST_TEST(contains(made.error().message(), "no common ancestor"));
}

BOOST_AUTO_TEST_CASE(the_index_is_compared_with_head) {
  const busy_repository repository;
  const standing_in here{repository.path()};
  const auto text = text_of(diff_of_index(environment()));
  BOOST_TEST(contains(text, "\n+staged\n"));
  BOOST_TEST(!contains(text, "on disk"));
}

BOOST_AUTO_TEST_CASE(the_work_tree_is_everything_not_committed) {
  const busy_repository repository;
  const standing_in here{repository.path()};
  const auto made = diff_of_worktree(false, environment());
  const auto text = text_of(made);
  BOOST_TEST(contains(text, "\n+staged\n"));
  BOOST_TEST(contains(text, "\n+on disk\n"));
  BOOST_TEST(!contains(text, "new.txt"));
  BOOST_TEST_REQUIRE(made->notes.size() == 1u);
  BOOST_TEST(contains(made->notes[0], "1 untracked file is not reviewed"));
}

BOOST_AUTO_TEST_CASE(untracked_files_are_added_on_request) {
  const busy_repository repository;
  repository.write("-x", "dash\n");
  repository.write("*", "star\n");
  repository.write("a\nb", "line\n");
  repository.write(".gitignore", "*.o\n");
  repository.write("x.o", "ignored\n");
  fs::create_symlink("/etc/passwd", repository.folder().file("link"));
  const standing_in here{repository.path()};
  const auto made = diff_of_worktree(true, environment());
  const auto text = text_of(made);
  BOOST_TEST(made->notes.empty());
  for (const char* const line : {"+untracked", "+dash", "+star", "+line",
                                 "+/etc/passwd", "+++ b/new.txt"}) {
    BOOST_TEST_CONTEXT(line) {
      BOOST_TEST(contains(text, "\n" + std::string{line} + "\n"));
    }
  }
  BOOST_TEST(!contains(text, "+ignored"));
  BOOST_TEST(!contains(text, "root:"));
}

BOOST_AUTO_TEST_CASE(a_folder_below_gives_the_whole_repository) {
  const busy_repository repository;
  std::string from_top;
  {
    const standing_in here{repository.path()};
    from_top = text_of(diff_of_worktree(true, environment()));
  }
  const standing_in below{fs::path{repository.path()} / "b"};
  BOOST_TEST(text_of(diff_of_worktree(true, environment())) == from_top);
  BOOST_TEST(!text_of(diff_of_index(environment())).empty());
  BOOST_TEST(!text_of(diff_of_range("HEAD~1..", environment())).empty());
}

BOOST_AUTO_TEST_CASE(nothing_in_the_repository_is_changed) {
  const busy_repository repository;
  // A file that looks changed to the index makes git want to refresh it.
  fs::last_write_time(fs::path{repository.path()} / "a.txt",
                      fs::file_time_type::clock::now() + std::chrono::hours{1});
  const auto before = picture(repository.path());
  {
    const standing_in here{repository.path()};
    BOOST_TEST(diff_of_range("HEAD~1..HEAD", environment()).has_value());
    BOOST_TEST(diff_of_index(environment()).has_value());
    BOOST_TEST(diff_of_worktree(true, environment()).has_value());
  }
  BOOST_TEST((picture(repository.path()) == before));
}

BOOST_AUTO_TEST_CASE(settings_change_nothing_that_is_read) {
  const busy_repository repository;
  const standing_in here{repository.path()};
  const auto range = text_of(diff_of_range("HEAD~1..HEAD", environment()));
  const auto index = text_of(diff_of_index(environment()));
  const auto tree = text_of(diff_of_worktree(true, environment()));
  const std::vector<std::pair<std::string, std::string>> settings{
    {"diff.noprefix", "true"},
    {"diff.mnemonicPrefix", "true"},
    {"diff.renames", "false"},
    {"diff.context", "0"},
    {"diff.interHunkContext", "99"},
    {"diff.algorithm", "patience"},
    {"diff.external", "false"},
    {"diff.ignoreSubmodules", "all"},
    {"diff.submodule", "log"},
    {"diff.wsErrorHighlight", "all"},
    {"diff.relative", "true"},
    {"diff.orderFile", "/etc/passwd"},
    {"color.ui", "always"},
    {"color.diff", "always"},
    {"core.quotePath", "false"},
    {"core.pager", "false"},
    {"core.fsmonitor", "true"},
    {"core.excludesFile", ".git/all"},
    {"core.attributesFile", ".git/all"},
    {"diff.evil.binary", "true"},
    {"diff.evil.textconv", "false"},
    {"diff.evil.command", "false"},
    {"diff.dirstat", "lines"},
    {"core.abbrev", "40"}};
  for (const auto& [key, value] : settings) {
    repository.git({"config", key, value});
  }
  repository.write(".git/all", "*\n* -diff\n");
  repository.write(".git/info/exclude", "*\n");
  repository.write(".git/info/attributes", "* -diff\n*.txt diff=evil\n");
  std::vector<std::string> hostile = environment();
  hostile.insert(hostile.end(),
                 {"GIT_EXTERNAL_DIFF=false", "GIT_DIFF_OPTS=-u0",
                  "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=diff.noprefix",
                  "GIT_CONFIG_VALUE_0=true", "LC_ALL=de_DE.UTF-8"});
  BOOST_TEST(text_of(diff_of_range("HEAD~1..HEAD", hostile)) == range);
  BOOST_TEST(text_of(diff_of_index(hostile)) == index);
  BOOST_TEST(text_of(diff_of_worktree(true, hostile)) == tree);
}

BOOST_AUTO_TEST_CASE(attributes_in_the_tree_hide_nothing) {
  const git_folder repository;
  repository.write(".gitattributes", "*.py -diff\n*.js binary\n");
  repository.write("a.py", "one\n");
  repository.write("b.js", "one\n");
  repository.commit("first");
  repository.write("a.py", "two\n");
  repository.write("b.js", "two\n");
  const standing_in here{repository.path()};
  const auto disk = text_of(diff_of_worktree(false, environment()));
  BOOST_TEST(!contains(disk, "Binary files"));
  repository.commit("second");
  const auto range = text_of(diff_of_range("HEAD~1..", environment()));
  BOOST_TEST(!contains(range, "Binary files"));
  BOOST_TEST(contains(range, "+++ b/a.py"));
  BOOST_TEST(contains(range, "+++ b/b.js"));
}

BOOST_AUTO_TEST_CASE(files_that_git_shall_not_look_at_are_looked_at) {
  const busy_repository repository;
  repository.git({"update-index", "--assume-unchanged", "b/c.txt"});
  repository.git({"update-index", "--skip-worktree", "a.txt"});
  repository.write("a.txt", "hidden\n");
  const standing_in here{repository.path()};
  const auto text = text_of(diff_of_worktree(false, environment()));
  BOOST_TEST(contains(text, "\n+on disk\n"));
  BOOST_TEST(contains(text, "\n+hidden\n"));
}

BOOST_AUTO_TEST_CASE(a_change_in_the_same_tick_and_size_is_seen) {
  for (int i = 0; i < 5; ++i) {
    const git_folder repository;
    repository.write("a", "one\n");
    repository.commit("a");
    const auto path = fs::path{repository.path()};
    repository.write("a", "two\n");
    // As if all of this had happened within one tick of the clock.
    fs::last_write_time(path / ".git/index", fs::last_write_time(path / "a"));
    const standing_in here{path};
    BOOST_TEST(
      contains(text_of(diff_of_worktree(false, environment())), "+two"));
  }
}

BOOST_AUTO_TEST_CASE(before_the_first_commit_all_is_added) {
  const git_folder repository;
  repository.write("a.txt", "one\n");
  repository.git({"add", "a.txt"});
  repository.write("a.txt", "one\ntwo\n");
  const standing_in here{repository.path()};
  const auto index = diff_of_index(environment());
  BOOST_TEST(contains(text_of(index), "new file mode"));
  BOOST_TEST_REQUIRE(index->notes.size() == 1u);
  BOOST_TEST(contains(index->notes[0], "no commit yet"));
  const auto disk = diff_of_worktree(false, environment());
  BOOST_TEST(contains(text_of(disk), "\n+two\n"));
  BOOST_TEST(!diff_of_range("HEAD..HEAD", environment()).has_value());
}

BOOST_AUTO_TEST_CASE(an_empty_repository_has_no_change) {
  const git_folder repository;
  const standing_in here{repository.path()};
  BOOST_TEST(text_of(diff_of_index(environment())).empty());
  BOOST_TEST(text_of(diff_of_worktree(true, environment())).empty());
}

BOOST_AUTO_TEST_CASE(outside_of_a_repository_the_error_says_where) {
  const libsig::testing::temporary_folder folder;
  const standing_in here{folder.path()};
  for (const auto& made :
       {diff_of_range("A..B", environment()), diff_of_index(environment()),
        diff_of_worktree(false, environment())}) {
    BOOST_TEST_REQUIRE(!made.has_value());
    BOOST_TEST((made.error().code() == errc::not_found));
    BOOST_TEST(contains(made.error().message(), "not a git repository"));
    BOOST_TEST(contains(made.error().place(), folder.path().string()));
  }
}

BOOST_AUTO_TEST_CASE(a_bare_repository_has_ranges_but_no_work_tree) {
  const busy_repository repository;
  const libsig::testing::temporary_folder folder;
  repository.git({"clone", "-q", "--bare", ".", folder.file("bare.git")});
  const standing_in here{folder.file("bare.git")};
  BOOST_TEST(
    contains(text_of(diff_of_range("HEAD~1..HEAD", environment())), "+two"));
  const auto disk = diff_of_worktree(false, environment());
  BOOST_TEST_REQUIRE(!disk.has_value());
  BOOST_TEST(contains(disk.error().message(), "no work tree"));
}

BOOST_AUTO_TEST_CASE(a_linked_work_tree_has_its_own_head_and_index) {
  const busy_repository repository;
  const libsig::testing::temporary_folder folder;
  repository.git(
    {"worktree", "add", "-q", "-b", "w", folder.file("tree"), "HEAD~1"});
  folder.write("tree/a.txt", "linked\n");
  const standing_in here{folder.file("tree")};
  const auto text = text_of(diff_of_worktree(false, environment()));
  BOOST_TEST(contains(text, "\n+linked\n"));
  BOOST_TEST(!contains(text, "staged"));
}

BOOST_AUTO_TEST_CASE(a_hook_s_own_index_is_the_one_that_counts) {
  const busy_repository repository;
  const standing_in here{repository.path()};
  repository.git({"commit", "-q", "-m", "third"});
  fs::copy_file(".git/index", ".git/other");
  repository.write("b/c.txt", "x\nfor the other index\n");
  repository.git({"--work-tree=.", "status", "--short"});
  auto told = environment();
  told.insert(told.end(), {"GIT_DIR=.git", "GIT_INDEX_FILE=.git/other"});
  BOOST_TEST(text_of(diff_of_index(told)).empty());
  repository.git({"add", "b/c.txt"});
  fs::copy_file(".git/index", ".git/other",
                fs::copy_options::overwrite_existing);
  repository.git({"reset", "-q"});
  BOOST_TEST(text_of(diff_of_index(environment())).empty());
  BOOST_TEST(contains(text_of(diff_of_index(told)), "for the other index"));
}

BOOST_AUTO_TEST_CASE(an_unresolved_merge_is_refused_in_the_index_alone) {
  const git_folder repository;
  repository.write("a", "base\n");
  repository.commit("base");
  repository.git({"checkout", "-q", "-b", "side"});
  repository.write("a", "side\n");
  repository.commit("side");
  repository.git({"checkout", "-q", "main"});
  repository.write("a", "main\n");
  repository.commit("main");
  BOOST_CHECK_THROW(repository.git({"merge", "-q", "side"}),
                    std::runtime_error);
  const standing_in here{repository.path()};
  const auto index = diff_of_index(environment());
  BOOST_TEST_REQUIRE(!index.has_value());
  BOOST_TEST(contains(index.error().message(), "unresolved"));
  const auto text = text_of(diff_of_worktree(false, environment()));
  BOOST_TEST(contains(text, "\n+<<<<<<<"));
  BOOST_TEST(!contains(text, "Unmerged"));
}

BOOST_AUTO_TEST_CASE(other_hashes_work_as_well) {
  const libsig::testing::temporary_folder folder;
  const auto git = [&folder](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(),
                     {"git", "-c", "user.name=a", "-c", "user.email=a@b.c"});
    return libsig::testing::run_program({.arguments = std::move(arguments),
                                         .folder = folder.path().string()})
      .status;
  };
  BOOST_TEST_REQUIRE(git({"init", "-q", "--object-format=sha256"}) == 0);
  folder.write("a", "one\n");
  BOOST_TEST_REQUIRE(git({"add", "a"}) == 0);
  const standing_in here{folder.path()};
  BOOST_TEST(contains(text_of(diff_of_index(environment())), "+one"));
  BOOST_TEST_REQUIRE(git({"commit", "-q", "-m", "a"}) == 0);
  folder.write("a", "two\n");
  BOOST_TEST(contains(text_of(diff_of_worktree(false, environment())), "+two"));
}

BOOST_AUTO_TEST_CASE(submodules_show_as_their_commits) {
  const git_folder inner;
  inner.write("x", "x\n");
  inner.commit("x");
  const git_folder outer;
  outer.git({"-c", "protocol.file.allow=always", "submodule", "--quiet", "add",
             inner.path(), "sub"});
  outer.commit("sub");
  outer.write("sub/x", "dirty\n");
  const standing_in here{outer.path()};
  const auto text = text_of(diff_of_worktree(true, environment()));
  BOOST_TEST(contains(text, "+Subproject commit"));
  BOOST_TEST(contains(text, "-dirty"));
  const auto range = text_of(diff_of_index(environment()));
  BOOST_TEST(range.empty());
}

BOOST_AUTO_TEST_CASE(a_diff_above_the_limit_is_refused) {
  const git_folder repository;
  repository.write("a", "");
  repository.commit("a");
  std::string line(1023, 'x');
  line += '\n';
  std::string text;
  for (int i = 0; i < (65 << 10); ++i) {
    text += line;
  }
  repository.write("a", text);
  const standing_in here{repository.path()};
  const auto made = diff_of_worktree(false, environment());
  BOOST_TEST_REQUIRE(!made.has_value());
  BOOST_TEST((made.error().code() == errc::too_large));
  BOOST_TEST(contains(made.error().message(), "64 MiB"));
}

BOOST_AUTO_TEST_CASE(the_owner_that_the_user_trusts_is_trusted) {
  if (::geteuid() != 0) {
    return;
  }
  const busy_repository repository;
  BOOST_TEST_REQUIRE(::chown(repository.path().c_str(), 12345, 12345) == 0);
  const libsig::testing::temporary_folder home;
  auto with_home = environment();
  with_home.push_back("HOME=" + home.path().string());
  const standing_in here{repository.path()};
  const auto refused = diff_of_index(with_home);
  BOOST_TEST_REQUIRE(!refused.has_value());
  BOOST_TEST(contains(refused.error().message(), "safe.directory"));
  home.write(".gitconfig", "[safe]\n\tdirectory = *\n");
  BOOST_TEST(contains(text_of(diff_of_index(with_home)), "+staged"));
}

BOOST_AUTO_TEST_SUITE_END()
