#include "libsig/review/language.hpp"

#include <boost/test/unit_test.hpp>

using namespace libsig::review;

BOOST_TEST_DONT_PRINT_LOG_VALUE(language)

BOOST_AUTO_TEST_SUITE(language_table)

BOOST_AUTO_TEST_CASE(the_longest_known_ending_decides) {
  BOOST_TEST(language_of("app/views/show.html.erb") == language::erb);
  BOOST_TEST(language_of("views/index.scala.html") == language::twirl);
  BOOST_TEST(language_of("page.blade.php") == language::blade);
  BOOST_TEST(language_of("page.php") == language::php);
  BOOST_TEST(language_of("a.min.js") == language::javascript);
}

BOOST_AUTO_TEST_CASE(case_and_folders_do_not_count) {
  BOOST_TEST(language_of("SRC/Main.JAVA") == language::java);
  BOOST_TEST(language_of("a.py/readme") == language::unknown);
  BOOST_TEST(language_of("a.py/") == language::unknown);
}

BOOST_AUTO_TEST_CASE(names_without_an_ending_are_known_whole) {
  BOOST_TEST(language_of("lib/Rakefile") == language::ruby);
  BOOST_TEST(language_of("lib/xRakefile") == language::unknown);
  BOOST_TEST(language_of("") == language::unknown);
  BOOST_TEST(language_of(".") == language::unknown);
}

BOOST_AUTO_TEST_CASE(long_names_keep_their_ending) {
  const std::string_view name =
    "a/a_very_long_name_of_a_file_that_nobody_would_write.test.tsx";
  BOOST_TEST(language_of(name) == language::javascript);
}

BOOST_AUTO_TEST_CASE(a_set_has_what_it_was_given_and_no_more) {
  constexpr language_set some{language::go, language::twirl};
  BOOST_TEST(some.has(language::go));
  BOOST_TEST(some.has(language::twirl));
  BOOST_TEST(!some.has(language::java));
  BOOST_TEST(!some.has(language::unknown));
}

BOOST_AUTO_TEST_SUITE_END()
