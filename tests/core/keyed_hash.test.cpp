#include "libsig/core/keyed_hash.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <set>
#include <string>

using namespace libsig;

namespace {

[[nodiscard]] short_text_hash maker(unsigned stream = 0) {
  return {short_text_hash::secret{1, 2, 3}, stream};
}

/// A text of so many bytes, all different from their neighbours.
[[nodiscard]] std::string text_of(std::size_t size) {
  std::string made;
  for (std::size_t at = 0; at < size; ++at) {
    made += static_cast<char>('a' + at % 26);
  }
  return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(keyed_hash)

BOOST_AUTO_TEST_CASE(every_byte_of_a_short_text_counts) {
  const auto hash = maker();
  std::set<std::uint64_t> seen;
  std::size_t texts = 0;
  for (std::size_t size = 0; size <= short_text_hash::bytes_max; ++size) {
    auto text = text_of(size);
    seen.insert(hash(text, 0));
    ++texts;
    for (auto& letter : text) {
      letter ^= 1;
      seen.insert(hash(text, 0));
      ++texts;
      letter ^= 1;
    }
  }
  BOOST_TEST(seen.size() == texts);
}

BOOST_AUTO_TEST_CASE(zeros_behind_a_text_make_another_text) {
  const auto hash = maker();
  std::set<std::uint64_t> seen;
  for (std::size_t size = 0; size <= short_text_hash::bytes_max; ++size) {
    seen.insert(hash(std::string(size, '\0'), 0));
  }
  BOOST_TEST(seen.size() == short_text_hash::bytes_max + 1);
}

BOOST_AUTO_TEST_CASE(secret_stream_and_offset_change_the_hash) {
  const auto hash = maker()("text", 0);
  BOOST_TEST(hash == maker()("text", 0));
  BOOST_TEST(hash != maker(1)("text", 0));
  BOOST_TEST(hash != maker()("text", 1));
  BOOST_TEST(hash != (short_text_hash{{9}, 0}("text", 0)));
  BOOST_TEST(hash != short_text_hash{}("text", 0));
}

BOOST_AUTO_TEST_CASE(numbered_texts_spread_over_the_bits) {
  const auto hash = maker();
  std::set<std::uint64_t> low;
  std::set<std::uint64_t> high;
  for (int number = 0; number < 1'000; ++number) {
    const auto made = hash("review-" + std::to_string(number), 0);
    low.insert(made % 4'096);
    high.insert(made >> 52);
  }
  // 1000 balls in 4096 boxes fill about 888.
  BOOST_TEST(low.size() > 800u);
  BOOST_TEST(high.size() > 800u);
}

BOOST_AUTO_TEST_CASE(short_and_long_keys_keep_their_hash) {
  const libsig::keyed_hash one;
  const libsig::keyed_hash other;
  for (const std::size_t size : {0u, 1u, 64u, 65u, 1'000u}) {
    const auto text = text_of(size);
    BOOST_TEST(one(text) == one(text));
    BOOST_TEST(one(text) != other(text));
    BOOST_TEST(one(text) != one(text + "x"));
  }
}

BOOST_AUTO_TEST_SUITE_END()
