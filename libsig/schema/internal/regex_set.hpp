#pragma once

#include "libsig/core/error.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace libsig::schema::internal {

/// The regular expressions of one schema, compiled by RE2, which matches in
/// time linear in the text whatever the expression. Immutable once filled; then
/// several threads may match.
class regex_set {
public:
  // -- constructors -----------------------------------------------------------

  regex_set();
  regex_set(regex_set&&) noexcept;
  regex_set& operator=(regex_set&&) noexcept;
  ~regex_set();

  // -- mutators ---------------------------------------------------------------

  /// Compiles an expression. What RE2 does not take (look-around,
  /// back-references) is `errc::invalid_argument`.
  [[nodiscard]] result<void> add(const std::string& expression);

  // -- observers --------------------------------------------------------------

  /// Whether the expression, which was added before, matches somewhere in the
  /// text.
  [[nodiscard]] bool matches(std::string_view expression,
                             std::string_view text) const;

private:
  std::map<std::string, std::unique_ptr<const re2::RE2>, std::less<>> compiled_;
};

} // namespace libsig::schema::internal
