#include <string>

#include <boost/test/unit_test.hpp>

#include "libsig/report/internal/markdown_text.hpp"
#include "tests/report/golden.hpp"

namespace libsig::report {

BOOST_AUTO_TEST_SUITE(markdown)

BOOST_AUTO_TEST_CASE(reports_are_what_they_are_known_to_be) {
  golden::check_samples(format::markdown, {}, "");
}

BOOST_AUTO_TEST_CASE(a_code_span_holds_any_back_quotes) {
  BOOST_TEST(markdown_code("plain") == "`plain`");
  BOOST_TEST(markdown_code("a`b") == "``a`b``");
  BOOST_TEST(markdown_code("`") == "`` ` ``");
  BOOST_TEST(markdown_code(" x") == "`  x `");
  BOOST_TEST(markdown_code("") == "` `");
}

BOOST_AUTO_TEST_CASE(a_fence_is_longer_than_what_it_holds) {
  BOOST_TEST(markdown_fence("plain") == "```");
  BOOST_TEST(markdown_fence("```") == "````");
}

BOOST_AUTO_TEST_CASE(prose_is_no_markup) {
  BOOST_TEST(markdown_prose("<b> [a](b) *x* -->")
             == "\\<b\\> \\[a\\](b) \\*x\\* --\\>");
  BOOST_TEST(markdown_prose("@all #1") == "\\@<!-- -->all \\#<!-- -->1");
  BOOST_TEST(markdown_prose("http://a www.b") == "http\\://a www\\.b");
  BOOST_TEST(markdown_prose("a `b<c>` `d") == "a `b<c>` \\`d");
}

BOOST_AUTO_TEST_CASE(prose_begins_no_block) {
  BOOST_TEST(markdown_prose("- a") == "\\- a");
  BOOST_TEST(markdown_prose("===") == "\\===");
  BOOST_TEST(markdown_prose("12. a") == "12\\. a");
  BOOST_TEST(markdown_prose("1) a") == "1\\) a");
  BOOST_TEST(markdown_prose("     a") == "a");
  BOOST_TEST(markdown_prose("a - b") == "a - b");
  BOOST_TEST(markdown_prose("") == "");
}

BOOST_AUTO_TEST_CASE(a_comment_is_never_too_long_for_its_host) {
  auto made = samples::many();
  while (made.summary.findings.size() < 5'000) {
    samples::add(made.summary, made.summary.findings.front());
  }
  for (int index = 0; index < 1'000; ++index) {
    made.summary.coverage.files_partial.push_back(
      {std::string(4'000, 'x'), std::string(4'000, '*')});
  }
  const auto text = make_report(format::markdown, made.as_subject(), {});
  BOOST_TEST(text.size() < 65'536u);
  BOOST_TEST(text.find(" more findings would not fit") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace libsig::report
