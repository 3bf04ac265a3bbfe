#include "libsig/core/suggest.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

using namespace libsig;

BOOST_AUTO_TEST_SUITE(suggest)

BOOST_AUTO_TEST_CASE(distance_counts_each_kind_of_slip_as_one) {
  BOOST_TEST(edit_distance("label", "label") == 0u);
  BOOST_TEST(edit_distance("label", "labell") == 1u);
  BOOST_TEST(edit_distance("label", "labe") == 1u);
  BOOST_TEST(edit_distance("label", "lubel") == 1u);
  BOOST_TEST(edit_distance("label", "lable") == 1u);
  BOOST_TEST(edit_distance("", "abc") == 3u);
  BOOST_TEST(edit_distance("kitten", "sitting") == 3u);
}

BOOST_AUTO_TEST_CASE(distance_of_long_texts_is_bounded) {
  const std::string left(100'000, 'a');
  const std::string right(100'000, 'b');
  BOOST_TEST(edit_distance(left, right) == 64u);
}

BOOST_AUTO_TEST_CASE(the_closest_within_two_slips_is_meant) {
  const std::vector<std::string> names{"--range", "--staged", "--label"};
  BOOST_TEST(closest("--rnage", names) == "--range");
  BOOST_TEST(closest("--lbale", names) == "--label");
  BOOST_TEST(closest("--branches", names) == "");
}

BOOST_AUTO_TEST_CASE(a_beginning_is_enough_when_only_one_begins_so) {
  const std::vector<std::string> names{"security_specialist",
                                       "performance_specialist"};
  BOOST_TEST(closest("security", names) == "security_specialist");
  const std::vector<std::string> twins{"filter_mode", "filter_more_things"};
  BOOST_TEST(closest("filter", twins) == "");
}

BOOST_AUTO_TEST_CASE(a_word_of_two_letters_is_not_another_by_two_slips) {
  const std::vector<std::string> names{"any"};
  BOOST_TEST(closest("xy", names) == "");
}

BOOST_AUTO_TEST_CASE(alternatives_read_as_a_sentence) {
  const std::vector<std::string> names{"a", "b", "c"};
  BOOST_TEST(alternatives(names) == "a, b or c");
  BOOST_TEST(alternatives({names.data(), 1}) == "a");
  BOOST_TEST(advice("zzz", names) == "use a, b or c");
}

BOOST_AUTO_TEST_SUITE_END()
