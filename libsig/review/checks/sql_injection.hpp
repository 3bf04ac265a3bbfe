#pragma once

#include <memory>

#include "libsig/review/check.hpp"

namespace libsig::review::checks {

/// The check `sql_injection`: SQL text that is put together with values which
/// are neither constant nor bound nor quoted.
///
/// Rules: `sql-injection/string-building` (at the call that runs the text, or
/// where the text is built when the hunk shows no such call),
/// `sql-injection/raw-fragment` (a condition, an order or another part handed
/// to a query builder as text) and `sql-injection/request-data` (what a client
/// sent is run as it is).
[[nodiscard]] std::unique_ptr<const check> make_sql_injection_check();

} // namespace libsig::review::checks
