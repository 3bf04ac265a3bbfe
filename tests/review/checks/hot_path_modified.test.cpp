#include "libsig/review/checks/hot_path_modified.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

#include "libsig/review/checks/hot_names.hpp"
#include "tests/review/checks/checking.hpp"

using namespace libsig::review;
using libsig::testing::look_at_added;
using libsig::testing::look_at_marked;

BOOST_AUTO_TEST_SUITE(hot_path_modified)

BOOST_AUTO_TEST_CASE(there_is_one_finding_for_a_file_and_function) {
  const auto found =
    look_at_added(*checks::make_hot_path_modified_check(), "a.py",
                  "def go(x):\n    go(x)\n    go(x)\n", {"go"});
  BOOST_REQUIRE_EQUAL(found.size(), 1);
  BOOST_TEST(found[0].line.value() == 1);
  BOOST_TEST((found[0].severity == severity::medium));
  BOOST_TEST(found[0].confidence.value() == 0.7);
}

BOOST_AUTO_TEST_CASE(without_hot_functions_nothing_is_found) {
  BOOST_TEST(look_at_added(*checks::make_hot_path_modified_check(), "a.py",
                           "def go(x):\n    go(x)\n")
               .empty());
}

BOOST_AUTO_TEST_CASE(the_section_line_names_the_function_of_a_hunk) {
  const std::string text = "-    a()\n+    b()\n";
  file_diff file;
  file.new_path = "a.py";
  file.hunks.push_back(libsig::testing::marked_hunk(text, 40));
  const auto check = checks::make_hot_path_modified_check();
  BOOST_TEST(libsig::testing::look_at(*check, file, {"go"}).empty());
  file.hunks.front().section = "def go(x):";
  BOOST_TEST(libsig::testing::look_at(*check, file, {"go"}).size() == 1);
}

BOOST_AUTO_TEST_CASE(names_are_taken_apart) {
  const std::vector<std::string> names{"a.b.c", "A::b", "m.f/2",
                                       "K#g",   "",     "."};
  const checks::hot_names known(names);
  BOOST_TEST(known.size() == 4);
  BOOST_TEST(known.find("c").front().owner == "b");
  BOOST_TEST(known.find("b").front().owner == "A");
  BOOST_TEST(known.find("f").front().owner == "m");
  BOOST_TEST(known.find("g").front().owner == "K");
  BOOST_TEST(known.find("a").empty());
}

BOOST_AUTO_TEST_CASE(owners_are_compared_without_case_and_underscores) {
  BOOST_TEST(checks::same_owner("user_store", "UserStore"));
  BOOST_TEST(!checks::same_owner("user_stores", "UserStore"));
  BOOST_TEST(!checks::same_owner("user", "UserStore"));
}

BOOST_AUTO_TEST_SUITE_END()
