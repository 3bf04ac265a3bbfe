#pragma once

#include "libsig/review/checks/findings.hpp"

/// The rules of the check `xss`.
namespace libsig::review::checks::xss_rules {

inline constexpr std::string_view type_name = "xss";

inline constexpr line_reports::rule trusted{
  type_name,
  "xss/trusted-markup",
  severity::medium,
  0.75,
  "A value that is not escaped is declared to be safe HTML",
  "Let the template escape the value, or sanitise it before it is declared "
  "safe."};

inline constexpr line_reports::rule dom{
  type_name,
  "xss/dom-markup",
  severity::medium,
  0.75,
  "A value becomes markup of the page without being escaped",
  "Set it as text (textContent, text()), or sanitise it first."};

inline constexpr line_reports::rule response{
  type_name,
  "xss/response-markup",
  severity::high,
  0.8,
  "The answer holds a value that is not escaped, which a browser reads as HTML",
  "Escape the value for HTML, render a template that does, or answer with "
  "another content type."};

inline constexpr line_reports::rule printed{
  type_name,
  "xss/unescaped-output",
  severity::medium,
  0.75,
  "A template prints a value without escaping it",
  "Use the form of output that escapes, or sanitise the value first."};

inline constexpr line_reports::rule context{
  type_name,
  "xss/template-context",
  severity::medium,
  0.5,
  "A template prints a value where escaping for HTML does not protect",
  "Put attributes in quotes, check the scheme of links, and hand data to "
  "scripts as JSON."};

inline constexpr line_reports::rule off{
  type_name,
  "xss/escaping-off",
  severity::medium,
  0.8,
  "A template engine is told not to escape what it prints",
  "Leave automatic escaping on and mark the few exceptions one by one."};

/// The same rule where a client's data visibly gets there.
[[nodiscard]] constexpr line_reports::rule
for_client(line_reports::rule what) noexcept {
  what.level = severity::high;
  what.confidence += 0.1;
  return what;
}

} // namespace libsig::review::checks::xss_rules
