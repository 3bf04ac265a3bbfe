#include "libsig/subscription/ledger.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

using libsig::subscription::ledger;

BOOST_AUTO_TEST_SUITE(ledger_of_what_waits)

BOOST_AUTO_TEST_CASE(a_signal_counts_once_however_many_agents_it_waits_for) {
  ledger of;
  of.add("t", 1, 10);
  of.add("t", 1, 10);
  of.add("t", 2, 5);
  BOOST_TEST(of.bytes_of("t") == 15u);
  BOOST_TEST(of.items() == 3u);
  of.remove(1);
  BOOST_TEST(of.bytes_of("t") == 15u);
  of.remove(1);
  BOOST_TEST(of.bytes_of("t") == 5u);
  BOOST_TEST(!of.has(1));
  BOOST_TEST(of.has(2));
}

BOOST_AUTO_TEST_CASE(tenants_are_counted_apart) {
  ledger of;
  of.add("a", 1, 10);
  of.add("b", 2, 7);
  BOOST_TEST(of.bytes_of("a") == 10u);
  BOOST_TEST(of.bytes_of("b") == 7u);
  BOOST_TEST(of.bytes_of("c") == 0u);
  BOOST_TEST(of.bytes() == 17u);
  of.remove(1);
  BOOST_TEST(of.bytes_of("a") == 0u);
  BOOST_TEST(of.bytes() == 7u);
}

BOOST_AUTO_TEST_CASE(it_holds_the_sum_of_what_waits_after_any_history) {
  BOOST_TEST(rc::check([] {
    // A signal and who it waits for.
    std::set<std::pair<std::uint64_t, std::uint32_t>> waiting;
    ledger of;
    const auto deeds = *rc::gen::container<std::vector<std::uint32_t>>(
      rc::gen::inRange(0u, 64u));
    for (const auto deed : deeds) {
      const std::pair<std::uint64_t, std::uint32_t> one{1 + deed % 8, deed / 8};
      const std::string tenant = one.first % 2 == 0 ? "a" : "b";
      if (waiting.erase(one) == 1) {
        of.remove(one.first);
      } else {
        waiting.insert(one);
        of.add(tenant, one.first, one.first * 100);
      }
      std::map<std::uint64_t, std::uint64_t> distinct;
      for (const auto& [sequence, agent] : waiting) {
        distinct[sequence] = sequence * 100;
      }
      std::map<std::string, std::uint64_t> sums;
      for (const auto& [sequence, bytes] : distinct) {
        sums[sequence % 2 == 0 ? "a" : "b"] += bytes;
      }
      RC_ASSERT(of.items() == waiting.size());
      RC_ASSERT(of.bytes_of("a") == sums["a"]);
      RC_ASSERT(of.bytes_of("b") == sums["b"]);
      RC_ASSERT(of.bytes() == sums["a"] + sums["b"]);
    }
  }));
}

BOOST_AUTO_TEST_SUITE_END()
