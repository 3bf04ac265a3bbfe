#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include <algorithm>
#include <string>

#include "libsig/core/limits.hpp"
#include "libsig/review/pipeline.hpp"

namespace review = libsig::review;
using review::file_note;
using review::glob_matches;
using strings = std::vector<std::string>;

namespace {

std::string modified(const std::string& path, const std::string& line = "x") {
  return "diff --git a/" + path + " b/" + path + "\n--- a/" + path + "\n+++ b/"
         + path + "\n@@ -1,2 +1,2 @@\n a\n-b\n+" + line + "\n";
}

std::string binary(const std::string& path) {
  return "diff --git a/" + path + " b/" + path
         + "\nindex 1111111..2222222 100644\nBinary files a/" + path + " and b/"
         + path + " differ\n";
}

std::string submodule(const std::string& path) {
  return "diff --git a/" + path + " b/" + path
         + "\nindex 1111111..2222222 160000\n--- a/" + path + "\n+++ b/" + path
         + "\n@@ -1 +1 @@\n-Subproject commit "
           "1111111111111111111111111111111111111111\n+Subproject commit "
           "2222222222222222222222222222222222222222\n";
}

std::string mode_alone(const std::string& path) {
  return "diff --git a/" + path + " b/" + path
         + "\nold mode 100644\nnew mode 100755\n";
}

std::shared_ptr<const review::review_scope>
scope_of(std::string diff, const review::request_options& options = {}) {
  review::request asked;
  asked.diff = std::make_shared<const std::string>(std::move(diff));
  asked.options = options;
  auto made = review::make_scope(asked);
  BOOST_REQUIRE(made.has_value());
  return *made;
}

strings paths(const review::review_scope& of) {
  strings made;
  for (const auto* each : of.files) {
    made.push_back(each->path());
  }
  return made;
}

std::uint64_t sum(const review::coverage& of) {
  return of.files_full + of.files_partial.size() + of.files_skipped.size()
         + of.files_partial_unnamed + of.files_skipped_unnamed;
}

bool same(const std::vector<file_note>& one, std::vector<file_note> other) {
  return one == other;
}

} // namespace

BOOST_AUTO_TEST_SUITE(scope)

// -- globs --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_star_stays_within_a_segment) {
  BOOST_TEST(glob_matches("src/*.c", "src/a.c"));
  BOOST_TEST(glob_matches("src/*.c", "src/.c"));
  BOOST_TEST(!glob_matches("src/*.c", "src/a/b.c"));
  BOOST_TEST(!glob_matches("src/*", "src/a/b.c"));
  BOOST_TEST(!glob_matches("src/*.c", "src/a.cc"));
  BOOST_TEST(glob_matches("a/*b*/c", "a/xbx/c"));
  BOOST_TEST(!glob_matches("a/*b*/c", "a/b/x/c"));
}

BOOST_AUTO_TEST_CASE(two_stars_span_segments) {
  BOOST_TEST(glob_matches("a/**/b", "a/b"));
  BOOST_TEST(glob_matches("a/**/b", "a/x/b"));
  BOOST_TEST(glob_matches("a/**/b", "a/x/y/b"));
  BOOST_TEST(!glob_matches("a/**/b", "a/xb"));
  BOOST_TEST(!glob_matches("a/**/b", "ab"));
  BOOST_TEST(glob_matches("**/b", "b"));
  BOOST_TEST(glob_matches("**/b", "x/y/b"));
  BOOST_TEST(!glob_matches("**/b", "xb"));
  BOOST_TEST(glob_matches("a/**/**/b", "a/b"));
  BOOST_TEST(glob_matches("a/**/**/b", "a/x/b"));
  BOOST_TEST(glob_matches("**", "a/b/c"));
}

BOOST_AUTO_TEST_CASE(two_stars_at_the_end_want_something_below) {
  BOOST_TEST(glob_matches("a/**", "a/b"));
  BOOST_TEST(glob_matches("a/**", "a/b/c"));
  BOOST_TEST(!glob_matches("a/**", "a"));
  BOOST_TEST(!glob_matches("a/**", "ab/c"));
}

BOOST_AUTO_TEST_CASE(stars_that_are_no_segment_of_their_own_are_one_star) {
  BOOST_TEST(glob_matches("a/b**", "a/bcd"));
  BOOST_TEST(!glob_matches("a/b**", "a/b/c"));
  BOOST_TEST(glob_matches("a/**b", "a/xb"));
  BOOST_TEST(!glob_matches("a/**b", "a/x/b"));
  BOOST_TEST(!glob_matches("a/***/b", "a/x/y/b"));
}

BOOST_AUTO_TEST_CASE(a_question_mark_is_one_byte_but_no_slash) {
  BOOST_TEST(glob_matches("a/?.c", "a/x.c"));
  BOOST_TEST(!glob_matches("a/?.c", "a/.c"));
  BOOST_TEST(!glob_matches("a/?.c", "a/xy.c"));
  BOOST_TEST(!glob_matches("a?b", "a/b"));
}

BOOST_AUTO_TEST_CASE(a_class_is_one_of_its_bytes) {
  BOOST_TEST(glob_matches("[a-c].x", "b.x"));
  BOOST_TEST(!glob_matches("[a-c].x", "d.x"));
  BOOST_TEST(glob_matches("[!a-c].x", "d.x"));
  BOOST_TEST(!glob_matches("[^a-c].x", "a.x"));
  BOOST_TEST(glob_matches("[]a].x", "].x"));
  BOOST_TEST(glob_matches("[a-].x", "-.x"));
  BOOST_TEST(glob_matches("[\\]].x", "].x"));
  BOOST_TEST(!glob_matches("a[!x]b", "a/b"));
  BOOST_TEST(!glob_matches("a[/]b", "a/b"));
}

BOOST_AUTO_TEST_CASE(a_class_that_is_not_closed_is_a_bracket) {
  BOOST_TEST(glob_matches("[ab", "[ab"));
  BOOST_TEST(!glob_matches("[ab", "a"));
}

BOOST_AUTO_TEST_CASE(a_backslash_takes_the_next_byte_as_it_is) {
  BOOST_TEST(glob_matches("a\\*", "a*"));
  BOOST_TEST(!glob_matches("a\\*", "ab"));
  BOOST_TEST(glob_matches("a\\", "a\\"));
}

BOOST_AUTO_TEST_CASE(a_glob_without_a_slash_matches_in_any_folder) {
  BOOST_TEST(glob_matches("*.c", "a.c"));
  BOOST_TEST(glob_matches("*.c", "x/y/a.c"));
  BOOST_TEST(!glob_matches("*.c", "a.c/x"));
  BOOST_TEST(glob_matches("Makefile", "x/Makefile"));
  BOOST_TEST(!glob_matches("Makefile", "x/aMakefile"));
}

BOOST_AUTO_TEST_CASE(a_glob_with_a_slash_starts_at_the_root) {
  BOOST_TEST(!glob_matches("src/a.c", "x/src/a.c"));
  BOOST_TEST(glob_matches("/a.c", "a.c"));
  BOOST_TEST(!glob_matches("/a.c", "x/a.c"));
}

BOOST_AUTO_TEST_CASE(a_name_of_a_folder_matches_all_below_it) {
  BOOST_TEST(glob_matches("vendor", "vendor/x/y.c"));
  BOOST_TEST(glob_matches("vendor", "a/vendor/y.c"));
  BOOST_TEST(!glob_matches("vendor", "vendors/y.c"));
  BOOST_TEST(glob_matches("a/b", "a/b/c"));
  BOOST_TEST(!glob_matches("a/b", "a/bc"));
  BOOST_TEST(glob_matches("*/gen", "a/gen/x"));
  BOOST_TEST(glob_matches("a/b/", "a/b/c"));
  BOOST_TEST(!glob_matches("a/b/", "a/b"));
}

BOOST_AUTO_TEST_CASE(an_empty_glob_matches_nothing) {
  BOOST_TEST(!glob_matches("", ""));
  BOOST_TEST(!glob_matches("", "a"));
}

BOOST_AUTO_TEST_CASE(a_glob_longer_than_a_word_of_states_still_matches) {
  const std::string folder(70, 'a');
  BOOST_TEST(glob_matches(folder + "/**/b*d", folder + "/x/bcd"));
  BOOST_TEST(
    glob_matches(std::string(63, 'a') + "/**/b", std::string(63, 'a') + "/b"));
  BOOST_TEST(
    glob_matches(std::string(62, 'a') + "/**/b", std::string(62, 'a') + "/b"));
  BOOST_TEST(glob_matches(std::string(61, 'a') + "/**/b",
                          std::string(61, 'a') + "/c/b"));
  BOOST_TEST(!glob_matches(folder + "/**/b*d", folder + "/x/bc"));
}

BOOST_AUTO_TEST_CASE(many_stars_over_a_long_path_take_linear_time) {
  std::string stars;
  for (int count = 0; count < 120; ++count) {
    stars += "*a";
  }
  stars += "*b";
  const std::string path(1u << 20, 'a');
  BOOST_TEST(!glob_matches(stars, path));
  BOOST_TEST(glob_matches(stars, path + "b"));
}

BOOST_AUTO_TEST_CASE(a_glob_of_literals_matches_itself_and_what_is_below) {
  const bool held = rc::check([] {
    const auto segment = rc::gen::nonEmpty(
      rc::gen::container<std::string>(rc::gen::elementOf(std::string{"ab.-"})));
    const auto path = *segment + "/" + *segment;
    const auto other = *segment + "/" + *segment;
    RC_ASSERT(glob_matches(path, path));
    RC_ASSERT(glob_matches(path, path + "/" + *segment));
    RC_ASSERT(glob_matches(path, other) == (path == other));
    RC_ASSERT(glob_matches("**/" + path, *segment + "/" + path));
  });
  BOOST_TEST(held);
}

// -- which files --------------------------------------------------------------

BOOST_AUTO_TEST_CASE(without_globs_every_file_is_looked_at) {
  const auto made = scope_of(modified("b.c") + modified("a.c"));
  BOOST_TEST(paths(*made) == (strings{"b.c", "a.c"}),
             boost::test_tools::per_element());
  BOOST_TEST(made->covered.files_changed == 2u);
  BOOST_TEST(made->covered.files_full == 2u);
  BOOST_TEST(made->files_named == 2u);
  BOOST_TEST(made->covered.lines_added == 2u);
  BOOST_TEST(made->covered.lines_removed == 2u);
}

BOOST_AUTO_TEST_CASE(an_empty_diff_is_a_scope_of_nothing) {
  const auto made = scope_of("");
  BOOST_TEST(made->files.empty());
  BOOST_TEST(made->files_named == 0u);
  BOOST_TEST((made->covered == review::coverage{}));
}

BOOST_AUTO_TEST_CASE(a_broken_diff_is_refused_with_its_line) {
  review::request asked;
  asked.diff = std::make_shared<const std::string>("no diff\n");
  const auto made = review::make_scope(asked);
  BOOST_REQUIRE(!made);
  BOOST_TEST((made.error().code() == libsig::errc::invalid_diff));
  BOOST_TEST(made.error().place().starts_with("line "));
}

BOOST_AUTO_TEST_CASE(what_the_globs_leave_out_is_skipped_as_excluded) {
  review::request_options options;
  options.include = {"*.c", "*.h"};
  options.exclude = {"gen/**", "x.h"};
  const auto made =
    scope_of(modified("a.c") + modified("x.h") + modified("gen/b.c")
               + modified("y.h") + modified("z.py"),
             options);
  BOOST_TEST(paths(*made) == (strings{"a.c", "y.h"}),
             boost::test_tools::per_element());
  BOOST_TEST(
    same(made->covered.files_skipped,
         {{"gen/b.c", "excluded"}, {"x.h", "excluded"}, {"z.py", "excluded"}}));
  BOOST_TEST(made->covered.files_changed == 5u);
  BOOST_TEST(made->files_named == 2u);
}

BOOST_AUTO_TEST_CASE(what_has_no_text_is_skipped_with_its_reason) {
  const auto made =
    scope_of(binary("b") + submodule("s") + mode_alone("m") + modified("a"));
  BOOST_TEST(same(made->covered.files_skipped,
                  {{"b", "binary"}, {"m", "mode"}, {"s", "submodule"}}));
  BOOST_TEST(made->covered.files_full == 1u);
  BOOST_TEST(made->files_named == 4u);
}

BOOST_AUTO_TEST_CASE(a_file_with_a_line_too_long_for_the_checks_is_partial) {
  const std::string longest(libsig::limits::checked_line_bytes_max, 'x');
  const auto made =
    scope_of(modified("at", longest) + modified("over", longest + "x"));
  BOOST_TEST(
    same(made->covered.files_partial, {{"over", "line longer than 64 KiB"}}));
  BOOST_TEST(made->covered.files_full == 1u);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_utf_8_is_partial_and_others_are_full) {
  const auto made = scope_of(modified("a", "caf\xE9") + modified("b"));
  BOOST_TEST(same(made->covered.files_partial, {{"a", "encoding"}}));
  BOOST_TEST(made->covered.files_full == 1u);
}

BOOST_AUTO_TEST_CASE(a_name_that_is_not_utf_8_makes_its_file_partial) {
  const auto made =
    scope_of("diff --git \"a/\\351\" \"b/\\351\"\n--- \"a/\\351\"\n"
             "+++ \"b/\\351\"\n@@ -1 +1 @@\n-a\n+b\n");
  BOOST_TEST(same(made->covered.files_partial, {{"\xE9", "encoding"}}));
}

BOOST_AUTO_TEST_CASE(a_name_in_several_patches_is_one_file) {
  const auto made = scope_of(modified("a") + modified("a", "caf\xE9")
                             + modified("b") + modified("b"));
  BOOST_TEST(made->files.size() == 4u);
  BOOST_TEST(made->files_named == 2u);
  BOOST_TEST(made->covered.files_changed == 2u);
  BOOST_TEST(made->covered.files_full == 1u);
  BOOST_TEST(same(made->covered.files_partial, {{"a", "encoding"}}));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_text_once_and_binary_once_is_partial) {
  const auto made =
    scope_of(modified("a") + binary("a") + mode_alone("m") + modified("m"));
  BOOST_TEST(same(made->covered.files_partial, {{"a", "binary"}}));
  BOOST_TEST(made->covered.files_full == 1u);
  BOOST_TEST(made->covered.files_skipped.empty());
}

BOOST_AUTO_TEST_CASE(names_beyond_the_lists_are_counted) {
  std::string diff;
  for (std::size_t index = 0; index <= libsig::limits::coverage_files_max;
       ++index) {
    diff += mode_alone(std::to_string(index));
  }
  const auto made = scope_of(diff);
  BOOST_TEST(made->covered.files_skipped.size()
             == libsig::limits::coverage_files_max);
  BOOST_TEST(made->covered.files_skipped_unnamed == 1u);
  BOOST_TEST(sum(made->covered) == made->covered.files_changed);
}

BOOST_AUTO_TEST_CASE(changed_files_are_always_the_sum_of_all_kinds) {
  const bool held = rc::check([] {
    std::string diff;
    const auto kinds =
      *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 20));
    for (const int kind : kinds) {
      const std::string path(1, static_cast<char>('a' + kind % 4));
      switch (kind / 4) {
      case 0:
        diff += binary(path);
        break;
      case 1:
        diff += submodule(path);
        break;
      case 2:
        diff += mode_alone(path);
        break;
      case 3:
        diff += modified(path, "\xFF");
        break;
      default:
        diff += modified(path);
        break;
      }
    }
    review::request_options options;
    if (*rc::gen::arbitrary<bool>()) {
      options.exclude = {"b"};
    }
    const auto made = scope_of(diff, options);
    RC_ASSERT(sum(made->covered) == made->covered.files_changed);
    auto named = paths(*made);
    std::sort(named.begin(), named.end());
    const auto distinct = std::unique(named.begin(), named.end());
    RC_ASSERT(made->files_named
              == static_cast<std::uint64_t>(distinct - named.begin()));
    // The sum holds in the summary too, whether anybody answers or not.
    review::review_outcome outcome;
    auto answer = std::make_shared<review::review_result>();
    answer->files_partial = {{"a", "x"}, {"c", "y"}};
    outcome.specialists.push_back(
      {"s", review::specialist_state::done,
       *rc::gen::arbitrary<bool>() ? answer : nullptr});
    const auto summary = review::aggregate(outcome, {}, *made);
    RC_ASSERT(sum(summary->coverage) == summary->coverage.files_changed);
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_SUITE_END()
