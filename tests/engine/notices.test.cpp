#include "libsig/engine/notices.hpp"

#include <boost/test/unit_test.hpp>

using libsig::engine::notices;
using kind = notices::kind;

BOOST_AUTO_TEST_SUITE(notices_to_cells)

BOOST_AUTO_TEST_CASE(each_is_taken_once_and_in_order) {
  notices of;
  BOOST_TEST(of.miss(3));
  of.recall();
  BOOST_TEST((of.take().what == kind::missed));
  BOOST_TEST((of.take().what == kind::recalled));
  BOOST_TEST((of.take().what == kind::none));
}

BOOST_AUTO_TEST_CASE(any_number_missed_is_one_notice_until_it_is_taken) {
  notices of;
  BOOST_TEST(of.miss(3));
  BOOST_TEST(!of.miss(4));
  BOOST_TEST(!of.miss(9));
  BOOST_TEST(of.take().up_to == 9u);
  BOOST_TEST((of.take().what == kind::none));
  BOOST_TEST(of.miss(10));
  BOOST_TEST(of.take().up_to == 10u);
}

BOOST_AUTO_TEST_SUITE_END()
