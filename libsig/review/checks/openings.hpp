#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "libsig/review/checks/code.hpp"
#include "libsig/review/language.hpp"

/// What code says that lets callers in; only `auth_bypass` uses it.
namespace libsig::review::checks {

enum class opening : std::uint8_t {
  open_access,      ///< `[AllowAnonymous]`, `permitAll()`
  skipped_guard,    ///< `skip_before_action :authenticate_user!`
  csrf_disabled,    ///< `@csrf_exempt`
  always_allowed,   ///< `true || isAdmin`
  unverified_token, ///< `verify_signature: False`
};

/// Where a line stands, as far as it tells whether the public is meant to come
/// in: a login page, a health check, a webhook.
struct surroundings {
  std::string_view path;
  std::string_view section;
};

/// The opening on one line of the new side, if there is one. What is meant to
/// be public by its name is none.
[[nodiscard]] std::optional<opening> opening_on(const code_view& code,
                                                std::size_t line, language what,
                                                const surroundings& around);

/// The name of a right that the line sets to true without asking
/// (`isAdmin = true`, `return true`), or empty.
[[nodiscard]] std::string_view granted_on(const code_view& code,
                                          std::size_t line, language what);

} // namespace libsig::review::checks
