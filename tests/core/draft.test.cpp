#include "libsig/core/draft.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>

namespace {

using libsig::draft;

draft with(libsig::extension one) {
  draft made;
  made.extensions.push_back(std::move(one));
  return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(a_draft)

BOOST_AUTO_TEST_CASE(without_a_receiver_is_no_mail) {
  const auto open = with({"toidentities", std::string{"ann"}});
  BOOST_TEST(!open.has_receiver());
  BOOST_TEST(open.receiver() == nullptr);
}

BOOST_AUTO_TEST_CASE(names_the_identity_that_it_is_to) {
  const auto mail = with({"toidentity", std::string{"ann"}});
  BOOST_TEST(mail.has_receiver());
  BOOST_REQUIRE(mail.receiver() != nullptr);
  BOOST_TEST(*mail.receiver() == "ann");
}

BOOST_AUTO_TEST_CASE(whose_receiver_is_no_name_is_mail_to_nobody) {
  const auto wrong = with({"toidentity", 7});
  BOOST_TEST(wrong.has_receiver());
  BOOST_TEST(wrong.receiver() == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
