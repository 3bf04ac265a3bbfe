#include "libsig/topic/cursor.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

#include <limits>
#include <string>
#include <vector>

using namespace libsig;
using topic::position;
using topic::read_cursor;
using topic::to_cursor;

BOOST_AUTO_TEST_SUITE(cursor)

// M19
BOOST_AUTO_TEST_CASE(every_position_reads_back_from_its_text) {
  BOOST_TEST(rc::check(
    [](std::uint64_t sequence, std::uint64_t known, std::uint64_t epoch) {
      const position behind{sequence, known};
      const auto text = to_cursor(behind, epoch);
      RC_ASSERT(text.size() <= topic::cursor_bytes_max);
      RC_ASSERT(read_cursor(text, epoch) == behind);
      RC_ASSERT(read_cursor(to_cursor(topic::behind(sequence), epoch), epoch)
                == topic::behind(sequence));
    }));
}

BOOST_AUTO_TEST_CASE(the_ends_of_the_range_read_back) {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  for (const auto& each :
       {position{0, 0}, {most, most}, {0, most}, {most, 0}, {1, 2}}) {
    for (const auto epoch : {std::uint64_t{0}, most}) {
      BOOST_TEST((read_cursor(to_cursor(each, epoch), epoch) == each));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_cursor_of_another_log_is_unknown) {
  BOOST_TEST(rc::check(
    [](std::uint64_t sequence, std::uint64_t epoch, std::uint64_t other) {
      RC_PRE(epoch != other);
      RC_ASSERT(!read_cursor(to_cursor(topic::behind(sequence), epoch), other));
    }));
}

BOOST_AUTO_TEST_CASE(no_second_text_stands_for_a_position) {
  const auto text = to_cursor({0xab, 0xcd}, 0x12);
  BOOST_TEST(text == "cursor-0000000000000012.ab.cd");
  BOOST_TEST(read_cursor(text, 0x12).has_value());
  const std::vector<std::string> others{
    "",
    "cursor-",
    "cursor-0000000000000012",
    "cursor-0000000000000012.",
    "cursor-0000000000000012..cd",
    "cursor-0000000000000012.ab.",
    "cursor-0000000000000012.ab.ab",
    "cursor-0000000000000012.0ab.cd",
    "cursor-0000000000000012.AB.cd",
    "cursor-0000000000000012.+ab.cd",
    "cursor-0000000000000012.-1.cd",
    "cursor-0000000000000012. ab.cd",
    "cursor-0000000000000012.0xab.cd",
    "cursor-0000000000000012.ab.cd.ef",
    "cursor-0000000000000012.ab.cd ",
    " cursor-0000000000000012.ab.cd",
    "cursor-12.ab.cd",
    "cursor-00000000000000012.ab.cd",
    "cursor-0000000000000012.10000000000000000",
    "Cursor-0000000000000012.ab.cd",
    "018f4e2a-7b1c-7def-8123-456789abcdef",
    std::string(1u << 20, 'a'),
    "cursor-0000000000000012." + std::string(1u << 20, '0'),
    std::string("cursor-0000000000000012.ab\0", 27)};
  for (const auto& other : others) {
    BOOST_TEST(!read_cursor(other, 0x12), other.substr(0, 60));
  }
}

BOOST_AUTO_TEST_CASE(whatever_is_read_is_written_the_same) {
  BOOST_TEST(rc::check([](const std::string& tail) {
    const auto text = "cursor-0000000000000012." + tail;
    if (const auto read = read_cursor(text, 0x12)) {
      RC_ASSERT(to_cursor(*read, 0x12) == text);
    }
  }));
}

BOOST_AUTO_TEST_SUITE_END()
