#include "tests/review/diff_reading.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace libsig::review;
using namespace libsig::review::testing;

namespace {

const std::string merge = "diff --cc x y\n"
                          "index 1111111,2222222..3333333\n"
                          "--- a/x y\n"
                          "+++ b/x y\n";

const std::string commits = "1234567890123456789012345678901234567890";

} // namespace

BOOST_AUTO_TEST_SUITE(diff_forms)

// -- combined -----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_combined_diff_numbers_the_lines_of_its_first_parent) {
  const auto text = merge
                    + "@@@ -1,3 -1,3 +1,4 @@@ f()\n  a\n- b\n -c\n++d\n"
                      "+ e\n +f\n";
  BOOST_TEST(outline(text) == "modified [x y] [x y] +3 -2 combined");
  BOOST_TEST(lines_of(text)
             == " 1,1:a\n-2,2:b\n-3,2:c\n+3,2:d\n+3,3:e\n+3,4:f\n");
}

BOOST_AUTO_TEST_CASE(a_combined_diff_has_a_column_for_each_parent) {
  const std::string start = "diff --combined x\nindex 1111,2222,3333..4444\n"
                            "--- a/x\n+++ b/x\n";
  BOOST_TEST(lines_of(start + "@@@@ -1 -0,0 -1 +1 @@@@\n- -a\n+++b\n")
             == "-1,1:a\n+2,1:b\n");
  BOOST_TEST(place_of_error(start + "@@@ -1 -1 +1 @@@\n--a\n++b\n")
             == "line 5");
  BOOST_TEST(place_of_error(start + "@@@@ -1 -1 -1 +1 @@@@\n--\n") == "line 6");
  BOOST_TEST(place_of_error(start + "@@@@ -1 -1 -1 +1 @@@@\n-+-\n")
             == "line 6");
  BOOST_TEST(place_of_error(start + "@@@@ -1 -1 -1 +1 @@@@\n---a\n")
             == "line 6");
  BOOST_TEST(place_of_error("--- a/x\n+++ b/x\n@@@ -1 -1 +1 @@@\n--a\n++b\n")
             == "line 3");
}

BOOST_AUTO_TEST_CASE(a_combined_diff_may_have_no_hunks_but_says_something) {
  BOOST_TEST(outline(merge) == "modified [x y] [x y] +0 -0 combined");
  BOOST_TEST(outline("diff --cc x\nindex 1111,2222..3333\n"
                     "Binary files differ\n")
             == "modified [x] [x] +0 -0 binary combined");
  BOOST_TEST(outline("diff --cc x\nindex 1111,2222..3333\n"
                     "mode 100644,100755..100755\n")
             == "mode [x] [x] +0 -0 combined");
  BOOST_TEST(place_of_error("diff --cc x\nindex 1111,2222..3333\n")
             == "line 2");
  BOOST_TEST(place_of_error("diff --cc x\nindex 1111..3333\n") == "line 2");
  BOOST_TEST(place_of_error("diff --cc x\n") == "line 1");
}

BOOST_AUTO_TEST_CASE(a_merge_may_add_and_delete_files) {
  BOOST_TEST(outline("diff --cc \"x\\t\"\nnew file mode 100644\n"
                     "index 0000000,0000000..3333333\n--- /dev/null\n"
                     "+++ \"b/x\\t\"\n@@@ -0,0 -0,0 +1 @@@\n++a\n")
             == "added [] [x\t] +1 -0 combined");
  BOOST_TEST(outline("diff --cc x\ndeleted file mode 100644,100644\n"
                     "index 1111111,2222222..0000000\n--- a/x\n"
                     "+++ /dev/null\n@@@ -1 -1 +0,0 @@@\n--a\n")
             == "deleted [x] [] +0 -1 combined");
  BOOST_TEST(outline("diff --cc x\nindex 1111,2222..3333\n--- a/y\n--- a/x\n"
                     "+++ b/x\n@@@ -1 -1 +1 @@@\n--a\n++b\n")
             == "renamed [y] [x] +1 -1 combined");
}

BOOST_AUTO_TEST_CASE(the_words_of_a_combined_header_are_text_in_a_message) {
  BOOST_TEST(outline("diff --cc is a flag\n\n" + merge)
             == "modified [x y] [x y] +0 -0 combined");
}

// -- binary -------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(binary_files_have_no_hunks) {
  BOOST_TEST(outline("diff --git a/x b/x\nindex 1234567..89abcde 100644\n"
                     "Binary files a/x and b/x differ\n")
             == "modified [x] [x] +0 -0 binary");
  BOOST_TEST(outline("diff --git a/x b/x\nnew file mode 100644\n"
                     "index 0000000..89abcde\n"
                     "Binary files /dev/null and b/x differ\n")
             == "added [] [x] +0 -0 binary");
}

BOOST_AUTO_TEST_CASE(binary_files_of_a_recursive_diff_count_too) {
  const std::string start = "diff -r a/x y b/x y\n";
  BOOST_TEST(outline(start + "Binary files a/x y and b/x y differ\n")
             == "modified [x y] [x y] +0 -0 binary");
  BOOST_TEST(outline(start + "Binary files /dev/null and b/x differ\n")
             == "added [] [x] +0 -0 binary");
  BOOST_TEST(outline(start + "Binary files a/x and /dev/null differ\n")
             == "deleted [x] [] +0 -0 binary");
  BOOST_TEST(place_of_error(start + "Binary files differ\n") == "line 1");
  BOOST_TEST(place_of_error("Binary files a/x and b/x differ\n") == "line 1");
}

BOOST_AUTO_TEST_CASE(a_binary_patch_has_one_block_or_two) {
  const std::string start = "diff --git a/x b/x\n"
                            "index 1234567..89abcde 100644\n"
                            "GIT binary patch\n";
  const std::string block = "literal 4\nLc${NkU|;|M00aO5\n\n";
  const std::string delta = "delta 3\nKcmZQzU|<jc0RjL3\n\n";
  const std::string binary = "modified [x] [x] +0 -0 binary";
  BOOST_TEST(outline(start + block) == binary);
  BOOST_TEST(outline(start + delta + block) == binary);
  BOOST_TEST(outline(start + block + delta + "-- \n2.39\n") == binary);
}

BOOST_AUTO_TEST_CASE(a_binary_patch_that_breaks_its_form_is_refused) {
  const std::string start = "diff --git a/x b/x\n"
                            "index 1234567..89abcde 100644\n"
                            "GIT binary patch\n";
  BOOST_TEST(place_of_error(start) == "line 3");
  BOOST_TEST(place_of_error(start + "text\n") == "line 4");
  BOOST_TEST(place_of_error(start + "literal x\n") == "line 4");
  BOOST_TEST(place_of_error(start + "literal 99999999999999999999\n")
             == "line 4");
  BOOST_TEST(place_of_error(start + "literal 4\n") == "line 4");
  BOOST_TEST(place_of_error(start + "literal 4\nDabcde\n") == "line 5");
  BOOST_TEST(place_of_error(start + "literal 4\nDabcde\n\n") == "parsed");
  BOOST_TEST(place_of_error(start + "literal 4\nEabcde\n\n") == "line 5");
  BOOST_TEST(place_of_error(start + "literal 4\nDabcd\n\n") == "line 5");
  BOOST_TEST(place_of_error(start + "literal 4\nDabc\"e\n\n") == "line 5");
  BOOST_TEST(place_of_error(start + "literal 4\n0abcde\n\n") == "line 5");
}

// -- submodules ---------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_submodule_is_told_by_its_mode) {
  BOOST_TEST(outline("diff --git a/s b/s\nindex 1234567..89abcde 160000\n"
                     "--- a/s\n+++ b/s\n@@ -1 +1 @@\n-Subproject commit "
                     + commits + "\n+Subproject commit " + commits + "-dirty\n")
             == "modified [s] [s] +1 -1 submodule");
}

BOOST_AUTO_TEST_CASE(a_submodule_of_a_merge_is_told_by_its_lines) {
  const std::string line = "Subproject commit " + commits + "\n";
  const std::string start = "diff --cc s\nindex 1111111,2222222..3333333\n"
                            "--- a/s\n+++ b/s\n@@@ -1,1 -1,1 +1,1 @@@\n";
  BOOST_TEST(outline(start + "- " + line + " -" + line + "++" + line)
             == "modified [s] [s] +1 -2 submodule combined");
  BOOST_TEST(outline(start + "- " + line + " -" + line + "++x\n")
             == "modified [s] [s] +1 -2 combined");
}

BOOST_AUTO_TEST_CASE(submodules_may_be_summed_up) {
  BOOST_TEST(outline("Submodule a b 1234567..89abcde:\n  > one\n  < two\n"
                     "Submodule s 1234567...89abcde (rewind):\n"
                     "Submodule n 0000000...89abcde (new submodule)\n"
                     "Submodule d 1234567...0000000 (submodule deleted)\n"
                     "Submodule m 1234567...89abcde (commits not present)\n")
             == "modified [a b] [a b] +0 -0 submodule\n"
                "modified [s] [s] +0 -0 submodule\n"
                "added [] [n] +0 -0 submodule\n"
                "deleted [d] [] +0 -0 submodule\n"
                "modified [m] [m] +0 -0 submodule");
}

BOOST_AUTO_TEST_CASE(what_is_said_of_one_submodule_counts_once) {
  BOOST_TEST(outline("Submodule s contains untracked content\n"
                     "Submodule s contains modified content\n"
                     "Submodule s 1234567..89abcde:\n  > one\n"
                     "Submodule t contains modified content\n")
             == "modified [s] [s] +0 -0 submodule\n"
                "modified [t] [t] +0 -0 submodule");
}

BOOST_AUTO_TEST_CASE(other_lines_that_begin_with_submodule_are_text) {
  for (const std::string line :
       {"Submodule\n", "Submodule x\n", "Submodule x is new:\n",
        "Submodule 1234567..89abcde:\n", "Submodule x 123..89abcde:\n",
        "Submodule x 1234567..89abcde\n"}) {
    BOOST_TEST_CONTEXT(line) BOOST_TEST(place_of_error(line) == "line 1");
  }
}

BOOST_AUTO_TEST_CASE(a_conflict_between_diffs_is_refused) {
  BOOST_TEST(place_of_error(merge + "* Unmerged path x\n") == "line 5");
}

BOOST_AUTO_TEST_SUITE_END()
