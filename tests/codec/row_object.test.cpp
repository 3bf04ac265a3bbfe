#include "libsig/codec/row_object.hpp"

#include <boost/test/unit_test.hpp>

using namespace libsig;
using codec::row_object;

BOOST_AUTO_TEST_SUITE(row_object_of_a_journal)

BOOST_AUTO_TEST_CASE(members_are_read_by_their_type) {
  const auto row =
    row_object::read(R"({"a":"x","n":-3,"s":"18446744073709551615","b":true})");
  BOOST_REQUIRE(row);
  BOOST_TEST(row->text("a") == "x");
  BOOST_TEST((row->whole("n") == -3));
  BOOST_TEST((row->digits("s") == 18446744073709551615ULL));
}

BOOST_AUTO_TEST_CASE(another_type_is_as_none) {
  const auto row =
    row_object::read(R"({"a":1,"n":"3","f":1.5,"s":"","t":"1x","u":"-1",)"
                     R"("v":"18446744073709551616"})");
  BOOST_REQUIRE(row);
  BOOST_TEST(row->text("a") == "");
  BOOST_TEST(row->text("none") == "");
  BOOST_TEST(!row->whole("n"));
  BOOST_TEST(!row->whole("f"));
  BOOST_TEST(!row->whole("none"));
  for (const auto* const name : {"a", "s", "t", "u", "v", "none"}) {
    BOOST_TEST(!row->digits(name), name);
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_object_is_no_row) {
  for (const auto* const text : {"", "[]", "1", "null", "{", R"({"a":1}x)"}) {
    BOOST_TEST(!row_object::read(text), text);
  }
  BOOST_TEST(row_object::read("{}").has_value());
  BOOST_TEST(!row_object::read(R"({"a":[[1]]})", {.depth_max = 2}));
  BOOST_TEST(row_object::read(R"({"a":[[1]]})", {.depth_max = 3}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
