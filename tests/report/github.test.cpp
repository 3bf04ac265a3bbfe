#include <string>
#include <string_view>

#include <boost/test/unit_test.hpp>

#include "tests/report/golden.hpp"

namespace libsig::report {

namespace {

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string_view::npos;
       at = text.find(what, at + 1)) {
    ++found;
  }
  return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(github)

BOOST_AUTO_TEST_CASE(reports_are_what_they_are_known_to_be) {
  golden::check_samples(format::github, {}, "");
}

BOOST_AUTO_TEST_CASE(no_more_than_ten_commands_of_a_kind_and_the_rest_counted) {
  const auto text =
    make_report(format::github, samples::many().as_subject(), {});
  BOOST_TEST(count(text, "::error ") == 10u);
  BOOST_TEST(count(text, "::warning ") == 10u);
  BOOST_TEST(count(text, "::notice ") == 10u);
  // 36 less 10, 10 and 8.
  BOOST_TEST(count(text, "::8 more findings not shown here") == 1u);
}

BOOST_AUTO_TEST_CASE(ten_findings_of_a_kind_leave_nothing_out) {
  auto made = samples::many();
  made.summary.findings.resize(10);
  const auto text = make_report(format::github, made.as_subject(), {});
  BOOST_TEST(count(text, "::error ") == 10u);
  BOOST_TEST(count(text, "more finding") == 0u);
}

BOOST_AUTO_TEST_CASE(a_review_that_did_not_look_takes_one_of_the_ten) {
  auto made = samples::many();
  made.summary.status = review::review_status::failed;
  const auto text = make_report(format::github, made.as_subject(), {});
  BOOST_TEST(count(text, "::error ") == 10u);
  BOOST_TEST(text.starts_with("::error title=review failed::"));
}

BOOST_AUTO_TEST_CASE(every_line_is_a_command_of_ours) {
  const auto text =
    make_report(format::github, samples::hostile().as_subject(), {});
  std::string_view rest = text;
  while (!rest.empty()) {
    BOOST_TEST((rest.starts_with("::error ") || rest.starts_with("::notice ")));
    rest.remove_prefix(rest.find('\n') + 1);
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace libsig::report
