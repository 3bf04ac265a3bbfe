#include <boost/test/unit_test.hpp>

#include "libsig/publish/backoff.hpp"

#include <set>

using namespace libsig;
using namespace std::chrono_literals;

namespace {

constexpr publish::retry_options usual{10, 1s, 300s, 900s};

const publish::randomness most = [](std::uint64_t below) { return below - 1; };
const publish::randomness least = [](std::uint64_t) { return 0u; };

[[nodiscard]] std::chrono::milliseconds
bound(std::uint32_t failures,
      std::optional<std::chrono::milliseconds> asked = {}) {
  return publish::wait_after(failures, usual, asked, most);
}

} // namespace

BOOST_AUTO_TEST_SUITE(backoff)

BOOST_AUTO_TEST_CASE(the_bound_doubles_with_each_failure_up_to_its_own_bound) {
  BOOST_TEST((bound(1) == 1s));
  BOOST_TEST((bound(2) == 2s));
  BOOST_TEST((bound(3) == 4s));
  BOOST_TEST((bound(9) == 256s));
  BOOST_TEST((bound(10) == 300s));
  BOOST_TEST((bound(4'000'000'000u) == 300s));
}

BOOST_AUTO_TEST_CASE(jitter_goes_down_to_nothing) {
  BOOST_TEST((publish::wait_after(5, usual, {}, least) == 0ms));
}

BOOST_AUTO_TEST_CASE(what_the_receiver_asks_for_is_the_least) {
  BOOST_TEST((publish::wait_after(1, usual, 7s, least) == 7s));
  BOOST_TEST((bound(9, 7s) == 256s));
}

BOOST_AUTO_TEST_CASE(what_the_receiver_asks_for_is_honoured_up_to_the_bound) {
  BOOST_TEST((publish::wait_after(1, usual, 900s, least) == 900s));
  BOOST_TEST((publish::wait_after(1, usual, 901s, least) == 900s));
  BOOST_TEST((publish::wait_after(1, usual, -5s, least) == 0ms));
}

BOOST_AUTO_TEST_CASE(the_systems_randomness_stays_below_and_varies) {
  const auto draw = publish::system_randomness();
  std::set<std::uint64_t> drawn;
  for (int round = 0; round < 1'000; ++round) {
    const auto one = draw(10);
    BOOST_REQUIRE(one < 10);
    drawn.insert(one);
  }
  BOOST_TEST(drawn.size() == 10u);
  BOOST_TEST(draw(1) == 0u);
  BOOST_TEST(draw(0) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
