#include "tests/review/diff_reading.hpp"
#include "tests/review/git_sandbox.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <string>
#include <vector>

using namespace libsig::review;
using namespace libsig::review::testing;

namespace {

std::string numbered(int lines, const std::string& end = "\n") {
  std::string text;
  for (int line = 0; line < lines; ++line)
    text += "line " + std::to_string(line) + end;
  return text;
}

/// The names that git has to quote, split or leave alone.
const std::vector<std::string> names{
  "plain.c",    "with space", "two  spaces ",    "tab\tin",
  "line\nfeed", "quote\"d",   "back\\slash",     "\xC3\xA9.txt",
  "\xFF\xFE",   "-x",         "\x1b[31m",        "a/b/a/b",
  "b",          "x and y",    "ends\r",          "dir/x b/dir/x",
  "--- a",      "'single'",   "(new submodule)",
};

/// Two commits between which everything happens that a diff can tell.
void make_history(const git_sandbox& sandbox) {
  const std::string commit = "1234567890123456789012345678901234567890";
  for (const auto& name : names)
    sandbox.write(name, numbered(30) + name);
  sandbox.write("moved", numbered(50));
  sandbox.write("moved too\t", numbered(60, " x\n"));
  sandbox.write("copied", numbered(70, " y\n"));
  sandbox.write("gone", numbered(3));
  sandbox.write("gone empty", "");
  sandbox.write("binary", std::string("\0\1\2\0", 4) + numbered(200));
  sandbox.write("binary gone", std::string(1000, '\0'));
  sandbox.write("crlf", numbered(20, "\r\n"));
  sandbox.write("no end", numbered(5) + "end");
  sandbox.write("end", numbered(5));
  sandbox.write("script", numbered(5));
  sandbox.write("type", "target");
  sandbox.write("looks", "-- a/x\n++ b/x\n@@ -1 +1 @@\n\n \n");
  std::filesystem::create_directory(sandbox.path("sub"));
  std::filesystem::create_directory(sandbox.path("sub new"));
  sandbox.commit();
  (void)sandbox.git("update-index --add --cacheinfo 160000," + commit + ",sub");
  (void)sandbox.git("commit -q -m sub");
  (void)sandbox.git("tag before");

  for (const auto& name : names)
    sandbox.write(name, "first\n" + numbered(28) + "last\n");
  std::filesystem::rename(sandbox.path("moved"), sandbox.path("to here"));
  std::filesystem::rename(sandbox.path("moved too\t"),
                          sandbox.path("to\nthere"));
  sandbox.write("to\nthere", numbered(59, " x\n") + "other\n");
  sandbox.write("copied", numbered(69, " y\n"));
  sandbox.write("copy of it", numbered(70, " y\n"));
  std::filesystem::remove(sandbox.path("gone"));
  std::filesystem::remove(sandbox.path("gone empty"));
  std::filesystem::remove(sandbox.path("binary gone"));
  sandbox.write("new", numbered(4));
  sandbox.write("new empty", "");
  sandbox.write("binary", std::string("\0\1\3\0", 4) + numbered(201));
  sandbox.write("binary new", std::string(500, '\0'));
  sandbox.write("crlf", numbered(19, "\r\n") + "x\r\ny\n");
  sandbox.write("no end", numbered(5) + "another");
  sandbox.write("end", numbered(5) + "no end");
  std::filesystem::permissions(sandbox.path("script"),
                               std::filesystem::perms::owner_all);
  std::filesystem::remove(sandbox.path("type"));
  std::filesystem::create_symlink("target", sandbox.path("type"));
  sandbox.write("looks", "++ b/x\n-- a/x\n\\ No newline at end of file\n\n");
  sandbox.commit();
  (void)sandbox.git("update-index --add --cacheinfo 160000,"
                    + std::string(40, 'a') + ",sub");
  (void)sandbox.git("update-index --add --cacheinfo 160000," + commit
                    + ",\"sub new\"");
  (void)sandbox.git("commit -q -m sub");
}

/// The files as `git apply --numstat -z` writes them.
std::string numstat_of(const std::string& diff) {
  const auto parsed = parse(diff);
  if (!parsed)
    return parsed.error().message();
  std::string result;
  for (const auto& file : parsed->files()) {
    result += file.binary ? std::string("-\t-")
                          : std::to_string(file.added_lines) + '\t'
                              + std::to_string(file.removed_lines);
    result += '\t' + file.path() + '\0';
  }
  return result;
}

/// Whether a file has all that another has or, if it is the last one, as many
/// of its hunks as were not cut off; a header alone may be a whole change.
bool begins_with(const file_diff& whole, const file_diff& part, bool last) {
  bool same = whole.path() == part.path()
              && part.hunks.size() <= whole.hunks.size()
              && (last
                  || (whole.change == part.change && whole.binary == part.binary
                      && whole.hunks.size() == part.hunks.size()));
  for (std::size_t index = 0; same && index < part.hunks.size(); ++index)
    same = whole.hunks[index].lines.size() == part.hunks[index].lines.size();
  return same;
}

/// Made once; the tests read it alone.
const git_sandbox& history() {
  static const git_sandbox sandbox;
  static const bool made = (make_history(sandbox), true);
  (void)made;
  return sandbox;
}

} // namespace

BOOST_AUTO_TEST_SUITE(diff_git)

BOOST_AUTO_TEST_CASE(names_and_counts_are_those_that_git_apply_finds) {
  const auto& sandbox = history();
  for (const std::string options :
       {"",
        "-M -C",
        "-M -C --find-copies-harder",
        "-M05 -B",
        "--no-renames",
        "-U0",
        "-U0 -M",
        "-U100",
        "--binary",
        "--binary --full-index -M",
        "-W",
        "-D",
        "-R",
        "-R --binary",
        "--no-prefix",
        "--no-prefix -M -C",
        "--src-prefix=old/ --dst-prefix=new/",
        "-w",
        "--text",
        "--stat -p",
        "--raw -p -M",
        "--patience --inter-hunk-context=50",
        "-c diff.mnemonicPrefix=true",
        "-c core.quotePath=false",
        "-c diff.mnemonicPrefix=true -c core.quotePath=false"}) {
    const bool configures = options.starts_with("-c ");
    const auto arguments =
      (configures ? options + " diff -M" : "diff " + options) + " before HEAD";
    const auto diff = sandbox.git(arguments);
    const bool bare = options.find("--no-prefix") != std::string::npos;
    BOOST_TEST_CONTEXT(options) {
      BOOST_TEST(diff.size() > 1000u);
      BOOST_TEST(numstat_of(diff)
                 == sandbox.numstat(diff, bare ? "-p0" : "-p1"));
    }
  }
}

BOOST_AUTO_TEST_CASE(logs_and_patches_are_read_past_their_messages) {
  const auto& sandbox = history();
  for (const std::string arguments :
       {"log -p -M", "format-patch --stdout --root HEAD", "show HEAD~1",
        "format-patch --stdout --root --attach HEAD",
        "log -p --reverse --stat --format=%h"}) {
    const auto diff = sandbox.git(arguments);
    BOOST_TEST_CONTEXT(arguments)
    BOOST_TEST(numstat_of(diff) == sandbox.numstat(diff, "-p1"));
  }
}

BOOST_AUTO_TEST_CASE(a_diff_that_is_cut_between_lines_is_refused_or_whole) {
  const auto diff = history().git("diff -M --binary before HEAD");
  const auto whole = parse(diff);
  BOOST_REQUIRE(whole.has_value());
  std::size_t refused = 0;
  for (auto end = diff.find('\n'); end != std::string::npos;
       end = diff.find('\n', end + 1)) {
    const auto part = parse(diff.substr(0, end + 1));
    refused += part ? 0u : 1u;
    if (!part)
      continue;
    BOOST_REQUIRE(part->files().size() <= whole->files().size());
    for (std::size_t index = 0; index < part->files().size(); ++index)
      BOOST_REQUIRE(begins_with(whole->files()[index], part->files()[index],
                                index + 1 == part->files().size()));
  }
  BOOST_TEST(refused > 400u);
}

BOOST_AUTO_TEST_CASE(submodules_are_told_in_every_format) {
  const auto& sandbox = history();
  const std::string log = sandbox.git("diff --submodule=log before HEAD");
  const std::string plain = sandbox.git("diff before HEAD");
  for (const auto& diff : {log, plain}) {
    const auto parsed = parse(diff);
    BOOST_REQUIRE(parsed.has_value());
    std::string found;
    for (const auto& file : parsed->files())
      if (file.submodule)
        found += '[' + file.old_path + "][" + file.new_path + ']';
    BOOST_TEST(found == "[sub][sub][][sub new]");
  }
}

BOOST_AUTO_TEST_CASE(merges_of_two_and_three_parents_are_read) {
  const git_sandbox sandbox;
  const auto branch = [&](const std::string& name, const std::string& text) {
    (void)sandbox.git("checkout -q -b " + name + " main");
    sandbox.write("x y", text);
    sandbox.commit();
  };
  sandbox.write("x y", numbered(20));
  sandbox.commit();
  branch("one", "one\n" + numbered(20));
  branch("two", numbered(20) + "two\n");
  branch("three", numbered(10) + "three\n" + numbered(20).substr(70));
  sandbox.write("x y", "one\n" + numbered(20) + "merged\n");
  (void)sandbox.git("add -A");
  const auto tree = sandbox.git("write-tree").substr(0, 40);
  for (const std::string parents :
       {"-p one -p two", "-p one -p two -p three"}) {
    const auto merge =
      sandbox.git("commit-tree -m merge " + parents + ' ' + tree).substr(0, 40);
    for (const std::string options : {"--cc", "-c", "--cc --combined-all-paths",
                                      "--cc --no-prefix", "-c -U0"}) {
      const auto diff = sandbox.git("show " + options + ' ' + merge);
      BOOST_TEST_CONTEXT(diff) {
        const auto parsed = parse(diff);
        BOOST_REQUIRE(parsed.has_value());
        BOOST_REQUIRE(parsed->files().size() == 1u);
        const auto& file = parsed->files()[0];
        BOOST_TEST(file.combined);
        BOOST_TEST(file.path() == "x y");
        BOOST_TEST(file.old_path == "x y");
        std::uint32_t plus = 0;
        for (const auto& hunk : file.hunks)
          for (const auto& line : hunk.lines)
            plus += line.kind == line_kind::added && line.text == "merged";
        BOOST_TEST(plus == 1u);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_resolved_conflict_in_the_work_tree_is_read) {
  const git_sandbox sandbox;
  sandbox.write("x", numbered(3));
  sandbox.commit();
  (void)sandbox.git("checkout -q -b other");
  sandbox.write("x", numbered(2));
  sandbox.commit();
  (void)sandbox.git("checkout -q main");
  sandbox.write("x", numbered(4));
  sandbox.commit();
  (void)sandbox.git("merge -q other", 1);
  BOOST_TEST(outline(sandbox.git("diff")).starts_with("modified [x] [x] +"));
  sandbox.write("x", numbered(4));
  BOOST_TEST(outline(sandbox.git("diff")) == "modified [x] [x] +0 -0 combined");
}

BOOST_AUTO_TEST_CASE(files_outside_of_a_repository_are_compared) {
  const git_sandbox sandbox;
  sandbox.write("d/x y", "a\n");
  sandbox.write("e/z", "b\n");
  BOOST_TEST(outline(sandbox.git("diff --no-index 'd/x y' e/z", 1))
             == "modified [d/x y] [e/z] +1 -1");
  BOOST_TEST(outline(sandbox.git("diff --no-index /dev/null e/z", 1))
             == "added [] [e/z] +1 -0");
}

BOOST_AUTO_TEST_SUITE_END()
