#include "libsig/review/checks/high_complexity.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

#include "tests/review/checks/checking.hpp"

using namespace libsig::review;
using libsig::testing::look_at_added;
using libsig::testing::look_at_marked;

namespace {

/// A function of the given complexity, every branch on its own line.
[[nodiscard]] std::string python_of(unsigned complexity) {
  std::string text = "def work(x):\n";
  for (unsigned branch = 1; branch < complexity; ++branch)
    text += "    if x == " + std::to_string(branch) + ":\n        go(x)\n";
  return text;
}

[[nodiscard]] std::vector<finding> complexity_of(const std::string& text) {
  return look_at_added(*checks::make_high_complexity_check(), "app/work.py",
                       text);
}

} // namespace

BOOST_AUTO_TEST_SUITE(high_complexity)

BOOST_AUTO_TEST_CASE(ten_is_no_finding_and_eleven_is_low) {
  BOOST_TEST(complexity_of(python_of(10)).empty());
  const auto found = complexity_of(python_of(11));
  BOOST_REQUIRE_EQUAL(found.size(), 1);
  BOOST_TEST((found[0].severity == severity::low));
}

BOOST_AUTO_TEST_CASE(fifteen_is_low_and_sixteen_is_medium) {
  BOOST_TEST((complexity_of(python_of(15)).at(0).severity == severity::low));
  BOOST_TEST((complexity_of(python_of(16)).at(0).severity == severity::medium));
}

BOOST_AUTO_TEST_CASE(twenty_is_medium_and_twenty_one_is_high) {
  BOOST_TEST((complexity_of(python_of(20)).at(0).severity == severity::medium));
  BOOST_TEST((complexity_of(python_of(21)).at(0).severity == severity::high));
}

BOOST_AUTO_TEST_CASE(the_summary_says_the_number_the_name_and_the_threshold) {
  const auto found = complexity_of("y = 1\n" + python_of(12));
  BOOST_REQUIRE_EQUAL(found.size(), 1);
  BOOST_TEST(found[0].summary
             == "The complexity of the added code in work is 12, above the "
                "threshold of 10.");
  BOOST_TEST(found[0].line.value() == 2);
  BOOST_TEST(found[0].rule.value() == "complexity/function");
}

BOOST_AUTO_TEST_CASE(a_fingerprint_does_not_depend_on_the_line) {
  const auto here = complexity_of(python_of(12));
  const auto below = complexity_of("y = 1\n\n\n" + python_of(12));
  BOOST_TEST(here.at(0).fingerprint.value() == below.at(0).fingerprint.value());
}

BOOST_AUTO_TEST_CASE(only_added_lines_count) {
  std::string marked = " def work(x):\n";
  for (int branch = 0; branch < 30; ++branch)
    marked += "     if x:\n-        if x:\n";
  marked += "+    if x:\n";
  BOOST_TEST(
    look_at_marked(*checks::make_high_complexity_check(), "app/work.py", marked)
      .empty());
}

BOOST_AUTO_TEST_CASE(a_hunk_without_a_definition_counts_as_one) {
  std::string marked = "     y = 1\n";
  for (int branch = 0; branch < 10; ++branch)
    marked += "+    if x:\n+        y += 1\n";
  const auto found = look_at_marked(*checks::make_high_complexity_check(),
                                    "app/work.py", marked);
  BOOST_REQUIRE_EQUAL(found.size(), 1);
  BOOST_TEST(found[0].line.value() == 2);
}

BOOST_AUTO_TEST_CASE(minified_text_is_not_looked_at) {
  std::string text = "function f(a){";
  while (text.size() < 1'100)
    text += "if(a)a();";
  BOOST_TEST(look_at_added(*checks::make_high_complexity_check(), "src/a.js",
                           text + "}\n")
               .empty());
}

BOOST_AUTO_TEST_SUITE_END()
