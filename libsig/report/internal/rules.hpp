#pragma once

#include <span>
#include <string_view>

#include "libsig/review/types.hpp"

namespace libsig::report {

/// What is known of a built-in type of finding, for readers of its rules.
struct rule_facts {
  std::string_view type;
  std::string_view name;
  std::string_view short_description;
  std::string_view help;
  review::severity usual_severity = review::severity::none;
  /// A score of 0.1 to 10.0 as code hosts rank security rules; empty for what
  /// is no matter of security.
  std::string_view security_severity;
  /// The entry of the Common Weakness Enumeration; empty if there is none.
  std::string_view weakness;
};

/// The facts about a type; null for a type that is not built in.
[[nodiscard]] const rule_facts* find_rule(std::string_view type) noexcept;

} // namespace libsig::report
