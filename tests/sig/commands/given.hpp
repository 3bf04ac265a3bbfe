#pragma once

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "apps/sig/node_command.hpp"

namespace libsig::testing {

/// The arguments of a command, which must be well-formed.
inline sig::given_options given_to(std::string_view command,
                                   const std::vector<std::string>& arguments) {
  const auto* const form = sig::find_node_command(command);
  BOOST_TEST_REQUIRE(form != nullptr);
  const auto options = sig::options_of(*form);
  auto given = sig::given_options::parse(
    {form->name, options, form->words_min, form->words_max}, arguments);
  BOOST_TEST_REQUIRE(given.has_value());
  return std::move(*given);
}

} // namespace libsig::testing
