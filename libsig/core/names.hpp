#pragma once

#include <string_view>

#include "libsig/core/error.hpp"

namespace libsig {

/// Whether the text may name an agent, an identity or a tenant.
///
/// A name has 1 to `limits::name_bytes_max` bytes of UTF-8, no control
/// character, no `/` and no `\`, and is not `.`, `..`, `*` or blank. It is
/// case-sensitive and taken as it is written. What breaks a rule is
/// `errc::invalid_argument` and says which.
[[nodiscard]] result<void> check_name(std::string_view name);

/// Whether the text may be the id of a review: the rules of a name, but up to
/// `limits::review_id_bytes_max` bytes, and `/` is allowed.
[[nodiscard]] result<void> check_review_id(std::string_view id);

} // namespace libsig
