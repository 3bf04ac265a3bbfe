#include <boost/test/unit_test.hpp>

#include "libsig/review/pipeline.hpp"

namespace review = libsig::review;
using review::decision_path;

namespace {

decision_path path_of(const review::request& asked, std::uint64_t files = 1) {
  return review::classify(asked, files).path;
}

review::request labelled(std::string label) {
  review::request made;
  made.labels = {"docs", std::move(label)};
  return made;
}

review::request risky(double risk) {
  review::request made;
  made.risk_factor = risk;
  return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(classify)

BOOST_AUTO_TEST_CASE(fifty_files_are_fast_and_one_more_is_deep) {
  const review::request asked;
  BOOST_TEST((path_of(asked, 50) == decision_path::fast_path));
  BOOST_TEST((path_of(asked, 51) == decision_path::deep_review));
}

BOOST_AUTO_TEST_CASE(the_larger_number_of_files_counts) {
  review::request asked;
  asked.files_changed = 51;
  BOOST_TEST((path_of(asked, 1) == decision_path::deep_review));
  asked.files_changed = 50;
  BOOST_TEST((path_of(asked, 1) == decision_path::fast_path));
  asked.files_changed = 1;
  BOOST_TEST((path_of(asked, 51) == decision_path::deep_review));
}

BOOST_AUTO_TEST_CASE(two_labels_in_any_case_are_deep) {
  for (const char* label :
       {"security", "SECURITY", "Security", "performance", "PerFormance"}) {
    BOOST_TEST((path_of(labelled(label)) == decision_path::deep_review));
  }
}

BOOST_AUTO_TEST_CASE(labels_that_only_resemble_them_are_fast) {
  for (const char* label :
       {"", "securit", "securityx", " security", "breaking", "perf"}) {
    BOOST_TEST((path_of(labelled(label)) == decision_path::fast_path));
  }
}

BOOST_AUTO_TEST_CASE(a_risk_of_a_half_is_deep_and_less_is_fast) {
  BOOST_TEST((path_of(risky(0.49)) == decision_path::fast_path));
  BOOST_TEST((path_of(risky(0.5)) == decision_path::deep_review));
  BOOST_TEST((path_of(risky(1.0)) == decision_path::deep_review));
}

BOOST_AUTO_TEST_CASE(a_hotfix_is_fast_whatever_else_holds) {
  auto asked = labelled("security");
  asked.risk_factor = 1.0;
  asked.files_changed = 1000;
  asked.intent = "hotfix";
  BOOST_TEST((path_of(asked, 1000) == decision_path::fast_path));
  asked.intent = "Hotfix";
  BOOST_TEST((path_of(asked, 1000) == decision_path::deep_review));
}

BOOST_AUTO_TEST_CASE(the_rationale_is_a_sentence_about_the_first_match) {
  auto asked = labelled("Security");
  asked.risk_factor = 0.75;
  BOOST_TEST(review::classify(asked, 51).rationale
             == "The change has 51 files, more than the 50 of the fast path.");
  BOOST_TEST(review::classify(asked, 1).rationale
             == "The label Security asks for a deep review.");
  asked.labels.clear();
  BOOST_TEST(review::classify(asked, 1).rationale
             == "The risk factor 0.75 is at least 0.5.");
  asked.risk_factor = 0.0;
  BOOST_TEST(review::classify(asked, 1).rationale
             == "No rule asks for a deep review of this change.");
  asked.intent = "hotfix";
  BOOST_TEST(review::classify(asked, 1).rationale
             == "The intent is hotfix, which always takes the fast path.");
}

BOOST_AUTO_TEST_SUITE_END()
