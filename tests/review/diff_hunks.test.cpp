#include "tests/review/diff_reading.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace libsig::review;
using namespace libsig::review::testing;

namespace {

const std::string sides = "--- a/x\n+++ b/x\n";

} // namespace

BOOST_AUTO_TEST_SUITE(diff_hunks)

BOOST_AUTO_TEST_CASE(lines_have_their_numbers_on_both_sides) {
  BOOST_TEST(lines_of(sides
                      + "@@ -3,4 +5,4 @@ f()\n a\n-b\n+c\n+d\n e\n-f\n"
                        "@@ -20 +20,2 @@\n g\n+h\n")
             == " 3,5:a\n-4,6:b\n+5,6:c\n+5,7:d\n 5,8:e\n-6,9:f\n"
                " 20,20:g\n+21,21:h\n");
}

BOOST_AUTO_TEST_CASE(a_side_without_lines_names_the_line_before) {
  BOOST_TEST(lines_of(sides + "@@ -5,2 +4,0 @@\n-a\n-b\n")
             == "-5,5:a\n-6,5:b\n");
  BOOST_TEST(lines_of(sides + "@@ -1 +0,0 @@\n-a\n") == "-1,1:a\n");
  BOOST_TEST(lines_of(sides + "@@ -4,0 +5 @@\n+a\n") == "+5,5:a\n");
}

BOOST_AUTO_TEST_CASE(a_hunk_keeps_what_its_header_says) {
  const auto parsed = parse(sides + "@@ -3,0 +5 @@ int f()\r\n+a\n");
  BOOST_REQUIRE(parsed.has_value());
  const auto& hunk = parsed->files()[0].hunks.at(0);
  BOOST_TEST(hunk.old_start == 3u);
  BOOST_TEST(hunk.old_count == 0u);
  BOOST_TEST(hunk.new_start == 5u);
  BOOST_TEST(hunk.new_count == 1u);
  BOOST_TEST(hunk.section == "int f()");
}

BOOST_AUTO_TEST_CASE(counts_decide_what_is_content) {
  BOOST_TEST(lines_of(sides
                      + "@@ -1,4 +1,3 @@\n--- x\n+++ b/x\n-- \n"
                        "+@@ -1 +1 @@\n-diff --git a/x b/x\n \n")
             == "-1,1:-- x\n+2,1:++ b/x\n-2,2:- \n+3,2:@@ -1 +1 @@\n"
                "-3,3:diff --git a/x b/x\n 4,3:\n");
}

BOOST_AUTO_TEST_CASE(a_hunk_with_fewer_lines_than_promised_is_refused) {
  const std::string start = sides + "@@ -1,2 +1,2 @@\n a\n-b\n";
  BOOST_TEST(place_of_error(start) == "line 5");
  BOOST_TEST(place_of_error(start + "diff --git a/y b/y\n") == "line 6");
  BOOST_TEST(place_of_error(start + "@@ -9 +9 @@\n") == "line 6");
  BOOST_TEST(place_of_error(start + "-c\n") == "line 6");
  BOOST_TEST(place_of_error(start + "\n") == "line 6");
  BOOST_TEST(place_of_error(start + "+c\n") == "parsed");
}

BOOST_AUTO_TEST_CASE(a_hunk_with_more_lines_than_promised_is_refused) {
  const std::string whole = sides + "@@ -1,2 +1,2 @@\n a\n-b\n+c\n";
  BOOST_TEST(place_of_error(whole) == "parsed");
  BOOST_TEST(place_of_error(whole + "+d\n") == "line 7");
  BOOST_TEST(place_of_error(whole + "-d\n") == "line 7");
  BOOST_TEST(place_of_error(whole + " d\n") == "line 7");
  BOOST_TEST(place_of_error(whole + "\n+d\n") == "parsed");
}

BOOST_AUTO_TEST_CASE(a_hunk_that_changes_nothing_is_refused) {
  BOOST_TEST(place_of_error(sides + "@@ -1 +1 @@\n a\n") == "line 3");
  BOOST_TEST(place_of_error(sides + "@@ -0,0 +0,0 @@\n") == "line 3");
}

BOOST_AUTO_TEST_CASE(an_empty_line_is_an_empty_context_line) {
  BOOST_TEST(lines_of(sides + "@@ -1,2 +1,3 @@\n\n a\n+b\n")
             == " 1,1:\n 2,2:a\n+3,3:b\n");
}

BOOST_AUTO_TEST_CASE(the_remark_on_a_missing_line_feed_is_no_line) {
  const std::string remark = "\\ No newline at end of file\n";
  BOOST_TEST(lines_of(sides + "@@ -1 +1 @@\n-a\n" + remark + "+b\n" + remark)
             == "-1,1:a\n+2,1:b\n");
  BOOST_TEST(lines_of(sides + "@@ -1 +1 @@\n-a\n+b\n\\ Pas de retour\n")
             == "-1,1:a\n+2,1:b\n");
  BOOST_TEST(place_of_error(sides + "@@ -1 +1 @@\n" + remark + "-a\n+b\n")
             == "line 4");
  BOOST_TEST(place_of_error(sides + "@@ -1 +1 @@\n-a\n\\ short\n+b\n")
             == "line 5");
}

BOOST_AUTO_TEST_CASE(carriage_returns_and_nul_bytes_belong_to_the_text) {
  using namespace std::string_literals;
  BOOST_TEST(lines_of(sides + "@@ -1 +1 @@\r\n-a\r\n+b\rc\r\n")
             == "-1,1:a\r\n+2,1:b\rc\r\n");
  BOOST_TEST(lines_of(sides + "@@ -1 +1 @@\n-a\0b\n+\0\n"s)
             == "-1,1:a\0b\n+2,1:\0\n"s);
}

BOOST_AUTO_TEST_CASE(headers_of_a_diff_from_a_mail_may_end_in_crlf) {
  BOOST_TEST(outline("diff --git a/x b/x\r\nindex 1234..5678 100644\r\n"
                     "--- a/x\r\n+++ b/x\r\n@@ -1 +1 @@\r\n-a\r\n+b\r\n"
                     "-- \r\n2.39\r\n")
             == "modified [x] [x] +1 -1");
}

BOOST_AUTO_TEST_CASE(bad_hunk_headers_are_refused) {
  for (const std::string header :
       {"@@ -1 +1", "@@ -1,+1 @@", "@@ -a +1 @@", "@@ --1 +1 @@",
        "@@ -1 +1,99999999999 @@", "@@ -4294967296 +1 @@", "@@ -1  +1 @@",
        "@@ -1 -1 +1 @@", "@@ -4294967295 +1 @@", "@@ -1 +1,4294967295 @@"}) {
    BOOST_TEST_CONTEXT(header)
    BOOST_TEST(place_of_error(sides + header + "\n-a\n+b\n") == "line 3");
  }
  BOOST_TEST(place_of_error(sides + "@@ -4294967293 +1 @@\n-a\n+b\n")
             == "parsed");
}

BOOST_AUTO_TEST_CASE(a_header_may_promise_billions_of_lines) {
  BOOST_TEST(place_of_error(sides + "@@ -0,4294967290 +0,4294967290 @@\n-a\n")
             == "line 4");
}

BOOST_AUTO_TEST_CASE(a_line_may_be_as_long_as_the_diff) {
  const std::string text(32u << 20, '@');
  const auto parsed = parse(sides + "@@ -0,0 +1 @@\n+" + text + "\n");
  BOOST_REQUIRE(parsed.has_value());
  BOOST_TEST(parsed->files()[0].hunks[0].lines[0].text.size() == text.size());
  BOOST_TEST(place_of_error(text) == "line 1");
  BOOST_TEST(place_of_error("diff --git " + text) == "line 1");
}

BOOST_AUTO_TEST_SUITE_END()
