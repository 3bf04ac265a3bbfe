#pragma once

#include <memory>

#include "libsig/review/check.hpp"

namespace libsig::review::checks {

/// The check `auth_bypass`: guards that a change takes away, and ways around
/// them that it adds.
///
/// Rules: `auth-bypass/removed-guard` (a line that demanded a login, a right or
/// a token is gone, what it guarded is still there, and nothing as strong came
/// in its place), `auth-bypass/open-access`, `auth-bypass/skipped-guard`,
/// `auth-bypass/csrf-disabled`, `auth-bypass/always-allowed`,
/// `auth-bypass/unverified-token`. Tests and deleted files are not looked at.
[[nodiscard]] std::unique_ptr<const check> make_auth_bypass_check();

} // namespace libsig::review::checks
