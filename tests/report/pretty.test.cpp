#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>

#include <boost/test/unit_test.hpp>

#include "libsig/report/internal/text.hpp"
#include "tests/report/golden.hpp"

namespace libsig::report {

namespace {

options at(unsigned width, bool colour) {
  options how;
  how.width = width;
  how.colour = colour;
  how.tool_version = "1.2.3";
  return how;
}

/// Places are not broken, so that terminals can open them.
bool is_place(std::string_view line) {
  const std::string_view words[] = {"high  ", "medium  ", "low  ", "none  "};
  return std::ranges::any_of(
    words, [&](std::string_view word) { return line.starts_with(word); });
}

} // namespace

BOOST_AUTO_TEST_SUITE(pretty)

BOOST_AUTO_TEST_CASE(reports_look_as_they_are_known_to_at_80_columns) {
  golden::check_samples(format::pretty, at(80, false), "");
}

BOOST_AUTO_TEST_CASE(reports_look_as_they_are_known_to_at_40_columns) {
  golden::check_samples(format::pretty, at(40, false), ".40");
}

BOOST_AUTO_TEST_CASE(reports_look_as_they_are_known_to_at_120_columns) {
  golden::check_samples(format::pretty, at(120, false), ".120");
}

BOOST_AUTO_TEST_CASE(reports_look_as_they_are_known_to_in_colour) {
  golden::check_samples(format::pretty, at(80, true), ".colour");
}

BOOST_AUTO_TEST_CASE(no_line_but_a_place_is_wider_than_the_terminal) {
  for (unsigned width = 40; width <= 200; width += 5) {
    for (const auto& [name, made] : samples::all()) {
      std::istringstream lines{
        make_report(format::pretty, made.as_subject(), at(width, false))};
      for (std::string line; std::getline(lines, line);) {
        BOOST_TEST((columns_of(line) <= width || is_place(line)), line);
        BOOST_TEST(!line.ends_with(' '));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_terminal_of_less_than_40_columns_counts_as_40) {
  const auto made = samples::several();
  BOOST_TEST(make_report(format::pretty, made.as_subject(), at(1, false))
             == make_report(format::pretty, made.as_subject(), at(40, false)));
}

BOOST_AUTO_TEST_CASE(a_terminal_without_utf_8_gets_ascii_of_ours) {
  auto how = at(80, false);
  how.ascii = true;
  const auto text =
    make_report(format::pretty, samples::several().as_subject(), how);
  BOOST_TEST(std::ranges::all_of(
    text, [](char byte) { return static_cast<unsigned char>(byte) < 0x80; }));
  golden::check("several.ascii.pretty", text);
}

BOOST_AUTO_TEST_CASE(what_is_missing_is_said_before_anything_else) {
  const auto begins = [](const samples::sample& made, std::string_view text) {
    return make_report(format::pretty, made.as_subject(), at(80, false))
      .starts_with(text);
  };
  BOOST_TEST(begins(samples::failed(),
                    "review failed: No response from security_specialist\n"));
  BOOST_TEST(begins(samples::incomplete(),
                    "review incomplete: The check xss of security_specialist "
                    "failed\n"));
  auto silent = samples::clean();
  silent.summary.status = review::review_status::failed;
  BOOST_TEST(begins(silent, "review failed: It did not complete\n"));
  BOOST_TEST(begins(samples::clean(), "No findings in 12 files.\n"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace libsig::report
