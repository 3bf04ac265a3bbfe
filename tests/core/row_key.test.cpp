#include "libsig/core/row_key.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>
#include <string>

using namespace libsig;

namespace {

constexpr auto newest = std::numeric_limits<std::uint64_t>::max();

/// No text of UTF-8 that begins otherwise stands behind it.
constexpr std::string_view last_name{"\xf4\x8f\xbf\xbf"};

} // namespace

BOOST_AUTO_TEST_SUITE(row_keys)

BOOST_AUTO_TEST_CASE(a_key_is_read_as_it_was_written) {
  for (const auto sequence :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{0x1234567890abcdef},
        std::numeric_limits<std::uint64_t>::max()}) {
    for (const auto* name : {"", "r1", "a/b/c", "ü"}) {
      const row_key what{"default", sequence, name};
      const auto text = to_string(what);
      const auto read = read_row_key(text);
      BOOST_TEST_REQUIRE(read.has_value());
      BOOST_TEST((*read == what));
    }
  }
  BOOST_TEST(to_string({"t", 1, "r"}) == "t/fffffffffffffffe/r");
}

BOOST_AUTO_TEST_CASE(other_texts_are_no_keys) {
  for (const auto* text : {"", "r1", "t/", "t/fffffffffffffffe",
                           "t/ffffffffffffffe/r", "t/ffffffffffffffffe/r",
                           "t/fffffffffffffffx/r", "t/-fffffffffffffff/r"}) {
    BOOST_TEST(!read_row_key(text).has_value(), text);
  }
}

BOOST_AUTO_TEST_CASE(the_newest_signal_of_a_tenant_stands_first) {
  BOOST_TEST((to_string({"t", 2, "a"}) < to_string({"t", 1, "z"})));
  BOOST_TEST((to_string({"t", 1ull << 40, ""}) < to_string({"t", 1, ""})));
  BOOST_TEST((row_key_before("t") < to_string({"t", newest, ""})));
}

BOOST_AUTO_TEST_CASE(a_position_is_behind_its_signal_and_before_older_ones) {
  const auto at = row_key_behind("t", 7);
  BOOST_TEST((to_string({"t", 7, last_name}) < at));
  BOOST_TEST((to_string({"t", 8, ""}) < at));
  BOOST_TEST((at < to_string({"t", 6, ""})));
}

BOOST_AUTO_TEST_CASE(tenants_stand_apart) {
  const auto end = row_key_behind("t");
  BOOST_TEST((to_string({"t", 0, last_name}) < end));
  // Whatever the other name goes on with, it is before or behind all of "t".
  for (const auto* other : {"t!", "t-", "t0", "t1", "tt", "s"}) {
    const auto key = to_string({other, 5, "r"});
    BOOST_TEST((key < row_key_before("t") || key > end), other);
  }
}

BOOST_AUTO_TEST_SUITE_END()
