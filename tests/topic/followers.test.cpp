#include "libsig/topic/followers.hpp"

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

using namespace libsig;

namespace {

/// Somebody whose comparisons are counted.
struct counted {
  std::uint64_t number = 0;

  static inline std::size_t steps = 0;

  friend bool operator==(const counted& left, const counted& right) {
    ++steps;
    return left.number == right.number;
  }
};

struct counted_hash {
  std::size_t operator()(const counted& of) const noexcept { return of.number; }
};

using followers = topic::followers<counted, counted_hash>;

[[nodiscard]] std::vector<std::uint64_t> taken(followers& from,
                                               const std::string& name) {
  std::vector<std::uint64_t> made;
  for (const auto& one : from.take(name)) {
    made.push_back(one.number);
  }
  return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(who_follows)

BOOST_AUTO_TEST_CASE(all_of_a_name_are_taken_in_the_order_in_which_they_came) {
  followers all;
  for (const auto number : {7U, 3U, 5U, 1U}) {
    all.add({number}, "a");
  }
  all.add({9}, "b");
  BOOST_TEST(all.remove({5}));
  BOOST_TEST(!all.remove({5}));
  BOOST_TEST(!all.remove({9'999}));
  BOOST_TEST((taken(all, "a") == std::vector<std::uint64_t>{7, 3, 1}));
  BOOST_TEST(taken(all, "a").empty());
  BOOST_TEST(all.size() == 1u);
  BOOST_TEST(!all.remove({7}));
  BOOST_TEST(all.remove({9}));
  BOOST_TEST(all.size() == 0u);
  BOOST_TEST(all.names() == 0u);
}

// Whoever asks again and again with its connection closed costs what it costs,
// not what all the others cost.
BOOST_AUTO_TEST_CASE(forgetting_many_of_one_name_is_linear) {
  constexpr std::uint64_t many = 100'000;
  followers all;
  for (std::uint64_t number = 0; number < many; ++number) {
    all.add({number}, "a");
  }
  counted::steps = 0;
  // The newest first, the worst for who looks from the front.
  for (auto number = many; number > 0; --number) {
    BOOST_REQUIRE(all.remove({number - 1}));
  }
  BOOST_TEST(counted::steps <= 4 * many);
  BOOST_TEST(all.names() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
