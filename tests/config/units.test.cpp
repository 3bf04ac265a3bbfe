#include "libsig/config/units.hpp"

#include <string>

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>

using namespace libsig;
using std::chrono::milliseconds;

BOOST_AUTO_TEST_SUITE(units)

BOOST_AUTO_TEST_CASE(sizes_are_digits_and_a_unit) {
  BOOST_TEST(*config::parse_size("0") == 0u);
  BOOST_TEST(*config::parse_size("512") == 512u);
  BOOST_TEST(*config::parse_size("512B") == 512u);
  BOOST_TEST(*config::parse_size("64KiB") == 65'536u);
  BOOST_TEST(*config::parse_size("8GiB") == std::uint64_t{8} << 30);
  BOOST_TEST(*config::parse_size("2TiB") == std::uint64_t{2} << 40);
}

BOOST_AUTO_TEST_CASE(what_is_no_size_is_refused_with_an_example) {
  for (const auto* text : {"", "GiB", "8 GiB", "8gib", "8GB", "-1", "1.5GiB",
                           "8GiBs", " 8", "0x10", "+8"}) {
    const auto read = config::parse_size(text);
    BOOST_TEST_REQUIRE(!read, text);
    BOOST_TEST(read.error().remedy().find("8GiB") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(sizes_end_at_two_to_the_63) {
  BOOST_TEST(config::parse_size("9223372036854775807").has_value());
  BOOST_TEST(!config::parse_size("9223372036854775808").has_value());
  BOOST_TEST(config::parse_size("8388607TiB").has_value());
  BOOST_TEST(!config::parse_size("8388608TiB").has_value());
  BOOST_TEST(!config::parse_size("99999999999999999999999TiB").has_value());
}

BOOST_AUTO_TEST_CASE(durations_are_digits_and_a_unit) {
  BOOST_TEST(config::parse_duration("500ms")->count() == 500);
  BOOST_TEST(config::parse_duration("10s")->count() == 10'000);
  BOOST_TEST(config::parse_duration("2m")->count() == 120'000);
  BOOST_TEST(config::parse_duration("1h")->count() == 3'600'000);
  BOOST_TEST(config::parse_duration("30d")->count() == 2'592'000'000);
  BOOST_TEST(config::parse_duration("0s")->count() == 0);
}

BOOST_AUTO_TEST_CASE(what_is_no_duration_is_refused) {
  for (const auto* text : {"", "s", "10", "10 s", "1.5s", "-1s", "10S", "1w"}) {
    BOOST_TEST(!config::parse_duration(text).has_value(), text);
  }
  BOOST_TEST(config::parse_duration("36525d").has_value());
  BOOST_TEST(!config::parse_duration("36526d").has_value());
}

BOOST_AUTO_TEST_CASE(durations_within_bounds_end_at_both) {
  constexpr milliseconds least{1};
  constexpr milliseconds most{86'400'000};
  const auto read = [=](const char* text) {
    return config::parse_duration_within(text, least, most);
  };
  BOOST_TEST(read("1ms")->count() == 1);
  BOOST_TEST(read("86400000ms")->count() == 86'400'000);
  BOOST_TEST(read("24h").has_value());
  BOOST_TEST(read("1d").has_value());
  for (const auto* text : {"0s", "0ms", "86400001ms", "25h"}) {
    BOOST_TEST_REQUIRE(!read(text).has_value(), text);
    BOOST_TEST(read(text).error().detail()
               == '\'' + std::string{text} + "' is not within 1ms to 1d");
  }
  for (const auto* text :
       {"", "s", "30", "-5s", "+5s", " 5s", "5 s", "5s ", "1.5s", "5S", "five",
        "18446744073709551615h", "99999999999999999999999s"}) {
    BOOST_TEST_REQUIRE(!read(text).has_value(), text);
    BOOST_TEST(read(text).error().remedy().find("30d") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(texts_have_the_largest_unit_without_a_fraction) {
  BOOST_TEST(config::format_size(std::uint64_t{8} << 30) == "8GiB");
  BOOST_TEST(config::format_size(1'000) == "1000");
  BOOST_TEST(config::format_size(1'536) == "1536");
  BOOST_TEST(config::format_size(0) == "0");
  BOOST_TEST(config::format_duration(milliseconds{1'500}) == "1500ms");
  BOOST_TEST(config::format_duration(milliseconds{90'000}) == "90s");
  BOOST_TEST(config::format_duration(milliseconds{2'592'000'000}) == "30d");
  BOOST_TEST(config::format_duration(milliseconds{0}) == "0s");
}

BOOST_AUTO_TEST_CASE(what_is_written_reads_back) {
  BOOST_TEST(rc::check([](std::uint32_t number, std::uint8_t shift) {
    const auto bytes = std::uint64_t{number} << (shift % 31);
    RC_ASSERT(*config::parse_size(config::format_size(bytes)) == bytes);
    const milliseconds time{number};
    RC_ASSERT(*config::parse_duration(config::format_duration(time)) == time);
  }));
}

BOOST_AUTO_TEST_SUITE_END()
