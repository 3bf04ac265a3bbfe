#pragma once

#include <cstdint>
#include <vector>

#include "libsig/review/checks/outline.hpp"

namespace libsig::review::checks {

/// What the added lines of one function decide.
struct decision_count {
  /// Decision points on added lines; the complexity is one more.
  std::uint32_t count = 0;
  /// The first and the last added line of the function; 0 without any.
  std::uint32_t first_line = 0;
  std::uint32_t last_line = 0;
};

/// Whether decisions are counted in the language: not in markup, queries and
/// text that no lexer knows.
[[nodiscard]] bool counts_decisions(language what);

/// Counts the decision points of the new side's added lines, for each unit of
/// the outline: branches, loops, handlers, conditional operators, and the arms
/// of a selection that do more than map a value to another. A run of the same
/// logical operator counts three times at most, and Go's `if err != nil` that
/// only returns does not count: neither is what makes a function hard to
/// follow.
void count_decisions(std::vector<decision_count>& out, const code_view& code,
                     const outline& functions, language what);

} // namespace libsig::review::checks
