#pragma once

#include <memory>

#include "libsig/review/check.hpp"

namespace libsig::review::checks {

/// The check `xss`: values that reach HTML without being escaped.
///
/// Rules: `xss/trusted-markup` (a value is declared to be safe HTML),
/// `xss/dom-markup` (a value becomes markup of the page in the browser),
/// `xss/response-markup` (what a client sent, or HTML put together with a
/// value, is the answer), `xss/unescaped-output` (a template prints a value as
/// it is), `xss/template-context` (escaping does not help where the value
/// stands: an attribute without quotes, a script, a link's target) and
/// `xss/escaping-off` (a template engine is told not to escape).
[[nodiscard]] std::unique_ptr<const check> make_xss_check();

} // namespace libsig::review::checks
