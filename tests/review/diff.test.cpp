#include "libsig/review/diff.hpp"

#include "libsig/core/limits.hpp"
#include "tests/review/diff_reading.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace libsig::review;
using namespace libsig::review::testing;

namespace {

const std::string change = "diff --git a/x b/x\n"
                           "index 1234567..89abcde 100644\n"
                           "--- a/x\n"
                           "+++ b/x\n"
                           "@@ -1 +1 @@\n"
                           "-a\n"
                           "+b\n";

const std::string outline_of_change = "modified [x] [x] +1 -1";

} // namespace

BOOST_AUTO_TEST_SUITE(diff)

// -- nothing and text ---------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_empty_text_is_an_empty_change_set) {
  BOOST_TEST(outline("") == "");
  BOOST_TEST(parse("").has_value());
  BOOST_TEST(parse(" \t\r\n\n\v\f").has_value());
  BOOST_TEST(parse("\xEF\xBB\xBF\n").has_value());
}

BOOST_AUTO_TEST_CASE(a_missing_text_is_an_invalid_argument) {
  const auto parsed = change_set::parse(nullptr);
  BOOST_REQUIRE(!parsed);
  BOOST_TEST((parsed.error().code() == libsig::errc::invalid_argument));
}

BOOST_AUTO_TEST_CASE(content_without_a_diff_is_refused_at_its_first_line) {
  BOOST_TEST(place_of_error("\n\nhello\n") == "line 3");
  BOOST_TEST(place_of_error(std::string(1, '\0')) == "line 1");
  BOOST_TEST(place_of_error("\x1b[1mdiff --git a/x b/x\x1b[m\n") == "line 1");
}

BOOST_AUTO_TEST_CASE(text_may_stand_around_a_diff) {
  BOOST_TEST(outline("From me\n\nSubject: a\n--- is a line\n---\n x | 2 +-\n"
                     "diff --git is how it starts\n\n"
                     + change + "-- \n2.39.5\n\n+text\n text\n")
             == outline_of_change);
  BOOST_TEST(outline(change + "--\n2.39.5\n") == outline_of_change);
  BOOST_TEST(outline(change + "commit 1\n") == outline_of_change);
}

BOOST_AUTO_TEST_CASE(sides_without_a_hunk_are_text_where_text_may_stand) {
  BOOST_TEST(outline("--- a\n+++ b\ntext\n" + change) == outline_of_change);
  BOOST_TEST(outline("--- a\ntext\n" + change) == outline_of_change);
  BOOST_TEST(place_of_error(change + "\n--- a\n+++ b\n") == "line 9");
  BOOST_TEST(place_of_error(change + "--- a\ntext\n") == "line 8");
  BOOST_TEST(place_of_error(change + "\ndiff -u a b\n--- a\n") == "line 10");
}

BOOST_AUTO_TEST_CASE(a_hunk_without_a_file_is_refused_and_mere_marks_are_text) {
  BOOST_TEST(place_of_error("@@ -1 +1 @@\n-a\n+b\n") == "line 1");
  BOOST_TEST(outline("@@ here\n@@\n@@ -1 +x @@\n" + change)
             == outline_of_change);
  BOOST_TEST(place_of_error(change + "@@ here\n") == "line 8");
}

BOOST_AUTO_TEST_CASE(a_byte_order_mark_is_no_content) {
  BOOST_TEST(outline("\xEF\xBB\xBF" + change) == outline_of_change);
}

BOOST_AUTO_TEST_CASE(the_last_line_needs_no_line_feed) {
  const auto cut = change.substr(0, change.size() - 1);
  BOOST_TEST(outline(cut) == outline_of_change);
  BOOST_TEST(lines_of(cut) == "-1,1:a\n+2,1:b\n");
}

BOOST_AUTO_TEST_CASE(a_diff_may_have_as_many_bytes_as_allowed_and_no_more) {
  std::string text = change;
  text.resize(libsig::limits::diff_bytes_max, '\n');
  BOOST_TEST(parse(text).has_value());
  const auto parsed = parse(text + '\n');
  BOOST_REQUIRE(!parsed);
  BOOST_TEST((parsed.error().code() == libsig::errc::too_large));
}

BOOST_AUTO_TEST_CASE(a_diff_may_have_as_many_files_as_allowed_and_no_more) {
  const std::string file =
    "diff --git a/x b/x\nold mode 100644\nnew mode 100755\n";
  std::string text;
  for (std::size_t count = 0; count < libsig::limits::diff_files_max; ++count)
    text += file;
  const auto full = parse(text);
  BOOST_REQUIRE(full.has_value());
  BOOST_TEST(full->files().size() == libsig::limits::diff_files_max);
  const auto parsed = parse(text + file);
  BOOST_REQUIRE(!parsed);
  BOOST_TEST((parsed.error().code() == libsig::errc::too_large));
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_are_kept) {
  BOOST_TEST(lines_of("--- a/\xFF\n+++ b/\xFF\n@@ -1 +1 @@\n-\xC3\n+\xFE\xFF\n")
             == "-1,1:\xC3\n+2,1:\xFE\xFF\n");
  BOOST_TEST(outline("--- a/\xFF\n+++ b/\xFF\n@@ -1 +1 @@\n-\xC3\n+\xFE\n")
             == "modified [\xFF] [\xFF] +1 -1");
}

BOOST_AUTO_TEST_CASE(the_views_outlive_the_callers_text) {
  auto text = std::make_shared<const std::string>(change);
  auto parsed = change_set::parse(text);
  text.reset();
  BOOST_REQUIRE(parsed.has_value());
  const auto moved = std::move(*parsed);
  BOOST_TEST(moved.files()[0].hunks[0].lines[1].text == "b");
  BOOST_TEST(moved.text() == change);
}

// -- headers ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_header_that_says_nothing_is_refused) {
  BOOST_TEST(place_of_error("diff --git a/x b/x\n") == "line 1");
  BOOST_TEST(place_of_error("diff --git a/x b/x\ntext\n") == "line 2");
  BOOST_TEST(place_of_error("diff --git a/x b/x\nindex 1234..5678 100644\n")
             == "line 2");
  BOOST_TEST(place_of_error(change + "diff --git foo\n") == "line 8");
}

BOOST_AUTO_TEST_CASE(an_unknown_line_in_a_header_is_refused) {
  BOOST_TEST(place_of_error("diff --git a/x b/x\nindex 1234..5678 100644\n"
                            "strange\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n")
             == "line 3");
  BOOST_TEST(place_of_error("diff --git a/x b/x\nindex zzzz..5678\n")
             == "line 2");
  BOOST_TEST(place_of_error("diff --git a/x b/x\nold mode 100648\n")
             == "line 2");
  BOOST_TEST(place_of_error("diff --git a/x b/x\nnew file mode 100644\n"
                            "deleted file mode 100644\n")
             == "line 3");
  BOOST_TEST(place_of_error("diff --git a/x b/x\nsimilarity index 101%\n")
             == "line 2");
}

BOOST_AUTO_TEST_CASE(sides_of_a_git_header_need_each_other_and_a_hunk) {
  const std::string start = "diff --git a/x b/x\nindex 1234..5678 100644\n";
  BOOST_TEST(place_of_error(start + "--- a/x\n") == "line 3");
  BOOST_TEST(place_of_error(start + "--- a/x\ntext\n") == "line 4");
  BOOST_TEST(place_of_error(start + "--- a/x\n+++ b/x\n") == "line 4");
  BOOST_TEST(place_of_error(start + "--- a/x\n+++ b/x\ntext\n") == "line 5");
  BOOST_TEST(place_of_error(start + "--- /dev/null\n+++ /dev/null\n")
             == "line 4");
}

BOOST_AUTO_TEST_CASE(a_mode_may_change_alone_and_needs_both_sides) {
  BOOST_TEST(outline("diff --git a/x b/x\nold mode 100644\nnew mode 100755\n")
             == "mode [x] [x] +0 -0");
  BOOST_TEST(place_of_error("diff --git a/x b/x\nold mode 100644\n")
             == "line 1");
  const auto parsed =
    parse("diff --git a/x b/x\nold mode 100644\nnew mode 100755\n");
  BOOST_REQUIRE(parsed.has_value());
  BOOST_TEST(parsed->files()[0].old_mode == 0100644u);
  BOOST_TEST(parsed->files()[0].new_mode == 0100755u);
}

BOOST_AUTO_TEST_CASE(empty_files_come_and_go_without_hunks) {
  BOOST_TEST(outline("diff --git a/x b/x\nnew file mode 100644\n"
                     "index 0000000..e69de29\n"
                     "diff --git a/y b/y\ndeleted file mode 100644\n"
                     "index e69de29..0000000\n")
             == "added [] [x] +0 -0\ndeleted [y] [] +0 -0");
}

BOOST_AUTO_TEST_CASE(content_that_the_header_announces_must_follow) {
  const std::string start = "diff --git a/x b/x\nnew file mode 100644\n";
  BOOST_TEST(place_of_error(start + "index 0000000..5716ca5\n") == "line 3");
  BOOST_TEST(place_of_error(start + "index 0000000..e69de29\n") == "parsed");
  BOOST_TEST(place_of_error("diff --git a/x b/x\ndeleted file mode 100644\n"
                            "index 5716ca5..0000000\n")
             == "parsed");
}

BOOST_AUTO_TEST_CASE(a_new_file_has_no_old_lines_and_a_deleted_no_new_ones) {
  BOOST_TEST(place_of_error("--- /dev/null\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n")
             == "line 3");
  BOOST_TEST(place_of_error("--- a/x\n+++ /dev/null\n@@ -1 +1 @@\n-a\n+b\n")
             == "line 3");
  BOOST_TEST(outline("--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+b\n")
             == "added [] [x] +1 -0");
  BOOST_TEST(outline("--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n")
             == "deleted [x] [] +0 -1");
}

BOOST_AUTO_TEST_CASE(renames_and_copies_name_both_sides_themselves) {
  BOOST_TEST(outline("diff --git a/a b b/c d\nsimilarity index 100%\n"
                     "rename from a b\nrename to c d\n")
             == "renamed [a b] [c d] +0 -0");
  BOOST_TEST(outline("diff --git x y\nsimilarity index 90%\ncopy from x\n"
                     "copy to y\nindex 1234..5678 100644\n--- x\n+++ y\n"
                     "@@ -1 +1 @@\n-a\n+b\n")
             == "copied [x] [y] +1 -1");
  BOOST_TEST(outline("diff --git a/x b/y\nrename from \"x\\t\"\nrename to y\n")
             == "renamed [x\t] [y] +0 -0");
  BOOST_TEST(place_of_error("diff --git a/x b/y\nrename from x\n") == "line 1");
  BOOST_TEST(place_of_error("diff --git a/x b/y\nrename from x\n"
                            "rename to y\n--- a/z\n+++ b/y\n@@ -1 +1 @@\n")
             == "line 5");
}

// -- names --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(each_side_is_quoted_on_its_own) {
  const std::string mode = "\nold mode 100644\nnew mode 100755\n";
  BOOST_TEST(outline("diff --git \"a/\\303\\251\" \"b/\\303\\251\"" + mode)
             == "mode [\xC3\xA9] [\xC3\xA9] +0 -0");
  BOOST_TEST(outline("diff --git \"a/x\\ty\" b/z" + mode)
             == "mode [x\ty] [z] +0 -0");
  BOOST_TEST(outline("diff --git a/z w \"b/x\\\"\\\\\"" + mode)
             == "mode [z w] [x\"\\] +0 -0");
}

BOOST_AUTO_TEST_CASE(bad_quotes_are_refused) {
  const std::string hunk = "\n@@ -1 +1 @@\n-a\n+b\n";
  BOOST_TEST(place_of_error("--- a/x\n+++ \"b/x" + hunk) == "line 2");
  BOOST_TEST(place_of_error("--- \"a/\\400\"\n+++ b/x" + hunk) == "line 1");
  BOOST_TEST(place_of_error("--- \"a/\\q\"\n+++ b/x" + hunk) == "line 1");
  BOOST_TEST(place_of_error("--- \"a/\\000\"\n+++ b/x" + hunk) == "line 1");
  BOOST_TEST(place_of_error("--- \"a/x\"y\n+++ b/x" + hunk) == "line 1");
  BOOST_TEST(outline("--- \"a/\\377\"\n+++ \"b/\\377\"\tdate" + hunk)
             == "modified [\xFF] [\xFF] +1 -1");
}

BOOST_AUTO_TEST_CASE(names_that_hold_spaces_are_split_where_both_are_alike) {
  const std::string mode = "\nold mode 100644\nnew mode 100755\n";
  BOOST_TEST(outline("diff --git a/x b/x b/x b/x" + mode)
             == "mode [x b/x] [x b/x] +0 -0");
  BOOST_TEST(outline("diff --git x y x y" + mode) == "mode [x y] [x y] +0 -0");
}

BOOST_AUTO_TEST_CASE(one_component_is_the_prefix_and_none_if_the_sides_agree) {
  const std::string mode = "\nold mode 100644\nnew mode 100755\n";
  BOOST_TEST(outline("diff --git i/d/x w/d/x" + mode)
             == "mode [d/x] [d/x] +0 -0");
  BOOST_TEST(outline("diff --git d/x d/x" + mode) == "mode [d/x] [d/x] +0 -0");
  BOOST_TEST(outline("diff --git old/x new/x" + mode) == "mode [x] [x] +0 -0");
  BOOST_TEST(outline("diff --git d/x d/x\nindex 1234..5678 100644\n"
                     "--- d/x\n+++ d/x\n@@ -1 +1 @@\n-a\n+b\n")
             == "modified [d/x] [d/x] +1 -1");
}

BOOST_AUTO_TEST_CASE(hostile_names_are_kept_as_bytes) {
  const std::string mode = "\nold mode 100644\nnew mode 100755\n";
  BOOST_TEST(outline("diff --git a/../../etc b/../../etc" + mode)
             == "mode [../../etc] [../../etc] +0 -0");
  BOOST_TEST(outline("diff --git a/-x b/-x" + mode) == "mode [-x] [-x] +0 -0");
  BOOST_TEST(outline("diff --git \"a/\\n\\033\" \"b/\\n\\033\"" + mode)
             == "mode [\n\x1b] [\n\x1b] +0 -0");
}

BOOST_AUTO_TEST_CASE(diffs_without_a_git_header_end_names_at_a_tab) {
  const std::string hunk = "\n@@ -1 +1 @@\n-a\n+b\n";
  BOOST_TEST(
    outline("--- a/x y\t2024-01-01 00:00:00.0 +0000\n+++ b/x y\tz" + hunk)
    == "modified [x y] [x y] +1 -1");
  BOOST_TEST(outline("--- x.orig\n+++ x" + hunk) == "modified [x] [x] +1 -1");
  BOOST_TEST(outline("--- x\n+++ x~" + hunk) == "modified [x] [x] +1 -1");
  BOOST_TEST(outline("--- s/x\t(1)\n+++ s/x\t(2)" + hunk)
             == "modified [s/x] [s/x] +1 -1");
  BOOST_TEST(outline("--- a/x\n+++ a/x" + hunk) == "modified [x] [x] +1 -1");
  BOOST_TEST(outline("diff -ru o/x n/x\n--- o/x\n+++ n/x" + hunk)
             == "modified [x] [x] +1 -1");
}

BOOST_AUTO_TEST_CASE(the_epoch_stamps_an_absent_file_if_it_has_no_lines) {
  const std::string stamped =
    "--- a/x\t1970-01-01 01:00:00.000000000 +0100\n+++ b/x\t2024\n";
  BOOST_TEST(outline(stamped + "@@ -0,0 +1 @@\n+b\n") == "added [] [x] +1 -0");
  BOOST_TEST(outline(stamped + "@@ -1 +1 @@\n-a\n+b\n")
             == "modified [x] [x] +1 -1");
  BOOST_TEST(outline("--- a/x\t1969-12-31 19:00:00 -05:00\n+++ b/x\n"
                     "@@ -0,0 +1 @@\n+b\n")
             == "added [] [x] +1 -0");
  BOOST_TEST(outline("--- a/x\t1970-01-01 01:00:00 +0000\n+++ b/x\n"
                     "@@ -0,0 +1 @@\n+b\n")
             == "modified [x] [x] +1 -0");
}

BOOST_AUTO_TEST_SUITE_END()
