#include "libsig/review/types.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>

namespace review = libsig::review;

BOOST_AUTO_TEST_SUITE(types)

BOOST_AUTO_TEST_CASE(severities_are_ordered_and_named_as_on_the_wire) {
  using enum review::severity;
  BOOST_TEST((none < low && low < medium && medium < high));
  const std::array all{none, low, medium, high};
  const std::array<std::string_view, 4> names{"none", "low", "medium", "high"};
  for (std::size_t index = 0; index < all.size(); ++index) {
    BOOST_TEST(to_string(all[index]) == names[index]);
    BOOST_TEST((review::parse_severity(names[index]) == all[index]));
  }
}

BOOST_AUTO_TEST_CASE(names_that_are_none_parse_to_nothing) {
  for (const char* text : {"", "High", "critical", "high ", "nonee"}) {
    BOOST_TEST(!review::parse_severity(text));
  }
  BOOST_TEST(!review::parse_decision_path("routed"));
  BOOST_TEST(!review::parse_decision_path("dispatched"));
  BOOST_TEST(!review::parse_filter_mode("context"));
  BOOST_TEST(!review::parse_review_status("timeout"));
}

BOOST_AUTO_TEST_CASE(every_other_name_parses_to_its_value) {
  using review::decision_path;
  using review::filter_mode;
  using review::review_status;
  for (const auto value :
       {decision_path::fast_path, decision_path::deep_review}) {
    BOOST_TEST((review::parse_decision_path(to_string(value)) == value));
  }
  for (const auto value : {filter_mode::added, filter_mode::diff_context,
                           filter_mode::file, filter_mode::nofilter}) {
    BOOST_TEST((review::parse_filter_mode(to_string(value)) == value));
  }
  for (const auto value : {review_status::complete, review_status::failed}) {
    BOOST_TEST((review::parse_review_status(to_string(value)) == value));
  }
  BOOST_TEST(to_string(decision_path::deep_review) == "deep_review");
  BOOST_TEST(to_string(filter_mode::diff_context) == "diff_context");
  BOOST_TEST(to_string(review_status::failed) == "failed");
}

BOOST_AUTO_TEST_CASE(a_value_that_is_no_enumerator_has_no_name) {
  BOOST_TEST(to_string(static_cast<review::severity>(9)).empty());
}

BOOST_AUTO_TEST_SUITE_END()
