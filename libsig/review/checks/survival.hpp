#pragma once

#include <string_view>
#include <vector>

#include "libsig/review/checks/code.hpp"
#include "libsig/review/checks/guards.hpp"
#include "libsig/review/language.hpp"

/// What becomes of the guarded when a guard goes; only `auth_bypass` uses it.
namespace libsig::review::checks {

/// Both sides of a hunk and the guards that the change touches.
struct hunk_guards {
  code_view before;
  code_view after;
  std::string_view section;
  std::vector<guard> removed;
  std::vector<guard> added;
  std::vector<bool> used; ///< for each of `added`: stands in for another
};

/// Whether what a removed guard guarded is still there: a function that is
/// deleted with its guard needs none. Linear in the hunk.
[[nodiscard]] bool survives(const hunk_guards& where, const guard& lost,
                            language what);

} // namespace libsig::review::checks
