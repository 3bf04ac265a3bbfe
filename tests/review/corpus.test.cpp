#include "tests/support/corpus.hpp"

#include <boost/test/unit_test.hpp>

using libsig::testing::corpus_score;
using libsig::testing::score_corpus;

namespace {

[[nodiscard]] const corpus_score& score() {
  static const auto made =
    score_corpus(LIBSIG_SOURCE_DIR "/tests/review/corpus");
  return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(corpus)

BOOST_AUTO_TEST_CASE(it_has_at_least_400_snippets) {
  BOOST_TEST(score().snippets >= 400);
}

BOOST_AUTO_TEST_CASE(every_check_finds_nine_tenths_of_the_marked_lines) {
  for (const auto& [name, of] : score().checks)
    BOOST_TEST(of.recall() >= 0.9, name << " has a recall of " << of.recall());
}

BOOST_AUTO_TEST_CASE(few_safe_snippets_raise_an_alarm) {
  for (const auto& [name, of] : score().checks)
    BOOST_TEST(of.alarms() <= 0.03,
               name << " alarms at " << of.alarms() << " of the safe ones");
}

BOOST_AUTO_TEST_CASE(every_rule_that_fires_is_mostly_right) {
  for (const auto& [name, of] : score().rules)
    BOOST_TEST(of.precision() >= 0.9,
               name << " has a precision of " << of.precision());
}

BOOST_AUTO_TEST_SUITE_END()
