#include "apps/sig/help.hpp"

#include <string>
#include <string_view>

#include <boost/test/unit_test.hpp>

#include "apps/sig/options.hpp"

using namespace libsig::sig;

namespace {

void check_width(std::string_view text) {
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    BOOST_TEST_CONTEXT(line) { BOOST_TEST(line.size() <= 80u); }
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(help)

BOOST_AUTO_TEST_CASE(no_line_is_wider_than_a_terminal) {
  check_width(program_help());
  check_width(review_help());
}

BOOST_AUTO_TEST_CASE(every_option_is_explained) {
  for (const auto& name : review_option_names()) {
    // A node is not there to be asked yet.
    if (name != "--server") {
      BOOST_TEST_CONTEXT(name) {
        BOOST_TEST(review_help().find(name) != std::string_view::npos);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(there_is_an_example_in_each) {
  BOOST_TEST(program_help().find("Example:") != std::string_view::npos);
  BOOST_TEST(review_help().find("Example:") != std::string_view::npos);
}

BOOST_AUTO_TEST_SUITE_END()
