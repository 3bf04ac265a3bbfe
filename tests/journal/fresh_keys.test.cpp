#include "libsig/journal/internal/fresh_keys.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

using libsig::journal::internal::fresh_keys;
using libsig::journal::internal::read_uuid;
using libsig::journal::internal::uuid_value;

BOOST_AUTO_TEST_SUITE(fresh_keys_of_the_node)

BOOST_AUTO_TEST_CASE(a_uuid_is_read_in_its_canonical_form_only) {
  const auto read = read_uuid("0193a5b2-7c4e-7f10-8a2b-0123456789ab");
  BOOST_TEST_REQUIRE(read.has_value());
  BOOST_TEST(read->high == 0x0193a5b27c4e7f10u);
  BOOST_TEST(read->low == 0x8a2b0123456789abu);
  for (const auto* other : {"", "0193a5b2-7c4e-7f10-8a2b-0123456789a",
                            "0193a5b2-7c4e-7f10-8a2b-0123456789abc",
                            "0193A5B2-7c4e-7f10-8a2b-0123456789ab",
                            "0193a5b2_7c4e-7f10-8a2b-0123456789ab",
                            "0193a5b2-7c4e-7f10-8a2b-0123456789ag"}) {
    BOOST_TEST(!read_uuid(other).has_value(), other);
  }
}

BOOST_AUTO_TEST_CASE(ids_that_come_a_little_out_of_order_are_found) {
  constexpr std::uint64_t count = 20'000;
  std::vector<std::uint64_t> order(count);
  for (std::uint64_t number = 0; number < count; ++number) {
    order[number] = number;
  }
  // Threads hand their ids in somewhat later than they made them.
  std::mt19937_64 random{7};
  for (std::size_t begin = 0; begin + 50 < count; begin += 37) {
    std::shuffle(order.begin() + static_cast<std::ptrdiff_t>(begin),
                 order.begin() + static_cast<std::ptrdiff_t>(begin + 50),
                 random);
  }
  fresh_keys<std::uint64_t> keys{1u << 20};
  for (const auto number : order) {
    keys.insert({number / 3, number}, number + 1);
  }
  bool all = true;
  for (std::uint64_t number = 0; number < count; ++number) {
    const auto* const found = keys.find({number / 3, number});
    all = all && found != nullptr && *found == number + 1;
  }
  BOOST_TEST(all);
  BOOST_TEST(keys.find({0, count}) == nullptr);
  BOOST_TEST(keys.find({count, count}) == nullptr);
}

BOOST_AUTO_TEST_CASE(at_the_bound_the_oldest_go) {
  fresh_keys<int> keys{8};
  for (std::uint64_t number = 1; number <= 20; ++number) {
    keys.insert({0, number}, 1);
  }
  BOOST_TEST(keys.find({0, 20}) != nullptr);
  BOOST_TEST(keys.find({0, 17}) != nullptr);
  BOOST_TEST(keys.find({0, 12}) == nullptr);
  BOOST_TEST(keys.find({0, 1}) == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
