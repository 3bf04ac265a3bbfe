#include "apps/sig/help.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include <boost/test/unit_test.hpp>

#include "apps/sig/node_command.hpp"
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
  for (const auto& form : node_commands()) {
    check_width(help_of(form));
  }
}

BOOST_AUTO_TEST_CASE(every_option_is_explained) {
  for (const auto& name : review_option_names()) {
    BOOST_TEST_CONTEXT(name) {
      BOOST_TEST(review_help().find(name) != std::string_view::npos);
    }
  }
  for (const auto& form : node_commands()) {
    for (const auto& option : options_of(form)) {
      // Where a command prints nothing but JSON, it need not be asked for.
      if (option.name == "--json") {
        continue;
      }
      BOOST_TEST_CONTEXT(form.name << " " << option.name) {
        BOOST_TEST(help_of(form).find(option.name) != std::string::npos);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(there_is_an_example_in_each) {
  BOOST_TEST(program_help().find("Examples:") != std::string::npos);
  BOOST_TEST(review_help().find("Example:") != std::string_view::npos);
  for (const auto& form : node_commands()) {
    BOOST_TEST_CONTEXT(form.name) {
      BOOST_TEST(help_of(form).find("Example:") != std::string::npos);
      BOOST_TEST(help_of(form).starts_with("sig " + std::string{form.name}));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
