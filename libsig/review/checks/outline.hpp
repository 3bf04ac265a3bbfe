#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "libsig/review/checks/code.hpp"
#include "libsig/review/language.hpp"

namespace libsig::review::checks {

/// A function as far as a hunk shows it.
struct function_unit {
  /// Its name, or empty for code that stands in no function that is known.
  std::string_view name;
  /// The line of its definition; 0 when the hunk does not show it.
  std::uint32_t line = 0;
  /// The class that its definition names: of `parser::next`, or of a Go
  /// method's receiver; empty where the definition names none.
  std::string_view owner;
};

/// Which function each token of a hunk's side belongs to.
///
/// Unit 0 is what the hunk begins in the middle of: the function that its
/// section line names. In languages of braces a function ends with its brace,
/// in the others where the text is indented less.
struct outline {
  std::vector<function_unit> units;
  /// For each token of the view, the place of its unit in `units`.
  std::vector<std::uint32_t> unit_of;
};

/// Builds the outline of a side into memory that is used again. `section` is
/// the hunk's section line.
void outline_into(outline& out, const code_view& code, language what,
                  std::string_view section);

/// The name of the function that a section line (what git writes behind the
/// second `@@`) defines, or empty.
[[nodiscard]] std::string_view function_of_section(std::string_view section);

} // namespace libsig::review::checks
