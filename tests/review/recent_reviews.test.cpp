#include "libsig/review/recent_reviews.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace libsig;
using review::recent_reviews;

BOOST_AUTO_TEST_SUITE(recent)

BOOST_AUTO_TEST_CASE(late_results_are_counted_by_tenant_and_review) {
  recent_reviews of{4};
  of.add("t", "r", "key of t");
  of.add("u", "r", "key of u");
  BOOST_TEST(of.count("t", "r")->count == 1u);
  const auto second = of.count("t", "r");
  BOOST_TEST_REQUIRE(second.has_value());
  BOOST_TEST(second->count == 2u);
  BOOST_TEST(second->record_key == "key of t");
  BOOST_TEST(of.count("u", "r")->count == 1u);
  BOOST_TEST(!of.count("t", "other").has_value());
}

BOOST_AUTO_TEST_CASE(at_the_bound_the_one_closed_first_is_forgotten) {
  recent_reviews of{2};
  of.add("t", "1", "k1");
  of.add("t", "2", "k2");
  BOOST_TEST(of.count("t", "1").has_value());
  of.add("t", "3", "k3");
  BOOST_TEST(!of.count("t", "1").has_value());
  BOOST_TEST(of.count("t", "2").has_value());
  BOOST_TEST(of.count("t", "3").has_value());
}

BOOST_AUTO_TEST_CASE(an_id_that_comes_again_means_the_newer_review) {
  recent_reviews of{2};
  of.add("t", "1", "old");
  of.add("t", "1", "new");
  BOOST_TEST(of.count("t", "1")->record_key == "new");
  // The place of the old one is used again, and the new one stays.
  of.add("t", "2", "k2");
  BOOST_TEST(of.count("t", "1")->record_key == "new");
  of.add("t", "3", "k3");
  BOOST_TEST(!of.count("t", "1").has_value());
}

BOOST_AUTO_TEST_CASE(one_that_remembers_nothing_counts_nothing) {
  recent_reviews of{0};
  of.add("t", "1", "k1");
  BOOST_TEST(!of.count("t", "1").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
